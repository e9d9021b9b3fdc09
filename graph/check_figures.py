"""In: a figure that a text states, and the measures it may be compared on. Out: its verdict, by interval arithmetic.

The rules are tried from top to bottom, and the first that fits decides; `docs/checking.md` holds the same table. A
statement `holds` a record where every value that the record leaves open lies in the statement's interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph.identity import fold_label, tokens
from graph.intervals import Interval
from graph.reconcile import Position, Reconciled
from graph.verdicts import VERDICTS, reasons, wordlists

_LIVE = ("current", "consistent")


@dataclass(frozen=True, slots=True)
class Told:
    """How a text puts a figure: its interval, its ends as worded, who says it, how firmly.

    `voice` is the speaker's key (`graph.voices`), "" where the text itself says it.
    """

    interval: Interval
    ends: tuple[float | None, float | None]
    voice: str
    speaker: str | None
    hedge: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A reason code, the measure it was reached on, and the positions that decided, the first of all first."""

    reason: str
    measure: Reconciled
    by: tuple[Position, ...]


def outcome(claimed: Interval, known: Interval) -> str:
    """Say how a statement's interval stands to a record's: `equal`, `holds`, `within`, `overlaps` or `apart`.

    >>> outcome(Interval(0, 10), Interval(2, 3)), outcome(Interval(0, 2), Interval(2, 3))
    ('holds', 'apart')
    """
    if claimed == known:
        return "equal"
    if claimed.holds(known):
        return "holds"
    if known.holds(claimed):
        return "within"
    return "overlaps" if claimed.overlaps(known) else "apart"


def judge_all(told: Told, measures: Sequence[Reconciled]) -> Judged:
    """Judge a figure on every measure it may be compared on; what speaks best for it counts."""
    found = [judge(told, measure) for measure in measures]
    return min(found, key=lambda one: VERDICTS.index(reasons()[one.reason].verdict))


def judge(told: Told, measure: Reconciled) -> Judged:
    """Judge a figure on one measure."""
    reason, by = next(_rules(told, measure))
    alike = sorted(by or measure.positions[:1], key=lambda one: one.interval != told.interval)
    return Judged(reason, measure, tuple(alike))


def _rules(told: Told, measure: Reconciled) -> Iterator[tuple[str, Sequence[Position]]]:
    own = [one for one in measure.positions if told.voice and _is_by(told, one)]
    yield from _own(told, own)
    agreeing = [one for one in measure.positions if one.standing in _LIVE]
    disputed = [one for one in measure.positions if one.standing == "disputed"]
    borne = [one for one in agreeing if told.interval.holds(one.interval)]
    if borne:
        yield _borne_out(told, measure, borne, disputed), borne
    yield from _meeting(told, measure, agreeing, disputed)
    yield _outside(told, measure, agreeing, disputed), measure.positions[:1]


def _own(told: Told, own: Sequence[Position]) -> Iterator[tuple[str, Sequence[Position]]]:
    """Compare with what the named speaker says, where anything of theirs is on record."""
    live = [one for one in own if one.standing != "superseded"]
    if held := [one for one in live if told.interval.holds(one.interval)]:
        yield "speaker_agrees", held
    if near := [one for one in live if one.interval.overlaps(told.interval)]:
        yield _part(told, near[0]), near
    if old := [one for one in own if one not in live and one.interval.overlaps(told.interval)]:
        yield "superseded", old
    if live and told.hedge in wordlists()["open_to_come"]:
        yield "yet_to_come", live
    if live:
        yield "outside_hedged" if _only_loose(live) else "speaker_says_otherwise", live


def _borne_out(told: Told, measure: Reconciled, borne: Sequence[Position], disputed: Sequence[Position]) -> str:
    """Say how firmly positions bear a figure out that holds them."""
    if any(not told.interval.holds(one.interval) for one in disputed):
        return "sources_dispute"
    if told.voice:
        return "other_speaker"
    if _only_loose(borne) and told.hedge not in wordlists()["loose"]:
        return "hedged_in_sources"
    voices = {witness.origin if witness.speaker else "" for one in borne for witness in one.figure.witnesses}
    if len(voices) == 1 and "" not in voices:
        return "attributed"
    return "same" if told.interval == measure.positions[0].interval else "consistent"


def _meeting(
    told: Told, measure: Reconciled, agreeing: Sequence[Position], disputed: Sequence[Position]
) -> Iterator[tuple[str, Sequence[Position]]]:
    """Compare with the positions that a figure meets without holding a live one."""
    current = measure.positions[0]
    if told.interval.overlaps(current.interval) and current.standing in _LIVE:
        yield _part(told, current), [current]
    met = [one for one in measure.positions if one.interval.overlaps(told.interval)]
    if old := [one for one in met if one.standing == "superseded"]:
        yield "superseded", old
    if others := [one for one in met if one in disputed]:
        yield "sources_dispute", others
    if reworded := [one for one in agreeing if {*told.ends} & {one.figure.low, one.figure.high} - {None}]:
        yield "other_wording", reworded
    for standing, reason in (("apart", "other_time_or_part"), ("testimony", "testimony")):
        if beside := [one for one in met if one.standing == standing]:
            yield reason, beside


def _outside(told: Told, measure: Reconciled, agreeing: Sequence[Position], disputed: Sequence[Position]) -> str:
    """Say what it means that a figure meets no position that counts."""
    if told.voice:
        return "no_figure_by_speaker"
    if told.hedge in wordlists()["open_to_come"]:
        return "yet_to_come"
    if disputed:
        return "outside_disputed"
    return "outside_hedged" if _only_loose(agreeing or measure.positions) else "outside"


def _part(told: Told, one: Position) -> str:
    return "more_precise" if one.interval.holds(told.interval) else "overlaps_in_part"


def _only_loose(positions: Iterable[Position]) -> bool:
    return all(one.figure.hedge in wordlists()["loose"] for one in positions)


def _is_by(told: Told, one: Position) -> bool:
    """Tell whether a position is the speaker's: one voice, or one's words are all in the other's name."""
    if told.voice in one.origins:
        return True
    return any(is_named_alike(told.speaker, witness.speaker) for witness in one.figure.witnesses)


def is_named_alike(one: str | None, other: str | None) -> bool:
    """Tell whether two speakers may be one: all the words of the shorter name stand in the longer.

    >>> is_named_alike("the drivers' union", "the Korea Drivers' Union"), is_named_alike("the union", "the ministry")
    (True, False)
    """
    mine, theirs = (set(tokens(fold_label(name or ""))) for name in (one, other))
    return bool(mine and theirs) and (mine <= theirs or theirs <= mine)
