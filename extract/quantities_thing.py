"""A figure in a Doc in, what it counts or measures, where its span ends, and which way it moves out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from extract.clauses import Range
from extract.intervals import Interval
from extract.phrases import Phrases
from extract.rules import load, regex, table

_OF = re.compile(r"\s?of\s", re.IGNORECASE)
_ODDS = re.compile(r"\s(?:in|out of)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a figure counts, the end of its span with that included, and the direction that it moves in."""

    thing: str | None
    end: int
    direction: str
    counted: str | None = None  # the last thing that stood right behind a figure


def measure(
    phrases: Phrases, figure: Interval, sentence: tuple[int, int], previous: Measured | None, gap: str
) -> Measured:
    """Say what `figure` measures. `sentence` is its sentence in code points, `gap` the text since the figure before."""
    counted = _counted(phrases, figure, sentence)
    thing = phrases.words(counted) if counted else None
    end = phrases.end(counted) if counted and not _is_apart(phrases, figure, counted) else figure.end
    if previous is not None and regex("contexts", "context.apposed").search(gap):
        direction = "none" if "(" in gap else previous.direction
        return Measured(thing or previous.thing, end, direction, thing or previous.counted)
    direction = _direction(phrases.text, figure, sentence)
    last = thing or (previous.counted if previous is not None else None)
    thing = thing or _measured(phrases, figure, sentence)
    if thing is None or _is_pointer(thing):
        thing = last
    return Measured(thing, end, direction, last)


def _is_pointer(thing: str) -> bool:
    """Whether the words point back at what was counted before: "them", "the figure"."""
    return thing.lower().split()[-1] in table("pointers")["words"]


def _direction(text: str, figure: Interval, sentence: tuple[int, int]) -> str:
    after = _change_after().match(text, figure.end, min(sentence[1], figure.end + 60))
    if after is not None:
        return _named(after)
    start = max(sentence[0], figure.start - 70)
    if text[figure.start - 4 : figure.start].lower() == " by ":
        changes = list(_change().finditer(text, sentence[0], figure.start))
        return _named(changes[-1]) if changes else "none"
    if regex("contexts", "context.level").search(text, start, figure.start):
        return "none"
    before = _change_before().search(text[start : figure.start])
    return _named(before) if before else "none"


def _named(match: re.Match[str]) -> str:
    return next(name for name, found in match.groupdict().items() if found)


@cache
def _change() -> re.Pattern[str]:
    return re.compile(
        "|".join(f"(?P<{rule.values['direction']}>{rule.pattern})" for rule in load("changes")), re.IGNORECASE
    )


@cache
def _change_before() -> re.Pattern[str]:
    words = _change().pattern
    filler = regex("contexts", "context.filler").pattern.removesuffix("$")
    return re.compile(rf"(?:{words})(?:{filler})?\s*$", re.IGNORECASE)


@cache
def _change_after() -> re.Pattern[str]:
    words = _change().pattern
    return re.compile(
        rf"\s(?:year-on-year |annual |on-year |monthly |daily |sharp |steep )?(?:{words})(?!\sto\b)", re.IGNORECASE
    )


def _counted(phrases: Phrases, figure: Interval, sentence: tuple[int, int]) -> Range | None:
    """Find the noun phrase that follows a count, a share, or a sum or a time that stands as an adjective."""
    text = phrases.text
    if figure.unit in ("percent", "times"):
        odds = figure.first.rule == "number" and _ODDS.search(text, figure.start, figure.end) is not None
        if not (odds or _OF.match(text, figure.end)):
            return None
    elif text[figure.end : figure.end + 1] not in (" ", "-"):
        return None
    phrase = phrases.counted(figure.end)
    return phrase if phrase is not None and phrases.end(phrase) <= sentence[1] else None


def _is_apart(phrases: Phrases, figure: Interval, counted: Range) -> bool:
    """Whether the thing stays out of the span: "12 days of inactivity"."""
    return figure.unit not in ("count", "percent", "times") and phrases.doc[counted[0] - 1].lower_ == "of"


def _measured(phrases: Phrases, figure: Interval, sentence: tuple[int, int]) -> str | None:
    """Find what a percentage, a sum or a bare count is of, elsewhere in the sentence."""
    text, stop = phrases.text, min(sentence[1], figure.end + 80)
    for rule in ("context.change_in", "context.worth"):
        match = regex("contexts", rule).match(text, figure.end, stop)
        phrase = phrases.noun_at(phrases.token_from(match.end())) if match else None
        if phrase is not None and not phrases.is_time(phrase):
            return phrases.words(phrase)
    if phrases.is_subject(figure.end):
        return None
    match = regex("contexts", "context.measured_by").search(text, max(sentence[0], figure.start - 30), figure.start)
    whole = match is not None and match[0].split()[:1] not in (["of"], ["worth"])
    near = phrases.before(match.start(), whole=whole) if match and match.start() > sentence[0] else None
    for phrase in (near, phrases.subject(figure.start)):
        clipped = _clipped(phrases, phrase, figure) if phrase else None
        if clipped is not None and not phrases.is_time(clipped):
            return _changed(phrases, clipped)
    return None


def _clipped(phrases: Phrases, phrase: Range, figure: Interval) -> Range | None:
    """Cut off the figure itself, and refuse another figure: "a ransom approaching" gives "a ransom"."""
    start, stop = phrase[0], min(phrase[1], phrases.token_from(figure.start))
    while stop > start and phrases.doc[stop - 1].pos_ not in ("NOUN", "PROPN", "PRON"):
        stop -= 1
    numeric = any(phrases.doc[index].like_num for index in range(start, stop))
    return (start, stop) if stop > start and not numeric else None


def _changed(phrases: Phrases, phrase: Range) -> str:
    """Give the thing of "the drop in parcels" and "the number of users", else the phrase itself."""
    behind = phrase[1]
    head = phrases.doc[behind - 1].lower_
    if head in table("pointers")["words"] or _change().fullmatch(head):
        of = behind < len(phrases.doc) and phrases.doc[behind].lower_ in ("in", "of")
        inner = phrases.noun_at(behind + 1) if of else None
        if inner is not None:
            return phrases.words(inner)
        if _change().fullmatch(head) and behind - 1 > phrase[0]:
            return phrases.words((phrase[0], behind - 1))
    return phrases.words(phrase)
