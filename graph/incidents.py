"""In: Extractions. Out: the incidents that they tell of, which article tells of which, and an incident by its name.

An incident is (organisation, family of kinds, window of days). Organisations are one by name, by Wikidata id, or
because one's article calls it by the other's name. An article that tells when the incident was opens or joins a
window of `window_days`; one that only has a day of publication is about the last incident known by then.
"""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from networkx.utils import UnionFind

from graph.assembled import Assembled, Incident
from graph.curation import Curation
from graph.errors import IncidentError
from graph.identity import content_id, fold_label, fold_name, is_name, words
from ontology.records import Extraction
from ontology.terms import ID

_SUGGESTIONS: Final = 5
_UNCURATED: Final = Curation()


@dataclass(frozen=True, slots=True)
class Reference:
    """What one article tells of its incident. `day` is when it was, or None; `published` the article's own day."""

    article: str
    title: str | None
    organisation: str | None
    names: tuple[str, ...]
    wikidata: str | None
    kind: str
    day: date | None
    published: date | None

    @property
    def keys(self) -> frozenset[tuple[str, str]]:
        """What joins it to other articles on the same organisation; empty where it names none."""
        names = {("name", fold_name(name)) for name in self.names}
        return frozenset(names | ({("wikidata", self.wikidata)} if self.wikidata else set()))

    @property
    def reason(self) -> str:
        """Why it belongs to its incident, for people."""
        name = f"names {self.organisation}" if self.organisation else "names no organisation"
        if self.day:
            return f"{name}; tells of {self.day}"
        return f"{name}; published {self.published}" if self.published else f"{name}; no day known"


def refer(extraction: Extraction) -> Reference:
    """Read the reference out of an extraction; the breached organisation stands in where the incident names none."""
    incident, article = extraction.incident, extraction.article
    breached = [organisation for organisation in extraction.organisations if organisation.breached]
    name = incident.organisation if incident and incident.organisation else None
    name = name or (breached[0].name if breached else None)
    same = [found for found in extraction.organisations if name and fold_name(found.name) == fold_name(name)]
    spoken = {mention.span.text for found in same for mention in found.mentions if is_name(mention.span.text)}
    types = {event.id: event.type for event in extraction.events}
    kind = incident.kind if incident else types.get(extraction.breach or "", "")
    return Reference(
        article=article.id,
        title=article.title,
        organisation=name,
        names=tuple(sorted(spoken | ({name} if name else set()))),
        wikidata=next((found.wikidata for found in same if found.wikidata), None),
        kind=kind if kind in words().family else "data_breach",
        # the day of publication is what an extraction falls back to; it does not tell when the incident was
        day=incident.when if incident and incident.when != article.published else None,
        published=article.published,
    )


def group_incidents(references: Iterable[Reference], curation: Curation = _UNCURATED) -> dict[str, Incident]:
    """Return every article's incident, by article id. The order of the references does not matter."""
    ordered = sorted(references, key=lambda reference: reference.article)
    groups: dict[str, list[Reference]] = defaultdict(list)
    for members in by_organisation(ordered, curation):
        for family in sorted({words().family[reference.kind] for reference in members}):
            alike = [reference for reference in members if words().family[reference.kind] == family]
            for window in _windows(alike):
                key = _incident_id(members, family, window)
                for reference in window:
                    groups[curation.place(key, reference.article)].append(reference)
    found: dict[str, Incident] = {}
    for key, window in groups.items():
        incident = _incident(key, sorted(window, key=lambda reference: reference.article))
        found |= {reference.article: incident for reference in window}
    return found


def by_organisation(references: Sequence[Reference], curation: Curation = _UNCURATED) -> Iterator[list[Reference]]:
    """Yield the references of each organisation: joined by a name or a Wikidata id, over any number of steps.

    What the curators say to be one is joined as well; an article that names no organisation stays alone.
    """
    joins: UnionFind[tuple[str, str]] = UnionFind()
    for one, other in curation.same:
        joins.union(("name", one), ("name", other))
    groups: dict[tuple[str, str], list[Reference]] = defaultdict(list)
    for reference in references:
        joins.union(("article", reference.article), *reference.keys)
    for reference in sorted(references, key=lambda reference: reference.article):
        groups[joins["article", reference.article]].append(reference)
    yield from groups.values()


