"""In: folders of gold articles and the reading pipeline. Out: a score table per folder, the misses, or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extract.evaluation.scoring import TASKS, Row, Score, score, total


def load_gold(folder: Path) -> list[dict[str, Any]]:
    """Read every `*.json` of a folder, in the order of their names.

    Raises:
        ValueError: The folder holds no gold file, or one that is not a JSON object.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise ValueError(f"{folder}: no gold files (*.json); name a folder that holds annotated articles")
    rows = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    if not all(isinstance(row, dict) and "text" in row for row in rows):
        raise ValueError(f"{folder}: a file is not an annotated article; it must be an object with `text`")
    return rows


def compare(gold: list[dict[str, Any]], found: Sequence[Row]) -> Score:
    """Score found articles against gold ones of the same ids; a gold article without a twin counts as missed."""
    twins = {row["id"]: row for row in found}
    return total(score(row, twins.get(row["id"])) for row in gold)


def measures(result: Score) -> dict[str, float]:
    """The F1 of every task in percent, as `quantities_f1` and so on."""
    return {f"{task}_f1": round(100 * result.tasks[task].f1, 2) for task in TASKS}


def table(name: str, result: Score) -> str:
    """Lay the score out: precision, recall and F1 per task in percent, then the agreement of the hits' attributes."""
    lines = [f"{name:<28}{'P':>7}{'R':>7}{'F1':>7}   hits/found/gold"]
    for task in TASKS:
        count = result.tasks[task]
        figures = "".join(f"{100 * value:7.1f}" for value in (count.precision, count.recall, count.f1))
        lines.append(f"  {task:<26}{figures}   {count.hits}/{count.found}/{count.gold}")
    for attribute, count in sorted(result.attributes.items()):
        lines.append(f"    {attribute:<24}{100 * count.precision:7.1f}   {count.hits}/{count.found} of the hits")
    return "\n".join(lines)
