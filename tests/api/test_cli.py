"""The command line, run as a person and as a script would: what it prints, what it leaves behind, how it exits."""

import json
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from ontology.terms import GROUPS

STORY = """---
title: Sellers count the cost of the Acme leak
publisher: Harbour Post
published: 2025-12-04
---

Acme said on Monday that a data breach exposed 33.7 million customer accounts. Because of the breach, shoppers stayed
away. The retreat of shoppers reduced parcel volumes. As a result, delivery drivers lost 30-40 percent of their income,
the couriers' union said.
"""
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(*arguments: object, store: Path | None = tmp_path / "store", stdin: str | None = None) -> Result:
        rest = ["--store", str(store)] if store is not None else []
        return CliRunner().invoke(app, [*map(str, arguments), *rest], input=stdin)

    return call


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "articles" / "acme.txt"
    path.parent.mkdir()
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.fixture
def traced(run: Run, story: Path) -> dict[str, Any]:
    assert run("ingest", story).exit_code == 0
    result = run("trace", "Acme", "--json")
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_a_story_is_read_and_traced_with_exact_quotes(traced: dict[str, Any], story: Path) -> None:
    text = STORY.split("---\n")[2].strip()
    assert [row["group"] for row in traced["livelihoods"]] == ["delivery_worker"]
    hops = traced["livelihoods"][0]["paths"][0]["hops"]
    assert len(hops) > 1
    for hop in hops:
        assert text[hop["start"] : hop["end"]] == hop["quote"]
        assert 0 < hop["belief"] <= 1
    figures = [figure for hop in hops for figure in hop["effect"]["figures"]]
    assert (30, 40, "percent") in {(figure["low"], figure["high"], figure["unit"]) for figure in figures}


def test_reading_the_same_again_changes_nothing(run: Run, story: Path) -> None:
    first = json.loads(run("ingest", story.parent, "--json").stdout)
    second = json.loads(run("ingest", story.parent, "--json").stdout)
    assert [row["status"] for row in second["outcomes"]] == ["unchanged"]
    assert (first["seq"], first["quads"]) == (second["seq"], second["quads"])


def test_what_fails_is_told_and_the_rest_goes_on(run: Run, story: Path) -> None:
    bad = {
        "empty.txt": b"",
        "latin.txt": "Caf\xe9 owners lost sales after the breach.".encode("latin-1"),
        "image.txt": b"\x89PNG\r\n\x1a\n\0\0\0",
        "broken.json": b'{"text": ',
        "numbers.txt": b"1 2 3 4",
    }
    for name, content in bad.items():
        (story.parent / name).write_bytes(content)
    result = run("ingest", story.parent, story.parent / "missing.txt", "--json")
    assert result.exit_code == 1
    statuses = {Path(row["path"]).name: row["status"] for row in json.loads(result.stdout)["outcomes"]}
    assert statuses == {**dict.fromkeys([*bad, "missing.txt"], "failed"), "acme.txt": "added"}
    lines = [line for line in result.stderr.splitlines() if line.startswith("failed: ")]
    assert len(lines) == 6
    for name in [*bad, "missing.txt"]:
        assert sum(name in line for line in lines) == 1
    again = json.loads(run("ingest", story.parent, story.parent / "missing.txt", "--json").stdout)
    assert again["seq"] == json.loads(result.stdout)["seq"]
    listed = run("failures", "--json")
    failed = {Path(row["subject"]).name: row["why"] for row in json.loads(listed.stdout)}
    assert (listed.exit_code, set(failed)) == (1, {*bad, "missing.txt"})
    assert all(row["at"] for row in json.loads(listed.stdout))
    assert "is empty" in failed["empty.txt"]
    for name in bad:
        (story.parent / name).write_text(f"The {name} of Café owners: they lost sales after the breach.", "utf-8")
    (story.parent / "broken.json").unlink()
    run("ingest", story.parent)
    assert [Path(row["subject"]).name for row in json.loads(run("failures", "--json").stdout)] == [
        "broken.json",
        "missing.txt",
    ]


def test_two_files_of_one_name_do_not_replace_each_other(run: Run, story: Path) -> None:
    other = story.parent / "more" / "acme.txt"
    other.parent.mkdir()
    other.write_text("Another story altogether. A union said that nobody was paid.", encoding="utf-8")
    result = run("ingest", story.parent)
    assert result.exit_code == 1
    assert "has the id of" in result.stderr


def test_extract_writes_the_form_of_the_guidelines(run: Run, story: Path, tmp_path: Path) -> None:
    out = tmp_path / "found"
    (story.parent / "empty.txt").touch()
    result = run("extract", story.parent, "--out", out, store=None)
    assert result.exit_code == 1
    assert [path.name for path in out.iterdir()] == ["acme.json"]
    article = json.loads((out / "acme.json").read_text(encoding="utf-8"))
    assert article["published"] == "2025-12-04"
    assert article["breach"] in {event["id"] for event in article["events"]}
    for quantity in article["quantities"]:
        assert article["text"][quantity["start"] : quantity["end"]] == quantity["text"]


