"""Reads the day on which something ends, where a text names it (令和8年3月末まで, 2026年9月30日で終了)."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from .days import FIRST_DAY, LAST_DAY

_YEAR = r"(?:(?P<year>20[0-9]{2})|(?:令和|r)\s*(?P<reiwa>元|[0-9]{1,2}))\s*[年./-]\s*"
_MONTH = r"(?P<month>1[0-2]|0?[1-9])\s*[月./-]?\s*"
_DAY = r"(?:(?P<day>3[01]|[12][0-9]|0?[1-9])日?|末日?)?\s*"
_WEEKDAY = r"(?:\([^()]{1,3}\))?\s*"
_END = r"(?:まで|限り|を?もって|[でに]?(?:事業|活動|利用)?(?:を|は)?(?:終了|廃止|閉鎖|閉店|閉館|閉所|解散))"
_ENDING = re.compile(f"{_YEAR}{_MONTH}{_DAY}{_WEEKDAY}{_END}")
_REIWA_BEGAN = 2018
"""The year before the first of 令和."""


def read_ending(*texts: str) -> date | None:
    """The last day that one of the texts names, the latest of several; without a day of the month, the last of it.

    Only a day with its year is read: 3月まで is of every year.

    >>> read_ending("令和8年3月末まで")
    datetime.date(2026, 3, 31)
    """
    return max((day for text in texts for day in _endings(text)), default=None)


def _endings(text: str) -> Iterator[date]:
    for found in _ENDING.finditer(unicodedata.normalize("NFKC", text).casefold()):
        reiwa = found["reiwa"]
        year = int(found["year"]) if found["year"] else _REIWA_BEGAN + (1 if reiwa == "元" else int(reiwa))
        month = int(found["month"])
        last = monthrange(year, month)[1]
        day = int(found["day"] or last)
        if day <= last and FIRST_DAY <= date(year, month, day) <= LAST_DAY:
            yield date(year, month, day)
