"""Piece ids, shapes, spaces and endings of words go in, scores of every head come out (torch)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from extract.heads import ATTENTIONS
from extract.linker import DISTANCES
from extract.pieces import ENDINGS, SHAPES, SPACES

WIDTH, LAYERS, HEADS, INNER, POSITIONS = 384, 6, 12, 1536, 512
FEATURES = 64
MIXES = 4  # weighings of the layers: for tags, for trees, for entities and sentences, for causality
ARC, RELATION = 256, 128
ROLE, BETWEEN = 128, 64


@dataclass(frozen=True, slots=True)
class Sizes:
    """The number of labels of each head and of rows of the vocabulary."""

    vocabulary: int
    xpos: int
    upos: int
    feats: int
    lemma: int
    relation: int
    entity: int
    event: int
    cause: int
    effect: int
    signal: int
    connective: int
    figure: int
    people: int
    living: int
    pair: int


class SharedDropout(nn.Module):
    """Dropout whose mask is shared by the windows of a batch: far cheaper to draw on a CPU."""

    def __init__(self, share: float) -> None:
        """Takes the share of values to drop."""
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """Returns `x`, in training with some values dropped and the others scaled up."""
        if not self.training or not self.share:
            return x
        return x * (torch.rand(x.shape[1:]) >= self.share).to(x.dtype).div_(1 - self.share)


class Layer(nn.Module):
    """One transformer layer of the base encoder."""

    def __init__(self, dropout: float) -> None:
        """Builds an untrained layer."""
        super().__init__()
        self.query_key_value = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm_1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm_2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = SharedDropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Returns the next layer's vectors; `mask` is added to the attention scores."""
        batch, length, _ = x.shape
        parts = self.query_key_value(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], attn_mask=mask)
        seen = seen.transpose(1, 2).reshape(batch, length, WIDTH)
        x = self.norm_1(x + self.dropout(self.out(seen)))
        return self.norm_2(x + self.dropout(self.down(functional.gelu(self.up(x)))))  # type: ignore[no-any-return]


