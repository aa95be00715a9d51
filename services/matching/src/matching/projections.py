"""The views: offers, needs that may be matched, matches, and searches without a match."""

from __future__ import annotations

from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from shiendomain.areas_view import areas_view
from shiendomain.matching import (
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchEnded,
    MatchEvent,
    MatchLapsed,
    MatchProposed,
    NoMatchFound,
    OfferEvent,
    OfferNoted,
)
from shiendomain.needs import (
    NeedCorrected,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedWithdrawn,
)
from shiendomain.registry import ResourceMoved, ResourceRegistered, ResourceRevised
from shiendomain.states import MatchState, NeedState
from shiendomain.vocabulary import EndReason, FailureReason, FitReason, LapseReason, Missing, Outcome, SupportKind
from shienevents import Envelope, Row, View, replace, types_of


class OfferRow(Row, key=("resource_id",)):
    """What a resource can still give. `name` and `area` are from the registry's stream, all else from its own."""

    resource_id: UUID
    name: str = ""
    area: str = ""
    version: int = 0
    open: bool = False
    support_kinds: tuple[SupportKind, ...] = ()
    service_areas: tuple[str, ...] = ()
    capacity: int | None = None
    held: int = 0


OfferSource = ResourceRegistered | ResourceRevised | ResourceMoved | OfferNoted | MatchEvent


def evolve_offer(row: OfferRow, event: OfferSource, envelope: Envelope) -> OfferRow:
    """The offer after an event."""
    match event:
        case ResourceRegistered():
            return replace(row, name=event.details.name, area=event.area)
        case ResourceRevised():
            return replace(row, name=event.details.name)
        case ResourceMoved():
            return replace(row, area=event.area)
        case _:
            return _offered(replace(row, version=envelope.version), event)


def _offered(row: OfferRow, event: OfferEvent) -> OfferRow:
    match event:
        case OfferNoted():
            return replace(
                row,
                open=event.open,
                support_kinds=event.support_kinds,
                service_areas=event.service_areas,
                capacity=event.capacity,
            )
        case MatchAccepted():
            return replace(row, held=row.held + event.people)
        case MatchLapsed() | MatchConcluded() | MatchEnded():
            return replace(row, held=row.held - event.people_freed)
        case MatchProposed() | MatchDeclined():
            return row
        case _:
            assert_never(event)


class OpenNeed(Row, key=("need_id",)):
    """A need as matching sees it; every column is from the need's own stream."""

    need_id: UUID
    area: str = ""
    support_kind: SupportKind = SupportKind.OTHER
    people: int = 0
    state: NeedState = NeedState.OPEN
    correlation: UUID | None = None


NeedSource = (
    NeedRecorded
    | NeedRevised
    | NeedCorrected
    | NeedMoved
    | NeedMatched
    | NeedPartlyMet
    | NeedMet
    | NeedReopened
    | NeedWithdrawn
    | NeedReinstated
)


def evolve_need(row: OpenNeed, event: NeedSource, envelope: Envelope) -> OpenNeed:
    """The need after an event. Withdrawn it stays withdrawn, unless that was a mistake."""
    match event:
        case NeedRecorded():
            return replace(
                row,
                area=event.area,
                support_kind=event.support_kind,
                people=event.people,
                correlation=envelope.correlation,
            )
        case NeedRevised():
            return replace(row, people=event.people)
        case NeedMatched():
            return _moved(row, NeedState.MATCHED)
        case NeedMet():
            return _moved(row, NeedState.MET)
        case NeedPartlyMet() | NeedReopened():
            return _moved(row, NeedState.OPEN)
        case NeedWithdrawn():
            return _moved(row, NeedState.WITHDRAWN)
        case NeedReinstated():
            return replace(row, state=NeedState.OPEN)
        case NeedCorrected():
            return replace(row, support_kind=event.support_kind)
        case NeedMoved():
            return replace(row, area=event.area)
        case _:
            assert_never(event)


def _moved(row: OpenNeed, state: NeedState) -> OpenNeed:
    return row if row.state is NeedState.WITHDRAWN else replace(row, state=state)


class MatchRow(Row, key=("match_id",)):
    """One match; every column is from its offer's stream. `version` is the offer's as of the match's last event."""

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
    ongoing: bool = False
    ended_for: EndReason | None = None
    ended_on: date | None = None
    ended_note: str = ""
    note: str = ""
    correlation: UUID | None = None
    proposed_at: datetime | None = None


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
            )
        case MatchAccepted():
            return replace(row, state=MatchState.ACCEPTED)
        case MatchDeclined():
            return replace(row, state=MatchState.DECLINED, failure=event.reason, note=event.note)
        case MatchLapsed():
            return replace(row, state=MatchState.LAPSED, lapse=event.reason, ongoing=False)
        case MatchConcluded():
            return replace(
                row,
                state=MatchState.CONCLUDED,
                outcome=event.outcome,
                people_helped=event.people_helped,
                failure=event.reason,
                note=event.note,
                ongoing=event.ongoing and event.people_helped > 0,
            )
        case MatchEnded():
            return _ended(row, event)
        case _:
            assert_never(event)


def _ended(row: MatchRow, event: MatchEnded) -> MatchRow:
    return replace(
        row,
        state=MatchState.ENDED,
        people_helped=0 if event.reason.failure else row.people_helped,
        ongoing=False,
        ended_for=event.reason,
        ended_on=event.ended_on,
        ended_note=event.note,
    )


class SearchRow(Row, key=("search_id",)):
    """A search for a need that ended without a match."""

    search_id: UUID
    need_id: UUID | None = None
    need_area: str = ""
    support_kind: SupportKind = SupportKind.OTHER
    missing: tuple[Missing, ...] = ()
    considered: int = 0
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
        searched_at=envelope.occurred_at,
        correlation=envelope.correlation,
    )


offers: View[OfferRow] = View(
    name="offers",
    version=3,
    row=OfferRow,
    subscribes_to=types_of(OfferSource),
    keys=lambda event, _: [event.resource_id],
    evolve=evolve_offer,
)
open_needs: View[OpenNeed] = View(
    name="open_needs",
    version=3,
    row=OpenNeed,
    subscribes_to=types_of(NeedSource),
    keys=lambda event, _: [event.need_id],
    evolve=evolve_need,
)
matches: View[MatchRow] = View(
    name="matches",
    version=2,
    row=MatchRow,
    subscribes_to=types_of(MatchEvent),
    keys=lambda event, _: [event.match_id],
    evolve=evolve_match,
    indexes=(("need_area", "state"), ("need_id",)),
)
searches: View[SearchRow] = View(
    name="searches",
    version=1,
    row=SearchRow,
    subscribes_to=(NoMatchFound,),
    keys=lambda event, _: [event.search_id],
    evolve=evolve_search,
    indexes=(("need_area",), ("need_id",)),
)
VIEWS = (areas_view, offers, open_needs, matches, searches)
