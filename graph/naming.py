"""In: a text with what was read out of it, and the graph. Out: which incident each of its statements is about.

A firm is meant where one of its incident's names stands in the text as a name of its own: "Acme" is not meant by "Acme
Foods". The sentence of a statement decides; where it names no firm of an incident, the text as a whole does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.assembled import Assembled, Incident
from graph.identity import fold_name, placed_words, words
from graph.verdicts import wordlists
from ontology.records import Extraction, Span

_YEAR: Final = re.compile(r"(?<![\d.,$€£])(?:19|20)\d\d(?![\d,.]\d|\d)")
_ACRONYM: Final = 4  # capital letters at most, as in CEO: more are a name


@dataclass(frozen=True, slots=True)
class Named:
    """A place of a text that names the firm of some incidents; several where the firm had several."""

    start: int
    end: int
    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """The incident that a statement is about, or the reason code that says why none can be told."""

    incident: Incident | None
    reason: str = ""


class Naming:
    """What the names in one text stand for. Made once for a text; asked for each of its statements.

    Args:
        extraction: What was read out of the text.
        graph: The graph whose incidents may be meant.
        as_of: Leave out incidents that no article told of by this day.
    """

    def __init__(self, extraction: Extraction, graph: Assembled, as_of: date | None = None) -> None:
        self._extraction = extraction
        self._days = {article.id: article.published for article in graph.articles}
        known = [
            one for one in graph.incidents if as_of is None or min(self._published(one), default=date.max) <= as_of
        ]
        self._named = list(_named(extraction, known))

    def meant(self, quote: Span, figure: Span | None, speaker: str | None) -> Meant:
        """Say which incident a statement is about.

        Args:
            quote: Its sentence.
            figure: The words of a figure, whose digits are no year; None for a causal statement.
            speaker: Who says it: a firm that only speaks is not the one that it is about, where there is another.
        """
        inside = [one for one in self._named if quote.start <= one.start and one.end <= quote.end]
        if self._is_of_another(quote, speaker, inside):
            return Meant(None, "other_firm")
        found = _without_speaker(self._extraction.article.text, inside, speaker) or self._of_text()
        incidents = {incident.id: incident for one in found for incident in one.incidents}
        if not incidents:
            return Meant(None, "no_incident")
        in_year = self._in_year(incidents.values(), quote, figure)
        if not in_year:
            return Meant(None, "other_year")
        alike = self._of_kind(in_year)
        return Meant(alike[0]) if len(alike) == 1 else Meant(None, "several_incidents")

    def _of_text(self) -> Sequence[Named]:
        """Return the places that name the firm whose incident the text as a whole is about, else all places."""
        told = self._extraction.incident
        name = told.organisation if told else None
        return [one for one in self._named if name and _names([one], name)] or self._named

    def _published(self, incident: Incident) -> Iterator[date]:
        return (day for article in incident.articles if (day := self._days.get(article)))

    def _is_of_another(self, quote: Span, speaker: str | None, inside: Sequence[Named]) -> bool:
        """Tell whether the reading marks another firm in this sentence as the one whose incident it is."""
        for organisation in self._extraction.organisations:
            if not organisation.breached or set(fold_name(organisation.name).split()) <= _words(speaker):
                continue
            for mention in organisation.mentions:
                if quote.start <= mention.span.start < quote.end and not _names(inside, organisation.name):
                    apart = (one.end <= mention.span.start or mention.span.end <= one.start for one in self._named)
                    if all(apart):
                        return True
        return False

    def _in_year(self, incidents: Iterable[Incident], quote: Span, figure: Span | None) -> list[Incident]:
        """Return the incidents that the years in the sentence leave; all where it names none."""
        places = ((quote.start + found.start(), int(found[0])) for found in _YEAR.finditer(quote.text))
        years = {year for place, year in places if figure is None or not figure.start <= place < figure.end}
        return [one for one in incidents if not years or not years.isdisjoint(self._years(one))]

    def _years(self, incident: Incident) -> set[int]:
        days = [day for day in (incident.first_day, incident.last_day, *self._published(incident)) if day]
        return set(range(min(days).year, max(days).year + 1)) if days else set()

    def _of_kind(self, incidents: Sequence[Incident]) -> Sequence[Incident]:
        """Of several incidents, return those of the kind that the text speaks of, where there are such."""
        told = self._extraction.incident
        family = words().family.get(told.kind) if told else None
        alike = [one for one in incidents if words().family.get(one.kind) == family]
        return alike or incidents


def _named(extraction: Extraction, incidents: Iterable[Incident]) -> Iterator[Named]:
    """Yield the places that name firms, in order; of names that begin at one place, the longest."""
    index = _index(incidents)
    text = extraction.article.text
    placed = placed_words(text)
    headline = _is_headline(text)
    at = 0
    while at < len(placed):
        name = next((one for one in index.get(placed[at][2], ()) if _stands(one, placed, at)), None)
        last = at + len(name) - 1 if name else at
        if name and _is_own(text, placed, at, last, headline) and not _inside_other(extraction, placed, at, last):
            yield Named(placed[at][0], placed[last][1], tuple(index[placed[at][2]][name]))
        at = last + 1


def _index(incidents: Iterable[Incident]) -> Mapping[str, Mapping[tuple[str, ...], list[Incident]]]:
    """Return the names of all firms by their first word, longest first, each with the firm's incidents."""
    found: dict[str, dict[tuple[str, ...], list[Incident]]] = defaultdict(lambda: defaultdict(list))
    for incident in incidents:
        if incident.organisation is not None:
            names = {tuple(fold_name(name).split()) for name in (incident.organisation, *incident.aliases)}
            for name in names:
                if name and not set(name) <= words().stand_ins:
                    found[name[0]][name].append(incident)
    return {first: dict(sorted(names.items(), key=lambda item: -len(item[0]))) for first, names in found.items()}


