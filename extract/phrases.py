"""In: a Doc and an offset in it. Out: the noun phrase around, behind or before it, and the subject of its clause."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from spacy.tokens import Doc

from extract.clauses import Clauses, Range, clauses_of
from extract.rules import table
from extract.words import words_of

_OWNERS = frozenset({"'s", "’s", "'", "’"})
_OTHERS = frozenset({"fewer", "more", "extra", "additional", "other", "new", "further", "less", "such", "of"})


class Phrases:
    """Noun phrases of one Doc with sentences and parts of speech, as half-open ranges of token indices."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self._words = words_of(doc)
        self.text = self._words.text
        self._starts = [word.idx for word in self._words]
        self._clauses = clauses_of(doc)
        self._clause_starts = [clauses.start for clauses in self._clauses]

    def token_from(self, char: int) -> int:
        """Return the index of the first token that starts at or after `char`."""
        return bisect_left(self._starts, char)

    def token_at(self, char: int) -> int:
        """Return the index of the token that holds `char`, or the last one before it."""
        return self._words.at(char)

    def sentence(self, token: int) -> Range:
        """Return the token range of the sentence around a token."""
        return self._words.sentence(token)

    def clauses(self, token: int) -> Clauses:
        """Return the clauses of the sentence around a token."""
        first = bisect_left(self._clause_starts, self.sentence(token)[0])  # white space belongs to its own sentence
        return self._clauses[min(max(first, bisect_right(self._clause_starts, token) - 1), len(self._clauses) - 1)]

    def words(self, phrase: Range) -> str:
        """Return a phrase as it stands in the text."""
        return self.text[self._words[phrase[0]].idx : self.end(phrase)]

    def with_of(self, phrase: Range) -> str:
        """Return a phrase with its "of" phrases, as it stands in the text."""
        return self.words(self.clauses(phrase[0]).extended(phrase, joined=False))

    def end(self, phrase: Range) -> int:
        """Return the offset at which a phrase ends."""
        return self._words[phrase[1] - 1].end

    def noun_at(self, token: int) -> Range | None:
        """Return the noun phrase around a token, what follows its head left out."""
        return self.clauses(token).nouns.get(token) if token < len(self._words) else None

    def counted(self, char: int) -> Range | None:
        """Return what a number that ends at `char` counts: the rest of its noun phrase, an "of" before it skipped."""
        start = index = self.token_from(char)
        stop = self.sentence(max(0, start - 1))[1] if start else 0
        while index < stop and (
            self._words[index].lower_ in _OTHERS or (self._words[index].text == "-" and index == start)
        ):
            index += 1
        partitive = start < index and self._words[index - 1].lower_ == "of"
        if index < stop and partitive and self._words[index].lower_ in ("them", "whom", "these", "those"):
            return index, index + 1
        phrase = self.noun_at(index) if index < stop else None
        if phrase is None or (phrase[0] < start and self._words[phrase[1] - 1].pos_ not in ("NOUN", "PROPN")):
            return None
        first = index
        while partitive and first < phrase[1] and self._words[first].part in ("DET", "NUM"):
            first += 1
        if first == index and not partitive and self._words[first].part in ("DET", "PRON", "NUM"):
            return None
        return (first, self._cut(first, phrase[1])) if first < phrase[1] else None

    def _cut(self, start: int, stop: int) -> int:
        """Cut "customers' data" to the customers and "parcels a day" to the parcels."""
        for index in range(start + 1, stop):
            word = self._words[index].lower_
            owned = word in _OWNERS and self._words[min(index + 1, stop - 1)].lower_ in _FACTS
            if owned or word in ("a", "an", "the", "per"):
                return index
        return stop

    def before(self, char: int, *, whole: bool) -> Range | None:
        """Return the noun phrase that ends just before `char`; with `whole`, the one that it hangs on."""
        token = self.token_from(char) - 1
        phrase = self.noun_at(token) if token >= 0 else None
        for _ in range(3 if whole else 0):
            above = phrase[0] - 1 if phrase else -1
            if phrase is None or above < 1 or self._words[above].lower_ not in ("of", "to", "for", "in", "on", "at"):
                break
            outer = self.noun_at(above - 1)
            if outer is None or outer[1] != above or self.is_time(outer):
                break
            phrase = outer
        return phrase

    def subject(self, char: int) -> Range | None:
        """Return the subject of the last verb before `char` in its sentence; None where that verb has none."""
        token = self.token_from(char)
        if token == 0:
            return None
        clauses = self.clauses(token - 1)
        groups = [group for group in clauses.verbs if group.end <= token]
        for group in reversed(groups):
            if group.form == "gerund":
                return None
            found = clauses.subject(group)
            if found is not None:
                return found
        return None

    def is_time(self, phrase: Range) -> bool:
        """Whether a phrase names a time, which is never what a figure measures."""
        return self._words[phrase[1] - 1].lower_ in table("pointers")["times"]

    def is_subject(self, char: int) -> bool:
        """Whether a verb follows at `char`: what ends there is a subject itself."""
        token = self.token_from(char)
        return token < len(self._words) and self._words[token].pos_ in ("AUX", "VERB")


_FACTS = frozenset({"data", "details", "information", "records", "names", "accounts", "phi", "identities", "protected"})
