"""Meaning of single cells: amounts, people, address, opening hours, and the reference that identifies a row."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping

from .columns import Columns

FREE = {"無料", "無", "なし", "0", "0円"}
BETWEEN_TIMES = "〜"


def plain(text: str) -> str:
    """Return the normalised text to search for numbers. It is never stored."""
    return unicodedata.normalize("NFKC", text).strip()


def yen_of(text: str) -> int | None:
    """Return the amount of a fee such as 1回200円 or 無料, in yen; None when the text has none or several."""
    bare = plain(text)
    if bare in FREE:
        return 0
    amounts = re.findall(r"([0-9][0-9,]*)\s*円", bare) or ([bare] if re.fullmatch(r"[0-9][0-9,]*", bare) else [])
    value = amounts[0].replace(",", "") if len(amounts) == 1 else ""
    return int(value) if 0 < len(value) <= 7 else None


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
    hours = BETWEEN_TIMES.join(filter(None, (columns.of(cells, "from"), columns.of(cells, "until"))))
    return _line(columns.of(cells, "days"), columns.of(cells, "hours") or hours, columns.of(cells, "days_note"))


def telephone_of(columns: Columns, cells: Mapping[str, str]) -> str:
    """Return the telephone number with its extension."""
    extension = columns.of(cells, "extension")
    return _line(columns.of(cells, "telephone"), f"(内線 {extension})" if extension else "")


def fee_of(columns: Columns, cells: Mapping[str, str]) -> str:
    """Return the fee as it is written."""
    return _line(columns.of(cells, "fee"), columns.of(cells, "fee_note"))


def activity_of(columns: Columns, cells: Mapping[str, str]) -> str:
    """Return the activity and its target group. Without an activity column: the kind of service."""
    target = columns.of(cells, "target")
    done = columns.of(cells, "activity") or _line(columns.of(cells, "kind"), columns.of(cells, "subtype"))
    return _line(done, f"対象: {target}" if target else "")


def note_of(columns: Columns, cells: Mapping[str, str]) -> str:
    """Return the remarks and the URL."""
    return "\n".join(filter(None, (columns.of(cells, "note"), columns.of(cells, "url"))))


def reference_of(columns: Columns, cells: Mapping[str, str], list_name: str) -> str:
    """Return the reference that identifies the row when the list is imported again.

    An office number is unique in Japan. Where a list has a row for each service of an office, the service is part of
    the reference. A number of a list is unique in that list only. Without a number: a hash of name and address.
    """
    given, office = columns.of(cells, "reference"), columns.of(cells, "office")
    if given:
        return given
    if office:
        a_row_for_each_service = columns.headers.get("kind") in {"サービスの種類", "実施サービス"}
        return _line(office, columns.of(cells, "kind") if a_row_for_each_service else "")
    number = columns.of(cells, "number")
    if number:
        return f"{list_name}:{number}"
    known = plain(columns.of(cells, "name")) + "\n" + plain(address_of(columns, cells))
    return "sha256:" + hashlib.sha256(known.encode(errors="replace")).hexdigest()[:32]


def _line(*parts: str) -> str:
    return " ".join(filter(None, parts))
