"""The trail: one row for every event of the four services, and for every id it names a row that leads to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from shiendomain.escalation import CouncilMeetingHeld, EscalationEvent, ProposalEvent
from shiendomain.matching import MatchingEvent, OfferEvent, SearchEvent
from shiendomain.needs import IssueEvent, NeedEvent, NeedsEvent, SurveyEvent
from shiendomain.registry import RegistryEvent
from shienevents import Envelope, Event, Row, View

from .telling import Told, tell_matching, tell_needs, tell_registry
from .telling_escalation import tell_escalation

AnyEvent = RegistryEvent | NeedsEvent | MatchingEvent | EscalationEvent

EVERYTHING: tuple[type[Event], ...] = (
    *get_args(RegistryEvent),
    *get_args(SurveyEvent),
    *get_args(NeedEvent),
    *get_args(IssueEvent),
    *get_args(OfferEvent),
    SearchEvent,
    CouncilMeetingHeld,
    *get_args(ProposalEvent),
)


class TrailRow(Row, key=("id",)):
    """One event, as the trace shows it. `area` is whose it is: of a match the need's area, else the stream's home."""

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
    subject: UUID | None = None
    mentions: tuple[UUID, ...] = ()
    ja: str = ""
    en: str = ""


def tell(event: Any) -> Told:
    """What the event says."""
    match event.wire.partition(".")[0]:
        case "registry":
            return tell_registry(event)
        case "needs":
            return tell_needs(event)
        case "matching":
            return tell_matching(event)
        case _:
            return tell_escalation(event)


def trail_keys(_: AnyEvent, envelope: Envelope) -> Sequence[UUID]:
    """The event's own row."""
    return [envelope.id]


def evolve_trail(row: TrailRow, event: AnyEvent, envelope: Envelope) -> TrailRow:
    """The row of the event. It is written once."""
    said = tell(event)
    return replace(
        row,
        recorded_at=envelope.recorded_at,
        occurred_at=envelope.occurred_at,
        source=event.wire.partition(".")[0],
        type=envelope.type,
        stream=envelope.stream,
        version=envelope.version,
        area=said.area or envelope.area,
        correlation=envelope.correlation,
        causation=envelope.causation,
        role=envelope.actor.partition("/")[0],
        subject=said.subject,
        mentions=said.mentions,
        ja=said.ja,
        en=said.en,
    )


trail: View[TrailRow] = View(
    name="trail",
    version=1,
    row=TrailRow,
    subscribes_to=EVERYTHING,
    keys=trail_keys,
    evolve=evolve_trail,
    indexes=(("subject",), ("correlation",)),
)


class MentionRow(Row, key=("mentioned", "event")):
    """That an event names an id; with its type, so that who looks for events of one type reads no others."""

    mentioned: UUID
    event: UUID
    type: str = ""


def mention_keys(event: AnyEvent, envelope: Envelope) -> Sequence[tuple[UUID, UUID]]:
    """A row for each id the event names."""
    return [(mentioned, envelope.id) for mentioned in tell(event).mentions]


mentions: View[MentionRow] = View(
    name="mentions",
    version=1,
    row=MentionRow,
    subscribes_to=EVERYTHING,
    keys=mention_keys,
    evolve=lambda row, event, envelope: replace(row, type=event.wire),
)
