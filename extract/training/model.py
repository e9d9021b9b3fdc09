"""A batch goes in, the joint loss or the scores of a dev part come out."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from extract.heads import ATTENTIONS
from extract.training.batches import Batch, Pairs
from extract.training.gold import HEADS, LABELS, UNKNOWN, Labels
from extract.training.network import ARC, MIXES, RELATION, WIDTH, Biaffine, Encoder, Heads, Linker, Sizes

WEIGHTS = {
    "xpos": 1.0,
    "upos": 0.5,
    "feats": 0.5,
    "lemma": 0.5,
    "entity": 2.5,
    "name": 0.6,
    "event": 2.5,
    "cause": 1.0,
    "effect": 1.0,
    "signal": 0.8,
    "connective": 0.7,
    "figure": 0.7,
    "people": 1.0,
    "living": 1.0,
}
SENTENCE, LINK = 0.5, 1.0  # weights of what is said of whole sentences and of pairs of mentions
SMOOTHING = 0.03
SMOOTHED = ("xpos", "upos", "feats", "lemma")
COUNTED = (*SMOOTHED, "living")
SPANNED = ("entity", "event", "cause", "effect", "signal", "connective", "figure", "people")
PAIR_LABELS = LABELS["pair"]
FEW = 250  # words; a batch with fewer labelled ones counts for less


class Model(nn.Module):
    """The encoder with all of its heads."""

    def __init__(self, labels: Labels, vocabulary: int) -> None:
        """Builds an untrained model for the given label sets."""
        super().__init__()
        counts = {head: len(labels.of[head]) for head in (*HEADS, "pair") if head not in ("name", "causal")}
        sizes = Sizes(vocabulary=vocabulary, **counts)
        self.encoder = Encoder(vocabulary)
        self.heads = Heads(sizes)
        self.biaffine = Biaffine(sizes.relation)
        self.linker = Linker(sizes.pair)

    def read(self, batch: Batch) -> dict[str, Tensor]:
        """Returns the scores of the word heads, one row a word."""
        mixed, _ = self.encoder(batch.ids, batch.shapes, batch.spaces, batch.lengths)
        flat = mixed.reshape(-1, MIXES * WIDTH)
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

    def sentences(self, causal: Tensor, rows: Tensor) -> Tensor:
        """Returns for each row of words (-1 where there is none) the log odds that it tells a cause."""
        weights, values = causal[rows.clamp(min=0)].split(ATTENTIONS, dim=-1)
        weights = weights.masked_fill((rows < 0)[:, :, None], -1e4).softmax(1)
        return (weights * values).sum((1, 2))

    def loss(self, batch: Batch) -> dict[str, Tensor]:
        """Returns the weighted loss of every head."""
        scores = self.read(batch)
        losses = {
            head: weight * _cross(scores[head], batch.labels[:, HEADS.index(head)], SMOOTHING * (head in SMOOTHED))
            for head, weight in WEIGHTS.items()
        }
        losses["start"] = _cross(scores["start"], batch.starts)
        if len(batch.sentences):
            arcs, words, heads = self.arcs(scores["tree"], batch)
            there = batch.sentences >= 0
            losses["arc"] = _cross(arcs[there], batch.heads[there], 0.0)
            chosen = batch.heads.clamp(min=0)
            labels = batch.labels[batch.sentences[there], HEADS.index("relation")]
            losses["relation"] = _cross(self.relations(words, heads, chosen, there), labels)
        known = batch.causal != UNKNOWN
        if bool(known.any()):
            odds = self.sentences(scores["causal"], batch.rows[known])
            share = min(1.0, int(known.sum()) / 10)
            target = batch.causal[known].to(odds.dtype)
            losses["causal"] = SENTENCE * share * functional.binary_cross_entropy_with_logits(odds, target)
        if batch.pairs:
            told = [self._linked(scores["link"], pairs) for pairs in batch.pairs]
            losses["pair"] = LINK * torch.stack(told).mean()
        return losses

    def _linked(self, link: Tensor, pairs: Pairs) -> Tensor:
        scores = self.linker(link, pairs.first, pairs.last)
        return functional.cross_entropy(scores.flatten(0, 1), pairs.labels.flatten(), ignore_index=UNKNOWN)


def _cross(scores: Tensor, labels: Tensor, smoothing: float = SMOOTHING) -> Tensor:
    known = int((labels != UNKNOWN).sum())
    if not known:
        return scores.sum() * 0.0
    loss = functional.cross_entropy(scores, labels, ignore_index=UNKNOWN, label_smoothing=smoothing)
    return loss * min(1.0, known / FEW)


@torch.no_grad()
def dev_scores(model: Model, found: Iterable[Batch]) -> dict[str, float]:
    """Returns percent right of every head on gold words and gold sentences, arcs chosen one by one."""
    right: dict[str, float] = {}
    seen: dict[str, float] = {}

    def count(name: str, hits: Tensor) -> None:
        right[name] = right.get(name, 0.0) + float(hits.sum())
        seen[name] = seen.get(name, 0.0) + hits.numel()

    model.eval()
    tallies = {name: [0, 0, 0] for name in ("start", *SPANNED, "sentence", "link", "same")}
    for batch in found:
        scores = model.read(batch)
        for head in COUNTED:
            gold = batch.labels[:, HEADS.index(head)]
            count(head, (scores[head].argmax(-1) == gold)[gold != UNKNOWN])
        if len(batch.sentences):
            _count_tree(model, batch, scores["tree"], count)
        known = batch.starts != UNKNOWN
        _tally(tallies["start"], _places(scores["start"].argmax(-1)[known]), _places(batch.starts[known]))
        for head in SPANNED:
            gold = batch.labels[:, HEADS.index(head)]
            known = gold != UNKNOWN
            _tally(tallies[head], _spans(scores[head].argmax(-1)[known]), _spans(gold[known]))
        _count_causal(model, batch, scores, tallies)
    model.train()
    result = {name: round(100 * right[name] / seen[name], 2) for name in right if seen[name]}
    return {**result, **{name: _f1(counts) for name, counts in tallies.items() if counts[2]}}


def _count_causal(model: Model, batch: Batch, scores: dict[str, Tensor], tallies: dict[str, list[int]]) -> None:
    known = batch.causal != UNKNOWN
    if bool(known.any()):
        odds = model.sentences(scores["causal"], batch.rows[known])
        _tally(tallies["sentence"], _places(odds > 0), _places(batch.causal[known]))
    for pairs in batch.pairs:
        found = model.linker(scores["link"], pairs.first, pairs.last).argmax(-1)
        found = found.masked_fill(pairs.labels == UNKNOWN, 0)
        same = PAIR_LABELS.index("same")
        _tally(tallies["same"], _places(found == same), _places(pairs.labels == same))
        links = [kept.masked_fill((kept == same) | (kept == UNKNOWN), 0) for kept in (found, pairs.labels)]
        _tally(tallies["link"], *map(_labelled, links))


def _labelled(labels: Tensor) -> set[tuple[int, ...]]:
    return {(*place, int(labels[tuple(place)])) for place in labels.nonzero().tolist()}


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
    return {tuple(place) for place in marks.nonzero().tolist()}


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
