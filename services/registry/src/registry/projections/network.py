"""Outreach, partnerships and shared information. Each row is from its own stream."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from typing import Any, assert_never
from uuid import UUID

from shiendomain.partnerships import Listing, history_after
from shiendomain.registry import (
    AcknowledgementWithdrawn,
    BodyAcknowledged,
    BodyAcknowledgementWithdrawn,
    InformationAcknowledged,
    InformationEvent,
    InformationReinstated,
    InformationShared,
    InformationWithdrawn,
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
    Practice,
    PracticeTakenUp,
    PracticeTakingUpWithdrawn,
)
from shiendomain.states import InformationState, OutreachState, PartnershipState
from shiendomain.vocabulary import BodyKind, OutreachAnswer, OutreachRequest, SupportKind
from shienevents import Envelope, Row, View, replace, types_of

from .search import NO_DAY


class OutreachRow(Row, key=("outreach_id",)):
    """One outreach. `waits_since` is the day it was made, or that of its last answer.

    `corrected_for` is the reason of the last answer that was withdrawn.
    """

    outreach_id: UUID
    area: str = ""
    state: OutreachState = OutreachState.ASKED
    kind: BodyKind = BodyKind.NEIGHBOURHOOD
    body: dict[str, str | None] = field(default_factory=dict)
    made_on: date = NO_DAY
    request: OutreachRequest = OutreachRequest.OTHER
    asked: str = ""
    not_the_same_as: tuple[UUID, ...] = ()
    answered_on: date | None = None
    answered_for: str = ""
    waits_since: date = NO_DAY
    corrected_for: str = ""
    withdrawn_for: str = ""
    reinstated_for: str = ""
    correlation: UUID | None = None
    version: int = 0


def evolve_outreach(row: OutreachRow, event: OutreachEvent, envelope: Envelope) -> OutreachRow:
    """The outreach after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case OutreachMade():
            return replace(
                row,
                area=event.area,
                kind=event.body.kind,
                body=event.body.model_dump(mode="json"),
                made_on=event.made_on,
                request=event.request,
                asked=event.asked,
                not_the_same_as=event.not_the_same_as,
                waits_since=event.made_on,
                correlation=envelope.correlation,
            )
        case OutreachAnswered():
            return replace(
                row,
                state=OutreachState[event.answer.name],
                answered_on=event.answered_on,
                answered_for=event.reason,
                waits_since=event.answered_on,
            )
        case OutreachAnswerWithdrawn():
            return replace(
                row,
                state=_standing(event.answer),
                answered_on=event.answered_on,
                answered_for=event.answered_for,
                waits_since=event.answered_on or row.made_on,
                corrected_for=event.reason,
            )
        case OutreachWithdrawn():
            return replace(row, state=OutreachState.WITHDRAWN, withdrawn_for=event.reason)
        case OutreachReinstated():
            return replace(row, state=_standing(event.answer), withdrawn_for="", reinstated_for=event.reason)
        case _:
            assert_never(event)


def _standing(answer: OutreachAnswer | None) -> OutreachState:
    return OutreachState[answer.name] if answer else OutreachState.ASKED


class PartnershipRow(Row, key=("partnership_id",)):
    """One partnership. `reinstated_for` is the reason of the last end, or withdrawal, that was undone.

    `planned_until` is its last day as it was agreed last, and `planned_for` why it was agreed anew. `bodies` are those
    of now, `history` all lists of bodies, each with the day from which it is so. `corrected_for`: why one was undone.
    """

    partnership_id: UUID
    area: str = ""
    state: PartnershipState = PartnershipState.ACTIVE
    kinds: tuple[BodyKind, ...] = ()
    bodies: tuple[dict[str, str | None], ...] = ()
    history: tuple[dict[str, Any], ...] = ()
    purpose: str = ""
    since: date = NO_DAY
    planned_until: date | None = None
    planned_for: str = ""
    ended_on: date | None = None
    ended_for: str = ""
    reinstated_for: str = ""
    corrected_for: str = ""
    withdrawn_for: str = ""
    not_the_same_as: tuple[UUID, ...] = ()
    correlation: UUID | None = None
    version: int = 0