def _windows(references: Sequence[Reference]) -> list[list[Reference]]:
    """Split the references to one organisation's incidents of one family into incidents, oldest first."""
    told = sorted({reference.day for reference in references if reference.day})
    starts = _starts(told)
    published = {reference.published for reference in references if reference.published and not reference.day}
    early = [day for day in published if starts and day + timedelta(days=words().window_days) < starts[0]]
    starts = _starts(sorted(published)) if not starts else [*_starts(sorted(early)), *starts]
    windows: dict[date | None, list[Reference]] = defaultdict(list)
    for reference in references:
        windows[_start_for(reference, starts)].append(reference)
    return [windows[start] for start in sorted(windows, key=lambda start: start or date.min)]


def _starts(days: Sequence[date]) -> list[date]:
    """Return the days that open a window: each lies more than a window after the one before."""
    starts: list[date] = []
    for day in days:
        if not starts or day - starts[-1] > timedelta(days=words().window_days):
            starts.append(day)
    return starts


def _start_for(reference: Reference, starts: Sequence[date]) -> date | None:
    """Return the window of a reference; with no day at all, the last one."""
    if not starts:
        return None
    day = reference.day
    if day is None:
        day = reference.published + timedelta(days=words().slack_days) if reference.published else date.max
    return max((start for start in starts if start <= day), default=starts[0])


def _incident_id(organisation: Sequence[Reference], family: str, window: Sequence[Reference]) -> str:
    """Return the id: by organisation, family and first year; an article that names nobody is its own incident."""
    key = _most_common(fold_name(one.organisation) for one in organisation if one.organisation)
    days = _days(window)
    return content_id("incident", key or window[0].article, family, days[0].year if key and days else None)


def _days(window: Sequence[Reference]) -> list[date]:
    """Return the days that an incident is told to have been, else those of publication, in order."""
    told = sorted(reference.day for reference in window if reference.day)
    return told or sorted(reference.published for reference in window if reference.published)


def _incident(key: str, window: Sequence[Reference]) -> Incident:
    name = _most_common(reference.organisation for reference in window)
    kind = _most_common(reference.kind for reference in window) or ""
    days = _days(window)
    said = kind.replace("_", " ")
    year = f" ({days[0].year})" if days else ""
    titles = {reference.title for reference in window if reference.title and name is None}
    return Incident(
        id=key,
        label=f"{name} {said}{year}" if name else f"{said} in {window[0].article}",
        organisation=name,
        kind=kind,
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
        aliases=tuple(sorted({spoken for reference in window for spoken in reference.names} | titles)),
        articles=tuple(reference.article for reference in window),
        reasons=tuple(reference.reason for reference in window),
    )


def _most_common(values: Iterable[str | None]) -> str | None:
    """Return the value that is there most often; of several, the first in the alphabet; None where there is none."""
    counted = Counter(value for value in values if value is not None)
    return min(counted, key=lambda value: (-counted[value], value), default=None)


def find_incident(assembled: Assembled, name: str) -> Incident:
    """Return the incident that goes by a name: its id, label or alias, or words that its names hold, in any case.

    Raises:
        IncidentError: None does, or several do; it names those that were near.
    """
    for test in (_is_id, _is_label, _is_alias, _has_words):
        fitting = [incident for incident in assembled.incidents if test(incident, name)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            listed = sorted(f"{incident.label} [{incident.id}]" for incident in fitting)
            raise IncidentError(name, listed, several=True)
    raise IncidentError(name, _suggest(assembled, name), several=False)


def _is_id(incident: Incident, name: str) -> bool:
    return incident.id == name.strip().removeprefix(ID)


def _is_label(incident: Incident, name: str) -> bool:
    return fold_label(incident.label) == fold_label(name)


def _is_alias(incident: Incident, name: str) -> bool:
    return fold_name(name) in {fold_name(alias) for alias in incident.aliases}


def _has_words(incident: Incident, name: str) -> bool:
    held = {word for known in (incident.label, *incident.aliases) for word in fold_label(known).split()}
    asked = fold_label(name).split()
    return bool(asked) and held.issuperset(asked)


def _suggest(assembled: Assembled, name: str) -> list[str]:
    """Return the nearest labels, by any of the incident's names; all labels, few as they are, where none is near."""
    labels = {fold_label(known): one.label for one in assembled.incidents for known in (one.label, *one.aliases)}
    near = difflib.get_close_matches(fold_label(name), labels, n=_SUGGESTIONS, cutoff=0.5)
    return list(dict.fromkeys(labels[one] for one in near)) or sorted(set(labels.values()))[:_SUGGESTIONS]
