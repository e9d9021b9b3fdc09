import math
from datetime import date

import pytest

from graph.assembled import Figure
from graph.assembly import assemble
from graph.intervals import Interval, interval_of
from graph.reconcile import Reconciled, lookalikes, reconcile
from ontology.records import Extraction
from tests.graph.telling import figure, sentence, tell

EARLY, LATE = date(2025, 11, 20), date(2025, 12, 1)
MILLIONS = 33_700_000


def worded(text: str, low: float | None, high: float | None, qualifier: str = "exact") -> Interval:
    return interval_of(
        Figure("f", "i", None, None, None, "count", low, high, qualifier, "none", text, None, "asserted", ())
    )


@pytest.mark.parametrize(
    ("text", "low", "high", "qualifier", "ends"),
    [
        ("33.7 million accounts", MILLIONS, MILLIONS, "exact", (33_650_000, 33_750_000)),
        ("34 million", 34e6, 34e6, "exact", (33.5e6, 34.5e6)),
        ("4,536 accounts", 4536, 4536, "exact", (4535.5, 4536.5)),
        ("4,500 accounts", 4500, 4500, "exact", (4450, 4550)),
        ("20,000 drivers", 20_000, 20_000, "exact", (19_000, 21_000)),
        ("$1.5bn", 1.5e9, 1.5e9, "exact", (1.45e9, 1.55e9)),
        ("thirty-three million", 33e6, 33e6, "exact", (32.5e6, 33.5e6)),
        ("over 33 million", 33e6, None, "more_than", (33e6, math.inf)),
        ("fewer than 10", None, 10, "less_than", (-math.inf, 10)),
        ("30-40%", 30, 40, "range", (29.5, 40.5)),
        ("about 20,000", 20_000, 20_000, "approximately", (19_000, 21_000)),
        ("3.2 percent", 3.2, 3.2, "exact", (3.15, 3.25)),
        ("zero", 0, 0, "exact", (-0.5, 0.5)),
    ],
)
def test_the_interval_that_a_wording_leaves_open(
    text: str, low: float | None, high: float | None, qualifier: str, ends: tuple[float, float]
) -> None:
    found = worded(text, low, high, qualifier)
    assert (found.low, found.high) == pytest.approx(ends)


def reconciled(*articles: Extraction, as_of: date | None = None) -> tuple[Reconciled, ...]:
    graph = assemble(articles, 1)
    return reconcile(graph, graph.incidents[0].id, as_of)


def one_measure(*articles: Extraction, as_of: date | None = None) -> Reconciled:
    (found,) = reconciled(*articles, as_of=as_of)
    return found


def standings(found: Reconciled) -> dict[str, str]:
    return {one.figure.text: one.standing for one in found.positions}


def kinds(found: Reconciled) -> set[str]:
    return {relation.kind for relation in found.relations}


OVER = figure(33e6, None, "accounts", qualifier="more_than", text="over 33 million accounts")
EXACT = figure(MILLIONS, MILLIONS, "accounts", text="33.7 million accounts", speaker="Acme")
NEARLY = figure(34e6, 34e6, "user accounts", qualifier="approximately", text="nearly 34 million user accounts")


def test_three_wordings_of_one_count_are_one_current_figure() -> None:
    found = one_measure(tell("a1", OVER, published=EARLY), tell("a2", EXACT), tell("a3", NEARLY))
    assert found.current.text == "33.7 million accounts"
    assert standings(found) == {
        "33.7 million accounts": "current",
        "over 33 million accounts": "consistent",
        "nearly 34 million user accounts": "consistent",
    }
    assert found.origins == ("article:a1", "article:a3", "speaker:acme")
    assert kinds(found) <= {"refines", "consistent"}


CORRECTED = sentence(
    "on Monday Acme spoke of 4,500 accounts, on Friday it corrected the number to 33.7 million",
    figure(4500, 4500, "accounts", text="4,500 accounts", speaker="Acme"),
    figure(MILLIONS, MILLIONS, "accounts", text="33.7 million", speaker="Acme"),
)


