"""In: one sentence with parts of speech. Out: its noun phrases, verb groups and clauses, by a shallow pass over tokens.

Everything is a half-open range of token indices into the Doc. Where a Doc carries a parse, subjects are taken from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from spacy.tokens import Doc

from extract.rules import table
from extract.verbgroups import VerbGroup, falls, is_participle, modals, times
from extract.words import Range, Word, Words, words_of

_INSIDE: Final = frozenset({"DET", "ADJ", "NUM", "NOUN", "PROPN", "SYM"})
_HEADS: Final = frozenset({"NOUN", "PROPN", "NUM", "PRON", "SYM"})
_BE: Final = frozenset({"be", "get"})
_RELATIVES: Final = frozenset({"which", "who", "that", "whose", "whom"})
_ALONE: Final = frozenset(
    ("this", "these", "that", "those", "some", "many", "all", "most", "each", "both", "several", "few", "none")
)
_PIECE: Final = 250  # tokens
KEPT: Final = "clauses"  # where a Doc keeps them, in its user data
_STOPS: Final = _RELATIVES | {"due", "because", "owing", "amid", "amidst", "following", "thanks"}
_PARTICLES: Final = frozenset({"offline", "off", "out", "up", "down", "back", "away"})
HARD: Final = frozenset({";", ":", "—", "–", "--"})


@dataclass
class Clauses:
    """The shallow structure of one sentence, tokens `start` to `end`; everything is computed once, on demand."""

    words: Words
    start: int
    end: int
    kept: dict[Any, Any] = field(default_factory=dict)  # what was found of a phrase or verb group, for who asks again

    def __post_init__(self) -> None:
        """Leave the white space around the sentence out."""
        while self.end > self.start and self.words[self.end - 1].is_space:
            self.end -= 1
        while self.start < self.end and self.words[self.start].is_space:
            self.start += 1

    @cached_property
    def nouns(self) -> dict[int, Range]:
        """Noun phrases without what follows their head, by every token inside."""
        index: dict[int, Range] = {}
        i = self.start
        while i < self.end:
            stop = self._noun_phrase(i)
            if stop is None:
                i += 1
                continue
            index.update(dict.fromkeys(range(i, stop), (i, stop)))
            i = stop
        return index

    def _noun_phrase(self, i: int) -> int | None:
        token = self.words[i]
        if token.part == "PRON" and (token.lower_ not in _RELATIVES or self._stands_alone(i)):
            return i + 1
        if not (token.part in _INSIDE or self._modifier(i)):
            return None
        stop = i
        while stop < self.end and (self.words[stop].part in _INSIDE or self._modifier(stop)):
            stop += 1
        while stop > i and self.words[stop - 1].part not in _HEADS:
            stop -= 1
        if stop == i and token.lower_ in _ALONE:
            return i + 1
        return stop if stop > i else None

    def _stands_alone(self, i: int) -> bool:
        """True for the "that" which opens a sentence or a coordinated clause: a pronoun and not a relative."""
        if self.words[i].lower_ != "that":
            return False
        return i == self.start or self.words[i - 1].part == "CCONJ" or self.words[i - 1].is_quote

    def _modifier(self, i: int) -> bool:
        """True for what may stand inside a noun phrase: possessive, hyphen, quote, adverb or participle before more."""
        token = self.words[i]
        if i + 1 >= self.end:
            return False
        ahead = self.words[i + 1]
        if token.lower_ in {"'s", "’s", "'", "’"} and token.part == "PART":
            return ahead.part in _INSIDE or self._modifier(i + 1)
        if token.text in {"-", "/", "–"} and not token.whitespace_ and i > self.start:
            return not self.words[i - 1].whitespace_
        if token.text in {"“", "‘", '"', "'"} and i > self.start and self.words[i - 1].part in _INSIDE:
            return ahead.part in {"NOUN", "ADJ", "PROPN"}
        if token.part == "ADV":
            return ahead.part in {"ADJ", "NUM"}
        if token.part == "VERB" and token.lower_.endswith(("ing", "ed")):
            before = self.words[i - 1] if i > self.start else None
            opened = (
                before is None or before.part in {"DET", "ADJ", "ADP", "NUM", "SCONJ"} or before.lower_ in {"'s", "’s"}
            )
            return opened and ahead.part in {"NOUN", "ADJ"}
        return token.lower_ in {"over", "about", "around", "than"} and (ahead.part == "NUM" or ahead.part == "SYM")

    def extended(self, phrase: Range, *, joined: bool = True, tail: tuple[str, ...] = ("of",)) -> Range:
        """The phrase with its "of" phrases and, where `joined`, its coordinated noun phrases."""
        start, stop = phrase
        for _ in range(8):
            if stop >= self.end:
                break
            token = self.words[stop]
            step = token.lower_ in tail or (joined and token.lower_ in {"and", "or"} and self._joins(stop))
            more = self.nouns.get(stop + 1) if step else None
            if more is None or more[0] != stop + 1:
                break
            stop = more[1]
        return start, stop

    def _joins(self, i: int) -> bool:
        """True where "and" joins two noun phrases and not two clauses."""
        more = self.nouns.get(i + 1)
        if more is None or more[1] >= self.end:
            return more is not None
        return self.group_after(more[1]) is None or self.words[more[1]].lower_ in {"have", "were", "are", "will"}

    @cached_property
    def verbs(self) -> list[VerbGroup]:
        """Verb groups in reading order."""
        groups: list[VerbGroup] = []
        i = self.start
        while i < self.end:
            group = None if self._in_phrase(i) else self._verb_group(i)
            if group is not None:
                groups.append(group)
            i = max(i + 1, group.end if group else 0)
        return groups

    def _in_phrase(self, i: int) -> bool:
        return i in self.nouns

    def _verb_group(self, i: int) -> VerbGroup | None:
        first = self.words[i]
        if first.pos_ not in {"AUX", "VERB"} and not (first.lower_ == "to" and self._infinitive(i)):
            return None
        auxiliaries, main, negated, stop = [], i, False, i
        while stop < self.end:
            token = self.words[stop]
            if token.pos_ == "AUX":
                auxiliaries.append(token.lemma)
                main = stop
            elif token.pos_ == "VERB":
                main = stop
                stop += 1
                break
            elif token.lower_ in {"not", "n't", "n’t", "nt", "never"}:
                negated = True
            elif not (token.pos_ == "ADV" or token.lower_ == "to" or (token.pos_ == "PART")):
                break
            stop += 1
        return self._finish(i, main, auxiliaries, negated)

    def _infinitive(self, i: int) -> bool:
        for k in range(i + 1, min(i + 4, self.end)):
            if self.words[k].pos_ in {"VERB", "AUX"}:
                return True
            if self.words[k].pos_ != "ADV":
                return False
        return False

    def _finish(self, i: int, main: int, auxiliaries: list[str], negated: bool) -> VerbGroup:
        verb = self.words[main]
        stop = main + 1
        while stop < self.end and self.words[stop].lower_ in _PARTICLES and self.words[stop].pos_ in {"ADP", "ADV"}:
            stop += 1
        participle = is_participle(verb)
        participle = participle or verb.lower_ in table("wordclasses")["bare_pasts"]
        passive = verb.pos_ == "VERB" and participle and bool(auxiliaries) and auxiliaries[-1] in _BE
        modal = next((a for a in auxiliaries if a in modals()), None)
        negated = negated or self._denied_before(i)
        return VerbGroup(i, main, stop, self._form(i, verb, auxiliaries), passive, negated, modal)

    def _denied_before(self, i: int) -> bool:
        """True where the subject or an adverb before the group denies it ("no orders were", "hardly")."""
        return i > self.start and self.words[i - 1].lower_ in {"not", "never", "hardly", "barely", "nor"}

    def _form(self, i: int, verb: Word, auxiliaries: list[str]) -> str:
        if self.words[i].lower_ == "to":
            return "infinitive"
        if auxiliaries and not (auxiliaries[0] in {"be", "have"} and self.words[i].lower_ in {"being", "having"}):
            return "finite"
        if auxiliaries or verb.lower_.endswith("ing"):
            return "gerund"
        return "participle" if self._reduced(i, verb) else "finite"

    def _reduced(self, i: int, verb: Word) -> bool:
        """True for an -ed form that cannot be a past tense: "by" follows it, or it opens a phrase."""
        if not is_participle(verb):
            return False
        if i == self.start or self.words[i - 1].text in {",", "“", "("} or self.words[i - 1].pos_ in {"ADP", "SCONJ"}:
            return verb.i + 1 < self.end and self.words[verb.i + 1].pos_ in {"ADP", "ADV"}
        return verb.i + 1 < self.end and self.words[verb.i + 1].lower_ == "by" and verb.lemma_ not in falls()

    def group_after(self, i: int) -> VerbGroup | None:
        """The verb group that starts at token `i`, adverbs skipped."""
        by_start = self._by_start
        for k in range(i, min(i + 3, self.end)):
            if k in by_start:
                return by_start[k]
            if self.words[k].pos_ != "ADV":
                return None
        return None

    @cached_property
    def _by_start(self) -> dict[int, VerbGroup]:
        return {group.start: group for group in self.verbs}

    def subject(self, group: VerbGroup) -> Range | None:
        """The noun phrase that the verb group speaks of, with its "of" phrases; None where there is none near."""
        if self.words[self.start].dep_:  # there is a parse
            parsed = self._parsed_subject(group)
            if parsed is not None:
                return parsed
        return self._subject_before(group.start)

    def _parsed_subject(self, group: VerbGroup) -> Range | None:
        for child in map(self.words.__getitem__, self.words.children(group.main)):
            if child.dep_.startswith(("nsubj", "csubj")) and child.lower_ not in _RELATIVES:
                return self.extended(self.nouns.get(child.i, (child.i, child.i + 1)))
        return None

    def _subject_before(self, i: int) -> Range | None:
        i = self._back_over(i - 1)
        if i < self.start:
            return None
        token = self.words[i]
        if token.lower_ in _RELATIVES and i not in self.nouns:
            return self._chain_before(i - 1)
        if token.pos_ == "CCONJ":
            earlier = [group for group in self.verbs if group.end <= i and group.form == "finite"]
            return self.subject(earlier[-1]) if earlier else None
        return self._chain_before(i)

    def _back_over(self, i: int) -> int:
        """Step back over adverbs, brackets and a parenthesis between commas."""
        for _ in range(6):
            if i < self.start:
                break
            token = self.words[i]
            if token.text == ")":
                i = self._find_back(i, "(") - 1
            elif token.text == "," and self._parenthesis(i) is not None:
                i = (self._parenthesis(i) or i) - 1
            elif (
                token.pos_ == "ADV"
                or token.lower_.endswith(("self", "selves"))
                or token.text in {"”", '"', "’"}
                or self._temporal(i)
            ):
                i = self.nouns[i][0] - 1 if i in self.nouns else i - 1
                if i >= self.start and self.words[i].lower_ in {"in", "on", "at", "during"}:
                    i -= 1
            else:
                break
        return i

    def _find_back(self, i: int, mark: str) -> int:
        for k in range(i, max(self.start - 1, i - 40), -1):
            if self.words[k].text == mark:
                return k
        return i

    def _parenthesis(self, i: int) -> int | None:
        """The comma that opens what the comma at `i` closes, where it opens with a relative, a participle or a name."""
        k = self._find_back(i - 1, ",")
        if k >= i - 1 or k <= self.start or self.words[k].text != ",":
            return None
        ahead = self.words[k + 1]
        opens = ahead.lower_ in _RELATIVES or ahead.pos_ in {"VERB", "DET", "SCONJ", "ADP", "ADV"} or ahead.is_title
        return k if opens and (k - 1) in self.nouns else None

    def _chain_before(self, i: int) -> Range | None:
        """The chain of noun phrases and prepositions that ends at token `i`; its first noun phrase is the head."""
        if i < self.start:
            return None
        if self.words[i].text == ",":
            i -= 1
            if i not in self.nouns:
                earlier = [group for group in self.verbs if group.end <= i + 1 and group.form == "finite"]
                return self._subject_before(earlier[-1].start) if earlier else None
        if i not in self.nouns:
            return self._over_reduced(i)
        start, stop = self.nouns[i]
        while start - 2 >= self.start and (start - 2) in self.nouns and self._links_back(start - 1):
            start, stop_of = self.nouns[start - 2]
            stop = stop if self.words[stop_of].lower_ in {"and", "or", "of"} else stop_of
        return self.extended((start, stop))

    def _over_reduced(self, i: int) -> Range | None:
        """A subject behind which a participle stands: "the prices charged rose"."""
        earlier = [
            group for group in self.verbs if group.start <= i < group.end and group.form in {"participle", "gerund"}
        ]
        if not earlier or earlier[-1].start - 1 < self.start:
            return None
        i = earlier[-1].start - 1
        return self._chain_before(i - 1 if self.words[i].pos_ == "ADP" else i)

    def _links_back(self, i: int) -> bool:
        token = self.words[i]
        return (token.pos_ == "ADP" and not self._fronted(i)) or token.lower_ in {"and", "or", "as"}

    def _fronted(self, i: int) -> bool:
        return i == self.start or self.words[i - 1].text == ","

    def _temporal(self, i: int) -> bool:
        phrase = self.nouns.get(i)
        if phrase is None:
            return False
        short = phrase[1] - phrase[0] <= 3 and self.words[phrase[1] - 1].lower_ in times()
        return short or (self.words[i].lower_ == "turn" and self.words[phrase[0] - 1].lower_ == "in")

    def objects(self, group: VerbGroup) -> Range | None:
        """The noun phrase right behind the verb group, with what is joined to it."""
        i = group.end
        while i < self.end and (self.words[i].pos_ == "ADV" or self.words[i].text in {"“", '"', "‘"}):
            i += 1
        if i not in self.nouns or self.nouns[i][0] != i or self._temporal(i):
            return None
        return self.extended(self.nouns[i])

    def complement(self, i: int, *, limit: int = 12) -> int:
        """The end of what hangs on a verb from token `i` on: up to the next mark, conjunction or clause."""
        stop = i
        while stop < self.end and stop - i < limit:
            token = self.words[stop]
            if (
                token.text in HARD
                or token.text in {",", "(", "”", '"'}
                or token.pos_ == "SCONJ"
                or token.lower_ in _STOPS
            ):
                break
            if token.pos_ == "PUNCT" and stop == self.end - 1:
                break
            if token.lower_ in {"and", "but", "or"} and self.group_after(stop + 1) is not None:
                break
            stop += 1
        return stop

    def main(self) -> Iterator[VerbGroup]:
        """Finite verb groups outside subordinate and relative clauses, in reading order."""
        for group in self.verbs:
            if group.form == "finite" and not self._subordinate(group):
                yield group

    def _subordinate(self, group: VerbGroup) -> bool:
        for k in range(group.start - 1, self.start - 1, -1):
            token = self.words[k]
            if token.text in HARD or token.text == ",":
                return False
            if token.pos_ == "VERB" or (token.pos_ == "CCONJ" and k not in self.nouns):
                return False
            if token.pos_ == "SCONJ" and token.lower_ not in {"that", "so"}:
                return True
            if token.lower_ in {"which", "who"} or (token.lower_ == "that" and token.pos_ == "PRON" and k > self.start):
                return True
        return False


def clauses_of(doc: Doc) -> tuple[Clauses, ...]:
    """Return the clauses of each sentence in order, read once; a sentence that runs on for long is read in pieces."""
    kept: tuple[Clauses, ...] | None = doc.user_data.get(KEPT)
    if kept is None:
        words = words_of(doc)
        pieces = ((start, min(start + _PIECE, b)) for a, b in words.sentences for start in range(a, b, _PIECE))
        found = (Clauses(words, *piece) for piece in pieces)
        kept = doc.user_data[KEPT] = tuple(clauses for clauses in found if clauses.start < clauses.end)
    return kept


__all__ = ["HARD", "KEPT", "Clauses", "Range", "clauses_of"]
