"""A batch goes in, the joint loss or the scores of a dev part come out."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from extract.training.batches import Batch
from extract.training.gold import HEADS, UNKNOWN, Labels
from extract.training.network import ARC, RELATION, WIDTH, Biaffine, Encoder, Heads, Sizes

WEIGHTS = {"xpos": 1.0, "upos": 0.5, "feats": 0.5, "lemma": 0.5, "entity": 2.5, "name": 0.6}
SMOOTHING = 0.03
NAMES = ("entity", "name")


class Model(nn.Module):
    """The encoder with all of its heads."""

    def __init__(self, labels: Labels, vocabulary: int) -> None:
        """Builds an untrained model for the given label sets."""
        super().__init__()
        sizes = Sizes(vocabulary=vocabulary, **{head: len(labels.of[head]) for head in HEADS if head != "name"})
        self.encoder = Encoder(vocabulary)
        self.heads = Heads(sizes)
        self.biaffine = Biaffine(sizes.relation)

    def read(self, batch: Batch) -> dict[str, Tensor]:
        """Returns the scores of the word heads, one row a word."""
        mixed, _ = self.encoder(batch.ids, batch.shapes, batch.spaces, batch.lengths)
        flat = mixed.reshape(-1, 3 * WIDTH)
        return self.heads((flat[batch.first] + flat[batch.last]) / 2, batch.endings)  # type: ignore[no-any-return]

    def arcs(self, tree: Tensor, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Returns arc scores (sentences, dependents, heads), relation inputs of words, and of heads."""
        arc_d, arc_h, rel_d, rel_h = torch.split(tree, [ARC, ARC, RELATION, RELATION], dim=-1)
        places = batch.sentences.clamp(min=0)
        root = self.biaffine.root[:ARC].expand(len(places), 1, ARC)
        scores = self.biaffine.arcs(arc_d[places], torch.cat([root, arc_h[places]], dim=1))
        nothing = torch.cat([torch.zeros_like(batch.sentences[:, :1]), batch.sentences], dim=1) < 0
        loops = functional.pad(torch.eye(places.shape[1], dtype=torch.bool), (1, 0))
        scores = scores.masked_fill(nothing[:, None, :] | loops[None], -1e4)
        return scores, rel_d[places], torch.cat([self.biaffine.root[ARC:].expand(len(places), 1, -1), rel_h[places]], 1)

    def relations(self, words: Tensor, heads: Tensor, chosen: Tensor, there: Tensor) -> Tensor:
        """Returns relation scores of the words that are `there`, each under its `chosen` head."""
        picked = torch.gather(heads, 1, chosen[:, :, None].expand(-1, -1, heads.shape[2]))
        return self.biaffine.relations(words[there], picked[there])

    def loss(self, batch: Batch) -> dict[str, Tensor]:
        """Returns the weighted loss of every head."""
        scores = self.read(batch)
        losses = {
            head: weight * _cross(scores[head], batch.labels[:, HEADS.index(head)], SMOOTHING * (head not in NAMES))
            for head, weight in WEIGHTS.items()
        }
        losses["start"] = _cross(scores["start"], batch.starts)
        arcs, words, heads = self.arcs(scores["tree"], batch)
        there = batch.sentences >= 0
        losses["arc"] = _cross(arcs[there], batch.heads[there], 0.0)
        chosen = batch.heads.clamp(min=0)
        labels = batch.labels[batch.sentences[there], HEADS.index("relation")]
        losses["relation"] = _cross(self.relations(words, heads, chosen, there), labels)
        return losses


def _cross(scores: Tensor, labels: Tensor, smoothing: float = SMOOTHING) -> Tensor:
    if bool((labels == UNKNOWN).all()):
        return scores.sum() * 0.0
    return functional.cross_entropy(scores, labels, ignore_index=UNKNOWN, label_smoothing=smoothing)


@torch.no_grad()
def dev_scores(model: Model, found: Iterable[Batch]) -> dict[str, float]:
    """Returns percent right of every head on gold words and gold sentences, arcs chosen one by one."""
    right: dict[str, float] = {}
    seen: dict[str, float] = {}

    def count(name: str, hits: Tensor) -> None:
        right[name] = right.get(name, 0.0) + float(hits.sum())
        seen[name] = seen.get(name, 0.0) + hits.numel()

    model.eval()
    spans = [0, 0, 0]
    starts = [0, 0, 0]
    for batch in found:
        scores = model.read(batch)
        for head in ("xpos", "upos", "feats", "lemma"):
            gold = batch.labels[:, HEADS.index(head)]
            count(head, scores[head].argmax(-1) == gold)
        _count_tree(model, batch, scores["tree"], count)
        known = batch.starts != UNKNOWN
        _tally(starts, _places(scores["start"].argmax(-1)[known]), _places(batch.starts[known]))
        named = batch.labels[:, HEADS.index("entity")]
        if bool((named != UNKNOWN).any()):
            _tally(spans, _spans(scores["entity"].argmax(-1)), _spans(named))
    model.train()
    result = {name: round(100 * right[name] / seen[name], 2) for name in right}
    return {**result, "start": _f1(starts), "entity": _f1(spans)}


def _count_tree(model: Model, batch: Batch, tree: Tensor, count: object) -> None:
    assert callable(count)
    arcs, words, heads = model.arcs(tree, batch)
    there = batch.sentences >= 0
    chosen = arcs.argmax(-1)
    relations = model.relations(words, heads, chosen, there).argmax(-1)
    hits = chosen[there] == batch.heads[there]
    count("uas", hits)
    count("las", hits & (relations == batch.labels[batch.sentences[there], HEADS.index("relation")]))


def _places(marks: Tensor) -> set[tuple[int, ...]]:
    return {(int(place),) for place in marks.nonzero()}


def _spans(labels: Tensor) -> set[tuple[int, ...]]:
    found: set[tuple[int, ...]] = set()
    start, kind = 0, 0
    for place, label in enumerate([*labels.tolist(), 0]):
        if kind and label != kind + 1:
            found.add((start, place, kind))
            kind = 0
        if label > 0 and (label % 2 == 1 or not kind):
            start, kind = place, label if label % 2 else label - 1
    return found


def _tally(counts: list[int], found: set[tuple[int, ...]], gold: set[tuple[int, ...]]) -> None:
    counts[0] += len(found & gold)
    counts[1] += len(found)
    counts[2] += len(gold)


def _f1(counts: list[int]) -> float:
    return round(200 * counts[0] / max(1, counts[1] + counts[2]), 2)
