"""Local government codes in the cells of lists, where programs and habits have changed them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from shiendomain.government_codes import check_digit, city_of_ward, is_government_code, is_prefecture

PREFECTURES = 47


class CodeRead(NamedTuple):
    """The code of a cell. `ja` and `en` say what was done to read it; empty: it stands there as it is."""

    code: str
    ja: str = ""
    en: str = ""


def codes_read(text: str) -> tuple[CodeRead, ...]:
    """Return the codes that a cell may mean: none when it has no code, two when it can be read in two ways.

    Spreadsheets remove the leading zero of the first nine prefectures, or turn the code into 472018.0. Some lists write
    47201-8, or leave out the check digit (as boundary maps do, N03_007). Full-width digits are accepted.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    bare = re.sub(r"\.0$|(?<=[0-9]{5})[-‐−ー](?=[0-9]$)", "", plain)
    how = ("", "") if bare == plain else (f"「{plain}」を {bare} と読みました", f"{plain} was read as {bare}")
    if is_government_code(bare):  # that of a sample city too, which is of no prefecture
        return (CodeRead(bare, *how),)
    if not re.fullmatch("[0-9]{5}", bare):
        return ()
    found = [
        CodeRead("0" + bare, f"先頭の 0 を補って 0{bare} としました", f"the missing leading zero was restored: 0{bare}")
    ]
    whole = bare + check_digit(bare)
    if bare[2:] >= "100" or bare[2:] == "000":  # JIS X 0402 begins with 100
        found.append(CodeRead(whole, f"検査数字を補って {whole} としました", f"the check digit was added: {whole}"))
    return tuple(one for one in found if _is_in_use(one.code))


def code_of(text: str, also: Iterable[str] = ()) -> CodeRead | None:
    """Return the code of a cell; None when it has none, or when it can be read in two ways.

    Args:
        text: the cell.
        also: all cells of its column. When one of them has six digits, five digits are a code without leading zero.
    """
    found = codes_read(text)
    if len(found) == 2 and any(len(unicodedata.normalize("NFKC", other).strip()) == 6 for other in also):
        return found[0]
    return found[0] if len(found) == 1 else None


def why_no_code(text: str, shown: str) -> tuple[str, str]:
    """Return why a cell has no code that can be used, in Japanese and English.

    Args:
        text: the cell.
        shown: the cell as messages show it.
    """
    codes = [one.code for one in codes_read(text)]
    if len(codes) == 2:
        return (
            f"「{shown}」は {codes[0]} とも {codes[1]} とも読めます。6 桁(検査数字つき)で記入してください",
            f"{shown!r} may be {codes[0]} or {codes[1]}: write six digits with the check digit",
        )
    return (
        f"「{shown}」は全国地方公共団体コード(6 桁、検査数字つき)ではありません",
        f"{shown!r} is not a local government code (six digits with check digit)",
    )


def is_of(code: str, municipality: str) -> bool:
    """Return whether a row with this code is of the municipality: its code, that of a ward, or of its prefecture."""
    if is_prefecture(code):
        return code[:2] == municipality[:2]
    return code == municipality or is_ward_of(code, municipality)


def is_ward_of(code: str, municipality: str) -> bool:
    """Return whether this is the code of a ward of the designated city."""
    return city_of_ward(code) == municipality[:5]


def _is_in_use(code: str) -> bool:
    return is_government_code(code) and 1 <= int(code[:2]) <= PREFECTURES
