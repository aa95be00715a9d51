"""Meaning of single cells: amounts, people, address, opening hours, and the reference that identifies a row."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from shiendomain.days import FIRST_DAY, LAST_DAY
from shiendomain.fees import read_fee

from .columns import Columns

BETWEEN_TIMES = "〜"
ERAS = {"": 0, "令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
"""years to add to the year of an era"""
TELEPHONE_DIGITS = range(9, 11)
"""of a Japanese telephone number without its leading zero"""
HASH = "sha256:"
"""the beginning of a reference that is made from list, name and address"""
OFFICE_DIGITS = range(9, 10)
"""of an office number (事業所番号) without its leading zero"""
IN_NOTE = {"alias": "通称", "place": "会場", "contact": "連絡先", "barrier_free": "バリアフリー"}
"""label in the note of each column that a resource has no field for"""


def plain(text: str) -> str:
    """Return the normalised text to search for numbers. It is never stored."""
    return unicodedata.normalize("NFKC", text).strip()


def yen_of(text: str) -> int | None:
    """Return the amount of a fee such as 1回200円 or 無料, in yen; None when it is not one amount for taking part."""
    fee = read_fee(text)
    return fee.yen if fee else None


def people_of(text: str) -> int | None:
    """Return the number of people in 20 or 20名; None for 0 and an empty cell. Raises `ValueError` for other texts."""
    found = re.fullmatch(r"([0-9]{1,6})\s*(?:名|人|組)?(?:程度|まで)?", plain(text) or "0")
    if found is None or int(found[1]) > 100_000:
        raise ValueError(text)
    return int(found[1]) or None


def address_of(columns: Columns, cells: Mapping[str, str]) -> str:
    """Return the address in one line: the complete address or its parts, then the building."""
    whole = columns.of(cells, "address")
    parts = "".join(columns.of(cells, part) for part in ("prefecture", "city", "town", "block"))
    return _line(whole or parts, columns.of(cells, "building"))


def schedule_of(columns: Columns, cells: Mapping[str, str]) -> str:
    """Return the opening times: days, hours and remarks."""
    hours = BETWEEN_TIMES.join(filter(None, (time_of(columns.of(cells, name)) for name in ("from", "until"))))
    return _line(columns.of(cells, "days"), columns.of(cells, "hours") or hours, columns.of(cells, "days_note"))


def time_of(text: str) -> str:
    """Return a time as it is written; a part of a day, as spreadsheets store times (0.375), as 09:00."""
    if not re.fullmatch(r"0?\.[0-9]+", plain(text)):
        return text
    minutes = round(float(plain(text)) * 24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def became_a_date(text: str) -> bool:
    """Return whether a part of an address is a date: spreadsheets make one of 3-5 (番地) when it is typed in."""
    return (
        re.fullmatch(r"[0-9]{4}[-/年][0-9]{1,2}[-/月][0-9]{1,2}日?|[0-9]{1,2}月[0-9]{1,2}日", plain(text)) is not None
    )


def day_of(text: str) -> date | None:
    """Return the day in 2026-04-01, 2026/4/1, 2026年4月1日 or 令和8年4月1日 (R8.4.1); None for other texts."""
    found = re.fullmatch(
        r"(令和|R|平成|H|)([0-9]{1,4}|元)[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T].*)?", plain(text)
    )
    if found is None:
        return None
    year = (1 if found[2] == "元" else int(found[2])) + ERAS[found[1]]
    try:
        day = date(year, int(found[3]), int(found[4]))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def without_its_zero(text: str, digits: range) -> bool:
    """Return whether a number has lost its leading zero: spreadsheets store 0980000001 as 980000001.

    Args:
        text: the cell.
        digits: how many digits such a number has without the zero.
    """
    bare = plain(text)
    return re.fullmatch("[1-9][0-9]+", bare) is not None and len(bare) in digits


def telephone_of(columns: Columns, cells: Mapping[str, str]) -> str:
    """Return the telephone number with its extension, and with the leading zero that a spreadsheet removed."""
    extension, number = columns.of(cells, "extension"), columns.of(cells, "telephone")
    restored = "0" + plain(number) if without_its_zero(number, TELEPHONE_DIGITS) else number
    return _line(restored, f"(内線 {extension})" if extension else "")


def fee_of(columns: Columns, cells: Mapping[str, str]) -> str:
    """Return the fee as it is written."""
    return _line(columns.of(cells, "fee"), columns.of(cells, "fee_note"))


def activity_of(columns: Columns, cells: Mapping[str, str]) -> str:
    """Return the activity and its target group. Without an activity column: the kind of service."""
    target = columns.of(cells, "target")
    done = columns.of(cells, "activity") or _line(columns.of(cells, "kind"), columns.of(cells, "subtype"))
    return _line(done, f"対象: {target}" if target else "")


def note_of(columns: Columns, cells: Mapping[str, str]) -> str:
    """Return the remarks, what the columns without a field of their own say, and the URL."""
    known = ((label, columns.of(cells, name)) for name, label in IN_NOTE.items())
    period = BETWEEN_TIMES.join(filter(None, (columns.of(cells, "begins"), columns.of(cells, "ends"))))
    lines = [f"{label}: {text}" for label, text in (*known, ("開催期間", period)) if text]
    return "\n".join(filter(None, (columns.of(cells, "note"), *lines, columns.of(cells, "url"))))


def reference_of(columns: Columns, cells: Mapping[str, str], list_name: str) -> str:
    """Return the reference that identifies the row when the list is imported again.

    An office number is unique in Japan. Where a list has a row for each service of an office, the service is part of
    the reference. A number of a list is unique in that list only. Without a number: a hash of list, name and address.
    """
    given, office = columns.of(cells, "reference"), plain(columns.of(cells, "office"))
    office = "0" + office if without_its_zero(office, OFFICE_DIGITS) else office
    if given:
        return given
    if office:
        a_row_for_each_service = columns.headers.get("kind") in {"サービスの種類", "実施サービス"}
        service = re.sub(r"\(.*?\)", "", plain(columns.of(cells, "kind"))).strip()  # a remark in it may change
        return _line(office, service if a_row_for_each_service else "")
    number = plain(columns.of(cells, "number"))
    if number:
        return f"{list_name}:{number}"
    return _hash(f"{list_name}\n{_name_and_address(columns, cells)}")


def older_reference_of(columns: Columns, cells: Mapping[str, str]) -> str:
    """Return the reference of a row without a number as it was once made: a hash of name and address alone."""
    return _hash(_name_and_address(columns, cells))


def _name_and_address(columns: Columns, cells: Mapping[str, str]) -> str:
    return plain(columns.of(cells, "name")) + "\n" + plain(address_of(columns, cells))


def _hash(known: str) -> str:
    return HASH + hashlib.sha256(known.encode(errors="replace")).hexdigest()[:32]


def _line(*parts: str) -> str:
    return " ".join(filter(None, parts))
