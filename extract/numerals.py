"""Text in, its number words and digit groups out, in order, each with its exact value: what `numbers` builds on.

One regular expression passes over the text once. Nothing here knows how words combine into a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from extract.rules import table

_LONGEST = 40  # digits: what is longer is a key, a hash or noise, and would be slow to turn into a number

_DIGITS = r"""
    (?P<dotted>\d+(?:\.\d+){2,})
  | (?P<mixed>\d{1,4}\ {1,2}\d{1,3}/\d{1,4}(?![\d/]))
  | (?P<ratio>(?<!/)(?<!\d-)\d{1,6}/\d{1,6}(?![\d/]))
  | (?P<plain>
        (?: \d{1,3}(?:,\d{3})+(?![\d])
          | \d{1,2}(?:,\d{2}){1,6},\d{3}(?![\d])
          | \d{1,3}(?:[\u00a0\u202f\u2009'’]\d{3})+(?!\d)
          | (?<!\d\ )\d{1,3}(?:\ \d{3}){1,4}(?![\d,]|\.\d)(?!\ \d)
          | \d+ )
        (?:\.\d+)?
      | (?<![\w.])\.\d+ )
"""
_TAIL = r"""
    (?P<power>\ ?[x×]\ ?10(?:\^?[-−–]?\d{1,3})(?!\d) | [x×]\d{1,2}\^[-−–]*\d{1,3} | [eE][-−+]?\d{1,3}(?!\w)
            | \^[-−–]{0,2}\d{1,3})?
    (?P<comma>(?<!,\d)(?<!,\d\d),\d{1,2}(?![\d,]))?
    (?P<glyph>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])?
    (?P<suffix>(?:\ ?(?:k|K|mn|Mn|mln|bn|Bn|BN|bln|tn|Tn|trn)|M|MM|mm|B|T|m|b|t)(?![^\W_]))?
    (?P<ordinal>(?:st|nd|rd|th)\b)?
    (?P<glued>[^\W\d_])?
"""


@dataclass(frozen=True, slots=True)
class Numeral:
    """One word or digit group. `kind` is digits, unit, tens, scale, dozen, ordinal or part (half, quarter).

    `note` is an ambiguous suffix letter (m, b, t) that `value` leaves out, "glued" where letters follow at once,
    "prefixed" where they go before (USD115).
    """

    start: int
    end: int
    kind: str
    value: Fraction
    note: str = ""


def lex(text: str) -> Iterator[Numeral]:
    """Yield the numerals of `text` in order, without overlap; offsets are code points into `text`."""
    words = _words()
    for match in _pattern().finditer(text):
        if match["word"] is not None:
            kind, value = words[match["word"].lower()]
            yield Numeral(match.start(), match.end(), kind, value)
        else:
            numeral = _digits(match)
            if numeral is not None:
                yield numeral


@cache
def _words() -> dict[str, tuple[str, Fraction]]:
    data = table("numerals")
    kinds = {"units": "unit", "tens": "tens", "scales": "scale", "dozens": "dozen", "ordinals": "ordinal"}
    words = {word: (kind, Fraction(value)) for key, kind in kinds.items() for word, value in data[key].items()}
    # "fifths", "hundredths"; "seconds" are a duration
    words |= {word + "s": found for word, found in words.items() if found[0] == "ordinal" and word != "second"}
    return words | {word: ("part", Fraction(value)) for word, value in data["fractions"].items()}


@cache
def _pattern() -> re.Pattern[str]:
    words = "|".join(sorted(_words(), key=len, reverse=True))
    glyphs = "".join(table("numerals")["glyphs"])
    return re.compile(
        rf"(?:(?<![^\W\d_])|(?<=\b[A-Z]{{3}}))(?<!\w\.)(?<!\d)(?<!\w\+)(?:{_DIGITS}){_TAIL}"
        rf"|(?P<alone>(?<!\w)[{glyphs}])"
        rf"|\b(?P<word>(?i:{words}))\b",
        re.VERBOSE,
    )


def _digits(match: re.Match[str]) -> Numeral | None:
    if match["dotted"] is not None and not re.fullmatch(r"\d{1,3}(?:\.\d{3}){2}", match["dotted"]):
        return None
    if match.end() - match.start() > _LONGEST:
        return None
    value = _value(match)
    if value is None:
        return None
    data = table("numerals")
    suffix = (match["suffix"] or "").strip()
    value *= data["suffixes"].get(suffix, 1)
    note = suffix if suffix in data["ambiguous"] else "glued" if match["glued"] else ""
    if match.string[match.start() - 1 : match.start()].isalpha():
        note = "prefixed"
    end = match.start("glued") if match["glued"] else match.end()
    return Numeral(match.start(), end, "ordinal" if match["ordinal"] else "digits", value, note)


def _value(match: re.Match[str]) -> Fraction | None:
    glyphs = table("numerals")["glyphs"]
    if match["alone"]:
        return Fraction(*glyphs[match["alone"]])
    if match["mixed"]:
        whole, _, ratio = match["mixed"].partition(" ")
        part = _ratio(ratio)
        return None if part is None else int(whole) + part
    if match["ratio"]:
        return _ratio(match["ratio"])
    plain = match["plain"] or match["dotted"].replace(".", "")
    value = Fraction(re.sub(r"[,'’\s]", "", plain))
    if match["comma"]:
        value += Fraction("0." + match["comma"][1:])
    if match["glyph"]:
        value += Fraction(*glyphs[match["glyph"]])
    return _raised(value, match["power"]) if match["power"] else value


def _ratio(text: str) -> Fraction | None:
    above, below = text.split("/")
    return Fraction(int(above), int(below)) if int(below) else None


def _raised(value: Fraction, power: str) -> Fraction | None:
    text = re.sub(r"[−–]", "-", power.replace(" ", ""))
    if text[0] in "x×":
        base, exponent = text[1:].split("^")[:2] if "^" in text else (text[1:3], text[3:])
        return value * Fraction(int(base)) ** _exponent(exponent)
    if text[0] in "eE":
        return value * Fraction(10) ** _exponent(text[1:])
    try:  # floats: an exact power of a decimal fraction grows without bound
        return Fraction(float(value) ** _exponent(text[1:]))
    except (OverflowError, ZeroDivisionError):
        return None


def _exponent(text: str) -> int:
    bare = text.lstrip("+-")
    sign = -1 if text[: len(text) - len(bare)].count("-") % 2 else 1
    return sign * int(bare or 0)
