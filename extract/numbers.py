"""Text in, every number in it out, in digits, in words or in both, each with its exact value.

The lowest layer of reading figures: nothing here asks what is counted or whether the figure matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from extract.numerals import Numeral, lex

_FRACTION_REACH = 12  # numerals: how far ahead of "hundred and twenty thirds" its denominator is looked for
_NO_NUMBER_AFTER = re.compile(
    r"\b(?:the|this|that|these|which|each|every|any|no|some|another|other|old|new|next|last|only|first|previous)\s$",
    re.IGNORECASE,
)
_NO_NUMBER_BEFORE = re.compile(
    r"(?:\s(?:of\s(?:the|these|those)\s)?another\b|\s(?:who|that|which|you|i|we|they|he)\b|[-’'])"
)
_SIGN = re.compile(r"(?:(?<![^\s(\[<>=~:;$€£¥₩^])[-−]|\b(?:minus|negative)\s{1,2})$", re.IGNORECASE)
_ARTICLE = re.compile(r"(?<!\w)an?\s{1,2}$", re.IGNORECASE)
_LINKED = re.compile(r"first|second|third|fourth|fiscal|each|next|last|other|top|bottom|latter", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number as it stands in the text: `text[start:end]`, in code points.

    `scale` is the last multiplier that was spelled out (1000000 in "1.2 million"), 1 without one: "10-15 million" lends
    it to 10. `kind` is integer, decimal, fraction or ordinal. `note` is a letter after the digits that may be a scale
    or a unit (m, b, t) and is not in `value` and `end` runs past it, or "glued" where other letters follow at once.
    """

    start: int
    end: int
    value: Fraction
    scale: int
    kind: str
    note: str = ""


def find_numbers(text: str) -> Iterator[NumberMention]:
    """Yield the numbers of `text` in order, without overlap; ordinals and numbers that letters follow are left out.

    >>> [float(number.value) for number in find_numbers("three and a half of 1.2 million, two-thirds of 340k")]
    [3.5, 1200000.0, 0.6666666666666666, 340000.0]
    """
    for mention in read_numbers(text):
        if mention.kind != "ordinal" and not mention.note:
            yield mention


def read_numbers(text: str) -> Iterator[NumberMention]:
    """Yield what `find_numbers` yields and also ordinals and numbers with a `note`."""
    reader = _Reader(text, list(lex(text)))
    index = 0
    while index < len(reader.numerals):
        mention, index = reader.number(index)
        if mention is not None:
            yield mention


@dataclass(frozen=True, slots=True)
class _Part:
    """A number in the making: its value, its last multiplier, and the index of the numeral after it."""

    value: Fraction
    scale: int
    stop: int


