"""In: the assembled graph. Out: its property graph as rows, table by table, with the ids that its nodes have in RDF.

Evidence, belief and article ids stand on the relationships between events, so that a path search never runs through
articles or mentions. Ids go without the namespace; groups and articles go by their codes, an article's `version` is
the id of its node in RDF.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Final

from graph.assembled import Assembled, Claim, EventNode, Figure, Incident, Witness
from graph.quads import is_livelihood_impact, mention_id, organisation_id, speaker_id, version_id, witness_id
from graph.selection import HARMFUL
from graph.stores import tables
from graph.stores.tables import Part, Row, Table
from ontology import iris, terms
from ontology.records import Article, Span

_POLARITY: Final = {False: "positive", True: "negative"}
Told = Claim | Figure


def parts(assembled: Assembled) -> Iterator[Part]:
    """Yield all nodes, then all relationships, table by table; no row comes twice; what is unsupported is left out."""
    assembled = assembled.supported()
    versions = {article.id: version_id(article) for article in assembled.articles}
    events = {event.id: event for event in assembled.events}
    yield Part(tables.INCIDENT, [_incident(incident) for incident in assembled.incidents])
    steps = _steps(assembled)
    yield Part(tables.EVENT, [_event(event, steps.get(event.id)) for event in assembled.events])
    yield Part(tables.GROUP, [_group(code) for code in sorted(_groups(assembled))])
    yield Part(tables.CLAIM, [_claim(claim, events) for claim in assembled.claims])
    yield Part(tables.FIGURE, [_figure(figure, events) for figure in assembled.figures])
    yield Part(tables.ARTICLE, [_article(article, versions) for article in assembled.articles])
    yield Part(tables.AGENT, _once(_agents(assembled, versions)))
    yield Part(tables.CAUSAL, [_causal(claim) for claim in assembled.claims], ("Event", "Event"))
    yield from _event_ties(assembled, versions)
    yield from _claim_ties(assembled, versions)
    yield from _figure_ties(assembled, versions)
    yield from _article_ties(assembled)


def _event_ties(assembled: Assembled, versions: Mapping[str, str]) -> Iterator[Part]:
    events = assembled.events
    yield _ties(tables.IN_INCIDENT, "Event", "Incident", ((event.id, event.incident) for event in events))
    yield _ties(tables.FALLS_ON, "Event", "LivelihoodGroup", ((event.id, event.group) for event in events))
    mentions = (
        {
            "a": event.id,
            "b": mention.article,
            "id": mention_id(versions[mention.article], mention.span),
            **_place(mention.span),
        }
        for event in events
        for mention in event.mentions
    )
    yield Part(tables.MENTIONED_IN, _once(mentions), ("Event", "Article"))


def _claim_ties(assembled: Assembled, versions: Mapping[str, str]) -> Iterator[Part]:
    claims = assembled.claims
    yield _ties(tables.CAUSE, "Claim", "Event", ((claim.id, claim.cause) for claim in claims))
    yield _ties(tables.EFFECT, "Claim", "Event", ((claim.id, claim.effect) for claim in claims))
    yield from _evidence("Claim", claims, versions)


def _figure_ties(assembled: Assembled, versions: Mapping[str, str]) -> Iterator[Part]:
    figures = assembled.figures
    yield _ties(tables.IN_INCIDENT, "QuantityClaim", "Incident", ((one.id, one.incident) for one in figures))
    yield _ties(tables.FALLS_ON, "QuantityClaim", "LivelihoodGroup", ((one.id, one.group) for one in figures))
    yield _ties(tables.MEASURES, "QuantityClaim", "Event", ((one.id, one.event) for one in figures))
    yield from _evidence("QuantityClaim", figures, versions)


def _article_ties(assembled: Assembled) -> Iterator[Part]:
    about = ((article, incident.id) for incident in assembled.incidents for article in incident.articles)
    yield _ties(tables.ABOUT, "Article", "Incident", about)
    published = ((article.id, _organisation(article.publisher)) for article in assembled.articles)
    yield _ties(tables.PUBLISHED_BY, "Article", "Agent", published)
    breached = ((incident.id, _organisation(incident.organisation)) for incident in assembled.incidents)
    yield _ties(tables.BREACHED, "Incident", "Agent", breached)


def _evidence(kind: str, told: Iterable[Told], versions: Mapping[str, str]) -> Iterator[Part]:
    pairs = [(one, witness) for one in told for witness in one.witnesses]
    rows = (_told(one, witness, versions) for one, witness in pairs)
    yield Part(tables.TOLD_IN, _once(rows), (kind, "Article"))
    said = ((one.id, _speaker(witness, versions)) for one, witness in pairs)
    yield _ties(tables.SAID_BY, kind, "Agent", said)


def _ties(table: Table, start: str, end: str, pairs: Iterable[tuple[str, str | None]]) -> Part:
    """Give plain relationships; a pair without an end gives none."""
    known = dict.fromkeys((a, b) for a, b in pairs if b)
    return Part(table, [{"a": a, "b": b} for a, b in known], (start, end))


def _once(rows: Iterable[Row]) -> list[Row]:
    """Give rows without repetition; those of a relationship are known by their start as well."""
    return list({(row.get("a"), row["id"]): row for row in rows}.values())


def _incident(incident: Incident) -> Row:
    return {
        "id": incident.id,
        "label": incident.label,
        "organisation": incident.organisation,
        "kind": incident.kind,
        "first_day": incident.first_day,
        "last_day": incident.last_day,
        "aliases": list(incident.aliases),
    }


def _event(event: EventNode, steps: int | None) -> Row:
    """Give an event; `n_steps` counts the links of the shortest way from the breach, null where there is none."""
    return {
        "id": event.id,
        "label": event.label,
        "incident": event.incident,
        "kind": event.kind,
        "type": event.type,
        "group_code": event.group,
        "effect": event.effect,
        "negated": event.negated,
        "is_livelihood_impact": is_livelihood_impact(event),
        "n_steps": steps,
        "n_mentions": len(event.mentions),
    }


def _steps(assembled: Assembled) -> dict[str, int]:
    leads: dict[str, list[str]] = defaultdict(list)
    for claim in filter(_is_step, assembled.claims):
        leads[claim.cause].append(claim.effect)
    front = [event.id for event in assembled.events if event.kind == "breach"]
    found = dict.fromkeys(front, 0)
    for number in count(1):
        front = list(dict.fromkeys(end for start in front for end in leads[start] if end not in found))
        found.update(dict.fromkeys(front, number))
        if not front:
            break
    return found


def _is_step(claim: Claim) -> bool:
    """Tell whether a path from a breach may take the link of a claim."""
    return claim.relation in HARMFUL and not claim.negated


def _groups(assembled: Assembled) -> set[str]:
    told = [event.group for event in assembled.events] + [figure.group for figure in assembled.figures]
    return {code for code in told if code is not None}


def _group(code: str) -> Row:
    return {"id": code, "is_livelihood": code not in terms.NOT_LIVELIHOODS}


def _claim(claim: Claim, events: Mapping[str, EventNode]) -> Row:
    return {
        "id": claim.id,
        "incident": events[claim.cause].incident,
        "relation": claim.relation,
        "polarity": _POLARITY[claim.negated],
        "belief": float(claim.belief),
        "hedge": claim.hedge,
        "n_origins": claim.origins,
    }


def _causal(claim: Claim) -> Row:
    return {
        "a": claim.cause,
        "b": claim.effect,
        "id": claim.id,
        "relation": claim.relation,
        "belief": float(claim.belief),
        "hedge": claim.hedge,
        "polarity": _POLARITY[claim.negated],
        "step": _is_step(claim),
        "n_origins": claim.origins,
        "claim_ids": [claim.id],
        "article_ids": sorted({witness.article for witness in claim.witnesses}),
        "speakers": sorted({witness.speaker for witness in claim.witnesses if witness.speaker}),
        "quotes": [witness.quote.text for witness in claim.witnesses],
    }


def _figure(figure: Figure, events: Mapping[str, EventNode]) -> Row:
    return {
        "id": figure.id,
        "incident": figure.incident,
        "text": figure.text,
        "low": None if figure.low is None else float(figure.low),
        "high": None if figure.high is None else float(figure.high),
        "unit": iris.unit(figure.unit).removeprefix(iris.QUDT_UNIT),
        "thing": figure.thing,
        "measure": None if figure.event is None else events[figure.event].type,
        "group_code": figure.group,
        "qualifier": figure.qualifier,
        "direction": figure.direction,
        "speaker": figure.speaker,
        "hedge": figure.hedge,
    }


def _article(article: Article, versions: Mapping[str, str]) -> Row:
    return {
        "id": article.id,
        "version": versions[article.id],
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published,
        "url": article.url,
    }


def _agents(assembled: Assembled, versions: Mapping[str, str]) -> Iterator[Row]:
    named = [article.publisher for article in assembled.articles]
    named += [incident.organisation for incident in assembled.incidents]
    for name in filter(None, named):
        yield {"id": organisation_id(name), "label": name, "kind": "organisation"}
    told: Iterable[Told] = (*assembled.claims, *assembled.figures)
    for witness in (witness for one in told for witness in one.witnesses):
        if (speaker := _speaker(witness, versions)) is not None:
            yield {"id": speaker, "label": witness.speaker, "kind": "speaker"}


def _told(one: Told, witness: Witness, versions: Mapping[str, str]) -> Row:
    return {
        "a": one.id,
        "b": witness.article,
        "id": witness_id(versions[witness.article], witness),
        **_place(witness.quote),
        "signal": None if witness.signal is None else witness.signal.text,
        "speaker": witness.speaker,
        "hedge": witness.hedge,
        "rule": witness.rule,
        "confidence": float(witness.confidence),
        "implied": witness.implied,
        "origin": witness.origin,
    }


def _place(span: Span) -> Row:
    return {"quote": span.text, "start": span.start, "end": span.end}


def _speaker(witness: Witness, versions: Mapping[str, str]) -> str | None:
    return None if witness.speaker is None else speaker_id(witness.speaker, versions[witness.article])


def _organisation(name: str | None) -> str | None:
    return None if name is None else organisation_id(name)