def evolve_partnership(row: PartnershipRow, event: PartnershipEvent, envelope: Envelope) -> PartnershipRow:
    """The partnership after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case PartnershipFormed():
            row = replace(_with_bodies(row, event), area=event.area, purpose=event.purpose, since=event.since)
            row = replace(row, planned_until=event.planned_until, not_the_same_as=event.not_the_same_as)
            return replace(row, correlation=envelope.correlation)
        case PartnershipPlanned():
            return replace(row, planned_until=event.until, planned_for=event.reason)
        case PartnershipBodiesChanged():
            return _with_bodies(row, event)
        case PartnershipChangeWithdrawn():
            return replace(_with_bodies(row, event), corrected_for=event.reason)
        case PartnershipEnded():
            return replace(row, state=PartnershipState.ENDED, ended_on=event.on, ended_for=event.reason)
        case PartnershipReinstated():
            row = replace(row, ended_on=None, ended_for="", withdrawn_for="")
            return replace(row, state=PartnershipState.ACTIVE, reinstated_for=event.reason)
        case PartnershipWithdrawn():
            return replace(row, state=PartnershipState.WITHDRAWN, withdrawn_for=event.reason)
        case _:
            assert_never(event)


def _with_bodies(row: PartnershipRow, event: Listing) -> PartnershipRow:
    history = history_after(row.history, event)
    bodies = tuple(history[-1]["bodies"])
    kinds = {body["kind"] for body in bodies}
    return replace(row, history=history, bodies=bodies, kinds=tuple(kind for kind in BodyKind if kind.value in kinds))


class InformationRow(Row, key=("information_id",)):
    """Information that was shared.

    `acknowledged` has the day for each council and body that acknowledged it, `awaited` those that did not yet.
    `corrected_for` is the reason of the last acknowledgement that was withdrawn.
    Of a good practice: its kinds of support, what was done and what came of it, and for each council that took it up
    the day and the note; `not_taken_up_for` is the reason of the last of them that was withdrawn.
    """

    information_id: UUID
    area: str = ""
    state: InformationState = InformationState.SHARED
    from_body: dict[str, str | None] | None = None
    from_council: UUID | None = None
    to_councils: tuple[UUID, ...] = ()
    to_bodies: tuple[UUID, ...] = ()
    to_bodies_of: str | None = None
    subject: str = ""
    text: str = ""
    shared_on: date = NO_DAY
    not_the_same_as: tuple[UUID, ...] = ()
    acknowledged: dict[str, str] = field(default_factory=dict)
    awaited: tuple[UUID, ...] = ()
    corrected_for: str = ""
    withdrawn_for: str = ""
    reinstated_for: str = ""
    practice: bool = False
    support_kinds: tuple[SupportKind, ...] = ()
    done: str = ""
    came_of_it: str = ""
    taken_up: dict[str, dict[str, str]] = field(default_factory=dict)
    not_taken_up_for: str = ""
    correlation: UUID | None = None
    version: int = 0


def evolve_information(row: InformationRow, event: InformationEvent, envelope: Envelope) -> InformationRow:
    """The information after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case InformationShared():
            return _acknowledged(_with_practice(_shared(row, event, envelope), event.practice), {})
        case InformationAcknowledged():
            return _acknowledged(row, {**row.acknowledged, str(event.council_id): str(event.on)})
        case BodyAcknowledged():
            return _acknowledged(row, {**row.acknowledged, str(event.body_id): str(event.on)})
        case AcknowledgementWithdrawn():
            return _acknowledged(replace(row, corrected_for=event.reason), _without(row, event.council_id))
        case BodyAcknowledgementWithdrawn():
            return _acknowledged(replace(row, corrected_for=event.reason), _without(row, event.body_id))
        case InformationWithdrawn():
            return replace(row, state=InformationState.WITHDRAWN, withdrawn_for=event.reason)
        case InformationReinstated():
            row = replace(row, withdrawn_for="", reinstated_for=event.reason)
            return _acknowledged(row, row.acknowledged)
        case PracticeTakenUp():
            said = {"on": str(event.on), "note": event.note}
            return replace(row, taken_up={**row.taken_up, str(event.council_id): said})
        case PracticeTakingUpWithdrawn():
            others = {council: said for council, said in row.taken_up.items() if council != str(event.council_id)}
            return replace(row, taken_up=others, not_taken_up_for=event.reason)
        case _:
            assert_never(event)


def _shared(row: InformationRow, event: InformationShared, envelope: Envelope) -> InformationRow:
    return replace(
        row,
        area=event.area,
        from_body=event.from_body.model_dump(mode="json") if event.from_body else None,
        from_council=event.from_council,
        to_councils=tuple(one.council_id for one in event.to_councils),
        to_bodies=tuple(one.body_id for one in event.to_bodies),
        to_bodies_of=event.to_bodies_of,
        subject=event.subject,
        text=event.text,
        shared_on=event.shared_on,
        not_the_same_as=event.not_the_same_as,
        correlation=envelope.correlation,
    )


def _with_practice(row: InformationRow, practice: Practice | None) -> InformationRow:
    return replace(row, **dict(practice), practice=True) if practice else row


def _without(row: InformationRow, recipient: UUID) -> dict[str, str]:
    return {one: on for one, on in row.acknowledged.items() if one != str(recipient)}


def _acknowledged(row: InformationRow, days: dict[str, Any]) -> InformationRow:
    awaited = tuple(one for one in (*row.to_councils, *row.to_bodies) if str(one) not in days)
    state = InformationState.AWAITED if awaited else InformationState.SHARED
    return replace(row, acknowledged=days, awaited=awaited, state=state)


outreach = View[OutreachRow](
    name="outreach",
    version=3,
    row=OutreachRow,
    subscribes_to=types_of(OutreachEvent),
    keys=lambda event, _: [event.outreach_id],
    evolve=evolve_outreach,
    indexes=(("area",),),
)
partnerships = View[PartnershipRow](
    name="partnerships",
    version=5,
    row=PartnershipRow,
    subscribes_to=types_of(PartnershipEvent),
    keys=lambda event, _: [event.partnership_id],
    evolve=evolve_partnership,
    indexes=(("area",),),
)
information = View[InformationRow](
    name="information",
    version=6,
    row=InformationRow,
    subscribes_to=types_of(InformationEvent),
    keys=lambda event, _: [event.information_id],
    evolve=evolve_information,
    indexes=(("area",), ("support_kinds",)),
)
