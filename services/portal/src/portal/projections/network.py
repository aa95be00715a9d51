"""Posts of coordinators, outreach to bodies, and partnerships. Each row is of one stream."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, assert_never
from uuid import UUID

from shiendomain.areas import municipality_of
from shiendomain.partnerships import history_after
from shiendomain.registry import (
    CoordinatorAssigned,
    CoordinatorCorrected,
    CoordinatorEvent,
    CoordinatorHandedOver,
    CoordinatorMoved,
    CoordinatorReinstated,
    CoordinatorRenewed,
    CoordinatorWithdrawn,
    OutreachAnswered,
    OutreachAnswerWithdrawn,
    OutreachEvent,
    OutreachMade,
    OutreachReinstated,
    OutreachWithdrawn,
    PartnershipBodiesChanged,
    PartnershipChangeWithdrawn,
    PartnershipEnded,
    PartnershipEvent,
    PartnershipFormed,
    PartnershipPlanned,
    PartnershipReinstated,
    PartnershipWithdrawn,
)
from shiendomain.states import OutreachState, PartnershipState
from shiendomain.vocabulary import BodyKind, OutreachRequest, Tier
from shienevents import Envelope, Row, View, replace, types_of


class OutreachRow(Row, key=("outreach_id",)):
    """One outreach (働きかけ). `waits_since` is the day it was made, or that of its last answer."""

    outreach_id: UUID
    area: str = ""
    body: str = ""
    kind: BodyKind | None = None
    request: OutreachRequest | None = None
    made_on: date | None = None
    waits_since: date | None = None
    state: OutreachState = OutreachState.ASKED


def outreach_keys(event: OutreachEvent, _: Envelope) -> Sequence[UUID]:
    """The outreach's own row."""
    return [event.outreach_id]


def evolve_outreach(row: OutreachRow, event: OutreachEvent, _: Envelope) -> OutreachRow:
    """The row after an event."""
    match event:
        case OutreachMade():
            return replace(
                row,
                area=event.area,
                body=event.body.name,
                kind=event.body.kind,
                request=event.request,
                made_on=event.made_on,
                waits_since=event.made_on,
            )
        case OutreachAnswered():
            return replace(row, state=OutreachState[event.answer.name], waits_since=event.answered_on)
        case OutreachAnswerWithdrawn():
            state = OutreachState[event.answer.name] if event.answer else OutreachState.ASKED
            return replace(row, state=state, waits_since=event.answered_on or row.made_on)
        case OutreachWithdrawn():
            return replace(row, state=OutreachState.WITHDRAWN)
        case OutreachReinstated():
            return replace(row, state=OutreachState[event.answer.name] if event.answer else OutreachState.ASKED)
        case _:
            assert_never(event)


outreach: View[OutreachRow] = View(
    name="outreach",
    version=3,
    row=OutreachRow,
    subscribes_to=types_of(OutreachEvent),
    keys=outreach_keys,
    evolve=evolve_outreach,
    indexes=(("area",),),
    counted_in=lambda row: [municipality_of(row.area)],
)


class PartnershipRow(Row, key=("partnership_id",)):
    """One partnership (連携体制) of bodies. `history`: which bodies worked together since when."""

    partnership_id: UUID
    area: str = ""
    state: PartnershipState = PartnershipState.ACTIVE
    history: tuple[dict[str, Any], ...] = ()
    purpose: str = ""
    since: date | None = None
    planned_until: date | None = None
    ended_on: date | None = None


def evolve_partnership(row: PartnershipRow, event: PartnershipEvent, _: Envelope) -> PartnershipRow:
    """The row after an event."""
    match event:
        case PartnershipFormed():
            history = history_after((), event)
            row = replace(row, since=event.since, planned_until=event.planned_until)
            return replace(row, area=event.area, history=history, purpose=event.purpose)
        case PartnershipPlanned():
            return replace(row, planned_until=event.until)
        case PartnershipBodiesChanged() | PartnershipChangeWithdrawn():
            return replace(row, history=history_after(row.history, event))
        case PartnershipEnded():
            return replace(row, state=PartnershipState.ENDED, ended_on=event.on)
        case PartnershipReinstated():
            return replace(row, state=PartnershipState.ACTIVE, ended_on=None)
        case PartnershipWithdrawn():
            return replace(row, state=PartnershipState.WITHDRAWN)
        case _:
            assert_never(event)


partnerships: View[PartnershipRow] = View(
    name="partnerships",
    version=4,
    row=PartnershipRow,
    subscribes_to=types_of(PartnershipEvent),
    keys=lambda event, _: [event.partnership_id],
    evolve=evolve_partnership,
    indexes=(("area",),),
    counted_in=lambda row: [municipality_of(row.area)],
)


class PostRow(Row, key=("coordinator_id",)):
    """One post of coordinator: its term, and what was said when it was handed over: by the event `hand_over_id`."""

    coordinator_id: UUID
    area: str = ""
    tier: Tier | None = None
    employer: str = ""
    posts: int = 0
    term_from: date | None = None
    term_until: date | None = None
    handed_over_on: date | None = None
    hand_over_id: UUID | None = None
    note: str = ""


def evolve_post(row: PostRow, event: CoordinatorEvent, envelope: Envelope) -> PostRow | None:
    """The row after an event."""
    match event:
        case CoordinatorAssigned():
            return _described(replace(row, area=event.area, tier=event.tier), event)
        case CoordinatorRenewed():
            return replace(row, term_until=event.term_until)
        case CoordinatorHandedOver():
            return replace(row, handed_over_on=event.on, hand_over_id=envelope.id, note=event.note)
        case CoordinatorReinstated():
            return replace(row, handed_over_on=None, hand_over_id=None, note="")
        case CoordinatorCorrected():
            return _described(replace(row, tier=event.tier or row.tier), event)
        case CoordinatorMoved():
            return replace(row, area=event.area)
        case CoordinatorWithdrawn():
            return None
        case _:
            assert_never(event)


def _described(row: PostRow, event: CoordinatorAssigned | CoordinatorCorrected) -> PostRow:
    return replace(
        row,
        employer=event.employer,
        posts=event.posts,
        term_from=event.term_from,
        term_until=event.term_until,
    )


posts: View[PostRow] = View(
    name="posts",
    version=5,
    row=PostRow,
    subscribes_to=types_of(CoordinatorEvent),
    keys=lambda event, _: [event.coordinator_id],
    evolve=evolve_post,
    indexes=(("area",),),
)
