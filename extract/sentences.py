"""In: a Doc with tokens only. Out: the same with sentence starts set, by marks, quotes, abbreviations and lines."""

from __future__ import annotations

from functools import cache
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc, Token

from extract.rules import table

NAME: Final = "news_sentences"
LONGEST: Final = 200  # tokens; what runs on for longer is a list or a broken text, and is cut
ENDS: Final = frozenset({".", "!", "?", "…", "...", "。", "！", "？", "!?", "?!", "?..", "!!"})
CLOSERS: Final = frozenset("\"'”’»)]｣」』")
OPENERS: Final = frozenset("\"'“‘«([「『-–—•*")


@Language.component(NAME, assigns=["token.is_sent_start", "doc.sents"])
def split_sentences(doc: Doc) -> Doc:
    """Set `is_sent_start` on every token. A blank line always splits, a single break unless the text is wrapped."""
    wrapped = _hard_wrapped(doc.text)
    due = True  # the next token that is not white space opens a sentence
    opened = 0
    for token in doc:
        if token.is_space:
            due = due or _breaks(token, wrapped)
            token.is_sent_start = token.i == 0
            continue
        token.is_sent_start = due or token.i == 0
        opened = token.i if token.is_sent_start else opened
        due = _closes(token) or token.i - opened >= LONGEST
    return doc


def _hard_wrapped(text: str) -> bool:
    """True where most lines end in mid sentence, as in mails and old wire copy."""
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    open_ended = sum(len(line) > 40 and line[-1].isalnum() | (line[-1] in ",-") for line in lines)
    return len(lines) >= 4 and 2 * open_ended > len(lines)


def _breaks(token: Token, wrapped: bool) -> bool:
    lines = token.text.count("\n") + ("\u2029" in token.text) * 2
    if token.i + 1 >= len(token.doc) or lines != 1:
        return lines > 1
    return not wrapped and not token.nbor(1).text[:1].islower()


def _closes(token: Token) -> bool:
    """True where the sentence ends with this token: an end mark, or the quotes and brackets that close behind one."""
    last = _last_mark(token)
    if last is None or token.i + 1 >= len(token.doc):
        return False
    following = token.nbor(1)
    if _shuts(token, following):
        return False
    return _opens(following) and not _abbreviates(last, following)


def _last_mark(token: Token) -> Token | None:
    """Step back over at most three closing quotes and brackets to the end mark, if there is one."""
    for _ in range(4):
        if token.text in ENDS or (token.text.endswith(".") and len(token.text) > 1):
            return token
        if token.text not in CLOSERS or token.i == 0 or token.is_sent_start:
            return None
        token = token.nbor(-1)
    return None


def _shuts(token: Token, following: Token) -> bool:
    """True where `following` is a quote or bracket that still belongs to the sentence before it."""
    if following.text not in CLOSERS:
        return False
    return not token.whitespace_ or following.text in {"”", "»", ")", "]"}


def _opens(token: Token) -> bool:
    if token.is_space:
        return False  # what white space means is decided at the white space
    first = token.text[0]
    return first.isupper() or first.isdigit() or first in OPENERS or (first.isalpha() and not first.islower())


def _abbreviates(mark: Token, following: Token) -> bool:
    word = mark.text.rstrip(".").lower()
    if not word and mark.i and not mark.nbor(-1).whitespace_:
        word = mark.nbor(-1).lower_
        word = word if mark.text == "." else ""
    titles, others, starters = _lists()
    if word in titles:
        return word not in {"no", "art", "sec", "fig", "est", "mar", "jun"} or following.text[0].isdigit()
    initial = len(word) == 1 and word.isalpha() and word != "i"
    return (initial or word in others) and following.lower_ not in starters


@cache
def _lists() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    words = table("wordclasses")
    return frozenset(words["titles"]), frozenset(words["abbreviations"]), frozenset(words["starters"])
