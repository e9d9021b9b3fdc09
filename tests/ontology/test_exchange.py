"""In: generated and annotated records. Out: that the JSON form loses nothing and that malformed input says where."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology import terms
from ontology.errors import RecordError
from ontology.exchange import from_json, to_json
from ontology.records import (
    Article,
    CausalLink,
    Event,
    Evidence,
    Extraction,
    Group,
    IncidentReference,
    Mention,
    Organisation,
    Quantity,
    QuantityClaim,
    Sentence,
    Span,
)

GOLD = Path(__file__).parents[2] / "corpus" / "gold"
TEXT = "A leak hit the bazaar. Orders fell by a third, so 40 porters lost work. “No café closed,” she said."
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
shares = st.floats(0, 1)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
groups = st.sampled_from(terms.GROUPS)
hedges = st.sampled_from(terms.HEDGES)
units = st.sampled_from((*terms.UNITS, "money:KRW", "money:GBP"))
finite = st.floats(allow_nan=False, allow_infinity=False)
bounds = st.lists(finite, min_size=2, max_size=2).map(sorted)
open_ends = st.tuples(st.booleans(), st.booleans())


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, len(TEXT) - 1))
    end = draw(st.integers(start + 1, len(TEXT)))
    return Span(start, end, TEXT[start:end])


evidence = st.builds(Evidence, spans(), st.none() | spans(), words, shares)
quantities = st.builds(
    lambda span, ends, opened, *rest: Quantity(
        span, None if opened[0] else ends[0], None if opened[1] else ends[1], *rest
    ),
    spans(),
    bounds,
    open_ends,
    st.sampled_from(terms.QUALIFIERS),
    units,
    st.none() | words,
    st.sampled_from(terms.DIRECTIONS),
    words,
)


def several(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


def mentions(kind: str) -> st.SearchStrategy[tuple[Mention, ...]]:
    return several(st.builds(Mention, spans(), st.just(kind), st.none() | words, words))


def events(event_id: str) -> st.SearchStrategy[Event]:
    return st.builds(
        Event,
        st.just(event_id),
        st.sampled_from(terms.EVENT_KINDS),
        st.sampled_from(terms.EVENT_TYPES),
        st.lists(spans(), min_size=1, max_size=3).map(tuple),
        st.none() | groups,
        st.none() | st.sampled_from(terms.EFFECTS),
        st.booleans(),
        hedges,
        words,
    )


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    ids = draw(st.lists(words, min_size=1, max_size=4, unique=True))
    known = st.sampled_from(ids)
    links = st.builds(
        CausalLink,
        known,
        known,
        st.sampled_from(terms.RELATIONS),
        st.booleans(),
        hedges,
        st.none() | words,
        st.booleans(),
        evidence,
    )
    figures = st.builds(
        QuantityClaim, quantities, st.none() | known, st.none() | groups, st.none() | words, hedges, evidence
    )
    incident = st.builds(IncidentReference, st.none() | words, st.sampled_from(terms.INCIDENT_KINDS), st.none() | days)
    article = st.builds(Article, words, st.just(TEXT), *(st.none() | words,) * 2, st.none() | days, st.none() | words)
    return Extraction(
        article=draw(article),
        extractor=draw(words),
        sentences=draw(several(st.builds(Sentence, st.integers(0, 9), spans()))),
        events=tuple(draw(events(event_id)) for event_id in ids),
        links=draw(several(links)),
        quantities=draw(several(figures)),
        groups=draw(several(st.builds(Group, groups, mentions("group"), st.booleans()))),
        organisations=draw(
            several(st.builds(Organisation, words, mentions("organisation"), st.none() | words, st.booleans()))
        ),
        breach=draw(st.none() | known),
        incident=draw(st.none() | incident),
    )


def span(text: str) -> dict[str, object]:
    start = TEXT.index(text)
    return {"start": start, "end": start + len(text), "text": text}


def gold() -> dict[str, Any]:
    return {
        "id": "bazaar-01",
        "incident": "Bazaar leak (2024)",
        "title": "Porters idle",
        "publisher": None,
        "published": "2024-05-01",
        "url": None,
        "text": TEXT,
        "breach": "E1",
        "events": [
            {"id": "E1", "kind": "breach", "spans": [span("A leak")]},
            {"id": "E2", "kind": "event", "spans": [span("Orders fell")]},
            {"id": "E3", "kind": "impact", "group": "other", "effect": "harm", "spans": [span("lost work")]},
        ],
        "links": [
            {
                "cause": "E2",
                "effect": "E3",
                "relation": "causes",
                "negated": False,
                "hedge": "asserted",
                "speaker": None,
                "evidence": span("Orders fell by a third, so 40 porters lost work."),
                "signal": span("so"),
            }
        ],
        "quantities": [
            {
                **span("40 porters"),
                "low": 40,
                "high": 40,
                "qualifier": "exact",
                "unit": "count",
                "thing": "porters",
                "direction": "none",
                "event": "E3",
                "group": "other",
                "speaker": None,
                "hedge": "asserted",
            }
        ],
        "groups": [{"group": "other", "spans": [span("porters")], "affected": True}],
    }


@settings(max_examples=40, deadline=None)
@given(extractions())
def test_records_survive_the_json_form(extraction: Extraction) -> None:
    assert from_json(json.loads(json.dumps(to_json(extraction)))) == extraction


def holds(whole: Any, part: Any) -> bool:
    """Whether `part` is found in `whole`, where objects may have more keys."""
    if isinstance(part, dict):
        return all(key in whole and holds(whole[key], value) for key, value in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(holds, whole, part))
    return bool(whole == part)


def test_the_json_form_has_all_that_an_annotated_file_has() -> None:
    annotated = gold()
    del annotated["incident"]
    assert holds(to_json(from_json(gold())), annotated)


@pytest.mark.parametrize("path", sorted(GOLD.glob("*.json")), ids=lambda path: path.stem)
def test_the_corpus_survives_the_json_form(path: Path) -> None:
    annotated = json.loads(path.read_text(encoding="utf-8"))
    extraction = from_json(annotated)
    annotated.pop("incident", None)
    assert holds(to_json(extraction), annotated)
    assert from_json(to_json(extraction)) == extraction


def test_what_an_annotated_file_leaves_out_is_filled_in() -> None:
    extraction = from_json(gold())
    assert [event.type for event in extraction.events] == ["data_breach", "other", "other"]
    assert extraction.quantities[0].evidence.quote.text == "40 porters"
    assert extraction.links[0].evidence.confidence == 1
    assert not extraction.links[0].implied
    assert extraction.groups[0].mentions[0].grounding == "other"
    assert extraction.incident is None
    assert from_json(to_json(extraction)) == extraction


def test_a_figure_without_evidence_takes_its_sentence() -> None:
    sentence = span("Orders fell by a third, so 40 porters lost work.")
    data = gold() | {"sentences": [{"index": 1, **sentence}]}
    assert from_json(data).quantities[0].evidence.quote.text == sentence["text"]


def test_only_impacts_have_group_and_effect_in_json() -> None:
    written: Any = to_json(from_json(gold()))["events"]
    assert ["group" in event and "effect" in event for event in written] == [False, False, True]


def test_whole_numbers_are_written_without_a_point() -> None:
    assert '"low": 40,' in json.dumps(to_json(from_json(gold())))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("id",), None, "id: is missing"),
        (("text",), 3, "text: must be a text"),
        (("published",), "May 2024", "published: must be a date"),
        (("breach",), "E9", "unknown event 'E9'"),
        (("events",), {}, "events: must be a list"),
        (("events", 1), "E2", r"events\[1\]: must be an object"),
        (("events", 1, "id"), "E1", "event id 'E1' comes twice"),
        (("events", 1, "kind"), "outcome", r"events\[1\].kind: 'outcome' is none of breach, response"),
        (("events", 1, "type"), "rain", r"events\[1\].type: 'rain'"),
        (("events", 1, "spans"), [], r"events\[1\].spans: must hold at least one"),
        (("events", 2, "group"), "porter", r"events\[2\].group: 'porter'"),
        (("events", 0, "spans", 0, "text"), "A leek", r"text\[0:6\] is not 'A leek'"),
        (("events", 0, "spans", 0, "start"), -1, r"events\[0\].spans\[0\].start: must be a whole number"),
        (("events", 0, "spans", 0, "start"), True, "start: must be a whole number"),
        (("events", 0, "spans", 0, "end"), 0, r"events\[0\].spans\[0\].end: 0 is not after start 0"),
        (("links", 0, "effect"), "E9", "unknown event 'E9'"),
        (("links", 0, "relation"), "follows", r"links\[0\].relation: 'follows'"),
        (("links", 0, "evidence"), None, r"links\[0\].evidence: is missing"),
        (("links", 0, "negated"), "no", r"links\[0\].negated: must be true or false"),
        (("links", 0, "confidence"), 1.5, r"links\[0\].confidence: must be from 0 to 1"),
        (("quantities", 0, "low"), "40", r"quantities\[0\].low: must be a finite number"),
        (("quantities", 0, "low"), 41, "figure '40 porters': low 41.0 is above high 40.0"),
        (("quantities", 0, "low"), 10**400, "low: must be a finite number"),
        (("quantities", 0, "high"), float("nan"), r"quantities\[0\].high: must be a finite number"),
        (("quantities", 0, "unit"), "stone", r"quantities\[0\].unit: 'stone'"),
        (("quantities", 0, "unit"), "money:won", r"quantities\[0\].unit: 'money:won'"),
        (("quantities", 0, "unit"), "KRW", r"quantities\[0\].unit: 'KRW'"),
        (("groups", 0, "group"), None, r"groups\[0\].group: is missing"),
        (("incident",), {"kind": "rain"}, "incident.kind: 'rain'"),
    ],
)
def test_malformed_input_says_what_and_where(path: tuple[str | int, ...], value: object, said: str) -> None:
    data: Any = gold()
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(RecordError, match=said):
        from_json(data)


def test_what_is_no_object_at_all_is_refused() -> None:
    listed: Any = [gold()]
    with pytest.raises(RecordError, match="must be an object"):
        from_json(listed)