def _stands(name: Sequence[str], placed: Sequence[tuple[int, int, str]], at: int) -> bool:
    return [word for _, _, word in placed[at : at + len(name)]] == list(name)


def _is_own(text: str, placed: Sequence[tuple[int, int, str]], at: int, last: int, headline: bool) -> bool:
    """Tell whether the words are written as a name, and do not go on into a longer one."""
    start, end = placed[at][0], placed[last][1]
    if text[start:end] == text[start:end].lower() and not any(letter.isdigit() for letter in text[start:end]):
        return False
    if headline or last + 1 == len(placed):
        return True
    after = placed[last + 1]
    spoken = text[after[0] : after[1]]
    goes_on = text[end : after[0]] == " " and spoken[0].isupper() and not text[:end].endswith(("'s", "’s"))
    return not goes_on or _is_neutral(spoken)


def _inside_other(extraction: Extraction, placed: Sequence[tuple[int, int, str]], at: int, last: int) -> bool:
    """Tell whether the words are part of the longer name of another organisation."""
    start, end = placed[at][0], placed[last][1]
    for organisation in extraction.organisations:
        for span in (mention.span for mention in organisation.mentions):
            if span.start <= start and end <= span.end:
                outside = [one for one in placed if span.start <= one[0] < span.end and not start <= one[0] < end]
                if any(not _is_neutral(extraction.article.text[one[0] : one[1]]) for one in outside):
                    return True
    return False


def _is_neutral(spoken: str) -> bool:
    """Tell whether a capitalised word beside a name leaves it the same firm's: a legal form, "Data", "CEO"."""
    folded = placed_words(spoken)[0][2]
    listed = words().legal_forms | words().determiners | wordlists()["incident_words"] | wordlists()["behind_names"]
    return folded in listed or (spoken.isupper() and len(spoken) <= _ACRONYM)


def _is_headline(text: str) -> bool:
    """Tell whether nearly every longer word is capitalised, so that capitals tell nothing."""
    long = [text[start] for start, end, _ in placed_words(text) if end - start > 3 and text[start].isalpha()]
    return len(long) > 2 and sum(letter.isupper() for letter in long) > 0.8 * len(long)


def _without_speaker(text: str, named: Sequence[Named], speaker: str | None) -> Sequence[Named]:
    others = [one for one in named if not _words(text[one.start : one.end]) <= _words(speaker)]
    return others or named


def _names(named: Iterable[Named], name: str) -> bool:
    """Tell whether a name is one of the firms that were found, under any of its names."""
    folded = fold_name(name)
    return any(folded in map(fold_name, one.aliases) for found in named for one in found.incidents)


def _words(phrase: str | None) -> set[str]:
    return {word for _, _, word in placed_words(phrase or "")}