def test_a_corrected_figure_and_what_agrees_with_it_is_superseded() -> None:
    first = figure(4536, 4536, "accounts", text="4,536 accounts", speaker="the ministry")
    near = figure(4500, 4500, "accounts", text="about 4,500 accounts", qualifier="approximately")
    articles = (tell("a1", first, near, published=EARLY), tell("a2", *CORRECTED, published=LATE))
    found = one_measure(*articles)
    assert found.current.text == "33.7 million"
    assert standings(found)["4,500 accounts"] == standings(found)["about 4,500 accounts"] == "superseded"
    assert "corrects" in kinds(found)
    before = one_measure(*articles, as_of=date(2025, 11, 25))
    assert {one.figure.text for one in before.positions} == {"4,536 accounts", "about 4,500 accounts"}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("revised to 33.7 million, up from 4,500 accounts", "33.7 million"),
        ("the corrected count is 4,500 accounts rather than 33.7 million", "4,500 accounts"),
        ("initially 4,500 accounts, now 33.7 million", "33.7 million"),
    ],
)
def test_which_of_two_figures_a_correction_keeps(said: str, kept: str) -> None:
    figures = (
        figure(4500, 4500, "accounts", text="4,500 accounts"),
        figure(MILLIONS, MILLIONS, "accounts", text="33.7 million"),
    )
    assert one_measure(tell("a1", *sentence(said, *figures))).current.text == kept


def test_from_one_level_to_another_is_an_update() -> None:
    levels = (
        figure(18e6, 18e6, "daily users", text="18 million"),
        figure(16e6, 16e6, "daily users", text="16 million"),
    )
    found = one_measure(tell("a1", *sentence("daily users slid from 18 million to 16 million", *levels)))
    assert (found.current.text, kinds(found)) == ("16 million", {"updates"})


def test_a_count_that_grows_is_updated_and_one_that_shrinks_without_a_word_is_disputed() -> None:
    small = figure(3000, 3000, "accounts", text="3,000 accounts", speaker="Acme")
    large = figure(9000, 9000, "accounts", text="9,000 accounts", speaker="Acme")
    grown = one_measure(tell("a1", small, published=EARLY), tell("a2", large, published=LATE))
    assert (grown.current.text, standings(grown)["3,000 accounts"]) == ("9,000 accounts", "superseded")
    shrunk = one_measure(tell("a1", large, published=EARLY), tell("a2", small, published=LATE))
    assert set(standings(shrunk).values()) == {"current", "disputed"}
    assert kinds(shrunk) == {"disputes"}


def test_another_speaker_disputes_and_both_stay() -> None:
    mine = figure(3000, 3000, "accounts", text="3,000 accounts", speaker="Acme")
    theirs = figure(9000, 9000, "accounts", text="9,000 accounts", speaker="the Data Commission")
    backed = tell("a3", figure(9000, 9000, "accounts", text="9,000 accounts"))
    found = one_measure(tell("a1", mine, published=EARLY), tell("a2", theirs, published=LATE), backed)
    assert found.current.text == "9,000 accounts"
    assert standings(found)["3,000 accounts"] == "disputed"


def test_the_same_digits_on_another_measure_never_meet_and_are_pointed_out() -> None:
    accounts = figure(33e6, 33e6, "accounts", text="33 million accounts")
    users = figure(33e6, 33e6, "monthly users", "usage_falls", text="33 million monthly users")
    found = reconciled(tell("a1", accounts), tell("a2", users))
    assert [len(one.positions) for one in found] == [1, 1]
    (pair,) = lookalikes(found)
    assert {one.figure.text for one in pair} == {"33 million accounts", "33 million monthly users"}
    assert lookalikes(found[:1]) == ()


def test_what_comes_on_top_is_another_population() -> None:
    more = sentence(
        "another 165,000 accounts were found", figure(165_000, 165_000, "accounts", text="165,000 accounts")
    )
    assert len(reconciled(tell("a1", EXACT, *more))) == 2


def test_one_persons_case_is_no_total() -> None:
    one = figure(
        30, 30, "sales", "sales_fall@small_merchant", unit="percent", direction="decrease", speaker="a shopkeeper"
    )
    two = figure(90, 90, "sales", "sales_fall@small_merchant", unit="percent", direction="decrease", speaker="a baker")
    total = figure(
        10, 10, "sales", "sales_fall@small_merchant", unit="percent", direction="decrease", speaker="the Bank of Korea"
    )
    found = one_measure(tell("a1", one), tell("a2", two), tell("a3", total))
    assert found.current.low == 10
    assert sorted(position.standing for position in found.positions) == ["current", "testimony", "testimony"]
    assert found.relations == ()


def test_a_curators_recommendation_is_current() -> None:
    graph = assemble([tell("a1", OVER), tell("a2", EXACT), tell("a3", NEARLY)], 1)
    (nearly,) = (one.id for one in graph.figures if one.qualifier == "approximately")
    (found,) = reconcile(graph, graph.incidents[0].id, recommended={nearly})
    assert found.current.id == nearly


def test_as_of_a_day_before_everything_is_nothing() -> None:
    assert reconciled(tell("a1", EXACT, published=LATE), tell("a2", OVER), as_of=EARLY) == ()
