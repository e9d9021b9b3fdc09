"""A stretch of text and the day of its article in, the day that it names out. `dateparser` sees that part only."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from extract.rules import load

_OLDEST: Final = timedelta(days=3 * 366)  # an incident is news for no longer
_SETTINGS: Final = {"PREFER_DATES_FROM": "past", "REQUIRE_PARTS": ["day", "month"], "PARSERS": ["absolute-time"]}


def find_day(text: str, base: date) -> date | None:
    """Return the first day that `text` names, read from `base`; None where it names none or one after `base`.

    >>> find_day("The firm was attacked on Nov. 18 and said so later.", date(2025, 12, 1))
    datetime.date(2025, 11, 18)
    """
    for rule in load("dates"):
        assert rule.regex is not None
        for match in rule.regex.finditer(text):
            day = _day(match["day"], base)
            if day is not None:
                return day
    return None


def _day(expression: str, base: date) -> date | None:
    import dateparser  # takes most of a second to load, and only articles that name a day need it

    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|\bof\b", "", expression)
    settings = {**_SETTINGS, "RELATIVE_BASE": datetime.combine(base, time(12))}
    found = dateparser.parse(plain, languages=["en"], settings=settings)
    day = None if found is None else found.date()
    return day if day is not None and base - _OLDEST <= day <= base else None
