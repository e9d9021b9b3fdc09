"""A Doc in; out, for a noun that says little alone, whose living the words of trades around it tell."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from spacy.tokens import Doc

from extract.occupations import singular
from extract.rules import table

WINDOW: Final = 120  # tokens to either side in which a word of a trade counts
NEAR: Final = 8.0  # tokens at which a word counts half of what it counts beside the noun
WHOLE: Final = 0.6  # what the article as a whole counts against the words near by
MOST: Final = 20  # words of one trade from which on more say nothing new
# weight under which nothing is told, and how many times that of the next code it must be, by kind of noun
SURE: Final[Mapping[str, tuple[float, float]]] = {"worker": (1.5, 1.5), "firm": (1.0, 1.6)}
_FIRMS: Final = frozenset({"firm", "practice"})

Range = tuple[int, int]


class Trades:
    """The words of trades in one Doc."""

    def __init__(self, doc: Doc) -> None:
        self._clues = list(_clues(doc))
        self._places = [token for token, _ in self._clues]
        self._whole = Counter(trade for _, trade in self._clues)

    def code(self, phrase: Range, sentence: Range, kind: str) -> str | None:
        """Return the livelihood code of a noun of `kind` at the tokens of `phrase`; None where too little tells it.

        A word counts by its nearness, twice in the sentence itself, and a little for the whole article.
        """
        side = "firm" if kind in _FIRMS else "worker"
        weights: defaultdict[str, float] = defaultdict(float)
        for token, trade in self._near(phrase):
            weights[table("trades")[trade][side]] += _weight(token, phrase, sentence)
        for trade, number in self._whole.items():
            weights[table("trades")[trade][side]] += WHOLE * min(number, MOST) * number / self._whole.total()
        ranked = sorted(((weight, code) for code, weight in weights.items()), reverse=True)
        least, times = SURE.get(kind, (1.0, 1.0))
        sure = ranked and ranked[0][0] >= max(least, times * (ranked[1][0] if len(ranked) > 1 else 0.0))
        return ranked[0][1] if sure else None

    def _near(self, phrase: Range) -> list[tuple[int, str]]:
        first = bisect_left(self._places, phrase[0] - WINDOW)
        return self._clues[first : bisect_left(self._places, phrase[1] + WINDOW)]


def _weight(token: int, phrase: Range, sentence: Range) -> float:
    distance = max(phrase[0] - token, token - phrase[1] + 1, 0)
    return (2.0 if sentence[0] <= token < sentence[1] else 1.0) / (1.0 + distance / NEAR)


def _clues(doc: Doc) -> Iterator[tuple[int, str]]:
    words = _words()
    before = ""
    for token in doc:
        word = singular(token.lower_)
        trade = words.get(f"{before} {word}") or words.get(word)
        if trade is not None:
            yield token.i, trade
        before = token.lower_


@cache
def _words() -> Mapping[str, str]:
    return {singular(word): trade for trade, row in table("trades").items() for word in row["words"]}
