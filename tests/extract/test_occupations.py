"""Titles ground a phrase, the words of trades a bare noun, and the encoder's doubt drops what nobody means."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from extract.base import MODEL
from extract.encoder import load_labels
from extract.groups import find_groups
from extract.livings import vote_groups
from extract.occupations import is_known, singular, titled
from extract.rules import table
from extract.trades import Trades
from ontology.terms import GROUPS


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("seven sewing machinists", "factory_worker"),
        ("the town's chimney sweeps", "other"),
        ("two sub-postmasters", "small_merchant"),
        ("Midwives", "health_worker"),
        ("its herdsmen", "farmer"),
        ("both crèches", "small_merchant"),
        ("a teapot", None),
    ],
)
def test_a_title_ends_the_phrase(text: str, code: str | None) -> None:
    rule = titled(text)
    assert (rule.values["group"] if rule else None) == code


def test_the_longest_title_holds() -> None:
    assert [titled(text).id for text in ("the clerks", "the ward clerks")] == [  # type: ignore[union-attr]
        "title.office_worker",
        "title.health_worker",
    ]


def test_every_code_is_of_the_vocabulary() -> None:
    assert set(table("occupations")["names"]) <= set(GROUPS)
    assert {row[side] for row in table("trades").values() for side in ("worker", "firm")} <= set(GROUPS)


@pytest.mark.parametrize(("plural", "noun"), [("factories", "factory"), ("herdsmen", "herdsman"), ("bus", "bus")])
def test_plurals_are_read(plural: str, noun: str) -> None:
    assert singular(plural) == noun


def test_words_of_other_matters_are_not_known() -> None:
    assert is_known("crabbers")
    assert not is_known("crabs")


def _trade(text: str, noun: str, kind: str) -> str | None:
    doc = spacy.blank("en")(text)
    at = next(token.i for token in doc if token.text == noun)
    return Trades(doc).code((at, at + 1), (0, len(doc)), kind)


@pytest.mark.parametrize(
    ("text", "noun", "kind", "code"),
    [
        ("Pupils and lessons waited; the school had no staff, and exams lapsed.", "staff", "worker", "teacher"),
        ("The hotel sent its staff home: no guests, no bookings.", "staff", "worker", "hospitality_worker"),
        ("Cows and milk were left; the members lost a harvest.", "members", "people", "farmer"),
        ("The company told its staff on Monday.", "staff", "worker", None),
    ],
)
def test_the_words_around_tell_the_trade(text: str, noun: str, kind: str, code: str | None) -> None:
    assert _trade(text, noun, kind) == code


@pytest.mark.parametrize(("chance", "found"), [(0.9, ["carers"]), (0.01, [])])
def test_the_encoder_may_doubt_that_somebody_is_meant(chance: float, found: list[str]) -> None:
    doc = _told("carers", chance)
    assert [mention.span.text for mention in vote_groups(doc, list(find_groups(doc)))] == found


def test_without_an_encoder_a_title_counts_and_a_bare_noun_does_not() -> None:
    for noun, codes in (("carers", ["health_worker"]), ("families", [])):
        doc = _told(noun, None)
        assert [mention.grounding for mention in vote_groups(doc, list(find_groups(doc)))] == codes


def _told(noun: str, chance: float | None) -> Doc:
    """Make "The NOUN went unpaid." with the encoder's chance that the noun means somebody whose living is at stake."""
    words, tags = ["Those", "who", "pay", noun, "."], ["PRON", "PRON", "VERB", "NOUN", "PUNCT"]
    starts: list[bool | int | None] = [True, *[False] * 4]
    doc = Doc(spacy.blank("en").vocab, words=words, pos=tags, sent_starts=starts)
    labels, codes = load_labels(MODEL)["people"], load_labels(MODEL)["living"]
    if chance is not None:
        if not Doc.has_extension("told"):
            Doc.set_extension("told", default=None)
        scores = np.full((len(words), len(labels)), np.log(1e-6), dtype=np.float32)
        scores[:, labels.index("O")] = np.log(1 - chance)
        scores[:, labels.index("B-harmed")] = np.log(chance)
        living = np.full((len(words), len(codes)), np.log(1e-3), dtype=np.float32)
        living[:, codes.index("health_worker" if chance > 0.5 else "none")] = np.log(0.97)
        doc._.told = {"people": scores, "living": living}
    return doc
