"""Vectors of words and sentence starts go in, heads and relations come out (numpy only)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extract.tree import decode

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

CHUNK = 512


@dataclass(frozen=True, slots=True)
class Parser:
    """A biaffine scorer with its weights.

    Attributes:
        arc: (arc + 1, arc) weights of arcs.
        relation: (relation + 1, relations * (relation + 1)) weights of relations.
        root_arc: the root's vector as a head.
        root_relation: the root's vector for relations.
    """

    arc: Floats
    relation: Floats
    root_arc: Floats
    root_relation: Floats

    @classmethod
    def load(cls, path: Path) -> Parser:
        """Reads the weights of `path`."""
        with np.load(path) as kept:
            return cls(*(kept[name].astype(np.float32) for name in ("arc", "relation", "root_arc", "root_relation")))

    def parse(self, tree: Floats, starts: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
        """Returns the head of each word, -1 for a root, and the number of its relation.

        Args:
            tree: the parser's vectors, one row a word.
            starts: where sentences start; the first word always starts one.
        """
        arcs, relations = len(self.root_arc), len(self.root_relation)
        cuts = np.cumsum([arcs, arcs, relations])
        arc_d, arc_h, rel_d, rel_h = np.split(tree, cuts, axis=1)
        begins = np.flatnonzero(starts)
        heads = np.full(len(tree), -1, dtype=np.int64)
        scorer = one_more(arc_d) @ self.arc
        for start, end in zip(begins, [*begins[1:], len(tree)], strict=True):
            pool = np.concatenate([self.root_arc[None], arc_h[start:end]])
            scores = scorer[start:end] @ pool.T
            np.fill_diagonal(scores[:, 1:], -1e4)
            local = decode(scores)
            heads[start:end] = np.where(local > 0, local - 1 + start, -1)
        return heads, self._relations(rel_d, rel_h, heads)

    def _relations(self, rel_d: Floats, rel_h: Floats, heads: Numbers) -> Numbers:
        picked = np.where(heads[:, None] >= 0, rel_h[heads], self.root_relation[None])
        words, picked = one_more(rel_d), one_more(picked)
        found = np.empty(len(heads), dtype=np.int64)
        for start in range(0, len(heads), CHUNK):
            stretch = slice(start, start + CHUNK)
            spread = (words[stretch] @ self.relation).reshape(len(words[stretch]), -1, words.shape[1])
            found[stretch] = np.matmul(spread, picked[stretch][:, :, None])[:, :, 0].argmax(1)
        return found


def one_more(rows: Floats) -> Floats:
    """Returns the rows with a 1 at the end of each, which weights take for a bias."""
    return np.concatenate([rows, np.ones((len(rows), 1), dtype=np.float32)], axis=1)
