import pytest

from graph.identity import content_id, fold_label, fold_name, head_noun, is_name, singular


def test_an_id_is_readable_and_depends_on_every_part() -> None:
    ids = {content_id("event", *parts) for parts in (("a", "b"), ("ab", None), (None, "ab"), ("ab",), ("a", "b", True))}
    assert len(ids) == 5
    assert all(one.startswith("event-") and len(one) == len("event-") + 20 for one in ids)


def test_a_number_is_one_number_however_it_is_held() -> None:
    assert content_id("figure", 5) == content_id("figure", 5.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "ACME, Inc."),
        ("The Acme Group plc", "Acme"),
        ("Acme’s", "Acme"),
        ("Marks & Spencer", "Marks Spencer"),
        ("Ａcme", "Acme"),
    ],
)
def test_one_firm_under_two_spellings(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


def test_a_name_that_is_all_legal_form_keeps_something() -> None:
    assert fold_name("The Company") == "company"
    assert fold_name("Acme Foods") != fold_name("Acme")


def test_labels_differ_by_more_than_their_determiners() -> None:
    assert fold_label("the plants' closure") == fold_label("Their plants' closure")
    assert fold_label("closure of a plant") != fold_label("closure of the plant")


@pytest.mark.parametrize("name", ["Kim Min-ji", "the Coupang Partners Association", "a spokesman for Acme", "4chan"])
def test_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "phrase",
    [
        "the association",
        "He",
        "They",
        "The company",
        "one courier in his thirties",
        "the driver's union",
        "350 drivers",
        "",
    ],
)
def test_phrases_that_name_nobody(phrase: str) -> None:
    assert not is_name(phrase)


@pytest.mark.parametrize(
    ("thing", "head"),
    [
        ("33 million user accounts", "account"),
        ("accounts of customers in Seoul", "account"),
        ("monthly active users", "user"),
        ("workers who lost their jobs", "worker"),
        ("companies", "company"),
        ("of its staff", "staff"),
        (None, None),
        ("", None),
    ],
)
def test_the_head_of_what_is_counted(thing: str | None, head: str | None) -> None:
    assert head_noun(thing) == head


@pytest.mark.parametrize("word", ["loss", "crisis", "bus", "gas", "sale"])
def test_what_is_no_plural_stays(word: str) -> None:
    assert singular(word) == word


@pytest.mark.parametrize(
    ("many", "one"), [("losses", "loss"), ("boxes", "box"), ("branches", "branch"), ("sales", "sale")]
)
def test_plurals(many: str, one: str) -> None:
    assert singular(many) == one
