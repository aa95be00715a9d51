"""Local government codes (全国地方公共団体コード): five digits and a check digit."""

from __future__ import annotations

import re
import unicodedata

PREFECTURES = 47


def check_digit(five: str) -> str:
    """Return the check digit for the two digits of JIS X 0401 and the three of JIS X 0402."""
    total = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), five, strict=True))
    return str((11 - total % 11) % 10)


def is_code(text: str) -> bool:
    """Return whether the text is a code: six digits with an existing prefecture and a correct check digit."""
    return (
        re.fullmatch(r"[0-9]{6}", text) is not None
        and 1 <= int(text[:2]) <= PREFECTURES
        and check_digit(text[:5]) == text[5]
    )


def local_code(text: str) -> tuple[str, bool] | None:
    """Return the code in a cell and whether its leading zero was restored; None when the cell has no code.

    Spreadsheets remove the leading zero of the first nine prefectures. Full-width digits are accepted.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if is_code(plain):
        return plain, False
    if len(plain) == 5 and is_code("0" + plain):
        return "0" + plain, True
    return None


def from_five(text: str) -> str | None:
    """Return the code for five digits without check digit, as in boundary maps (N03_007); None when it is not valid."""
    whole = text + check_digit(text) if re.fullmatch(r"[0-9]{5}", text) else ""
    return whole if is_code(whole) else None


def is_prefecture(code: str) -> bool:
    """Return whether the code is that of a prefecture."""
    return code[2:5] == "000"