def test_an_unknown_incident_is_misuse_and_names_what_is_there(run: Run, traced: dict[str, Any]) -> None:
    result = run("trace", "Acne")
    assert result.exit_code == 2
    assert "Acme data breach (2025)" in result.stderr


def test_an_incident_goes_by_its_id_too(run: Run, traced: dict[str, Any]) -> None:
    printed = json.loads(run("query", "incidents", "--json").stdout)["rows"][0]["incident"]
    for name in (traced["incident"]["id"], printed):
        assert json.loads(run("trace", name, "--json").stdout) == traced
    assert (
        run("query", "links", "-p", "incident=Acme").stdout == run("query", "links", "-p", f"incident={printed}").stdout
    )
    assert run("query", "links", "-p", "incident=Acne").exit_code == 2


@pytest.mark.parametrize("language", [[], ["--cypher"]])
def test_an_unknown_claim_is_misuse(run: Run, traced: dict[str, Any], language: list[str]) -> None:
    result = run("query", "evidence", "-p", "claim=claim-nobody", *language)
    assert (result.exit_code, "no claim or figure has the id 'claim-nobody'" in result.stderr) == (2, True)
    known = traced["livelihoods"][0]["paths"][0]["hops"][0]["id"]
    assert run("query", "evidence", "-p", f"claim={known}", *language).exit_code == 0


def test_a_changed_text_is_a_new_version(run: Run, traced: dict[str, Any], story: Path) -> None:
    story.write_text(STORY.replace("30-40", "50-60"), encoding="utf-8")
    assert json.loads(run("ingest", story, "--json").stdout)["outcomes"][0]["status"] == "updated"
    assert json.loads(run("stats", "--json").stdout)["articles"] == 1
    assert "30-40" not in run("export", "--format", "csv").stdout


def test_queries_go_on_after_many_small_ingests(run: Run, story: Path) -> None:
    for number in range(12):
        one = story.parent / f"note-{number}.txt"
        one.write_text(
            f"Because of the breach at Firm{number}, the drivers lost {number + 20} percent.", encoding="utf-8"
        )
        assert run("ingest", one).exit_code == 0
    result = run("query", "incidents")
    assert result.exit_code == 0, result.stderr


def test_figures_are_compared_as_of_a_day(run: Run, story: Path) -> None:
    first = "---\npublished: 2025-11-20\n---\nAcme said that a data breach had exposed 4,500 customer accounts.\n"
    (story.parent / "first.txt").write_text(first, encoding="utf-8")
    assert run("ingest", story.parent).exit_code == 0

    def standings(*options: str) -> dict[str, str]:
        measures = json.loads(run("figures", "Acme", "--measure", "account", "--json", *options).stdout)
        assert len(measures) == 1
        return {position["text"]: position["standing"] for position in measures[0]["positions"]}

    assert standings() == {"33.7 million customer accounts": "current", "4,500 customer accounts": "superseded"}
    assert standings("--as-of", "2025-11-25") == {"4,500 customer accounts": "current"}
    assert "superseded" in run("figures", "Acme").stdout
    assert run("figures", "Acme", "--as-of", "yesterday").exit_code == 2


def test_nothing_of_a_later_article_shows_in_a_trace_of_an_earlier_day(run: Run, traced: dict[str, Any]) -> None:
    early = json.loads(run("trace", "Acme", "--as-of", "2025-01-01", "--json").stdout)
    assert traced["start"]["figures"]
    assert (early["livelihoods"], early["unreached"], early["start"]["figures"]) == ([], [], [])
    assert early["incident"]["articles"] == []


@pytest.mark.parametrize("name", ["nofile.txt", "news/nofile", "Nofile.HTML"])
def test_a_file_to_check_that_is_not_there_is_misuse(run: Run, traced: dict[str, Any], name: str) -> None:
    result = run("check", name)
    assert (result.exit_code, f"{name}: there is no such file" in result.stderr) == (2, True), result.output
    assert run("check", "Acme.").exit_code == 0


def test_where_no_figure_is_shown_it_is_said_why(run: Run, traced: dict[str, Any]) -> None:
    early = run("figures", "Acme", "--as-of", "2025-01-01")
    assert (early.stdout, early.stderr) == ("", "no figure was published by 2025-01-01\n")
    other = run("figures", "Acme", "--measure", "xyz")
    assert (other.exit_code, other.stdout) == (0, "")
    assert "account" in other.stderr


def test_a_group_that_does_not_exist_is_misuse(run: Run, traced: dict[str, Any]) -> None:
    result = run("trace", "Acme", "--to", "astronaut")
    assert result.exit_code == 2
    assert "delivery_worker" in result.stderr