class Encoder(nn.Module):
    """The base encoder, told shape and white space, giving one vector a word for each group of heads."""

    rows: Tensor
    scales: Tensor

    def __init__(self, vocabulary: int, dropout: float = 0.1) -> None:
        """Builds an untrained encoder."""
        super().__init__()
        self.register_buffer("rows", torch.zeros(vocabulary, WIDTH, dtype=torch.int8))
        self.register_buffer("scales", torch.zeros(vocabulary, 1))
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        self.spaces = nn.Embedding(SPACES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.mix = nn.Parameter(torch.zeros(MIXES, LAYERS))
        self.dropout = SharedDropout(dropout)

    def load_base(self, base: dict[str, Tensor]) -> None:
        """Takes over the weights of the base; word rows are kept as int8 with a scale each."""
        words = base["embeddings.word_embeddings.weight"]
        self.scales.copy_(words.abs().amax(1, keepdim=True).clamp(min=1e-6) / 127)
        self.rows.copy_((words / self.scales).round())
        kinds = base["embeddings.token_type_embeddings.weight"]
        self.positions.weight.data.copy_(base["embeddings.position_embeddings.weight"] + kinds[0])
        nn.init.zeros_(self.shapes.weight)
        nn.init.zeros_(self.spaces.weight)
        _copy(self.norm, base, "embeddings.LayerNorm")
        for number, layer in enumerate(self.layers):
            _load_layer(layer, base, f"encoder.layer.{number}.")

    def forward(self, ids: Tensor, shapes: Tensor, spaces: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Returns `MIXES` mixed vectors and the last layer's vector of every piece.

        Args:
            ids: piece ids, (batch, length).
            shapes: shape of the word of each piece.
            spaces: white space before the word of each piece.
            lengths: number of pieces of each row.
        """
        places = torch.arange(ids.shape[1], device=ids.device)
        mask = (places[None, :] >= lengths[:, None]).to(self.scales.dtype)[:, None, None, :] * -10000.0
        words = self.rows[ids].to(self.scales.dtype) * self.scales[ids]
        x = words + self.positions(places)[None] + self.shapes(shapes) + self.spaces(spaces)
        x = self.dropout(self.norm(x))
        share = torch.softmax(self.mix, dim=1)
        mixed = [torch.zeros_like(x)] * MIXES
        for number, layer in enumerate(self.layers):
            x = layer(x, mask)
            mixed = [m + share[group, number] * x for group, m in enumerate(mixed)]
        return torch.cat(mixed, dim=-1), x


class Heads(nn.Module):
    """Every light head over the vectors of words: tags, lemma, tree, sentence starts, entities, causality."""

    def __init__(self, sizes: Sizes, dropout: float = 0.25) -> None:
        """Builds untrained heads."""
        super().__init__()
        self.endings = nn.Embedding(ENDINGS, FEATURES)
        wide = WIDTH + FEATURES
        self.dropout = nn.Dropout(dropout)
        self.tag = nn.Linear(wide, 384)
        self.xpos = nn.Linear(384, sizes.xpos)
        self.upos = nn.Linear(384, sizes.upos)
        self.feats = nn.Linear(384, sizes.feats)
        self.lemma_in = nn.Linear(wide, 256)
        self.lemma = nn.Linear(256, sizes.lemma)
        self.tree = nn.Linear(wide, 2 * ARC + 2 * RELATION)
        self.span = nn.Linear(wide, 256)
        self.start = nn.Linear(256, 2)
        self.entity = nn.Linear(256, sizes.entity)
        self.name = nn.Linear(256, sizes.entity)
        self.told = nn.Linear(wide, 256)
        self.event = nn.Linear(256, sizes.event)
        self.cause = nn.Linear(256, sizes.cause)
        self.effect = nn.Linear(256, sizes.effect)
        self.signal = nn.Linear(256, sizes.signal)
        self.connective = nn.Linear(256, sizes.connective)
        self.figure = nn.Linear(256, sizes.figure)
        self.people = nn.Linear(256, sizes.people)
        self.living = nn.Linear(256, sizes.living)
        self.causal = nn.Linear(256, 2 * ATTENTIONS)
        self.link = nn.Linear(wide, 2 * ROLE + BETWEEN)

    def forward(self, mixed: Tensor, endings: Tensor) -> dict[str, Tensor]:
        """Returns the scores of every head and the parser's four vectors, one row a word."""
        tags, tree, span, causal = torch.split(mixed, WIDTH, dim=-1)
        extra = self.endings(endings)

        def enter(vectors: Tensor, layer: nn.Linear) -> Tensor:
            return self.dropout(functional.gelu(layer(self.dropout(torch.cat([vectors, extra], dim=-1)))))  # type: ignore[no-any-return]

        tagged, spans, told = enter(tags, self.tag), enter(span, self.span), enter(causal, self.told)
        return {
            "xpos": self.xpos(tagged),
            "upos": self.upos(tagged),
            "feats": self.feats(tagged),
            "lemma": self.lemma(enter(tags, self.lemma_in)),
            "tree": enter(tree, self.tree),
            "start": self.start(spans),
            "entity": self.entity(spans),
            "name": self.name(spans),
            "event": self.event(told),
            "cause": self.cause(told),
            "effect": self.effect(told),
            "signal": self.signal(told),
            "connective": self.connective(told),
            "figure": self.figure(told),
            "people": self.people(told),
            "living": self.living(told),
            "causal": self.causal(told),
            "link": enter(causal, self.link),
        }


class Biaffine(nn.Module):
    """Scores of arcs and of their relations, from the parser's vectors of one word each."""

    def __init__(self, relations: int) -> None:
        """Builds an untrained scorer; the root has vectors of its own."""
        super().__init__()
        self.root = nn.Parameter(torch.randn(ARC + RELATION) * 0.02)
        self.arc = nn.Parameter(torch.randn(ARC + 1, ARC) * 0.01)
        self.relation = nn.Parameter(torch.randn(RELATION + 1, relations * (RELATION + 1)) * 0.01)

    def arcs(self, dependents: Tensor, heads: Tensor) -> Tensor:
        """Returns scores (sentences, dependents, heads)."""
        return _one_more(dependents) @ self.arc @ heads.transpose(1, 2)

    def relations(self, dependents: Tensor, heads: Tensor) -> Tensor:
        """Returns scores (words, relations) for the given pairs."""
        spread = (_one_more(dependents) @ self.relation).view(dependents.shape[0], -1, RELATION + 1)
        return (spread @ _one_more(heads)[:, :, None]).squeeze(-1)


class Linker(nn.Module):
    """Scores of what one event mention is to another: no link, its cause in one of four ways, or the same event."""

    def __init__(self, labels: int) -> None:
        """Builds an untrained scorer."""
        super().__init__()
        self.pair = nn.Parameter(torch.randn(ROLE + 1, labels * (ROLE + 1)) * 0.01)
        self.between = nn.Parameter(torch.randn(BETWEEN, labels) * 0.01)
        self.distance = nn.Parameter(torch.zeros(len(DISTANCES) + 1, labels))

    def forward(self, link: Tensor, first: Tensor, last: Tensor) -> Tensor:
        """Returns scores (mentions, mentions, labels): row the cause, column the effect.

        Args:
            link: vectors of words for their two roles, and for what stands between.
            first: first word of each mention, in reading order.
            last: last word of each mention.
        """
        sums = functional.pad(link.cumsum(0), (0, 0, 1, 0))
        mean = (sums[last + 1] - sums[first]) / (last + 1 - first)[:, None]
        cause, effect = mean[:, :ROLE], mean[:, ROLE : 2 * ROLE]
        spread = (_one_more(cause) @ self.pair).view(len(first), -1, ROLE + 1)
        scores = (spread @ _one_more(effect).T).transpose(1, 2)
        start = torch.minimum(last[:, None], last[None]) + 1
        end = torch.maximum(first[:, None], first[None])
        inner = sums[:, 2 * ROLE :]
        length = (end - start).clamp(min=1)
        gap = (inner[torch.maximum(end, start)] - inner[start]) / length[:, :, None]
        away = torch.bucketize(first[None] - first[:, None], torch.tensor(DISTANCES))
        return scores + gap @ self.between + self.distance[away]  # type: ignore[no-any-return]


def _one_more(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones_like(x[..., :1])], dim=-1)


def _copy(module: nn.Module, base: dict[str, Tensor], name: str) -> None:
    module.load_state_dict({"weight": base[name + ".weight"], "bias": base[name + ".bias"]})


def _load_layer(layer: nn.Module, base: dict[str, Tensor], name: str) -> None:
    assert isinstance(layer, Layer)
    parts = [f"{name}attention.self.{part}." for part in ("query", "key", "value")]
    layer.query_key_value.weight.data.copy_(torch.cat([base[part + "weight"] for part in parts]))
    layer.query_key_value.bias.data.copy_(torch.cat([base[part + "bias"] for part in parts]))
    _copy(layer.out, base, name + "attention.output.dense")
    _copy(layer.norm_1, base, name + "attention.output.LayerNorm")
    _copy(layer.up, base, name + "intermediate.dense")
    _copy(layer.down, base, name + "output.dense")
    _copy(layer.norm_2, base, name + "output.LayerNorm")
