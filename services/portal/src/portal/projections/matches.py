"""Matches. All events of a match are in the stream of its resource's offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.areas import municipality_of
from shiendomain.days import day_of
from shiendomain.matching import (
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchEnded,
    MatchEvent,
    MatchLapsed,
    MatchOutcomeCorrected,
    MatchProposed,
)
from shiendomain.states import MatchState
from shiendomain.vocabulary import Outcome
from shienevents import Envelope, Row, View, replace, types_of


class MatchRow(Row, key=("match_id",)):
    """One match of a need to a resource, counted in the area of the need.

    One that lapsed after its conclusion keeps its outcome: who counts people applies `rules.people_helped`.
    """

    match_id: UUID
    need_id: UUID | None = None
    need_area: str = ""
    resource_id: UUID | None = None
    service_id: UUID | None = None
    state: MatchState = MatchState.PROPOSED
    people: int = 0
    people_helped: int = 0
    outcome: Outcome | None = None
    proposed_on: date | None = None
    version: int = 0


def keys(event: MatchEvent, _: Envelope) -> Sequence[UUID]:
    """The match's own row."""
    return [event.match_id]


def evolve(row: MatchRow, event: MatchEvent, envelope: Envelope) -> MatchRow:
    """The row after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case MatchProposed():
            return replace(
                row,
                need_id=event.need_id,
                need_area=event.need_area,
                resource_id=event.resource_id,
                service_id=event.service_id,
                people=event.people,
                proposed_on=day_of(envelope.occurred_at),
            )
        case MatchAccepted():
            return replace(row, state=MatchState.ACCEPTED, people=event.people)
        case MatchDeclined():
            return replace(row, state=MatchState.DECLINED)
        case MatchLapsed():
            return replace(row, state=MatchState.LAPSED)
        case MatchConcluded() | MatchOutcomeCorrected():
            return replace(row, state=MatchState.CONCLUDED, outcome=event.outcome, people_helped=event.people_helped)
        case MatchEnded():
            helped = 0 if event.reason.failure else row.people_helped
            return replace(row, state=MatchState.ENDED, people_helped=helped)
        case _:
            assert_never(event)


matches: View[MatchRow] = View(
    name="matches",
    version=4,
    row=MatchRow,
    subscribes_to=types_of(MatchEvent),
    keys=keys,
    evolve=evolve,
    indexes=(("need_area",), ("need_id",), ("resource_id",)),
    counted_in=lambda row: [municipality_of(row.need_area)],
)