def test_a_store_that_is_not_there_is_misuse_and_is_not_made(run: Run, tmp_path: Path) -> None:
    for command in (("trace", "Acme"), ("stats",), ("validate",), ("export",), ("query", "incidents")):
        result = run(*command, store=tmp_path / "nowhere")
        assert result.exit_code == 2
        assert "nowhere" in result.stderr
    assert not (tmp_path / "nowhere").exists()


def test_sparql_and_cypher_answer_the_same_links(run: Run, traced: dict[str, Any]) -> None:
    incident = traced["incident"]["id"]
    answers = [
        json.loads(run("query", "links", "-p", f"incident={incident}", *flag, "--json").stdout)
        for flag in ((), ("--cypher",))
    ]
    assert answers[0] == answers[1]
    assert answers[0]["rows"]


def test_a_query_comes_from_standard_input_or_a_file(run: Run, traced: dict[str, Any], tmp_path: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    (tmp_path / "count.rq").write_text(text, encoding="utf-8")
    piped = run("query", "-", stdin=text)
    assert piped.stdout == run("query", tmp_path / "count.rq").stdout
    assert int(piped.stdout.splitlines()[1]) > 100


def test_a_query_that_writes_or_is_broken_is_misuse(run: Run, traced: dict[str, Any]) -> None:
    for text, flag in (("DELETE WHERE { ?s ?p ?o }", ()), ("SELEC", ()), ("MATCH (n) DETACH DELETE n", ("--cypher",))):
        assert run("query", "-", *flag, stdin=text).exit_code == 2


@pytest.mark.parametrize("form", ["turtle", "trig", "nquads", "jsonld", "graphml", "csv"])
def test_the_graph_goes_out_in_every_format(run: Run, traced: dict[str, Any], tmp_path: Path, form: str) -> None:
    out = tmp_path / "graph"
    assert run("export", "--format", form, "--out", out).exit_code == 0
    assert "33.7 million" in out.read_text(encoding="utf-8") or form in ("graphml", "csv")
    assert run("export", "--format", form).stdout_bytes == out.read_bytes()


def test_an_unknown_format_is_misuse(run: Run, traced: dict[str, Any]) -> None:
    assert run("export", "--format", "papyrus").exit_code == 2


def test_the_stored_graph_conforms_and_is_counted(run: Run, traced: dict[str, Any]) -> None:
    assert run("validate").exit_code == 0
    counts = json.loads(run("stats", "--json").stdout)
    assert counts["articles"] == counts["incidents"] == 1
    assert counts["livelihood_impacts_reached"] >= 1


def test_a_new_ledger_does_not_show_what_another_was_made_into(
    run: Run, traced: dict[str, Any], tmp_path: Path
) -> None:
    for file in (tmp_path / "store").glob("ledger.sqlite*"):
        file.unlink()
    other = tmp_path / "other.txt"
    other.write_text("A thaw set in. Because of the thaw, two bridges over the river were closed.", encoding="utf-8")
    assert run("ingest", other).exit_code == 0
    assert "Acme" not in run("query", "incidents").stdout


def test_control_characters_do_not_reach_the_output(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "a\x1b[31m\nb.txt"
    bad.touch()
    result = run("ingest", bad)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr


def test_parameters_for_a_query_of_ones_own_are_refused(run: Run, traced: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "count.rq").write_text("ASK {}", encoding="utf-8")
    assert run("query", tmp_path / "count.rq", "-p", "x=1").exit_code == 2


def test_projections_are_made_again_where_they_were_deleted(run: Run, traced: dict[str, Any], tmp_path: Path) -> None:
    before = run("query", "incidents", "--json").stdout
    (tmp_path / "store" / "manifest.json").unlink()
    assert run("query", "incidents", "--json").stdout == before
    shutil.rmtree(tmp_path / "store" / "generations")
    assert run("query", "incidents", "--json").stdout == before


def test_a_path_that_cannot_be_made_is_misuse_in_one_line(run: Run, story: Path) -> None:
    results = [run("ingest", story, store=story), run("extract", story, "--out", story, store=None)]
    for result in results:
        assert result.exit_code == 2
        assert result.stderr.startswith("breachtrace: ")
        assert str(story) in result.stderr
    assert run("ingest", "a" * 300).exit_code == 1


COMMANDS = [
    "ingest",
    "extract",
    "trace",
    "figures",
    "curate",
    "retract",
    "query",
    "queries",
    "export",
    "stats",
    "validate",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert f"breachtrace {command}" in result.stdout


def test_it_says_its_version_and_where_the_codes_are() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"breachtrace {version('breachtrace')}\n")
    assert "codes of the groups" in " ".join(CliRunner().invoke(app, ["trace", "--help"]).stdout.split())
    page = (Path(__file__).parents[2] / "docs" / "tracing.md").read_text("utf-8")
    assert all(f"`{code}`" in page for code in GROUPS)
