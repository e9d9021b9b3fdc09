"""In: the assembled graph, and a day or none. Out: per measure, every figure with its standing, and the current one.

Two figures are compared only on one measure: same incident, population, unit, direction and group. The same digits on
another measure never meet. Of two figures on one measure the later one is `same`, `consistent` or `refines` the
earlier one where their intervals meet; where they do not, it `corrects` it (the text says so), `updates` it (the same
voice, later, of what grows or moves with time) or `disputes` it (both stay).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from graph.assembled import Assembled, Figure
from graph.identity import tokens
from graph.intervals import Interval, interval_of, wording
from graph.measures import Measure, follows, measure_of
from ontology.terms import NOT_LIVELIHOODS

REPLACING = ("corrects", "updates")
_FORMER = "former."  # how the rules begin by which a figure is read as one that another has replaced


@dataclass(frozen=True, slots=True)
class Relation:
    """`later` stands in this `kind` of relation to `earlier`; both are figure ids."""

    later: str
    kind: str
    earlier: str


@dataclass(frozen=True, slots=True)
class Position:
    """One figure on its measure. `first` is the first day that an article gives it, None where no article has a day.

    `standing` is `current`, `consistent` (with the current one), `superseded`, `disputed`, `testimony` (what somebody
    unnamed tells of their own case) or `apart` (one article gives both, so they are of two times or parts).
    """

    figure: Figure
    interval: Interval
    first: date | None
    standing: str

    @property
    def origins(self) -> tuple[str, ...]:
        """The independent sources that give it: speakers, and articles without their reprints."""
        return tuple(sorted({witness.origin for witness in self.figure.witnesses}))


@dataclass(frozen=True, slots=True)
class Reconciled:
    """All figures on one measure, the current one first, then by day; `origins` are those who give the current one."""

    measure: Measure
    positions: tuple[Position, ...]
    relations: tuple[Relation, ...]
    origins: tuple[str, ...]

    @property
    def current(self) -> Figure:
        """The figure that stands: of those that the most origins agree on, the narrowest."""
        return self.positions[0].figure

    def to_current(self, position: Position) -> Relation | None:
        """Return how a position and the current one stand to each other, whichever is the later; None for neither."""
        pair = {position.figure.id, self.current.id}
        return next((one for one in self.relations if {one.later, one.earlier} == pair), None)


def reconcile(
    assembled: Assembled, incident: str, as_of: date | None = None, recommended: Collection[str] = ()
) -> tuple[Reconciled, ...]:
    """Compare all figures on an incident.

    Args:
        assembled: The graph.
        incident: The incident's id.
        as_of: Count only what was published by this day; articles without a day are then left out.
        recommended: The figures that a curator would go by; one of them is current on its measure, whoever says else.

    Returns:
        One entry per measure, ordered by population, the measures with the most figures first.
    """
    figures = [figure for figure in assembled.figures if figure.incident == incident]
    groups = _by_measure(assembled, figures, as_of)
    found = [_reconcile(measure, positions, recommended) for measure, positions in groups.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.positions), str(one.measure))))


def relations(assembled: Assembled) -> Iterator[tuple[Relation, Figure, Figure]]:
    """Yield every relation of two figures of the graph, with the earlier and the later figure."""
    for measure, positions in _by_measure(assembled, assembled.figures).items():
        known = {one.figure.id: one.figure for one in positions}
        for relation in _reconcile(measure, positions, ()).relations:
            yield relation, known[relation.earlier], known[relation.later]


def _by_measure(
    assembled: Assembled, figures: Iterable[Figure], as_of: date | None = None
) -> Mapping[Measure, list[Position]]:
    days = {article.id: article.published for article in assembled.articles}
    events = {event.id: event for event in assembled.events}
    groups: dict[Measure, list[Position]] = defaultdict(list)
    for figure in _known_by(figures, days, as_of):
        told = sorted(day for witness in figure.witnesses if (day := days[witness.article]))
        position = Position(figure, interval_of(figure), told[0] if told else None, "")
        groups[measure_of(figure, events)].append(position)
    return groups


def lookalikes(reconciled: Iterable[Reconciled]) -> tuple[tuple[Position, ...], ...]:
    """Return the figures with the same digits on different measures, which must not be taken for one another.

    Each entry holds one figure per measure; the digits of small counts meet by chance and are left out.
    """
    groups: dict[tuple[object, ...], dict[Measure, Position]] = defaultdict(dict)
    for one in reconciled:
        for position in one.positions:
            figure = position.figure
            if max(abs(figure.low or 0), abs(figure.high or 0)) >= wording()["lookalike_least"]:
                groups[figure.unit, figure.low, figure.high].setdefault(one.measure, position)
    return tuple(tuple(group.values()) for group in groups.values() if len(group) > 1)


def _known_by(figures: Iterable[Figure], days: Mapping[str, date | None], as_of: date | None) -> Iterator[Figure]:
    for figure in figures:
        kept = tuple(one for one in figure.witnesses if as_of is None or ((day := days[one.article]) and day <= as_of))
        if kept:
            yield replace(figure, witnesses=kept)


def _reconcile(measure: Measure, positions: Sequence[Position], recommended: Collection[str]) -> Reconciled:
    ordered = sorted(positions, key=lambda one: (one.first or date.min, one.figure.id))
    relations = [relation for pair in combinations(ordered, 2) if (relation := _relate(measure, *pair))]
    by_id = {one.figure.id: one for one in ordered}
    gone = _superseded(by_id, relations)
    relations = [one for one in relations if one.kind != "disputes" or gone.isdisjoint((one.later, one.earlier))]
    standing = [one for one in ordered if one.figure.id not in gone] or ordered
    standing = [one for one in standing if not _is_testimony(one.figure)] or standing
    candidates = [one for one in ordered if one.figure.id in recommended] or standing
    current = max(candidates, key=lambda one: _weight(one, standing))
    disputed = {one.later for one in relations if one.kind == "disputes"}
    disputed |= {one.earlier for one in relations if one.kind == "disputes"}
    placed = [replace(one, standing=_standing(one, current, gone, disputed)) for one in ordered]
    placed.sort(key=lambda one: one.standing != "current")
    agreeing = [one for one in standing if one.interval.overlaps(current.interval)]
    return Reconciled(measure, tuple(placed), tuple(relations), tuple(sorted(_origins(agreeing))))


def _relate(measure: Measure, earlier: Position, later: Position) -> Relation | None:
    """Return how the later of two figures stands to the earlier; None where nothing can be said."""
    if earlier.interval.overlaps(later.interval):
        return Relation(later.figure.id, _meeting(earlier.interval, later.interval), earlier.figure.id)
    if told := _told_replacement(earlier.figure, later.figure):
        return told
    if _share_article(earlier.figure, later.figure) or _is_testimony(earlier.figure) or _is_testimony(later.figure):
        return None  # one article that gives both means two matters, and one person's case is no total
    grows = later.interval.low >= earlier.interval.high
    moves = bool(set(measure.population.split()).intersection(wording()["series"]))
    if _voice(earlier.figure) == _voice(later.figure) and _is_later(earlier, later) and (grows or moves):
        return Relation(later.figure.id, "updates", earlier.figure.id)
    return Relation(later.figure.id, "disputes", earlier.figure.id)


def _meeting(earlier: Interval, later: Interval) -> str:
    if earlier == later:
        return "same"
    return "refines" if earlier.holds(later) else "consistent"


def _told_replacement(one: Figure, other: Figure) -> Relation | None:
    """Return the relation of two figures of which a sentence with both says that one took the other's place.

    Where the reading marks the replaced one, that holds. Else it is right after "from", "than" or "not", or it is the
    one that the sentence gives first. Words of correction make it `corrects`; without them, "from X to Y" makes it
    `updates`.
    """
    for former, later in ((one, other), (other, one)):
        if _is_former(former, later) and not _is_former(later, former):
            return Relation(later.id, "corrects", former.id)
    for said in sorted(_sentences(one) & _sentences(other)):
        places = {one.id: said[1].find(one.text), other.id: said[1].find(other.text)}
        first, second = sorted(places, key=lambda key: places[key])
        if places[first] < 0:
            continue
        marked = [key for key in (first, second) if follows(said[1], places[key], wording()["replaced"])]
        old = marked[0] if marked else first
        new = second if old == first else first
        if set(wording()["corrections"]).intersection(tokens(said[1])):
            return Relation(new, "corrects", old)
        if marked and follows(said[1], places[new], ("to",)):
            return Relation(new, "updates", old)
    return None


def _is_former(old: Figure, new: Figure) -> bool:
    """Tell whether a quote was read as a correction of the old figure, and the new one stands in it."""
    told = [one for one in old.witnesses if one.rule.startswith(_FORMER)]
    return any(
        one.article == other.article and one.quote.start <= other.quote.start and other.quote.end <= one.quote.end
        for one in told
        for other in new.witnesses
        if not other.rule.startswith(_FORMER) and new.text in one.quote.text
    )


def _sentences(figure: Figure) -> set[tuple[str, str]]:
    return {(witness.article, witness.quote.text) for witness in figure.witnesses}


def _superseded(positions: Mapping[str, Position], relations: Iterable[Relation]) -> set[str]:
    """Return the figures that others replace, with those that agree with a replaced one and not with the new one."""
    gone: set[str] = set()
    for relation in relations:
        if relation.kind in REPLACING:
            new, old = positions[relation.later].interval, positions[relation.earlier].interval
            alike = (key for key, one in positions.items() if one.interval.overlaps(old))
            gone |= {key for key in alike if not positions[key].interval.overlaps(new)}
    return gone


def _standing(one: Position, current: Position, gone: set[str], disputed: set[str]) -> str:
    if one is current:
        return "current"
    if one.figure.id in gone:
        return "superseded"
    if one.interval.overlaps(current.interval):
        return "consistent"
    if _is_testimony(one.figure):
        return "testimony"
    return "disputed" if one.figure.id in disputed else "apart"


def _weight(one: Position, among: Sequence[Position]) -> tuple[int, float, date, str]:
    """Order candidates: the most independent origins that agree, then the narrowest, then the latest."""
    agreeing = [other for other in among if other.interval.overlaps(one.interval)]
    return len(_origins(agreeing)), -one.interval.width, one.first or date.min, one.figure.id


def _origins(positions: Iterable[Position]) -> set[str]:
    return {witness.origin for one in positions for witness in one.figure.witnesses}


def _voice(figure: Figure) -> str:
    """The speaker of a figure; all articles that give it in their own voice are one, for they tell what is known."""
    return figure.witnesses[0].origin if figure.speaker is not None else ""


def _is_testimony(figure: Figure) -> bool:
    """Tell whether somebody unnamed tells it of the living of a group, most likely their own."""
    group = figure.group is not None and figure.group not in NOT_LIVELIHOODS
    return group and figure.witnesses[0].origin.startswith("unnamed:")


def _is_later(earlier: Position, later: Position) -> bool:
    return earlier.first is not None and later.first is not None and earlier.first < later.first


def _share_article(one: Figure, other: Figure) -> bool:
    return not {witness.article for witness in one.witnesses}.isdisjoint(witness.article for witness in other.witnesses)
