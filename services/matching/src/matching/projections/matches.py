"""Matches, and searches that ended without one."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Any, assert_never
from uuid import UUID

from shiendomain.matching import (
    MOVED,
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchEnded,
    MatchEvent,
    MatchLapsed,
    MatchOutcomeCorrected,
    MatchProposed,
    NoMatchFound,
)
from shiendomain.states import MatchState
from shiendomain.vocabulary import (
    EndReason,
    FailureReason,
    FitReason,
    LapseReason,
    Missing,
    Obstacle,
    Outcome,
    SupportKind,
)
from shienevents import Envelope, Row, View, replace, types_of


class MatchRow(Row, key=("match_id",)):
    """One match; every column is from its offer's stream. `version` is the offer's as of the match's last event.

    `waits_since` is when its proposal was recorded: its answer is waited for from then on, not from an earlier day on
    which it happened, when nobody could see it. `declined_at` is when somebody declined it, as recorded. `corrected`:
    what was wrong with its outcome before. `ended_with_need`: its support ended because the need was withdrawn.
    """

    match_id: UUID
    version: int = 0
    need_id: UUID | None = None
    need_area: str = ""
    resource_id: UUID | None = None
    service_id: UUID | None = None
    state: MatchState = MatchState.PROPOSED
    people: int = 0
    people_helped: int = 0
    reasons: tuple[FitReason, ...] = ()
    outcome: Outcome | None = None
    failure: FailureReason | None = None
    lapse: LapseReason | None = None
    held_when_lapsed: int = 0
    ongoing: bool = False
    ended_for: EndReason | None = None
    ended_on: date | None = None
    ended_note: str = ""
    ended_with_need: bool = False
    note: str = ""
    corrected: str = ""
    correlation: UUID | None = None
    proposed_at: datetime | None = None
    waits_since: datetime | None = None
    declined_at: datetime | None = None
    round_id: UUID | None = None
    unmet: tuple[Obstacle, ...] = ()
    nevertheless: str = ""
    points: dict[str, int] = field(default_factory=dict)


def evolve_match(row: MatchRow, event: MatchEvent, envelope: Envelope) -> MatchRow:
    """The match after an event."""
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
                reasons=event.reasons,
                correlation=envelope.correlation,
                proposed_at=envelope.occurred_at,
                waits_since=envelope.recorded_at,
                round_id=event.round_id,
                unmet=event.unmet,
                nevertheless=event.nevertheless,
                points=event.points.model_dump() if event.points else {},
            )
        case MatchAccepted():
            return replace(row, state=MatchState.ACCEPTED)
        case MatchDeclined():
            declined = replace(row, state=MatchState.DECLINED, failure=event.reason, note=event.note)
            return replace(declined, declined_at=None if event.note == MOVED else envelope.recorded_at)
        case MatchLapsed():
            held = event.people_freed
            return replace(row, state=MatchState.LAPSED, lapse=event.reason, ongoing=False, held_when_lapsed=held)
        case MatchConcluded() | MatchOutcomeCorrected():
            return _concluded(row, event)
        case MatchEnded():
            return _ended(row, event)
        case _:
            assert_never(event)


def _concluded(row: MatchRow, event: MatchConcluded | MatchOutcomeCorrected) -> MatchRow:
    """What came of it. A correction takes the place of an end, a lapse or a refusal too."""
    return replace(
        row,
        state=MatchState.CONCLUDED,
        outcome=event.outcome,
        people_helped=event.people_helped,
        failure=event.reason,
        note=event.note,
        ongoing=event.ongoing and event.people_helped > 0,
        ended_for=None,
        ended_on=None,
        ended_note="",
        ended_with_need=False,
        lapse=None,
        held_when_lapsed=0,
        declined_at=None,
        corrected=event.why if isinstance(event, MatchOutcomeCorrected) else "",
    )


def _ended(row: MatchRow, event: MatchEnded) -> MatchRow:
    return replace(
        row,
        state=MatchState.ENDED,
        people_helped=0 if event.reason.failure else row.people_helped,
        ongoing=False,
        ended_for=event.reason,
        ended_on=event.ended_on,
        ended_note=event.note,
        ended_with_need=event.with_need,
    )


class SearchRow(Row, key=("search_id",)):
    """A search for a need that ended without a match. `nearest` are those of its event, as plain JSON."""

    search_id: UUID
    need_id: UUID | None = None
    need_area: str = ""
    support_kind: SupportKind = SupportKind.OTHER
    missing: tuple[Missing, ...] = ()
    considered: int = 0
    unmet: tuple[Obstacle, ...] = ()
    nearest: tuple[dict[str, Any], ...] = ()
    round_id: UUID | None = None
    people: int | None = None
    searched_at: datetime | None = None
    correlation: UUID | None = None


def evolve_search(row: SearchRow, event: NoMatchFound, envelope: Envelope) -> SearchRow:
    """The search: one event holds all of it."""
    return replace(
        row,
        need_id=event.need_id,
        need_area=event.need_area,
        support_kind=event.support_kind,
        missing=event.missing,
        considered=event.considered,
        unmet=event.unmet,
        nearest=tuple(one.model_dump(mode="json") for one in event.nearest),
        round_id=event.round_id,
        people=event.people,
        searched_at=envelope.occurred_at,
        correlation=envelope.correlation,
    )


matches: View[MatchRow] = View(
    name="matches",
    version=10,
    row=MatchRow,
    subscribes_to=types_of(MatchEvent),
    keys=lambda event, _: [event.match_id],
    evolve=evolve_match,
    indexes=(("need_area", "state"), ("need_id",), ("resource_id",), ("round_id",), ("state", "waits_since")),
)
searches: View[SearchRow] = View(
    name="searches",
    version=3,
    row=SearchRow,
    subscribes_to=(NoMatchFound,),
    keys=lambda event, _: [event.search_id],
    evolve=evolve_search,
    indexes=(("need_area",), ("need_id",), ("round_id",)),
)
