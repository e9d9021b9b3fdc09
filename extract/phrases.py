"""A Doc and a place in it in, the noun phrase that starts, ends or stands as subject there out.

Tags and a parse are used where the Doc has them; without them, word lists and plural endings find the edges.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache
from typing import Any

from spacy.tokens import Doc, Token

from extract.rules import table

_LONGEST = 7  # words of a phrase
_PRONOUNS = frozenset({"them", "us", "whom", "those", "these", "which"})
_NOMINAL = frozenset({"NOUN", "PROPN"})
_INSIDE = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "SYM"})


class Phrases:
    """Noun phrases of one Doc, as half-open pairs of token indexes."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self._starts = [token.idx for token in doc]
        self._tagged = doc.has_annotation("POS")

    def token_at(self, char: int) -> int:
        """Return the index of the first token that starts at or after `char`."""
        return bisect_left(self._starts, char)

    def token_of(self, char: int) -> int:
        """Return the index of the token that holds `char`, or the last one before it."""
        return max(0, bisect_right(self._starts, char) - 1)

    def text(self, phrase: tuple[int, int]) -> str:
        """Return the words of a phrase as they stand in the article."""
        return self.doc.text[self.doc[phrase[0]].idx : self.end(phrase)]

    def end(self, phrase: tuple[int, int]) -> int:
        """Return the offset at which the phrase ends."""
        last = self.doc[phrase[1] - 1]
        return last.idx + len(last.text)

    def after(self, char: int) -> tuple[int, int] | None:
        """Find the noun phrase that follows `char` at once, an "of" and articles before it skipped."""
        index = self._skip(self.token_at(char))
        if index < len(self.doc) and self._lower(index) in _PRONOUNS and self._lower(index - 1) == "of":
            return index, index + 1
        stop = index
        while stop < min(index + _LONGEST, len(self.doc)) and self._goes_on(index, stop):
            stop += 1
        while stop > index and not self._may_end(stop - 1):
            stop -= 1
        return (index, stop) if stop > index else None

    def before(self, char: int) -> tuple[int, int] | None:
        """Find the noun phrase that ends just before `char`; attached phrases ("for 2025") are passed over."""
        stop = self.token_at(char)
        for _ in range(3):
            start = stop
            while start > max(0, stop - _LONGEST) and self._is_nominal(start - 1):
                start -= 1
            phrase = self._trimmed(start, stop)
            before = start - 1
            while before >= 0 and self._lower(before) in _lists()["determiners"]:
                before -= 1
            if before < 1 or self._lower(before) not in ("for", "of", "in", "at", "from", "on"):
                return phrase
            if self._lower(before) == "of" and phrase is not None:
                return phrase if not self._is_nominal(before - 1) else self._trimmed(self._left_edge(before), before)
            stop = before
        return None

    def around(self, head: int) -> tuple[int, int] | None:
        """Find the noun phrase whose last word is token `head`, articles included; None where it is no last word."""
        if self._continues(head):
            return None
        start = self._left_edge(head + 1)
        phrase = self._trimmed(min(start, head), head + 1)
        if phrase is None:
            return None
        first = phrase[0]
        while (
            first > 0
            and self._lower(first - 1) in _lists()["determiners"]
            and "\n" not in self.doc[first - 1].text_with_ws
        ):
            first -= 1
        return first, phrase[1]

    def _continues(self, head: int) -> bool:
        """Whether the phrase goes on past `head`: "customer service", "driver shortage"."""
        if head + 1 >= len(self.doc):
            return False
        after = self.doc[head + 1]
        if not self.doc[head].whitespace_:
            return after.text == "-"
        if self._tagged:
            return after.pos_ in _NOMINAL and self.doc[head].pos_ in _NOMINAL
        return after.lower_ in _lists()["compounds"]

    def subject(self, char: int, sentence_start: int) -> tuple[int, int] | None:
        """Find the subject of the clause that `char` stands in."""
        parsed = self._parsed_subject(char) if self._tagged and self.doc.has_annotation("DEP") else None
        if parsed is not None:
            return parsed
        index, floor = self.token_at(char) - 1, self.token_at(sentence_start)
        while index > floor and not self._is_verb(index):
            if self._lower(index) in (";", ":", "(", "—"):
                return None
            index -= 1
        while index > floor and self._is_verb(index - 1):
            index -= 1
        return self.before(self.doc[index].idx) if index > floor else None

    def _parsed_subject(self, char: int) -> tuple[int, int] | None:
        token: Any = self.doc[max(0, min(self.token_at(char), len(self.doc) - 1))]
        for _ in range(12):
            for child in token.children:
                if child.dep_.startswith("nsubj") and child.i < token.i:
                    return self._trimmed(self._left_edge(child.i + 1), child.i + 1)
            if token.head is token:
                return None
            token = token.head
        return None

    def _left_edge(self, stop: int) -> int:
        start = stop
        while start > max(0, stop - _LONGEST) and self._is_nominal(start - 1):
            start -= 1
        return start

    def _trimmed(self, start: int, stop: int) -> tuple[int, int] | None:
        while start < stop and not self.doc[start].text[0].isalnum():
            start += 1
        while stop > start and not self.doc[stop - 1].text[0].isalpha():
            stop -= 1
        return (start, stop) if start < stop else None

    def _skip(self, index: int) -> int:
        if index < len(self.doc) and self._lower(index) in ("-", "–"):
            index += 1
        if index < len(self.doc) and self._lower(index) == "of":
            index += 1
            while (
                index < len(self.doc)
                and self._lower(index) in _lists()["determiners"]
                and self._lower(index) not in _PRONOUNS
            ):
                index += 1
        return index

    def _lower(self, index: int) -> str:
        return str(self.doc[index].lower_) if index >= 0 else ""

    def _goes_on(self, first: int, index: int) -> bool:
        token = self.doc[index]
        if token.is_space or "\n" in token.whitespace_:
            return False
        if token.text in ("-", "’s", "'s", "'", "’"):
            return index > first
        if self._tagged:
            return token.pos_ in _INSIDE or self._modifies(token)
        if not self._is_word(index):
            return self._is_participle(index) and index + 1 < len(self.doc) and self._is_word(index + 1)
        ended = index > first and _is_plural(self._lower(index - 1)) and self.doc[index - 1].text.islower()
        return not ended or self._lower(index) in _lists()["plural"]

    def _modifies(self, token: Token) -> bool:
        if token.i + 1 >= len(self.doc):
            return False
        after = self.doc[token.i + 1].pos_
        return (token.tag_ in ("VBN", "VBG") and after in _INSIDE) or (token.pos_ == "ADV" and after in ("ADJ", "VERB"))

    def _may_end(self, index: int) -> bool:
        token = self.doc[index]
        return token.pos_ in _NOMINAL if self._tagged else token.text[0].isalpha() and self._is_word(index)

    def _is_nominal(self, index: int) -> bool:
        token = self.doc[index]
        if token.text in ("'s", "’s", "-") or (token.text[0].isalpha() and token.text[-1:] in "'’"):
            return True
        if self._tagged:
            return token.pos_ in ("NOUN", "PROPN", "ADJ")
        return self._is_word(index)

    def _is_word(self, index: int) -> bool:
        token = self.doc[index]
        lists = _lists()
        return token.text[0].isalpha() and token.lower_ not in lists["function"] and token.lower_ not in lists["verbs"]

    def _is_participle(self, index: int) -> bool:
        return self._lower(index).endswith(("ed", "en", "wn")) and self._lower(index) in _lists()["verbs"]

    def _is_verb(self, index: int) -> bool:
        token = self.doc[index]
        if self._tagged:
            return token.pos_ in ("VERB", "AUX")
        return token.lower_ in _lists()["verbs"] or token.lower_ in _lists()["auxiliaries"]


def _is_plural(word: str) -> bool:
    return (word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))) or word in _lists()["plural"]


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in table("words").items()}
