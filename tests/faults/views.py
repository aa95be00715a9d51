"""The views of both services: rows of one stream, rows of several, and sums over all of them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from shienevents import Envelope, Event, Row, View, replace

from .contracts import (
    MATCHING,
    NEEDS,
    MatchConfirmed,
    MatchMarked,
    MatchProposed,
    NeedAnswered,
    NeedRecorded,
    NeedServed,
    NeedWithdrawn,
    SheetCounted,
    SheetMarked,
    bucket_of,
)


class Need(Row, key=("need_id",)):
    """One need. Its own stream writes the columns up to `trail`; the last three are sums over matching's."""

    need_id: UUID
    area: str = ""
    people: int = 0
    served: int = 0
    answered: int = 0
    withdrawn: bool = False
    version: int = 0
    trail: str = ""
    proposed: int = 0
    confirmed: int = 0
    marks: int = 0


class Sheet(Row, key=("sheet",)):
    """One sheet, written by one stream."""

    sheet: str
    counted: int = 0
    people: int = 0
    marks: int = 0
    version: int = 0
    trail: str = ""


class Bucket(Row, key=("bucket",)):
    """Sums over many streams, all shards and both services: two folds at once would meet here."""

    bucket: int
    recorded: int = 0
    served: int = 0
    withdrawn: int = 0
    answered: int = 0
    proposed: int = 0
    confirmed: int = 0
    marks: int = 0


class Match(Row, key=("need_id",)):
    """One match. Its own stream writes the columns up to `trail`; the last two come from the need's."""

    need_id: UUID
    proposed: int = 0
    confirmed: int = 0
    marks: int = 0
    version: int = 0
    trail: str = ""
    served: int = 0
    withdrawn: bool = False


def onward(trail: str, envelope: Envelope) -> str:
    """A chain over a stream's events: another order, a gap or a repetition gives another end."""
    return sha256(f"{trail}{envelope.id}".encode()).hexdigest()[:16]


def evolve_need(row: Need, event: Event, envelope: Envelope) -> Need:
    """A need's row after an event."""
    match event:
        case MatchProposed():
            return replace(row, proposed=row.proposed + event.people)
        case MatchConfirmed():
            return replace(row, confirmed=row.confirmed + event.people)
        case MatchMarked():
            return replace(row, marks=row.marks + 1)
        case NeedRecorded():
            row = replace(row, area=envelope.area, people=event.people)
        case NeedServed():
            row = replace(row, served=row.served + event.people)
        case NeedAnswered():
            row = replace(row, answered=row.answered + event.people)
        case NeedWithdrawn():
            row = replace(row, withdrawn=True)
    return replace(row, version=envelope.version, trail=onward(row.trail, envelope))


def evolve_sheet(row: Sheet, event: SheetCounted | SheetMarked, envelope: Envelope) -> Sheet:
    """A sheet's row after an event."""
    if isinstance(event, SheetCounted):
        row = replace(row, counted=row.counted + 1, people=row.people + event.people)
    else:
        row = replace(row, marks=row.marks + 1)
    return replace(row, version=envelope.version, trail=onward(row.trail, envelope))


def evolve_match(row: Match, event: Event, envelope: Envelope) -> Match:
    """A match's row after an event."""
    match event:
        case NeedServed():
            return replace(row, served=row.served + event.people)
        case NeedWithdrawn():
            return replace(row, withdrawn=True)
        case MatchProposed():
            row = replace(row, proposed=row.proposed + event.people)
        case MatchConfirmed():
            row = replace(row, confirmed=row.confirmed + event.people)
        case MatchMarked():
            row = replace(row, marks=row.marks + 1)
    return replace(row, version=envelope.version, trail=onward(row.trail, envelope))


_COUNTED: dict[type[Event], str] = {
    NeedRecorded: "recorded",
    NeedServed: "served",
    NeedWithdrawn: "withdrawn",
    NeedAnswered: "answered",
    MatchProposed: "proposed",
    MatchConfirmed: "confirmed",
    MatchMarked: "marks",
}


def evolve_bucket(row: Bucket, event: Event, envelope: Envelope) -> Bucket:
    """One more."""
    column = _COUNTED[type(event)]
    return replace(row, **{column: getattr(row, column) + 1})


def _need_key(event: Any, envelope: Envelope) -> list[UUID]:
    return [event.need_id]


def _bucket_key(event: Any, envelope: Envelope) -> list[int]:
    return [bucket_of(event.need_id)]


_of_needs = (NeedRecorded, NeedServed, NeedAnswered, NeedWithdrawn)

needs = View(
    name="needs", version=1, row=Need, subscribes_to=(*_of_needs, *MATCHING), keys=_need_key, evolve=evolve_need
)
sheets = View(
    name="sheets",
    version=1,
    row=Sheet,
    subscribes_to=(SheetCounted, SheetMarked),
    keys=lambda event, envelope: [event.sheet],
    evolve=evolve_sheet,
)
buckets = View(
    name="buckets", version=1, row=Bucket, subscribes_to=tuple(_COUNTED), keys=_bucket_key, evolve=evolve_bucket
)
matches = View(
    name="matches",
    version=1,
    row=Match,
    subscribes_to=(NeedServed, NeedWithdrawn, *MATCHING),
    keys=_need_key,
    evolve=evolve_match,
)

assert set(_COUNTED) <= {*NEEDS, *MATCHING}
