"""What was measured goes in, the model card of `extract/model/` comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

MARKS: Mapping[tuple[str, str], float] = {
    ("ud_english_gum", "tag"): 96.5,
    ("ud_english_gum", "uas"): 91.0,
    ("ud_english_gum", "las"): 88.5,
    ("ud_english_gum", "sentence_f1"): 94.0,
    ("ud_english_ewt", "tag"): 95.5,
    ("ud_english_ewt", "uas"): 89.0,
    ("ud_english_ewt", "las"): 86.5,
    ("ud_english_ewt", "sentence_f1"): 85.0,
    ("uner_english_ewt", "entity_f1"): 83.0,
}
_TEMPLATE = Path(__file__).parent / "card.md"
_TRIED = Path(__file__).parent / "tried.md"


def write(folder: Path, meta: Mapping[str, Any]) -> None:
    """Writes `README.md` to `folder` from the template, the measured figures and the notes on what was tried."""
    parts = {
        "scores": _table(("set", "measure", "float", "int8", "mark", "reached"), _score_rows(meta["scores"])),
        "more": _table(("set", "measure", "int8"), _more_rows(meta["more_scores"]["int8"])),
        "sizes": _table(("file", "bytes"), _size_rows(folder)),
        "hashes": _table(("file", "sha256"), meta["training"]["data"].items()),
        "versions": _table(("package", "version"), meta["versions"].items()),
        "tried": _TRIED.read_text(encoding="utf-8").strip() if _TRIED.is_file() else "",
        "version": str(meta["version"]),
    }
    for stage in ("syntax", "joint"):
        told = meta["training"][stage]
        parts[f"{stage}_epochs"] = _epochs(told["dev_by_epoch"])
        parts[f"{stage}_plan"] = _table(("setting", "value"), told["plan"].items())
        parts[f"{stage}_steps"] = str(told["steps"])
    text = _TEMPLATE.read_text(encoding="utf-8")
    for name, value in parts.items():
        text = text.replace("{{" + name + "}}", value)
    (folder / "README.md").write_text(text, encoding="utf-8")


def _score_rows(scores: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[tuple[object, ...]]:
    for bank, measures in scores["int8"].items():
        for measure, value in measures.items():
            mark = MARKS.get((bank, measure))
            said = "" if mark is None else "yes" if value >= mark else f"no, {mark - value:.1f} short"
            yield bank, measure, f"{scores['float'][bank][measure]:.2f}", f"{value:.2f}", mark or "", said


def _more_rows(scores: Mapping[str, Mapping[str, float]]) -> Iterator[tuple[object, ...]]:
    for bank, measures in scores.items():
        for measure, value in measures.items():
            yield bank, measure, f"{value:.2f}"


def _epochs(lines: list[dict[str, Any]]) -> str:
    names = list(dict.fromkeys(name for line in lines for name in line if name not in ("epoch", "set")))
    rows = ((line["epoch"], line["set"], *(line.get(name, "") or "" for name in names)) for line in lines)
    return _table(("epoch", "set", *names), rows)


def _size_rows(folder: Path) -> Iterator[tuple[object, ...]]:
    sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.is_file()}
    sizes.pop("README.md", None)
    yield from sizes.items()
    yield "together", sum(sizes.values())


def _table(titles: tuple[str, ...], rows: Any) -> str:
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    lines.extend("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)
    return "\n".join(lines)
