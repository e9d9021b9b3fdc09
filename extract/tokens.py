"""A vocabulary goes in, the tokenizer comes out: words as treebanks cut them, figures as news writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from spacy.lang.en import English
from spacy.symbols import ORTH  # type: ignore[import-not-found]
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex
from spacy.vocab import Vocab

# first parts that stay with what follows their hyphen ("e-commerce", "non-profit"); all others are cut off
_AFFIXES = (
    "anti arch bi co counter cross e ex extra infra inter intra macro mega meta micro mid mini multi neo non over "
    "para post pre pro proto pseudo psycho quasi re semi socio sub super supra trans tri ultra un under"
)
_DIGIT_WORDS = "zero|oh|nought|one|two|three|four|five|six|seven|eight|nine"
_NUMBER_WORDS = (
    f"{_DIGIT_WORDS}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty"
    "|forty|fifty|sixty|seventy|eighty|ninety|hundred"
)
_SPELT = rf"(?:(?:{_NUMBER_WORDS})[-‐‑])+point(?:[-‐‑](?:{_DIGIT_WORDS}))+"
_AFFIXED = rf"(?:{'|'.join(_AFFIXES.split())})[-‐‑][A-Za-z][A-Za-z]*|mid[-‐‑]\d+s?"
_PHONE = r"(?:\d-)?(?:\d{3}-)?\d{3}-\d{4}"
_ADDRESS = r"https?://[^\s<>()\"]+/"  # one that ends with a slash; others are told by spaCy's pattern
_WHOLE = re.compile(rf"(?:{_SPELT}|{_AFFIXED}|{_PHONE}|{_ADDRESS})$", re.IGNORECASE)

_RUNS = (
    r"[.!?:]*[!?][.!?:]+",
    r"[.:]+[!?]+",
    *(rf"{mark}{{2,}}" for mark in (r"\*", "=", "_", "<", ">", "~", r"\+", "#", r"\$")),
)
_PREFIXES = (*_RUNS, r"[A-Z]{1,3}[$£¥€](?=\d)", r"-(?=[A-Z][a-z])")
_SUFFIXES = (*_RUNS, r"(?<=\d)[AaPp][Mm]", r"(?<=[a-z])`s", r"(?<=[a-z]{3})-", r"(?<=[a-z])/")
_INFIXES = (
    r"[!?]{2,}",
    r"(?<=[0-9a-z])[-–](?=[$£€¥₩])",
    r"(?<=[A-Za-z])[–](?=[A-Za-z])",
    r"\)(?=\()",
    r"(?<=\))\((?=\w)",
    r"(?<=[A-Za-z])\"(?=<)",
    r"(?<=\")<(?=\w)",
)
_UNITS = (
    "km km² km³ m² m³ dm cm cm² cm³ mm mm² mm³ ha ft kg mg lb oz km/h kmh mph hPa Pa mbar mb MB kb KB gb GB tb TB "
    "kWh MWh GWh MW GW kW %"
)
_NO_EXCEPTIONS = ("and/or", "id", "Id", "ID", "wed", "Wed", "ill", "Ill", "shed", "Shed", "were", "Were")
_EXCEPTIONS: Mapping[str, Sequence[str]] = {
    "alot": ("a", "lot"),
    "outta": ("out", "ta"),
    "b/c": ("b/c",),
    "w/": ("w/",),
    "wanna": ("wan", "na"),
    "Wanna": ("Wan", "na"),
    "lotta": ("lot", "ta"),
    **{abbreviation: (abbreviation,) for abbreviation in ("al.", "approx.", "ca.", "Ft.", "Lt.", "Col.")},
    **{
        abbreviation: (abbreviation,)
        for abbreviation in (
            *("Reps.", "Attn.", "Capt.", "PVT.", "LTD.", "Sr.", "Sec.", "Spec.", "Conf.", "Vol.", "vol."),
            *("Mon.", "Tue.", "Tues.", "Wed.", "Thur.", "Thurs.", "Fri.", "Sat."),
            *("a.k.a.", "eg.", "esp.", "Esp.", "ext.", "Ext.", "o.k.", "yrs."),
        )
    },
}


LONGEST: Final = 400  # characters without white space; longer ones are cut inside alone
_Search = Callable[[str], re.Match[str] | None]


def make_tokenizer(vocab: Vocab) -> Tokenizer:
    """Returns the tokenizer.

    It cuts as the English treebanks do: clitics ("n't", "'s", "’s") and hyphens are tokens of their own, save
    after affixes ("e-commerce", "re-elected"). It keeps whole what a figure is read from: "33.7m", "1.2bn",
    "30–40", "three-point-two"; currency signs and "%" are cut off.
    """
    defaults = English.Defaults
    suffixes = [str(rule) for rule in defaults.suffixes or () if not str(rule).startswith("(?<=[0-9])(?:km")]
    suffixes.append(rf"(?<=[0-9])(?:{'|'.join(sorted(_UNITS.split(), key=len, reverse=True))})")
    rules = {word: cut for word, cut in (defaults.tokenizer_exceptions or {}).items() if word not in _NO_EXCEPTIONS}
    rules.update({word: [{ORTH: part} for part in parts] for word, parts in _EXCEPTIONS.items()})
    return Tokenizer(
        vocab,
        rules=rules,
        prefix_search=_in_words(compile_prefix_regex([*_PREFIXES, *(defaults.prefixes or ())]).search),
        suffix_search=_in_words(compile_suffix_regex([*_SUFFIXES, *suffixes]).search),
        infix_finditer=compile_infix_regex([*_INFIXES, *(defaults.infixes or ())]).finditer,
        token_match=_WHOLE.match,
        url_match=_address,
    )


def _address(text: str) -> re.Match[str] | None:
    """Matches an address alone: in `Ann"<ann@host.org` spaCy's own pattern takes the name for a part of it."""
    search: _Search | None = English.Defaults.url_match
    return search(text) if search and '"<' not in text else None


def _in_words(search: _Search) -> _Search:
    """Looks into nothing that is too long for a word: each mark that is cut off has all the rest searched anew."""
    return lambda text: search(text) if len(text) <= LONGEST else None
