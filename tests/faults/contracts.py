"""The events of the two services that the crash test runs.

Every event carries the `key` that made it: an Idempotency-Key, or the reaction and the event it answers. So the log
itself says how often each request and each reaction took effect.
"""

from __future__ import annotations

from uuid import UUID

from shienevents import Event


class NeedRecorded(Event, wire="needs.need_recorded.v1"):
    """A need was noted, on a sheet of its area."""

    need_id: UUID
    sheet: str
    people: int
    key: str


class NeedServed(Event, wire="needs.need_served.v1"):
    """Some of the people were helped."""

    need_id: UUID
    people: int
    key: str


class NeedWithdrawn(Event, wire="needs.need_withdrawn.v1"):
    """The need is gone."""

    need_id: UUID
    key: str


class NeedAnswered(Event, wire="needs.need_answered.v1"):
    """Matching's proposal came back to the need."""

    need_id: UUID
    people: int
    key: str


class SheetCounted(Event, wire="needs.sheet_counted.v1"):
    """A need was counted on its sheet."""

    sheet: str
    need_id: UUID
    people: int
    key: str


class SheetMarked(Event, wire="needs.sheet_marked.v1"):
    """Somebody marked a sheet."""

    sheet: str
    key: str


class MatchProposed(Event, wire="matching.match_proposed.v1"):
    """Matching answered a need."""

    need_id: UUID
    people: int
    key: str


class MatchConfirmed(Event, wire="matching.match_confirmed.v1"):
    """Matching heard that people were helped."""

    need_id: UUID
    people: int
    key: str


class MatchMarked(Event, wire="matching.match_marked.v1"):
    """Somebody marked a match."""

    need_id: UUID
    key: str


NEEDS = (NeedRecorded, NeedServed, NeedWithdrawn, NeedAnswered, SheetCounted, SheetMarked)
MATCHING = (MatchProposed, MatchConfirmed, MatchMarked)

BUCKETS = 8


def bucket_of(need_id: UUID) -> int:
    """The row that a need is counted in: each is fed by streams of every shard and of both services."""
    return need_id.int % BUCKETS
