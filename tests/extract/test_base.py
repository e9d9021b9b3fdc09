"""The stand-ins for what an installed pipeline lacks: where sentences end, and which words are verbs."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language

from extract.sentences import LONGEST
from extract.sentences import NAME as SENTENCES
from extract.tagger import NAME as TAGGER


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe(SENTENCES)
    nlp.add_pipe(TAGGER)
    return nlp


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. Kim of Kestrel Inc. said 3.2 percent left.", "Orders fell."],
        ["The U.S. firm paid.", "It lost No. 5 on Nov. 29 in Seoul."],
        ["“We lost everything.”", "She closed the shop."],
        ['"We lost everything," he said.', '"It is over."'],
    ],
)
def test_sentences_of_news(nlp: Language, sentences: list[str]) -> None:
    assert [sent.text.strip() for sent in nlp(" ".join(sentences)).sents] == sentences


def test_lines_split_and_wrapped_lines_do_not(nlp: Language) -> None:
    assert len(list(nlp("Shops close after breach\nOrders fell by half.\n\nNobody paid").sents)) == 3
    wrapped = (
        "The attack on the company has left many thousands of\nworkers in the region without any pay for the whole of\n"
    )
    wrapped += (
        "this month and the union that speaks for them says that\nit will take the company to court over the matter."
    )
    assert len(list(nlp(wrapped).sents)) == 1


def test_what_never_ends_is_cut(nlp: Language) -> None:
    assert max(len(sent) for sent in nlp("goods , " * 2000).sents) <= LONGEST + 1


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("Drivers report shrinking pay.", {"report"}),
        ("The report said that sales fell.", {"said", "fell"}),
        ("The system let the shops take orders.", {"let", "take"}),
        ("The attack halted lines, sending prices lower.", {"halted", "sending"}),
        ("Dealers could not complete sales.", {"complete"}),
    ],
)
def test_verbs_are_told_from_nouns(nlp: Language, text: str, verbs: set[str]) -> None:
    assert {token.text for token in nlp(text) if token.pos_ == "VERB"} == verbs
