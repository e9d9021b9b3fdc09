"""Who is taken for a speaker, which events did not happen, and what is only asked."""

from __future__ import annotations

import pytest
from spacy.language import Language

from extract.pipeline import extract, load
from ontology.records import Article


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load()


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("On 3 November the company said that orders had fallen.", "the company"),
        ("In November the company said 33.7 million accounts were exposed.", "the company"),
        ("Two workers said they had lost pay.", "Two workers"),
        ("According to 33.7 million accounts, it fell.", None),
    ],
)
def test_a_time_or_a_number_of_things_is_no_speaker(nlp: Language, text: str, speaker: str | None) -> None:
    doc = nlp(text)
    named = {doc[slice(*speech.speaker)].text for speech in doc._.speech if speech.speaker}
    assert named == ({speaker} if speaker else set())


def test_an_event_that_did_not_happen_is_negated(nlp: Language) -> None:
    text = "A data breach hit Kestrel in May. The breach did not cut its sales. Couriers lost a third of their income."
    events = {event.spans[0].text: event for event in extract(Article("a", text), nlp).events}
    assert [e.negated for name, e in events.items() if "sales" in name] == [True]
    assert not any(event.negated for name, event in events.items() if "sales" not in name)


def test_a_question_asserts_nothing(nlp: Language) -> None:
    text = "A data breach hit Kestrel. Is the breach the reason for the fall in orders? The breach led to lay-offs."
    links = extract(Article("a", text), nlp).links
    asked = {link.hedge for link in links if link.evidence.quote.text.endswith("?")}
    assert asked == {"possible"}
    assert any(link.hedge == "asserted" for link in links)
