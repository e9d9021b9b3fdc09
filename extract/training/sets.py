"""The folder of sets goes in, the batches of one epoch and those to measure on come out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from extract.pieces import WordPieces
from extract.training import causal, gold
from extract.training.batches import Batch, Pool, batches, pool_of, windows
from extract.training.stories import story_batches

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
OWN = (CORPUS / "gold", CORPUS / "training" / "gold")
HELD = 0  # the fold of the causal news that no one learns from
WIDE = 4000


class _Plan(Protocol):
    @property
    def window(self) -> int: ...
    @property
    def budget(self) -> int: ...
    @property
    def causal(self) -> bool: ...
    @property
    def share(self) -> float: ...


class Sets:
    """What is learned from, read once."""

    def __init__(
        self,
        data: Path,
        passages: Path,
        labels: gold.Labels,
        pieces: WordPieces,
        plan: _Plan,
        most: int | None = None,
    ) -> None:
        """Reads the sets and the annotated passages, built by `corpus/passages.py`; `most` documents of each."""
        self._data, self._labels, self._pieces, self._plan, self._most = data, labels, pieces, plan, most
        self._documents = {bank: self._read(bank, "train") for bank in gold.TREEBANKS}
        self._news = list(causal.read_news(data / "causal_news_corpus" / "train_subtask2_grouped.csv"))[:most]
        self._own = (*OWN, passages)
        self._stories = causal.read_stories(self._own, frozenset({"train"}), HELD)[:most]
        self._dev: dict[str, Sequence[Batch]] = {}

    def material(self, chance: random.Random) -> list[Batch]:
        """Returns the batches of one epoch, varied and in random order."""
        plan = self._plan
        documents = [d for found in self._documents.values() for d in found]
        pool = pool_of(documents)
        if plan.share < 1:
            documents = chance.sample(documents, int(len(documents) * plan.share))
        found: list[Batch] = []
        if plan.causal:
            news = [document for fold, document in self._news if fold != HELD]
            found.extend(self._varied(news, chance, {}))
            found.extend(story_batches(self._stories, self._pieces, plan.window, plan.budget, chance))
        found.extend(self._varied(documents, chance, pool))
        chance.shuffle(found)
        return found

    def dev(self) -> dict[str, Sequence[Batch]]:
        """Returns the batches to measure on, set by set."""
        if not self._dev:
            parts = {bank: self._read(bank, "dev") for bank in gold.TREEBANKS}
            parts["causal_news_corpus"] = [document for fold, document in self._news if fold == HELD]
            self._dev = {name: self._plain(documents) for name, documents in parts.items()}
            stories = causal.read_stories(self._own, frozenset({"dev"}))[: self._most]
            self._dev["stories"] = list(story_batches(stories, self._pieces, self._plan.window, WIDE, None))
        return self._dev

    def _read(self, bank: str, part: str) -> list[gold.Document]:
        marks = causal.connectives(self._data / "gum_discourse" / f"{part}.jsonl")
        return gold.read_documents(self._data, bank, part, self._labels, marks)[: self._most]

    def _varied(self, documents: list[gold.Document], chance: random.Random, pool: Pool) -> list[Batch]:
        cut = windows(documents, self._pieces, self._plan.window, chance, pool)
        return list(batches(cut, self._pieces, self._plan.budget, chance))

    def _plain(self, documents: list[gold.Document]) -> list[Batch]:
        cut = windows(documents, self._pieces, self._plan.window, None)
        return list(batches(cut, self._pieces, WIDE, None))
