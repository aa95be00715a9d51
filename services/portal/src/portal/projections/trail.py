"""The trail: one row for every event of the four services, and for every id it names a row that leads to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shienevents import Envelope, Row, View, replace, types_of

from .sentences import AnyEvent, describe

EVERYTHING = types_of(AnyEvent)


class TrailRow(Row, key=("id",)):
    """One event, as the trace shows it. `area` is the need's area for a match, else the home of the stream.

    `role` and `body` say who acted: a role, for a body (団体). A person's name is in no event.
    """

    id: UUID
    recorded_at: datetime | None = None
    occurred_at: datetime | None = None
    source: str = ""
    type: str = ""
    stream: str = ""
    version: int = 0
    area: str = ""
    correlation: UUID | None = None
    causation: UUID | None = None
    role: str = ""
    body: str = ""
    subject: UUID | None = None
    mentions: tuple[UUID, ...] = ()
    ja: str = ""
    en: str = ""


def trail_keys(_: AnyEvent, envelope: Envelope) -> Sequence[UUID]:
    """The event's own row."""
    return [envelope.id]


def evolve_trail(row: TrailRow, event: AnyEvent, envelope: Envelope) -> TrailRow:
    """The row of the event. It is written once."""
    described = describe(event)
    role, _, body = envelope.actor.partition("/")
    return replace(
        row,
        recorded_at=envelope.recorded_at,
        occurred_at=envelope.occurred_at,
        source=event.wire.partition(".")[0],
        type=envelope.type,
        stream=envelope.stream,
        version=envelope.version,
        area=described.area or envelope.area,
        correlation=envelope.correlation,
        causation=envelope.causation,
        role=role,
        body=body,
        subject=described.subject,
        mentions=described.mentions,
        ja=described.ja,
        en=described.en,
    )


trail: View[TrailRow] = View(
    name="trail",
    version=6,
    row=TrailRow,
    subscribes_to=EVERYTHING,
    keys=trail_keys,
    evolve=evolve_trail,
    indexes=(("subject",), ("correlation",)),
    written_once="recorded_at",
)


class MentionRow(Row, key=("mentioned", "event")):
    """That an event names an id; with the event's type, so that a search for events of one type reads no others."""

    mentioned: UUID
    event: UUID
    type: str = ""
    recorded_at: datetime | None = None


def mention_keys(event: AnyEvent, envelope: Envelope) -> Sequence[tuple[UUID, UUID]]:
    """A row for each id the event names."""
    return [(mentioned, envelope.id) for mentioned in describe(event).mentions]


mentions: View[MentionRow] = View(
    name="mentions",
    version=5,
    row=MentionRow,
    subscribes_to=EVERYTHING,
    keys=mention_keys,
    evolve=lambda row, event, envelope: replace(row, type=event.wire, recorded_at=envelope.recorded_at),
    written_once="recorded_at",
)
