"""What changed between two states of a view: each row that was added, changed or removed, field by field."""

from __future__ import annotations

from datetime import date

from shienevents import Row, Rows, differences


class Held(Row, key=("box",)):
    """A box."""

    box: str
    what: str | None = None
    since: date | None = None


def test_only_what_differs_is_told_field_by_field() -> None:
    same, old, gone = Held(box="same", what="a"), Held(box="b", what="x", since=date(2026, 3, 31)), Held(box="c")
    new, fresh = Held(box="b", what=None, since=date(2026, 3, 31)), Held(box="d", what="y")
    before: Rows = {row.box: row for row in (same, old, gone)}
    after: Rows = {row.box: row for row in (same, new, fresh)}
    assert [one._asdict() for one in differences(before, after)] == [
        {"key": "b", "what": "changed", "fields": {"what": ("x", None)}},
        {"key": "c", "what": "removed", "fields": {"box": ("c", None), "what": (None, None), "since": (None, None)}},
        {"key": "d", "what": "added", "fields": {"box": (None, "d"), "what": (None, "y"), "since": (None, None)}},
    ]
    assert differences(after, after) == []
