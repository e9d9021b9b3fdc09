"""Annotations by offsets: from quotes and back, refusals, and the passages that the project holds."""

import hashlib
import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ontology.exchange import from_json

ROOT = Path(__file__).parents[2]
HELD = ROOT / "corpus" / "passages"
CSV = 'index,text,label\nt_1,"Sales fell because of the strike , the union said .",1\n'
CSV += "t_2,The strike lasted two days .,0\n"
CONLLU = "# newdoc id = D\n# sent_id = D-1\n# text = It rained.\n1\tIt\n\n# sent_id = D-2\n# text = So we stayed.\n"
NOTE = {
    "id": "cnc-001",
    "set": "causal_news_corpus",
    "source": {"file": "a.csv", "ids": ["t_1", "t_2"]},
    "events": {
        "E1": {"kind": "event", "spans": ["the strike", "The strike"]},
        "E2": {"kind": "impact", "group": None, "effect": "harm", "spans": ["Sales fell"]},
    },
    "links": [{"link": "E1 causes E2", "signal": "because of", "hedge": "reported", "speaker": "the union"}],
    "quantities": [{"text": "two days", "value": 2, "unit": "days", "thing": "strike", "event": "E1"}],
}


class Place:
    """The tool with sets, passages and notes of its own."""

    def __init__(self, root: Path) -> None:
        self.root, self.data, self.passages = root, root / "data", root / "passages"
        self.lines = self.passages / "a.jsonl"
        self.csv = self.data / "causal_news_corpus" / "a.csv"

    def run(self, command: str, *paths: Path) -> int:
        importlib.import_module("standoff").sentences.cache_clear()
        code: int = importlib.import_module("passages").main([command, *map(str, paths)])
        return code

    def convert(self, *notes: dict[str, Any], out: str = "a.jsonl") -> int:
        (self.root / "notes.yaml").write_text(yaml.safe_dump(list(notes)), encoding="utf-8")
        return self.run("from-quotes", self.data, self.root / "notes.yaml", self.passages / out)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.syspath_prepend(ROOT / "corpus")
    made = Place(tmp_path)
    monkeypatch.setattr("passages.HERE", made.passages)
    for path, text in ((made.csv, CSV), (made.data / "ud_english_gum" / "b.conllu", CONLLU)):
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return made


def test_quotes_become_offsets_and_quotes_again(place: Place) -> None:
    assert place.convert(NOTE) == 0
    line = place.lines.read_text(encoding="utf-8")
    assert not [word for word in ("Sales", "union", "because", "days .") if word in line]
    assert place.run("build", place.data, place.root / "out") == 0
    found = from_json(json.loads((place.root / "out" / "cnc-001.json").read_text(encoding="utf-8")))
    text = "Sales fell because of the strike , the union said . The strike lasted two days ."
    assert found.article.text == text
    assert [span.text for event in found.events for span in event.spans] == ["the strike", "The strike", "Sales fell"]
    link, figure = found.links[0], found.quantities[0]
    assert (link.cause, link.effect, link.speaker, link.hedge) == ("E1", "E2", "the union", "reported")
    assert link.evidence.signal is not None
    assert (link.evidence.signal.text, link.evidence.quote.text) == ("because of", text)
    assert (figure.quantity.span.text, figure.quantity.low, figure.quantity.thing) == ("two days", 2, "strike")


def test_a_treebank_is_read_too(place: Place) -> None:
    source = {"file": "b.conllu", "ids": ["D-1", "D-2"]}
    events = {"E1": {"kind": "event", "spans": ["rained"]}, "E2": {"kind": "event", "spans": ["stayed"]}}
    links = [{"link": "E1 causes E2", "signal": "So"}]
    note = {"id": "gum-001", "set": "ud_english_gum", "source": source, "events": events, "links": links}
    assert place.convert(note) == 0
    row = json.loads(place.lines.read_text(encoding="utf-8"))
    assert row["sha256"] == hashlib.sha256(b"It rained. So we stayed.").hexdigest()
    assert row["links"][0]["signal"] == [11, 13]


def test_a_breach_report_is_read_by_its_line(place: Place) -> None:
    path = place.data / "hibp_breaches" / "c.jsonl"
    path.parent.mkdir()
    path.write_text('{"text": "Nothing."}\n{"text": "It was hacked, so it closed."}\n', encoding="utf-8")
    events = {"E1": {"kind": "breach", "spans": ["was hacked"]}, "E2": {"kind": "response", "spans": ["it closed"]}}
    links = [{"link": "E1 causes E2", "signal": "so"}]
    source = {"file": "c.jsonl", "ids": ["2"]}
    note = {"id": "brc-001", "set": "hibp_breaches", "source": source, "breach": "E1", "events": events, "links": links}
    assert place.convert(note) == 0
    row = json.loads(place.lines.read_text(encoding="utf-8"))
    assert (row["length"], row["breach"], row["links"][0]["signal"]) == (28, "E1", [15, 17])
    missing = note | {"source": source | {"ids": ["3"]}}
    assert place.convert(missing) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"events": {"E1": {"kind": "event", "spans": ["the lockout"]}}}, "'the lockout' stands 0 times"),
        ({"events": {"E1": {"kind": "accident", "spans": ["the strike"]}}, "links": [], "quantities": []}, "accident"),
        ({"links": [{"link": "E1 causes E9"}]}, "E9"),
        ({"links": [{"link": "E1 causes E2", "speaker": "the owner"}]}, "the owner"),
        ({"quantities": [{"text": "two days", "value": 2, "unit": "days", "thing": "holiday"}]}, "holiday"),
        ({"source": {"file": "a.csv", "ids": ["t_3"]}}, "t_3"),
        ({"set": "casie"}, "not free"),
    ],
)
def test_what_is_not_there_is_refused(
    place: Place, change: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.convert(NOTE | change) == 1
    told = capsys.readouterr().err
    assert "cnc-001" in told
    assert said in told
    assert not place.lines.exists()


def test_a_changed_set_and_a_wrong_offset_are_seen(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.convert(NOTE)
    assert place.run("check", place.data) == 0
    place.csv.write_text(CSV.replace("Sales", "Wages"), encoding="utf-8")
    assert place.run("check", place.data) == 1
    assert "not the annotated one" in capsys.readouterr().err
    row = json.loads(place.lines.read_text(encoding="utf-8"))
    row["events"][0]["spans"][0] = [70, 170]
    place.lines.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert place.run("check") == 1
    assert "[70, 170]" in capsys.readouterr().err


def test_agreement_counts_what_both_have(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.convert(NOTE)
    place.convert(NOTE | {"links": []}, out="second/a.jsonl")
    capsys.readouterr()
    assert place.run("agreement", place.data) == 0
    rows = {line.split()[0]: line.split()[-1] for line in capsys.readouterr().out.splitlines()[1:]}
    assert (rows["events"], rows["links"], rows["quantities"]) == ("2/2/2", "0/0/1", "1/1/1")


def test_the_passages_of_the_project_are_sound(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passages.HERE", HELD)
    assert place.run("check") == 0


def test_every_passage_to_annotate_twice_is_there() -> None:
    rows = [json.loads(line) for file in HELD.glob("*.jsonl") for line in file.read_text(encoding="utf-8").splitlines()]
    known = {row["id"]: row["source"] for row in rows}
    twice = json.loads((HELD / "twice.json").read_text(encoding="utf-8"))
    assert [row["id"] for row in twice if known.get(row["id"]) != row["source"]] == []
    assert len(twice) >= 25
