"""The commands `curate` and `retract`, run as a person would: what holds afterwards, and how misuse is told."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app

STORY = """---
publisher: Harbour Post
published: 2025-12-04
---
Acme said on Monday that a data breach exposed 33.7 million customer accounts. Because of the breach, orders fell.
As a result, delivery drivers lost 30-40 percent of their income, the couriers' union said.
"""
OTHER = """---
publisher: Valley Courier
published: 2025-12-06
---
Acme confirmed the data breach this week. Orders fell because of the breach, and shops in the valley lost a tenth of
their sales. Acme said that 4,500 customer accounts had been exposed.
"""
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(*arguments: object) -> Result:
        return CliRunner().invoke(app, [*map(str, arguments), "--store", str(tmp_path / "store")], env={"USER": "kim"})

    return call


@pytest.fixture
def articles(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "story.txt").write_text(STORY, encoding="utf-8")
    (folder / "other.txt").write_text(OTHER, encoding="utf-8")
    assert run("ingest", folder).exit_code == 0
    return folder


def answered(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def links(run: Run) -> dict[str, float]:
    return {
        row["claim"]: row["belief"] for row in answered(run("query", "links", "-p", "incident=Acme", "--json"))["rows"]
    }


def test_a_rejected_claim_is_gone_even_after_reading_again(run: Run, articles: Path) -> None:
    claim = sorted(links(run))[0]
    made = answered(run("curate", "reject", claim, "--note", "misread", "--json"))
    assert (made["verb"], made["by"], made["detail"]["why"]) == ("reject", "kim", "misread")
    assert claim not in links(run)
    (articles / "story.txt").write_text(STORY.replace("Monday", "Tuesday"), encoding="utf-8")
    assert answered(run("ingest", articles, "--json"))["outcomes"][1]["status"] == "updated"
    assert claim not in links(run)
    assert run("curate", "undo", made["seq"], "--by", "lee").exit_code == 0
    assert claim in links(run)
    shown = answered(run("curate", "list", "--json"))
    assert [(one["verb"], one["by"]) for one in shown] == [("reject", "kim"), ("undo", "lee")]
    assert f"{made['seq']}: reject {claim}, by kim" in run("curate", "list").stdout


def test_an_accepted_claim_is_believed_more(run: Run, articles: Path) -> None:
    claim, before = sorted(links(run).items())[0]
    assert run("curate", "accept", claim).exit_code == 0
    assert links(run)[claim] > before


def test_the_recommended_figure_is_current(run: Run, articles: Path) -> None:
    def standings() -> dict[str, tuple[str, str]]:
        (measure,) = answered(run("figures", "Acme", "--measure", "account", "--json"))
        return {one["standing"]: (one["text"], one["id"]) for one in measure["positions"]}

    before = standings()
    other = next(told for standing, told in before.items() if standing != "current")
    assert run("curate", "recommend", other[1]).exit_code == 0
    assert standings()["current"] == other


def test_an_article_is_told_apart_from_an_incident_and_joined_again(run: Run, articles: Path) -> None:
    def incidents() -> dict[str, int]:
        rows = answered(run("query", "incidents", "--json"))["rows"]
        return {row["incident"].rsplit("/", 1)[-1]: row["articles"] for row in rows}

    (whole,) = incidents()
    assert run("curate", "split", whole, "other", "--note", "another breach").exit_code == 0
    apart = incidents()
    assert sorted(apart.values()) == [1, 1]
    (fresh,) = set(apart) - {whole}
    assert run("curate", "merge", whole, fresh).exit_code == 0
    assert incidents() == {whole: 2}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("accept", "claim-nowhere"), "no claim or figure has the id 'claim-nowhere'; `breachtrace query links"),
        (("recommend", "claim-nowhere"), "`breachtrace figures INCIDENT --json` shows those of figures"),
        (("merge", "incident-nowhere", "x"), "`breachtrace query incidents`"),
        (("merge", "incident-nowhere"), "takes two ids"),
        (("same", "Acme", "Acne"), "did you mean Acme"),
        (("undo", "99"), "no decision has the number '99'; `breachtrace curate list`"),
        (("bless", "x"), "bless"),
    ],
)
def test_what_is_unknown_is_misuse_and_says_where_to_look(
    run: Run, articles: Path, arguments: tuple[str, ...], told: str
) -> None:
    result = run("curate", *arguments)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert answered(run("curate", "list", "--json")) == []


def test_a_retraction_takes_exactly_the_articles_support_away(run: Run, articles: Path) -> None:
    before = links(run)
    assert answered(run("retract", "story", "--why", "a hoax", "--json"))["changed"] is True
    after = links(run)
    assert set(after) < set(before)
    counts = answered(run("stats", "--json"))
    assert counts["articles"] == 1
    assert counts["unsupported"] >= len(before) - len(after)
    assert "delivery_worker" not in {row["group"] for row in answered(run("trace", "Acme", "--json"))["livelihoods"]}
    assert run("validate").exit_code == 0
    count = (
        "PREFIX : <https://w3id.org/breachtrace/ontology#> SELECT ?c WHERE { ?c a :CausalClaim ; :unsupported true }"
    )
    (articles / "count.rq").write_text(count, encoding="utf-8")
    marked = answered(run("query", articles / "count.rq", "--json"))["rows"]
    assert {row["c"].rsplit("/", 1)[-1] for row in marked} == set(before) - set(after)
    assert answered(run("ingest", articles / "story.txt", "--json"))["outcomes"][0]["status"] == "retracted"
    assert links(run) == after
    again = run("retract", "story")
    assert again.exit_code == 0
    assert "was withdrawn before" in again.stdout


def test_an_unknown_article_cannot_be_withdrawn(run: Run, articles: Path) -> None:
    result = run("retract", "storey")
    assert result.exit_code == 2
    assert "no article has the id 'storey'; did you mean story" in result.stderr
