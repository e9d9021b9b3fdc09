"""Five cases of figures that news gets wrong or words in many ways, from text to what `breachtrace figures` answers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from breachtrace import Store

Figures = Callable[..., list[dict[str, Any]]]
STORIES = {
    "first": (
        "2025-11-20",
        "Coupang said that a data breach had exposed 4,500 customer accounts. The retailer has told the regulator.",
    ),
    "corrected": (
        "2025-11-29",
        "Coupang said that a data breach had exposed 33.7 million customer accounts. "
        "The retailer had at first put the number at 4,500 accounts, and corrected it to 33.7 million accounts.",
    ),
    "over": ("2025-12-01", "The data breach at Coupang exposed over 33 million accounts, the ministry said."),
    "nearly": ("2025-12-02", "Nearly 34 million accounts were exposed in the data breach at Coupang."),
    "users": (
        "2025-12-03",
        "After the data breach at Coupang, the shopping application still counted 33 million monthly users.",
    ),
    "drivers": (
        "2025-12-05",
        "Orders fell after the data breach at Coupang. Because of the fall in orders, 20,000 drivers lost income, "
        "the Korea Parcel Drivers' Association said.",
    ),
    "arithmetic": (
        "2025-12-09",
        "The data breach at Coupang drove shoppers away. "
        "Its daily users fell 30 percent, from 18 million users to 16 million users.",
    ),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    for name, (day, text) in STORIES.items():
        (folder / f"{name}.txt").write_text(f"---\npublished: {day}\n---\n{text}\n", encoding="utf-8")
    with Store(folder / "store") as opened:
        assert {outcome.status for outcome in opened.ingest([folder])} == {"added"}
    return folder / "store"


@pytest.fixture
def figures(store: Path) -> Figures:
    def ask(*options: str) -> list[dict[str, Any]]:
        result = CliRunner().invoke(app, ["figures", "Coupang", "--json", "--store", str(store), *options])
        assert result.exit_code == 0, result.output
        return list(json.loads(result.stdout))

    return ask


def holding(measures: list[dict[str, Any]], words: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the first measure, and the position of it, whose wording holds these words."""
    return next((one, place) for one in measures for place in one["positions"] if words in place["text"])


def test_a_corrected_count_is_superseded_and_was_current_on_its_day(figures: Figures) -> None:
    measure, old = holding(figures(), "4,500")
    assert old["standing"] == "superseded"
    assert measure["positions"][0]["text"].startswith("33.7 million")
    assert "corrects" in {place["relation"]["kind"] for place in measure["positions"] if place["relation"]}
    _, then = holding(figures("--as-of", "2025-11-25"), "4,500")
    assert then["standing"] == "current"


def test_three_wordings_are_one_current_figure(figures: Figures) -> None:
    measures = figures()
    measure, current = holding(measures, "33.7 million")
    standings = {words: holding(measures, words)[1]["standing"] for words in ("33 million accounts", "34 million")}
    assert current["standing"] == "current"
    assert set(standings.values()) == {"consistent"}
    assert holding(measures, "34 million")[0] == measure
    assert len(measure["origins"]) >= 3
    assert current["interval"] == [33_650_000, 33_750_000]


def test_accounts_never_meet_monthly_users(figures: Figures) -> None:
    measures = figures()
    users, _ = holding(measures, "33 million monthly users")
    accounts, _ = holding(measures, "33.7 million")
    assert users != accounts
    assert len(users["positions"]) == 1


def test_the_drivers_are_the_associations_figure(figures: Figures) -> None:
    _, drivers = holding(figures(), "20,000 drivers")
    assert "Association" in drivers["speaker"]
    assert len(drivers["sources"]) == 1


def test_a_percentage_against_its_own_amounts_is_flagged(figures: Figures, store: Path) -> None:
    _, told = holding(figures(), "30 percent")
    (flag,) = told["contradictions"]
    assert flag["article"] == "arithmetic"
    assert flag["expected"][0] < 12 < flag["expected"][1] < 30
    printed = CliRunner().invoke(app, ["figures", "Coupang", "--store", str(store)]).stdout
    assert "own amounts come to" in printed


STORY = (
    "Acme Parcel said on Monday that a data breach had exposed customer accounts. Because of the breach, orders fell "
    "at the shops that sell through the firm. The regulator has opened an investigation and asked for records of the "
    "last two years. Analysts expect a slow winter for the trade, while the firm says that its systems are safe again. "
    "Delivery drivers lost income because orders fell, their union said on Wednesday after a meeting in the capital."
)
EDITS = ("on Monday", "customer accounts", "a slow winter", "in the capital", "for the trade")


def believed(folder: Path, texts: dict[str, str]) -> dict[str, tuple[float, int]]:
    folder.mkdir()
    for name, text in texts.items():
        day = "2025-12-01" if name == "wire" else "2025-12-02"
        (folder / f"{name}.txt").write_text(f"---\npublisher: The {name}\npublished: {day}\n---\n{text}\n")
    with Store(folder / "store") as store:
        assert {outcome.status for outcome in store.ingest([folder])} == {"added"}
        return {claim.id: (claim.belief, claim.origins) for claim in store.graph().claims}


def test_ten_reprints_are_believed_no_more_than_one_story(tmp_path: Path) -> None:
    once = believed(tmp_path / "once", {"wire": STORY})
    edited = {f"print{n}": STORY.replace(EDITS[n % 5], f"{EDITS[n % 5]} in brief {n}") for n in range(9)}
    assert once
    ten = believed(tmp_path / "ten", {"wire": STORY, **edited})
    assert {key: ten[key] for key in once} == once
