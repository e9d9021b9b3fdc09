"""A folder of sets goes in; the trained, quantised, measured and described pipeline of `extract/model/` comes out."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from extract.base import MODEL, load_base
from extract.training import card, evaluate, export, gold, train, weights
from extract.training.sets import CORPUS

PACKAGES = ("torch", "onnxruntime", "onnx", "numpy", "spacy")
META = {
    "lang": "en",
    "name": "breachtrace",
    "version": "1.2.0",
    "description": "English pipeline for news on data breaches: one small encoder with all of its heads",
    "license": "CC BY-SA 4.0, base Apache-2.0",
}


def make(data: Path, state: Path, folder: Path, minutes: float | None) -> dict[str, Any]:
    """Trains (or goes on), quantises, evaluates before and after, and writes the card; returns what the card says."""
    build = [sys.executable, str(CORPUS / "passages.py"), "build", str(data), str(state / "passages")]
    subprocess.run(build, check=True)
    train.train(data, state, minutes)
    return finish(data, state, folder)


def finish(data: Path, state: Path, folder: Path) -> dict[str, Any]:
    """Exports, evaluates and describes the model of the last checkpoint."""
    export.export(*export.from_checkpoint(state), folder=folder, full=state / "encoder.float.onnx")
    scores = {"int8": evaluate.evaluate(data, load_base(folder=folder))}
    with tempfile.TemporaryDirectory() as scratch:
        for file in ("tree.npz", "links.npz", "labels.json", "vocab.txt"):
            shutil.copy(folder / file, scratch)
        shutil.copy(state / "encoder.float.onnx", Path(scratch) / "encoder.onnx")
        scores["float"] = evaluate.evaluate(data, load_base(folder=Path(scratch)))
    meta: dict[str, Any] = {
        **META,
        "training": {**_history(state), "data": dict(_hashes(data)), "base": dict(weights.SHA256)},
        "scores": {kind: report.scores for kind, report in scores.items()},
        "more_scores": {kind: report.more for kind, report in scores.items()},
        "versions": {name: version(name) for name in PACKAGES},
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
    card.write(folder, meta)
    return meta


def _history(state: Path) -> dict[str, Any]:
    """What the logs of the two stages tell: the plan, the scores after each epoch, the steps."""
    found: dict[str, Any] = {}
    for stage, folder in (("syntax", state), ("joint", state / "joint")):
        text = (folder / "log.jsonl").read_text(encoding="utf-8")
        lines = [json.loads(line) for line in text.splitlines()]
        steps = max(line.get("step", 0) for line in lines)
        found[stage] = {"plan": lines[0]["plan"], "dev_by_epoch": [n for n in lines if "set" in n], "steps": steps}
    return found


def _hashes(data: Path) -> Iterator[tuple[str, str]]:
    for bank in (*gold.TREEBANKS, *gold.NAMED.values(), "causal_news_corpus", "gum_discourse"):
        for file in sorted((data / bank).glob("train*.*")):
            yield f"{bank}/{file.name}", hashlib.sha256(file.read_bytes()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> None:
    """Makes the pipeline: checks hashes, converts, trains all heads jointly, evaluates, quantises, evaluates again."""
    parser = argparse.ArgumentParser(prog="python -m extract.training.make", description=main.__doc__)
    parser.add_argument("data", type=Path, help="folder with the treebanks and entity sets")
    parser.add_argument("--state", type=Path, default=Path(".training"), help="folder for checkpoints, to resume from")
    parser.add_argument("--folder", type=Path, default=MODEL, help="folder to write the pipeline to")
    parser.add_argument("--minutes", type=float, default=None, help="end training after that long instead")
    parser.add_argument("--finish", action="store_true", help="train no more: export, evaluate, describe")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    if given.finish:
        finish(given.data, given.state, given.folder)
    else:
        make(given.data, given.state, given.folder, given.minutes)
    print(f"made {given.folder} in {(time.monotonic() - began) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
