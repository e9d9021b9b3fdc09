"""In: a Doc with tokens. Out: the same Doc with a coarse part of speech and a lemma on every token, by lookup.

The stand-in for a trained tagger: closed word classes from a list, open ones from the lemma index of
spacy-lookups-data, the choice between them by the words around. It is right often enough for shallow rules, and
linear in the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc, Token

from extract.dictionary import forms, lemma
from extract.rules import table

NAME: Final = "lookup_tagger"
NOMINAL: Final = frozenset({"NOUN", "PROPN", "NUM", "PRON"})
_BE: Final = frozenset({"be", "am", "is", "are", "was", "were", "been", "being", "'s", "’s", "'re", "get", "got"})


@dataclass(frozen=True, slots=True)
class _State:
    """What the clause so far holds: a verb; a conjunction without one yet; a verb that takes another bare one."""

    finite: bool = False
    opened: bool = False
    bare: bool = False


@Language.component(NAME, assigns=["token.pos", "token.lemma"])
def tag(doc: Doc) -> Doc:
    """Set `pos_` (UPOS) and `lemma_` on every token, left to right."""
    state = _State()
    for token in doc:
        if token.is_sent_start or token.text in {",", ";", ":", "—", "–"}:
            state = _State()
        token.pos_ = _choose(token, state)
        token.lemma_ = lemma(token.lower_, token.pos_)
        state = _moved_on(state, token)
    return doc


def _moved_on(state: _State, token: Token) -> _State:
    if token.pos_ in {"AUX", "VERB"}:
        return _State(finite=True, bare=token.lemma_ in table("wordclasses")["bare_takers"])
    if token.pos_ in {"CCONJ", "SCONJ"} or token.lower_ in {"who", "which"}:
        return _State(opened=token.pos_ == "SCONJ")
    return state


@cache
def _closed() -> dict[str, str]:
    return {word: pos for pos, words in reversed(table("wordclasses")["classes"].items()) for word in words}


@cache
def _usual() -> dict[str, str]:
    return {word: pos for pos, words in table("wordclasses")["usual"].items() for word in words}


def _choose(token: Token, state: _State) -> str:
    word = token.lower_
    if token.is_space:
        return "SPACE"
    if token.is_punct or token.is_quote or token.is_bracket:
        return "PUNCT"
    if token.is_currency or not any(c.isalnum() for c in word):
        return "SYM"
    if word[0].isdigit() or token.like_num:
        return "NUM"
    if word in _closed():
        return _closed_class(token, word)
    if token.i > 1 and word.endswith(("ed", "ing")) and token.nbor(-1).text == "-" and not token.nbor(-1).whitespace_:
        return "ADJ"
    if token.text[0].isupper() and not _opens_sentence(token):
        return "PROPN"
    return _open_class(token, word, state)


def _opens_sentence(token: Token) -> bool:
    before = _before(token, skip={"PUNCT", "SPACE"})
    return before is None or bool(token.is_sent_start) or token.nbor(-1).is_quote


def _closed_class(token: Token, word: str) -> str:
    pos = _closed()[word]
    if word in {"'s", "’s"}:
        before = _before(token)
        return "AUX" if before is not None and before.pos_ == "PRON" else "PART"
    following = _after(token)
    if word in {
        "this",
        "that",
        "these",
        "those",
        "some",
        "all",
        "many",
        "most",
        "both",
        "few",
        "more",
        "such",
        "which",
    }:
        return _determiner(token, word, following)
    if word in {"have", "has", "had", "do", "does", "did"} and following is not None:
        bare = following.lower_ in _closed() and _closed()[following.lower_] in {"DET", "NUM", "ADP"}
        return "VERB" if bare else "AUX"
    return pos


def _determiner(token: Token, word: str, following: Token | None) -> str:
    if following is None or following.is_punct:
        return "PRON"
    ahead = following.lower_
    if _closed().get(ahead) in {"AUX", "ADP", "DET", "PRON"}:
        before = _before(token)
        conjoins = word == "that" and before is not None and before.pos_ in {"VERB", "ADJ"}
        return "SCONJ" if conjoins and _closed().get(ahead) in {"DET", "PRON", "ADP"} else "PRON"
    if word in {"that", "which"}:
        before = _before(token)
        if word == "that" and before is not None and before.pos_ in {"VERB", "ADJ"}:
            return "SCONJ"
        if before is not None and (before.pos_ in NOMINAL or before.text == ","):
            return "PRON"
    if (ahead.endswith("ed") and word in {"this", "that", "which"}) or (
        ahead.endswith("s") and "VERB" in forms(ahead) and word in {"this", "that"}
    ):
        return "PRON"
    return "DET"


def _open_class(token: Token, word: str, state: _State) -> str:
    options = forms(word)
    if not options:
        return _stranger(token, word)
    if len(options) == 1:
        return next(iter(options))
    before = _before(token, skip={"ADV", "SPACE"})
    if before is not None and before.lower_ in {"not", "n't", "n’t"}:
        before = _before(before, skip={"ADV", "SPACE"})
    if "ADV" in options and word.endswith("ly"):
        return "ADV"
    if "VERB" in options:
        verdict = _verb_or_not(token, word, options, before, state)
        if verdict is not None:
            return verdict
    return _noun_or_adjective(token, word, options)


def _stranger(token: Token, word: str) -> str:
    if token.text[0].isupper():
        return "PROPN"
    if word.endswith("ly"):
        return "ADV"
    if word.endswith(("ing", "ed")):
        before = _before(token, skip={"ADV"})
        return "ADJ" if before is not None and before.pos_ in {"DET", "ADJ"} else "VERB"
    return "ADJ" if word.endswith(("al", "ive", "ous", "ful", "less", "ic", "able", "ible", "wide")) else "NOUN"


def _verb_or_not(token: Token, word: str, options: frozenset[str], before: Token | None, state: _State) -> str | None:
    usual = _usual().get(word)
    participle = word.endswith(("ed", "ing")) or (lemma(word, "VERB") != word and not word.endswith("s"))
    if before is None or before.is_punct:
        return _after_mark(token, word, options, before, participle)
    if before.pos_ == "AUX" or before.lower_ == "to":
        return _after_auxiliary(token, word, options, before, participle)
    if before.pos_ in {"DET", "ADJ", "NUM"} or before.lower_ in {"'s", "’s", "of"}:
        return None if not participle else _attributive(token, options)
    if before.pos_ == "PRON":
        return "VERB"
    if before.pos_ in {"NOUN", "PROPN"}:
        return _after_noun(token, word, options, before, participle, state)
    if before.pos_ == "VERB" and participle:
        if word.endswith("ing") and before.lemma_ in table("lexicon")["raising_verbs"]:
            return "VERB"
        return _attributive(token, options)
    if before.pos_ in {"SCONJ", "CCONJ"} and participle:
        return "VERB"
    if before.pos_ == "ADP" and word.endswith("ing"):
        return "VERB"
    return usual


def _after_mark(token: Token, word: str, options: frozenset[str], before: Token | None, participle: bool) -> str | None:
    """A word that opens a stretch: ", sending prices lower", ", hit by the outage,", ", cut hours for"."""
    usual, following = _usual().get(word), _after(token)
    ahead = None if following is None or following.is_punct else _closed().get(following.lower_, "OPEN")
    if usual not in {None, "VERB"} or ahead is None:
        return usual
    if word.endswith("ing"):
        return "VERB" if before is not None or ahead in {"DET", "PRON", "ADP"} else None
    if word in table("wordclasses")["bare_pasts"]:
        return "VERB" if before is not None and before.text == "," else None
    return "VERB" if participle and ("NOUN" not in options or ahead == "ADP") else usual


def _after_auxiliary(token: Token, word: str, options: frozenset[str], before: Token, participle: bool) -> str | None:
    if before.lower_ == "to":
        governor = _before(before)
        usual, following = _usual().get(word), _after(token)
        closed = following is None or following.is_punct or following.lower_ in _closed()
        noun_like = usual in {"NOUN", "ADJ"} and (not closed or governor is None or governor.pos_ == "NOUN")
        return "VERB" if lemma(word, "VERB") == word and not noun_like and "VERB" in options else None
    if before.lower_ in _BE:
        return "VERB" if participle else _usual().get(word)
    return "VERB" if lemma(word, "VERB") == word or participle else None


def _attributive(token: Token, options: frozenset[str]) -> str | None:
    following = _after(token)
    if following is None or following.is_punct or _closed().get(following.lower_) in {"ADP", "CCONJ", "AUX", "PART"}:
        gerund = token.lower_.endswith("ing") and token.i > 0 and token.nbor(-1).pos_ == "DET"
        return "NOUN" if "NOUN" in options or gerund else "VERB"
    return "ADJ" if _closed().get(following.lower_) is None else "VERB"


def _after_noun(
    token: Token, word: str, options: frozenset[str], before: Token, participle: bool, state: _State
) -> str | None:
    following = _after(token)
    ahead = None if following is None else _closed().get(following.lower_)
    if word.endswith("ed") or (participle and not word.endswith("ing")):
        return "VERB"
    if word.endswith("ing"):
        return "VERB" if "NOUN" not in options or ahead in {"DET", "PRON", "NUM", "ADP"} else None
    if state.bare and lemma(word, "VERB") == word and _usual().get(word) != "NOUN":
        return "VERB"
    if state.finite or "NOUN" not in options:
        return None if "NOUN" in options else "VERB"
    plural = _plural(before)
    late = following is None or following.is_punct or ahead in {"ADV", "ADP"} or forms(following.lower_) == {"ADV"}
    if state.opened and late and plural != word.endswith("s") and _usual().get(word) != "NOUN":
        return "VERB"
    bare = word in table("wordclasses")["bare_pasts"]
    agrees = bare or plural != (word.endswith("s") and lemma(word, "VERB") != word)
    starts_object = ahead in {"DET", "PRON", "NUM", "SCONJ", "PART"} or (
        ahead == "ADP" and not following_is_of(following)
    )
    loose = following is not None and ahead is None and forms(following.lower_) & {"ADJ", "ADV", "NOUN"} != frozenset()
    if _usual().get(word) == "NOUN":
        return "NOUN"
    return "VERB" if agrees and (starts_object or (plural and loose) or _usual().get(word) == "VERB") else None


def _plural(noun: Token) -> bool:
    """True where the phrase that ends with this noun is plural: "stocks of unsold produce" is."""
    for back in range(1, 5):
        if noun.i - back < 1:
            break
        token = noun.nbor(-back)
        if token.lower_ == "of":
            return _plural(token.nbor(-1)) if token.i > 0 else False
        if token.pos_ not in {"DET", "ADJ", "NOUN", "NUM", "PROPN"}:
            break
    return (noun.lower_.endswith("s") and not noun.lower_.endswith("ss")) or noun.lower_ in {
        "people",
        "police",
        "staff",
    }


def following_is_of(token: Token | None) -> bool:
    """True where the token is the preposition that only nouns take."""
    return token is not None and token.lower_ == "of"


def _noun_or_adjective(token: Token, word: str, options: frozenset[str]) -> str:
    usual = _usual().get(word)
    if usual in options:
        return usual
    following = _after(token)
    nominal_ahead = (
        following is not None
        and bool(forms(following.lower_) & {"NOUN", "ADJ"})
        and (following.lower_ not in _closed())
    )
    if "ADJ" in options and (nominal_ahead or "NOUN" not in options):
        before = _before(token)
        return "ADJ" if nominal_ahead or before is None or before.pos_ != "DET" else "NOUN"
    if "NOUN" in options:
        return "NOUN"
    return "ADV" if "ADV" in options else next(iter(sorted(options)))


def _before(token: Token, skip: set[str] | None = None) -> Token | None:
    skip = skip or {"SPACE"}
    for back in range(1, 5):
        if token.i - back < 0:
            return None
        other = token.nbor(-back)
        if other.pos_ not in skip and not (other.is_quote and other.whitespace_ == "" and not token.is_sent_start):
            return other
    return None


def _after(token: Token) -> Token | None:
    return token.nbor(1) if token.i + 1 < len(token.doc) else None
