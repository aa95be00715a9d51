"""What the views must hold, worked out from the raw events a second time and in another way than the folds do it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from .contracts import BUCKETS
from .history import Kept, Stored

Rows = dict[Any, dict[str, Any]]  # by key: the columns besides it


def rows_of(service: str, kept: Mapping[str, Kept]) -> dict[str, Rows]:
    """The rows of a service's views, by view and key."""
    needs, matching = _by_type(kept["needs"].events), _by_type(kept["matching"].events)
    if service == "needs":
        return {
            "needs": _needs(needs, matching),
            "sheets": _sheets(needs),
            "buckets": _buckets(needs, matching),
        }
    return {"matches": _matches(needs, matching), "buckets": _buckets(needs, matching)}


def _by_type(events: Iterable[Stored]) -> dict[str, list[Stored]]:
    found: dict[str, list[Stored]] = defaultdict(list)
    for event in events:
        found[event.type.split(".")[1]].append(event)
    return found


def _need_id(event: Stored) -> UUID:
    return UUID(event.values["need_id"])


def _sum(rows: Rows, events: Iterable[Stored], column: str, by: str | None = "people") -> None:
    for event in events:
        rows[_need_id(event)][column] += event.values[by] if by else 1


def _ends(rows: Rows, events: Iterable[Stored], key: Any) -> None:
    """The last version of each stream, and the chain over its events."""
    streams: dict[str, list[Stored]] = defaultdict(list)
    for event in events:
        streams[event.stream].append(event)
    for stream in streams.values():
        stream.sort(key=lambda event: event.version)
        trail = ""
        for event in stream:
            trail = sha256(f"{trail}{event.id}".encode()).hexdigest()[:16]
        rows[key(stream[0])] |= {"version": stream[-1].version, "trail": trail}


def _needs(needs: Mapping[str, list[Stored]], matching: Mapping[str, list[Stored]]) -> Rows:
    own = [e for t in ("need_recorded", "need_served", "need_answered", "need_withdrawn") for e in needs.get(t, ())]
    blank = dict.fromkeys(("people", "served", "answered", "version", "proposed", "confirmed", "marks"), 0)
    rows: Rows = defaultdict(lambda: {**blank, "area": "", "withdrawn": False, "trail": ""})
    for event in needs.get("need_recorded", ()):
        rows[_need_id(event)] |= {"area": event.area, "people": event.values["people"]}
    for event in needs.get("need_withdrawn", ()):
        rows[_need_id(event)]["withdrawn"] = True
    _sum(rows, needs.get("need_served", ()), "served")
    _sum(rows, needs.get("need_answered", ()), "answered")
    _sum(rows, matching.get("match_proposed", ()), "proposed")
    _sum(rows, matching.get("match_confirmed", ()), "confirmed")
    _sum(rows, matching.get("match_marked", ()), "marks", by=None)
    _ends(rows, own, _need_id)
    return rows


def _sheets(needs: Mapping[str, list[Stored]]) -> Rows:
    counted, marked = needs.get("sheet_counted", []), needs.get("sheet_marked", [])
    rows: Rows = defaultdict(lambda: {"counted": 0, "people": 0, "marks": 0, "version": 0, "trail": ""})
    for event in counted:
        rows[event.values["sheet"]]["counted"] += 1
        rows[event.values["sheet"]]["people"] += event.values["people"]
    for event in marked:
        rows[event.values["sheet"]]["marks"] += 1
    _ends(rows, [*counted, *marked], lambda event: event.values["sheet"])
    return rows


def _matches(needs: Mapping[str, list[Stored]], matching: Mapping[str, list[Stored]]) -> Rows:
    blank = dict.fromkeys(("proposed", "confirmed", "marks", "version", "served"), 0)
    rows: Rows = defaultdict(lambda: {**blank, "trail": "", "withdrawn": False})
    for event in needs.get("need_withdrawn", ()):
        rows[_need_id(event)]["withdrawn"] = True
    _sum(rows, needs.get("need_served", ()), "served")
    _sum(rows, matching.get("match_proposed", ()), "proposed")
    _sum(rows, matching.get("match_confirmed", ()), "confirmed")
    _sum(rows, matching.get("match_marked", ()), "marks", by=None)
    _ends(rows, [event for events in matching.values() for event in events], _need_id)
    return rows


_BUCKET_COLUMNS = {
    "need_recorded": "recorded",
    "need_served": "served",
    "need_withdrawn": "withdrawn",
    "need_answered": "answered",
    "match_proposed": "proposed",
    "match_confirmed": "confirmed",
    "match_marked": "marks",
}


def _buckets(needs: Mapping[str, list[Stored]], matching: Mapping[str, list[Stored]]) -> Rows:
    rows: Rows = defaultdict(lambda: dict.fromkeys(_BUCKET_COLUMNS.values(), 0))
    for name, column in _BUCKET_COLUMNS.items():
        for event in [*needs.get(name, ()), *matching.get(name, ())]:
            rows[_need_id(event).int % BUCKETS][column] += 1
    return rows
