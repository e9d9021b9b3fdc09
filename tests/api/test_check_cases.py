"""Texts that are checked, from words to verdicts: five cases that news gets wrong, and a table of invented firms."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from api.cli import app
from breachtrace import Store, Verdict
from graph.verdicts import VERDICTS, reasons
from tests.api.test_figure_cases import STORIES

TABLE = yaml.safe_load(Path(__file__).with_name("check_cases.yaml").read_text("utf-8"))


def told(folder: Path, articles: dict[str, tuple[str, str, str]]) -> Iterator[Store]:
    for name, (day, publisher, text) in articles.items():
        front = f"---\npublished: {day}\npublisher: {publisher}\n---\n"
        (folder / f"{name}.txt").write_text(f"{front}{text}\n", encoding="utf-8")
    with Store(folder / "store") as opened:
        assert {outcome.status for outcome in opened.ingest([folder])} == {"added"}
        yield opened


@pytest.fixture(scope="module")
def coupang(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    articles = {name: (day, f"The {name}", text) for name, (day, text) in STORIES.items()}
    yield from told(tmp_path_factory.mktemp("coupang"), articles)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    articles = {name: (one["published"], one["publisher"], one["text"]) for name, one in TABLE["articles"].items()}
    yield from told(tmp_path_factory.mktemp("invented"), articles)


def one(store: Store, text: str, kind: str = "figure", **options: Any) -> Verdict:
    (found,) = (each for each in store.check(text, **options).verdicts if each.statement.kind == kind)
    return found


def test_a_corrected_count_is_superseded_by_what_took_its_place(coupang: Store) -> None:
    found = one(coupang, "The Coupang data breach exposed 4,500 accounts.")
    assert (found.verdict, found.reason) == ("superseded", "superseded")
    assert "33.7 million" in found.says
    assert "2025-11-20" in found.says
    standings = {each.standing for each in found.compared}
    assert {"superseded", "current"} <= standings


@pytest.mark.parametrize(
    "text",
    [
        "Over 33 million accounts were exposed at Coupang.",
        "33.7 million Coupang accounts were exposed.",
        "Nearly 34 million accounts were hit in the Coupang breach.",
    ],
)
def test_three_wordings_of_one_count_are_supported(coupang: Store, text: str) -> None:
    found = one(coupang, text)
    assert found.verdict == "supported"
    assert found.known is not None
    assert found.known.outcome in ("equal", "holds")
    quote = found.known.witnesses[0].quote
    assert quote.text
    assert quote.end > quote.start


def test_monthly_users_are_never_compared_with_accounts(coupang: Store) -> None:
    for text in ("Coupang leak: 33 million monthly users affected.", "The Coupang breach exposed 33 million users."):
        found = one(coupang, text)
        assert found.verdict == "unverifiable"
        assert all(each.outcome == "" and each.standing == "other" for each in found.compared)


def test_the_drivers_are_the_associations_figure(coupang: Store) -> None:
    found = one(coupang, "20,000 drivers lost income because of the Coupang breach.")
    assert (found.verdict, found.reason) == ("supported", "attributed")
    assert "Korea Parcel Drivers' Association" in found.says
    said = "The Korea Parcel Drivers' Association said 20,000 drivers lost income after the Coupang breach."
    assert one(coupang, said).reason == "speaker_agrees"
    by_another = said.replace("Korea Parcel Drivers' Association", "Seoul Sellers' Federation")
    assert one(coupang, by_another).reason == "other_speaker"


def test_a_wrong_figure_is_contradicted_with_both_intervals(coupang: Store) -> None:
    found = one(coupang, "The Coupang breach exposed 50 million accounts.")
    assert (found.verdict, found.reason) == ("contradicted", "outside")
    assert "[49,500,000, 50,500,000)" in found.says
    assert "[33,650,000, 33,750,000)" in found.says


def test_the_path_bears_a_causal_statement_out(coupang: Store) -> None:
    found = one(coupang, "The Coupang breach cost drivers their income.", "causal")
    assert (found.verdict, found.reason) == ("supported", "path")
    assert [each.standing for each in found.compared] == ["step", "step"]


def test_a_turned_causal_statement_is_contradicted(coupang: Store) -> None:
    turned = one(coupang, "Because of the fall in orders, Coupang suffered a data breach.", "causal")
    assert (turned.verdict, turned.reason) == ("contradicted", "reversed")


@pytest.mark.xfail(strict=True, reason="a link is dropped if its effect is read as a mention of the incident itself")
def test_a_turned_statement_that_names_the_incident_is_contradicted(coupang: Store) -> None:
    turned = one(coupang, "The fall in orders caused the Coupang data breach.", "causal")
    assert (turned.verdict, turned.reason) == ("contradicted", "reversed")


def test_what_was_known_on_a_day_is_answered_for_that_day(coupang: Store) -> None:
    result = CliRunner().invoke(
        app,
        [
            "check",
            "The Coupang breach exposed 4,500 accounts.",
            "--as-of",
            "2025-11-25",
            "--store",
            str(coupang.folder),
        ],
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("SUPPORTED")


def test_a_firm_that_nobody_told_of_is_not_matched(coupang: Store) -> None:
    for text in ("The Blorptech breach exposed 33.7 million accounts.", "A breach exposed 33.7 million accounts."):
        found = one(coupang, text)
        assert (found.verdict, found.known, found.compared) == ("unverifiable", None, ())
    assert one(coupang, "A breach exposed 33.7 million accounts.", incident="Coupang").verdict == "supported"


def test_the_command_says_by_its_status_whether_anything_is_refuted(coupang: Store, tmp_path: Path) -> None:
    text = "The Coupang breach exposed 4,500 accounts. The Coupang breach exposed 33.7 million accounts."
    (tmp_path / "claim.txt").write_text(text, encoding="utf-8")
    for given, stdin in ((text, None), (str(tmp_path / "claim.txt"), None), ("-", text)):
        result = CliRunner().invoke(app, ["check", given, "--json", "--store", str(coupang.folder)], input=stdin)
        assert result.exit_code == 1, result.output
        data = json.loads(result.stdout)
        assert data["counts"] == {"supported": 1, "superseded": 1}
        first = data["statements"][0]
        assert first["arithmetic"]["claimed"] == [4450, 4550]
        assert text[first["statement"]["start"] : first["statement"]["end"]] == "4,500 accounts"
        evidence = first["compared"][0]["evidence"][0]
        assert (evidence["publisher"], evidence["published"]) == ("The first", "2025-11-20")
    assert CliRunner().invoke(app, ["check", "  ", "--store", str(coupang.folder)]).exit_code == 2


@pytest.fixture(scope="module")
def answered(invented: Store) -> list[tuple[list[str], list[str]]]:
    """What each case of the table is expected to be answered with, and what it is."""
    found = []
    for case in TABLE["cases"]:
        options = {name: case[name] for name in ("incident", "as_of") if name in case}
        verdicts = invented.check(case["text"], **options).verdicts
        found.append((case["expect"], [f"{each.statement.kind} {each.verdict} {each.reason}" for each in verdicts]))
    return found


@pytest.mark.parametrize(
    "text",
    [
        "The Norvik Freight breach has not caused job losses among warehouse workers, Norvik Freight said on Friday.",
        "Norvik Freight denied that the breach caused drivers to lose income.",
        "The data breach at Norvik Freight did not cause job losses among warehouse workers.",
    ],
)
def test_a_sentence_that_denies_one_link_has_one_answer(invented: Store, text: str) -> None:
    assert one(invented, text, "causal").statement.negated


@pytest.mark.parametrize("number", range(len(TABLE["cases"])), ids=lambda number: TABLE["cases"][number]["text"][:60])
def test_no_case_is_answered_wrongly(answered: list[tuple[list[str], list[str]]], number: int) -> None:
    """What the reading misses may go unanswered or unverifiable; no other verdict than the expected one is given."""
    expected, found = answered[number]
    known = {tuple(one.split()[:2]) for one in expected}
    verdicts = {tuple(one.split()[:2]) for one in found}
    assert {one for one in verdicts if one[1] != "unverifiable"} <= known


def test_nearly_all_cases_are_answered_to_the_last_reason(answered: list[tuple[list[str], list[str]]]) -> None:
    missed = [(expected, found) for expected, found in answered if expected != found]
    assert len(missed) <= 0.05 * len(answered), missed


def test_the_table_has_every_verdict_and_most_reasons() -> None:
    expected = [answer.split() for case in TABLE["cases"] for answer in case["expect"]]
    assert len(TABLE["cases"]) >= 40
    assert set(Counter(verdict for _, verdict, _ in expected)) == set(VERDICTS)
    assert len({reason for *_, reason in expected}) >= len(reasons()) * 0.6
