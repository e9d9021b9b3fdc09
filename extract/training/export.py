"""A trained model goes in, the quantised files of `extract/model/` come out."""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]
from torch import Tensor, nn

from extract.encoder import TOLD
from extract.pieces import WordPieces
from extract.training import gold
from extract.training.model import Model
from extract.training.network import ARC, MIXES, WIDTH

INPUTS = ("ids", "shapes", "spaces", "lengths", "first", "last", "endings")
NAME_SHARE = 0.3
OUTPUTS = ("xpos", "upos", "feats", "lemma", "entity", "start", "tree", "vectors", *TOLD)


class Reader(nn.Module):
    """The model as it is shipped: labels are chosen, the parser's vectors and the last layer handed on."""

    def __init__(self, model: Model, name_share: float) -> None:
        """Wraps a trained model; `name_share` is the weight of the second entity head."""
        super().__init__()
        self.model = model
        self.name_share = name_share

    def forward(
        self, ids: Tensor, shapes: Tensor, spaces: Tensor, lengths: Tensor, first: Tensor, last: Tensor, endings: Tensor
    ) -> tuple[Tensor, ...]:
        """Returns the outputs named in `OUTPUTS`, one row a word."""
        mixed, deep = self.model.encoder(ids, shapes, spaces, lengths)
        flat, deep = mixed.reshape(-1, MIXES * WIDTH), deep.reshape(-1, WIDTH)
        scores = self.model.heads((flat[first] + flat[last]) / 2, endings)
        share = self.name_share
        named = (1 - share) * scores["entity"].log_softmax(-1) + share * scores["name"].log_softmax(-1)
        chosen = [scores[head].argmax(-1) for head in ("xpos", "upos", "feats", "lemma")]
        start = scores["start"].softmax(-1)[:, 1]
        told = [scores[head] if head in ("causal", "link") else scores[head].log_softmax(-1) for head in TOLD]
        vectors = (deep[first] + deep[last]) / 2
        return (*chosen, named, start, scores["tree"], vectors, *told)


def export(
    model: Model,
    labels: gold.Labels,
    vocabulary: Sequence[str],
    folder: Path,
    full: Path,
    name_share: float = NAME_SHARE,
) -> None:
    """Writes the int8 encoder and what goes with it to `folder`, and the encoder in float to `full`."""
    folder.mkdir(parents=True, exist_ok=True)
    model.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        axes = {name: {0: "rows", 1: "pieces"} for name in INPUTS[:3]}
        axes.update({name: {0: "words"} for name in (*INPUTS[4:], *OUTPUTS)}, lengths={0: "rows"})
        torch.onnx.export(
            Reader(model, name_share),
            _example(WordPieces(vocabulary)),
            str(full),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            dynamo=False,
            opset_version=17,
        )
    quantise(full, folder / "encoder.onnx")
    _write_tree(model, folder / "tree.npz")
    _write(folder / "links.npz", {name: value.detach().numpy() for name, value in model.linker.named_parameters()})
    (folder / "labels.json").write_text(json.dumps(labels.of, indent=0) + "\n", encoding="utf-8")
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")


def quantise(full: Path, small: Path) -> None:
    """Writes `full` with int8 weights, one scale a channel, of seven bits so that no processor overflows."""
    quantize_dynamic(
        full,
        small,
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
    )


def _write_tree(model: Model, path: Path) -> None:
    root = model.biaffine.root.detach().numpy()
    arrays = {
        "arc": model.biaffine.arc.detach().numpy(),
        "relation": model.biaffine.relation.detach().numpy(),
        "root_arc": root[:ARC],
        "root_relation": root[ARC:],
    }
    _write(path, arrays)


def _write(path: Path, arrays: dict[str, Any]) -> None:
    small: dict[str, Any] = {name: values.astype(np.float16) for name, values in arrays.items()}
    np.savez_compressed(path, **small)


def _example(pieces: WordPieces) -> tuple[Tensor, ...]:
    row = [pieces.start, *(pieces.read(word).ids[0] for word in ("the", "firm", "lost", "orders")), pieces.end]
    ids = torch.tensor([row, row])
    words = torch.tensor([1, 2, 3, 4, 7, 8])
    return ids, torch.zeros_like(ids), torch.ones_like(ids), torch.tensor([6, 6]), words, words, torch.arange(6)


def from_checkpoint(state: Path) -> tuple[Model, gold.Labels, list[str]]:
    """Returns the model of the last checkpoint, with averaged weights, its labels and its vocabulary."""
    labels = gold.Labels({k: tuple(v) for k, v in json.loads((state / "labels.json").read_text()).items()})
    vocabulary = (state / "base" / "vocab.txt").read_text(encoding="utf-8").splitlines()
    model = Model(labels, len(vocabulary))
    kept = torch.load(state / "joint" / "checkpoint.pt")
    model.load_state_dict({**kept["model"], **kept["mean"]})
    return model, labels, vocabulary


def main(arguments: Sequence[str] | None = None) -> None:
    """Exports the last checkpoint from the command line."""
    parser = argparse.ArgumentParser(prog="python -m extract.training.export", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="folder to write to")
    parser.add_argument("--state", type=Path, default=Path(".training"), help="folder with the checkpoint")
    parser.add_argument("--name-share", type=float, default=NAME_SHARE, help="weight of the second entity head")
    given = parser.parse_args(arguments)
    full = given.state / "encoder.float.onnx"
    export(*from_checkpoint(given.state), folder=given.folder, full=full, name_share=given.name_share)


if __name__ == "__main__":
    main()
