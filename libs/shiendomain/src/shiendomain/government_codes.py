"""Local government codes (全国地方公共団体コード): JIS X 0401, JIS X 0402 and a check digit."""

from __future__ import annotations

import re

_DESIGNATED = (
    "01100", "04100", "11100", "12100", "14100", "14130", "14150", "15100", "22100", "22130", "23100", "26100",
    "27100", "27140", "28100", "33100", "34100", "40100", "40130", "43100",
)  # fmt: skip
"""The designated cities (JIS X 0401 and 0402). The numbers of a city's wards follow its own, before the next city's."""


def check_digit(five: str) -> str:
    """The check digit for the two digits of JIS X 0401 and the three of JIS X 0402.

    Source: 全国地方公共団体コード仕様: (11 - (6a + 5b + 4c + 3d + 2e) mod 11) mod 10.
    """
    total = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), five, strict=True))
    return str((11 - total % 11) % 10)


def is_government_code(text: str) -> bool:
    """Whether this is a local government code: six digits, of which the last checks the others.

    Whether its prefecture exists is not asked: cities that are made up have codes beyond 47.

    >>> is_government_code("431001"), is_government_code("431002")
    (True, False)
    """
    return re.fullmatch("[0-9]{6}", text) is not None and check_digit(text[:5]) == text[5]


def is_prefecture(code: str) -> bool:
    """Whether this code is that of a prefecture."""
    return code[2:5] == "000"


def city_of_ward(code: str) -> str | None:
    """The first five digits of the designated city whose ward may have this code.

    >>> city_of_ward("431010"), city_of_ward("431001"), city_of_ward("432024")
    ('43100', None, None)
    """
    if code[:5] in _DESIGNATED:
        return None
    before = [city for city in _DESIGNATED if city[:3] == code[:3] and city < code[:5]]
    return before[-1] if before else None
