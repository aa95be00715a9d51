"""Local government codes (全国地方公共団体コード): six digits, the last of which checks the others."""

from __future__ import annotations

import re
import unicodedata

PREFECTURES = 47


def check_digit(five: str) -> str:
    """The sixth digit of JIS X 0401 (2) + JIS X 0402 (3)."""
    total = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), five, strict=True))
    return str((11 - total % 11) % 10)


def is_code(text: str) -> bool:
    """Are these six digits a code: a prefecture that there is, and a check digit that holds?"""
    return (
        re.fullmatch(r"[0-9]{6}", text) is not None
        and 1 <= int(text[:2]) <= PREFECTURES
        and check_digit(text[:5]) == text[5]
    )


def local_code(text: str) -> tuple[str, bool] | None:
    """The code that a cell means, and whether its lost leading zero was restored; None when it is none.

    Spreadsheets take the zero of the first nine prefectures away. Full-width digits are read as digits.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if is_code(plain):
        return plain, False
    if len(plain) == 5 and is_code("0" + plain):
        return "0" + plain, True
    return None


def from_five(text: str) -> str | None:
    """The code for five digits without their check digit, as maps of boundaries have them (N03_007)."""
    whole = text + check_digit(text) if re.fullmatch(r"[0-9]{5}", text) else ""
    return whole if is_code(whole) else None


def is_prefecture(code: str) -> bool:
    """Does the code name a prefecture, not a municipality in it?"""
    return code[2:5] == "000"
