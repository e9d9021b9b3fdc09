"""In: token ranges of a Doc. Out: spans of its text, the sentences around them, and who says them how firmly."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from spacy.tokens import Doc

from extract.hedges import find_hedge
from extract.speakers import Speech
from extract.words import words_of
from ontology.records import Span


class Places:
    """Look-ups over one Doc: everything that a record needs besides what was found."""

    def __init__(self, doc: Doc) -> None:
        """Sort the Doc's speech once."""
        self._words = words_of(doc)
        self._speech: Sequence[Speech] = sorted(doc._.speech, key=lambda s: (s.start, -s.end))
        self._starts = [speech.start for speech in self._speech]

    def span(self, start: int, end: int) -> Span:
        """The text of tokens `start` to `end`, white space around it left out."""
        words = self._words
        while end > start and words[end - 1].is_space:
            end -= 1
        while start < end and words[start].is_space:
            start += 1
        if start >= end:
            return Span(0, 0, "")
        return Span(words[start].idx, words[end - 1].end, words.said(start, end))

    def sentence(self, token: int) -> tuple[int, int]:
        """The token range of the sentence around a token, found without walking through the Doc."""
        return self._words.sentence(token)

    def sentences_between(self, first: int, last: int) -> Span:
        """The whole sentences from the one of token `first` to the one of token `last`."""
        first, last = min(first, last), max(first, last)
        return self.span(self.sentence(first)[0], self.sentence(last)[1])

    def token_at(self, offset: int) -> int:
        """The token at a character offset, or the last one before it."""
        return self._words.at(offset)

    def speaker(self, token: int) -> str | None:
        """Who says token `token`, in the article's words: the innermost speech around it; None for the article."""
        last = bisect_right(self._starts, token)
        for speech in reversed(self._speech[max(0, last - 6) : last]):
            if token < speech.end and speech.speaker is not None:
                return self.span(*speech.speaker).text
        return None

    def hedge(self, token: int, speaker: str | None) -> str:
        """How firmly the clause of token `token` is said."""
        return find_hedge(self._words, token) or ("asserted" if speaker is None else "reported")
