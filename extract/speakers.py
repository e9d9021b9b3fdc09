"""In: a Doc with sentences and parts of speech. Out: stretches of speech, each with the name of its speaker."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from spacy.tokens import Doc

from extract.clauses import Clauses, Range, clauses_of
from extract.rules import lexicon, regex, table
from extract.verbgroups import VerbGroup, times
from extract.words import Words, words_of

_PRONOUNS: Final = frozenset({"he", "she", "it", "they", "i", "we"})


@dataclass(frozen=True, slots=True)
class Speech:
    """Tokens `start` to `end` are what the phrase `speaker` (a token range) says; None where nobody is named."""

    start: int
    end: int
    speaker: Range | None


def find_speech(doc: Doc) -> Iterator[Speech]:
    """Yield direct and indirect speech in reading order; a pronoun is taken for the speaker named last."""
    last: Range | None = None
    told: Range | None = None  # the subject of the sentence before, where it is no pronoun
    words = words_of(doc)
    quotes = deque(_quotes(words))
    for clauses in clauses_of(doc):
        named = [said for speech in _sentence_speech(clauses) if (said := _spoken(doc, speech)) is not None]
        for speech in named:
            speaker = _resolved(words, speech.speaker, last, told)
            last = speaker or last
            yield Speech(speech.start, speech.end, speaker)
        while quotes and quotes[0][1] <= clauses.start:
            quotes.popleft()
        for start, end in quotes:
            if start >= clauses.end:
                break
            yield Speech(max(start, clauses.start), min(end, clauses.end), last)
        subject = next((clauses.subject(group) for group in clauses.main()), None)
        told = subject if subject is not None and words[subject[0]].pos_ != "PRON" else told


def _sentence_speech(clauses: Clauses) -> Iterator[Speech]:
    phrase = _by_phrase(clauses)
    if phrase is not None:
        yield Speech(clauses.start, clauses.end, phrase)
    for group in clauses.verbs:
        if clauses.words[group.main].lemma in _speech("verbs") and not group.passive:
            yield from _by_verb(clauses, group)


def _by_phrase(clauses: Clauses) -> Range | None:
    text = clauses.words.lowered(clauses.start, clauses.end)
    for phrase in _phrases():
        match = phrase.search(text)
        if match is None:
            continue
        offset = clauses.words[clauses.start].idx + match.end()
        token = clauses.words.at(offset - 1) + 1
        if token in clauses.nouns:
            return clauses.extended(clauses.nouns[token], tail=("of", "at", "in", "by"))
    return None


@cache
def _phrases() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"\b{words}\b\s*") for words in table("speech")["phrases"])


def _by_verb(clauses: Clauses, group: VerbGroup) -> Iterator[Speech]:
    doc, after = clauses.words, group.end
    inverted = _inverted(clauses, group)
    if inverted is not None:
        yield Speech(clauses.start, group.start, inverted)
        return
    subject = clauses.subject(group)
    if subject is None and group.form != "gerund":
        return
    if (
        after >= clauses.end
        or (doc[after].is_punct and doc[after].text not in {",", ":", "“", '"'})
        or _ends(clauses, after)
    ):
        if subject is not None:
            yield Speech(clauses.start, subject[0], subject)
    elif _has_content(clauses, group, after):
        yield Speech(after, clauses.end, subject)


def _ends(clauses: Clauses, i: int) -> bool:
    """True where only a time or place follows: "..., she said on Monday"."""
    return clauses.end - i <= 5 and not any(group.start >= i for group in clauses.verbs)


def _inverted(clauses: Clauses, group: VerbGroup) -> Range | None:
    """The speaker in '"...," said the owner': the phrase behind the verb, where a quote or comma stands before it."""
    if group.start == clauses.start or clauses.words[group.start - 1].text not in {",", "”", '"', "’"}:
        return None
    return clauses.objects(group)


def _has_content(clauses: Clauses, group: VerbGroup, i: int) -> bool:
    lemma = clauses.words[group.main].lemma
    clausal = any(later.start >= i and later.form == "finite" for later in clauses.verbs)
    return clausal or lemma not in _speech("clausal_only")


def _spoken(doc: Doc, speech: Speech) -> Speech | None:
    """The speech without a time before its speaker's name; None where the phrase is a number of things, or a time."""
    if speech.speaker is None:
        return speech
    words, (start, end) = words_of(doc), speech.speaker
    while start < end and (
        words[start].lower_ in times() or (words[start].is_digit and words[start + 1].lower_ in times())
    ):
        start += 1
    if start == end or regex("corrections", "unspeaking.version").match(words.said(start, end)):
        return None
    root = doc[start:end].root
    things = any(child.dep_ == "nummod" and child.i < root.i for child in root.children)
    if things and root.lemma_.lower() not in lexicon("agents") and not root.ent_type_:
        return None
    return replace(speech, speaker=(start, end))


@cache
def _speech(name: str) -> frozenset[str]:
    return frozenset(table("speech")[name])


def _resolved(words: Words, speaker: Range | None, last: Range | None, told: Range | None) -> Range | None:
    """The phrase that a pronoun stands for: for "it" and "they" the subject of the sentence before."""
    if speaker is not None and told is not None and words[speaker[0]].lower_ in {"it", "they"}:
        return told
    if speaker is None or (words[speaker[0]].lower_ in _PRONOUNS and speaker[1] - speaker[0] == 1):
        return last
    return speaker


def _quotes(words: Words) -> list[Range]:
    """Quoted stretches of at least four words, as token ranges without the marks."""
    openers, closers = _speech("openers"), _speech("closers")
    found: list[Range] = []
    opened: int | None = None
    for token in words:
        if opened is not None and token.text in closers and (token.text != "’"):
            if token.i - opened >= 5:
                found.append((opened + 1, token.i))
            opened = None
        elif opened is None and token.text in openers and token.text != "‘":
            opened = token.i
        elif opened is not None and token.i - opened > 400:
            opened = None
    return found