class _Reader:
    def __init__(self, text: str, numerals: list[Numeral]) -> None:
        self.text = text
        self.numerals = numerals

    def number(self, index: int) -> tuple[NumberMention | None, int]:
        """Read the number that begins at numeral `index`; says also where to go on."""
        part = self._fractional(index) or self._cardinal(index)
        if part is None:
            first = self.numerals[index]
            found = first.kind == "ordinal"
            return (self._mention(index, _Part(first.value, 1, index + 1), "ordinal") if found else None), index + 1
        ratio = self._odds(index, part)
        part = ratio or part
        if self._is_pronoun(index, part):
            return None, part.stop
        kind = (
            "integer" if part.value.denominator == 1 else "fraction" if ratio or self._is_fraction(part) else "decimal"
        )
        return self._mention(index, part, kind), part.stop

    def _mention(self, index: int, part: _Part, kind: str) -> NumberMention:
        first, last = self.numerals[index], self.numerals[part.stop - 1]
        start = (
            self._article(first)
            if first.kind in ("scale", "dozen", "part", "ordinal") and kind != "ordinal"
            else first.start
        )
        sign = _SIGN.search(self.text, max(0, start - 10), start)
        value = -part.value if sign else part.value
        return NumberMention(sign.start() if sign else start, last.end, value, part.scale, kind, last.note)

    def _article(self, numeral: Numeral) -> int:
        found = _ARTICLE.search(self.text, max(0, numeral.start - 5), numeral.start)
        return found.start() if found else numeral.start

    def _has_article(self, index: int) -> bool:
        numeral = self.numerals[index]
        return self._article(numeral) < numeral.start

    def _kind(self, index: int) -> str:
        return self.numerals[index].kind if index < len(self.numerals) else ""

    def _gap(self, index: int) -> str:
        """Say what joins numerals `index - 1` and `index`: a word, "-", " ", "", or "|" for anything else."""
        if not 0 < index < len(self.numerals):
            return "|"
        start, end = self.numerals[index - 1].end, self.numerals[index].start
        if end - start > 12 or self.numerals[index - 1].note:
            return "|"
        gap = self.text[start:end].lower()
        if "\n" in gap:
            return "|"
        words = " ".join(gap.replace("-", " ").split())
        return words or ("-" if "-" in gap else " " if gap else "")

    def _small(self, index: int) -> _Part | None:
        """Read digits, or words under a hundred with their decimals: "7", "twenty-one", "three point two"."""
        first = self.numerals[index]
        if first.kind == "digits":
            return _Part(first.value, 1, index + 1)
        if first.kind not in ("unit", "tens"):
            return None
        value, stop = first.value, index + 1
        if (
            first.kind == "tens"
            and self._kind(stop) == "unit"
            and self._gap(stop) in (" ", "-", "")
            and 0 < self.numerals[stop].value < 10
        ):
            value, stop = value + self.numerals[stop].value, stop + 1
        return self._decimals(value, stop)

    def _decimals(self, value: Fraction, stop: int) -> _Part:
        if self._gap(stop) != "point" or self._kind(stop) not in ("unit", "tens", "digits"):
            return _Part(value, 1, stop)
        digits = ""
        while self._kind(stop) in ("unit", "tens", "digits") and (not digits or self._gap(stop) in (" ", "-")):
            digits += str(self.numerals[stop].value.numerator)
            stop += 1
            if self._kind(stop - 1) != "unit" or len(digits) > 1:
                break
            if len(digits) > 12:
                break
        return _Part(value + Fraction(int(digits), 10 ** len(digits)), 1, stop)

    def _term(self, index: int) -> _Part | None:
        """Read one multiplied group: "three hundred and five thousand", "1.2 million", "a dozen"."""
        if self._kind(index) in ("scale", "dozen"):
            if not self._has_article(index):
                return None
            part = _Part(Fraction(1), 1, index)
        else:
            small = self._small(index)
            if small is None:
                return None
            part = small
        while self._kind(part.stop) in ("scale", "dozen") and (
            part.stop == index or self._gap(part.stop) in (" ", "-", "")
        ):
            scale = int(self.numerals[part.stop].value)
            if part.scale >= 100 > scale or (part.scale > 1 and scale == 100):
                break
            part = _Part(part.value * scale, part.scale * scale if part.scale > 100 else scale, part.stop + 1)
            if scale == 100:
                part = self._with_rest(part)
        return part

    def _with_rest(self, part: _Part) -> _Part:
        """Read what may follow "hundred": "and twenty-one", "5"."""
        if self._gap(part.stop) not in (" ", "-", "and", "&") or self._kind(part.stop) not in (
            "unit",
            "tens",
            "digits",
        ):
            return part
        rest = self._small(part.stop)
        fits = rest is not None and 0 < rest.value < 100 and rest.value.denominator == 1
        if rest is None or not fits or (self._kind(rest.stop) == "scale" and self.numerals[rest.stop].value == 100):
            return part
        if self._kind(part.stop) == "digits" and self._gap(part.stop) not in ("and", "&"):
            return part
        return _Part(part.value + rest.value, part.scale, rest.stop)

    def _cardinal(self, index: int) -> _Part | None:
        """Read a sum of groups of falling size: "three million, two hundred and forty"."""
        total = self._term(index)
        while total is not None and total.scale >= 1000:
            gap = self._gap(total.stop)
            if gap not in (" ", "and", "&", ",", ", and"):
                break
            rest = self._term(total.stop)
            if rest is None or not self._adds(total, rest, gap):
                break
            total = _Part(total.value + rest.value, max(rest.scale, 1) if rest.scale > 1 else total.scale, rest.stop)
        return total

    def _adds(self, total: _Part, rest: _Part, gap: str) -> bool:
        spelled = self._kind(total.stop) != "digits" or rest.scale > 1
        return spelled and 0 < rest.value < total.scale and (gap not in (",", ", and") or rest.value >= 100)

    def _fractional(self, index: int) -> _Part | None:
        """Read a number with a fraction in words: "two-thirds", "five and a half million", "half a million"."""
        below = self._denominator(index)
        if below is None:
            return None
        for middle in range(below, index, -1):
            gap = self._gap(middle)
            if gap not in ("and", "&", "and a", "and an"):
                continue
            whole, part = self._whole(index, middle), self._fraction(middle, below, article=gap.startswith("and a"))
            if whole is not None and part is not None and part.value < 1:
                return self._mixed(whole, part)
            break
        if self._kind(index) in ("scale", "dozen") and not self._has_article(index):
            return None
        fraction = self._fraction(index, below, article=self._has_article(index))
        return None if fraction is None else self._multiplied(fraction, ("of a", "a", " ", "-"))

    def _denominator(self, index: int) -> int | None:
        """Find the "thirds" or "half" that the numerals from `index` may lead up to."""
        for at in range(index, min(index + _FRACTION_REACH, len(self.numerals))):
            if at > index and self._gap(at) not in (" ", "-", "and", "&", "and a", "and an"):
                return None
            if self._kind(at) in ("ordinal", "part"):
                return at if self._is_denominator(at, index) else None
            if self._kind(at) == "digits" and self._kind(at + 1) == "ordinal":
                return None
        return None

    def _is_denominator(self, at: int, index: int) -> bool:
        numeral = self.numerals[at]
        return numeral.value > 2 or numeral.kind == "part" or (at > index + 1 and self._is_plural(at))

    def _is_plural(self, at: int) -> bool:
        return self.text[self.numerals[at].start : self.numerals[at].end].lower().endswith("s")

    def _whole(self, index: int, stop: int) -> _Part | None:
        """Read numerals `index` to `stop` as one number, all of them or none."""
        part = _Reader(self.text, self.numerals[index:stop])._cardinal(0)
        return _Part(part.value, part.scale, stop) if part is not None and part.stop == stop - index else None

    def _fraction(self, index: int, below: int, *, article: bool) -> _Part | None:
        """Read numerals `index` to `below` as numerator and denominator, with the longest denominator that fits."""
        plural = self._is_plural(below)
        if index == below:
            return self._bare(below, article=article, plural=plural)
        for split in range(index + 1, below + 1):
            if split < below and self._gap(split) not in (" ",):
                continue
            above = self._whole(index, split)
            under = self._under(split, below)
            if above is None or under is None or above.value == 0 or self._kind(index) == "digits":
                continue
            if plural or above.value == 1:
                return _Part(above.value / under, 1, below + 1)
        return None

    def _bare(self, below: int, *, article: bool, plural: bool) -> _Part | None:
        numeral = self.numerals[below]
        half = numeral.kind == "part" and numeral.value == 2
        scaled = self._kind(below + 1) == "scale" and self._gap(below + 1) in (" ", "-", "of a")
        if plural or not (article or half or (numeral.kind == "part" and scaled)):
            return None
        before = self.text[max(0, numeral.start - 12) : numeral.start].split()
        if half and not article and before and _LINKED.fullmatch(before[-1]):
            return None
        if half and not scaled and self.text[numeral.end : numeral.end + 1] == "-":
            return None
        return _Part(1 / numeral.value, 1, below + 1)

    def _under(self, split: int, below: int) -> Fraction | None:
        """Value of a denominator: "thirds" is 3, "twenty-firsts" 21, "hundred thousandths" none."""
        last = self.numerals[below].value
        if split == below:
            return last
        lead = self._whole(split, below)
        if lead is None or self.numerals[below].kind == "part":
            return None
        fits = last < 10 and lead.value % 10 == 0 and lead.value % 100 != 10
        return lead.value + last if fits else None

    def _mixed(self, whole: _Part, part: _Part) -> _Part:
        scaled = self._multiplied(part, (" ", "-"))
        if scaled.scale > 1:
            value = whole.value + scaled.value if whole.scale > 1 else (whole.value + part.value) * scaled.scale
            return _Part(value, scaled.scale, scaled.stop)
        unit = whole.scale if whole.scale >= 1000 else 1
        return _Part(whole.value + part.value * unit, whole.scale, part.stop)

    def _multiplied(self, part: _Part, gaps: tuple[str, ...]) -> _Part:
        if self._kind(part.stop) not in ("scale", "dozen") or self._gap(part.stop) not in gaps:
            return part
        if self._gap(part.stop) == " " and self._kind(part.stop - 1) == "ordinal":
            return part
        scale = int(self.numerals[part.stop].value)
        return _Part(part.value * scale, scale, part.stop + 1)

    def _odds(self, index: int, part: _Part) -> _Part | None:
        """Read "one in five", "two out of three", "one over twenty"."""
        word = self._gap(part.stop)
        if word not in ("in", "out of", "over") or self._kind(part.stop) not in ("unit", "tens", "digits"):
            return None
        below = self._cardinal(part.stop)
        if below is None or below.value.denominator != 1 or part.value.denominator != 1 or below.value == 0:
            return None
        year = self._kind(part.stop) == "digits" and 1900 <= below.value <= 2100
        money = self.text[max(0, self.numerals[index].start - 1) : self.numerals[index].start] in "$€£¥₩"
        if word != "over" and (part.value >= below.value or year or part.value <= 0):
            return None
        if money and self.numerals[index].start > 0:
            return None
        if _TIME.match(self.text, self.numerals[below.stop - 1].end):
            return None
        return _Part(part.value / below.value, 1, below.stop)

    def _is_fraction(self, part: _Part) -> bool:
        return self.numerals[part.stop - 1].kind in ("ordinal", "part") or part.value.denominator % 3 == 0

    def _is_pronoun(self, index: int, part: _Part) -> bool:
        """Whether it is the "one" of "the one you mentioned"."""
        numeral = self.numerals[index]
        if part.stop != index + 1 or numeral.kind != "unit" or numeral.value != 1:
            return False
        if self.text.startswith(" or ", numeral.end):
            return False
        before = _NO_NUMBER_AFTER.search(self.text, max(0, numeral.start - 12), numeral.start)
        return before is not None or _NO_NUMBER_BEFORE.match(self.text, numeral.end) is not None


_TIME = re.compile(r"[\s-]{1,2}(?:second|minute|hour|day|week|month|quarter|year|decade)s?\b", re.IGNORECASE)
