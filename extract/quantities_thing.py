"""A figure in a Doc in, what it counts or measures, where its span ends, and which way it moves out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from extract.intervals import Interval
from extract.phrases import Phrases
from extract.rules import load, regex

_ODDS = re.compile(r"\s(?:in|out of)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a figure counts, the end of its span with that included, and the direction that it moves in."""

    thing: str | None
    end: int
    direction: str


def measure(
    phrases: Phrases, figure: Interval, sentence: tuple[int, int], previous: Measured | None, gap: str
) -> Measured:
    """Say what `figure` measures. `sentence` is its sentence in code points, `gap` the text since the figure before."""
    text = phrases.doc.text
    apposed = previous is not None and regex("contexts", "context.apposed").fullmatch(gap) is not None
    if apposed and previous is not None:
        inherited = previous.direction if "(" not in gap else "none"
        thing, end = _counted(phrases, figure, sentence)
        return Measured(thing if figure.unit == "count" and thing else previous.thing, end, inherited)
    direction = _direction(text, figure, sentence)
    thing, end = _counted(phrases, figure, sentence)
    return Measured(thing or _measured(phrases, figure, sentence), end, direction)


def _direction(text: str, figure: Interval, sentence: tuple[int, int]) -> str:
    after = _change_after().match(text, figure.end, min(sentence[1], figure.end + 60))
    if after is not None:
        return str(next(name for name, found in after.groupdict().items() if found))
    start = max(sentence[0], figure.start - 70)
    if regex("contexts", "context.level").search(text, start, figure.start):
        return "none"
    before = _change_before().search(text[start : figure.start])
    return str(next(name for name, found in before.groupdict().items() if found)) if before else "none"


@cache
def _change_before() -> re.Pattern[str]:
    words = "|".join(f"(?P<{rule.values['direction']}>{rule.pattern})" for rule in load("changes"))
    filler = regex("contexts", "context.filler").pattern.removesuffix("$")
    return re.compile(rf"(?:{words})(?:{filler})?\s*$", re.IGNORECASE)


@cache
def _change_after() -> re.Pattern[str]:
    words = "|".join(f"(?P<{rule.values['direction']}>{rule.pattern})" for rule in load("changes"))
    return re.compile(
        rf"\s(?:year-on-year |annual |on-year |monthly |daily |sharp |steep )?(?:{words})(?!\sto\b)", re.IGNORECASE
    )


def _counted(phrases: Phrases, figure: Interval, sentence: tuple[int, int]) -> tuple[str | None, int]:
    """Find the noun phrase that follows a count, and adjectival money or durations, at once."""
    text = phrases.doc.text
    following = text[figure.end : figure.end + 1]
    if figure.unit == "percent" or figure.unit == "times":
        match = re.match(r"\s?of\s", text[figure.end : figure.end + 4], re.IGNORECASE)
        odds = figure.first.rule == "number" and _ODDS.search(text, figure.start, figure.end) is not None
        if match is None and not odds:
            return None, figure.end
    elif following not in (" ", "-"):
        return None, figure.end
    phrase = phrases.after(figure.end)
    if phrase is None or phrases.end(phrase) > sentence[1]:
        return None, figure.end
    if figure.unit not in ("count", "percent", "times") and phrases.doc[phrase[0] - 1].lower_ == "of":
        return phrases.text(phrase), figure.end
    return phrases.text(phrase), phrases.end(phrase)


def _measured(phrases: Phrases, figure: Interval, sentence: tuple[int, int]) -> str | None:
    """Find what a percentage, a sum or a bare count is of, elsewhere in the sentence."""
    text = phrases.doc.text
    for rule in ("context.change_in", "context.worth"):
        match = regex("contexts", rule).match(text, figure.end, min(sentence[1], figure.end + 80))
        phrase = phrases.after(match.end()) if match else None
        if phrase is not None and phrases.end(phrase) <= sentence[1]:
            return phrases.text(phrase)
    match = regex("contexts", "context.measured_by").search(text, max(sentence[0], figure.start - 30), figure.start)
    phrase = phrases.before(match.start()) if match and match.start() > sentence[0] else None
    if phrase is None:
        phrase = phrases.subject(figure.start, sentence[0])
    return phrases.text(phrase) if phrase else None
