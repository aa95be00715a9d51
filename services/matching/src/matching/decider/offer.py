"""What may happen to a resource's offer and its matches. One stream for all: so capacity is never over-committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from shiendomain.matching import (
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchLapsed,
    MatchProposed,
    OfferEvent,
    OfferNoted,
)
from shiendomain.vocabulary import FitReason, LapseReason, Outcome
from shienevents import Decider, NotFound, Rejected

from .commands import (
    AcceptMatch,
    ConcludeMatch,
    DeclineMatch,
    LapseMatch,
    MatchCommand,
    NeedFacts,
    NoteOffer,
    OfferCommand,
    ProposeLaunched,
    ProposeMatch,
    ResumeOffer,
    RetireOffer,
    SuspendOffer,
)
from .state import Match, MatchState, Offer, evolve


def decide(command: OfferCommand, offer: Offer) -> Sequence[OfferEvent]:
    """The events that follow from a command."""
    match command:
        case NoteOffer():
            return _note(command, offer)
        case SuspendOffer():
            return _close(command, offer, LapseReason.RESOURCE_SUSPENDED)
        case RetireOffer():
            return _close(command, offer, LapseReason.RESOURCE_RETIRED)
        case ResumeOffer():
            return [_noted(command, offer, is_open=True)] if _news(command, offer) and not offer.open else []
        case ProposeMatch():
            return _propose(command, offer)
        case ProposeLaunched():
            return _propose_launched(command, offer)
        case AcceptMatch():
            return _accept(command, offer)
        case DeclineMatch():
            return _decline(command, offer)
        case LapseMatch():
            return _lapse_unanswered(command, offer)
        case ConcludeMatch():
            return _conclude(command, offer)
        case _:
            assert_never(command)


def _note(command: NoteOffer, offer: Offer) -> Sequence[OfferEvent]:
    """Listed for the first time it is open; listed otherwise it stays as it was. Old news changes nothing."""
    if command.resource_version <= offer.version:
        return []
    noted = OfferNoted(
        resource_id=command.resource_id,
        resource_version=command.resource_version,
        open=offer.open or offer.version == 0,
        support_kinds=command.support_kinds,
        service_areas=command.service_areas,
        capacity=command.capacity,
        service_id=command.service_id or offer.service_id,
    )
    same = noted.model_copy(update={"resource_version": offer.version}) == _as_known(command, offer)
    return [] if same else [noted]


def _as_known(command: NoteOffer | SuspendOffer | ResumeOffer | RetireOffer, offer: Offer) -> OfferNoted:
    return OfferNoted.model_construct(
        resource_id=command.resource_id,
        resource_version=offer.version,
        open=offer.open,
        support_kinds=offer.support_kinds,
        service_areas=offer.service_areas,
        capacity=offer.capacity,
        service_id=offer.service_id,
    )


def _noted(command: SuspendOffer | ResumeOffer | RetireOffer, offer: Offer, *, is_open: bool) -> OfferNoted:
    return _as_known(command, offer).model_copy(update={"resource_version": command.resource_version, "open": is_open})


def _news(command: SuspendOffer | ResumeOffer | RetireOffer, offer: Offer) -> bool:
    return 0 < offer.version < command.resource_version


def _close(command: SuspendOffer | RetireOffer, offer: Offer, reason: LapseReason) -> Sequence[OfferEvent]:
    """What was only proposed lapses; when the resource is no more, so does what it held and what it answered."""
    if not _news(command, offer):
        return []
    events: list[OfferEvent] = [_noted(command, offer, is_open=False)] if offer.open else []
    for match_id, match in offer.matches.items():
        retired = reason is LapseReason.RESOURCE_RETIRED and match.taken > 0
        if match.state is MatchState.PROPOSED or retired:
            events.append(
                MatchLapsed(
                    match_id=match_id,
                    need_id=match.need_id,
                    need_area=match.need_area,
                    resource_id=command.resource_id,
                    reason=reason,
                    people_freed=match.taken,
                )
            )
    return events


def _propose(command: ProposeMatch, offer: Offer) -> Sequence[OfferEvent]:
    need = command.need
    if not command.areas.covers(need.area):
        raise NotFound("need.unknown")
    if command.match_id in offer.matches:
        return []
    known = any(map(command.areas.covers, offer.service_areas)) or bool(set(offer.service_areas) & set(need.path))
    if offer.version == 0 or not known:
        raise NotFound("resource.unknown")
    _check_fit(need, offer)
    if command.people > need.people:
        raise Rejected("match.too_many_people", people=command.people, needed=need.people)
    if pending := offer.pending(need.need_id) or command.pending:
        raise Rejected("match.already_open", match=pending)
    return [_proposed(command, need.need_id, need.area, offer, command.reasons)]


def _check_fit(need: NeedFacts, offer: Offer) -> None:
    if not need.open:
        raise Rejected("match.need_closed")
    if not offer.open:
        raise Rejected("match.offer_closed")
    if need.support_kind not in offer.support_kinds:
        raise Rejected("match.kind_not_offered", kind=need.support_kind.value, kind_ja=need.support_kind.ja)
    if not set(need.path) & set(offer.service_areas):
        raise Rejected("match.area_not_served", area=need.area)


def _propose_launched(command: ProposeLaunched, offer: Offer) -> Sequence[OfferEvent]:
    if not offer.open or command.match_id in offer.matches or offer.pending(command.need_id):
        return []
    return [_proposed(command, command.need_id, command.need_area, offer, (FitReason.LAUNCHED_FOR,))]


def _proposed(
    command: ProposeMatch | ProposeLaunched, need_id: object, area: str, offer: Offer, reasons: tuple[FitReason, ...]
) -> MatchProposed:
    return MatchProposed.model_validate(
        {
            "match_id": command.match_id,
            "need_id": need_id,
            "need_area": area,
            "resource_id": command.resource_id,
            "resource_version": offer.version,
            "people": command.people,
            "reasons": reasons,
            "service_id": offer.service_id,
        }
    )


def _found(command: MatchCommand, offer: Offer) -> Match:
    """The match, if there is one and its need lies where the asker may act: the resource may lie anywhere."""
    match = offer.matches.get(command.match_id)
    if match is None or not command.areas.covers(match.need_area):
        raise NotFound("match.unknown")
    return match


def _must_be(match: Match, state: MatchState) -> None:
    if match.state is not state:
        raise Rejected(
            "match.wrong_state",
            state=match.state.value,
            state_ja=match.state.ja,
            needed=state.value,
            needed_ja=state.ja,
        )


def _accept(command: AcceptMatch, offer: Offer) -> Sequence[OfferEvent]:
    match = _found(command, offer)
    if match.state is MatchState.ACCEPTED:
        return []
    _must_be(match, MatchState.PROPOSED)
    if command.need is not None:
        _check_fit(command.need, offer)
    if offer.capacity is not None and offer.taken + match.people > offer.capacity:
        free = max(0, offer.capacity - offer.taken)
        raise Rejected("match.no_capacity", people=match.people, free=free, capacity=offer.capacity)
    return [
        MatchAccepted(
            match_id=command.match_id,
            need_id=match.need_id,
            need_area=match.need_area,
            resource_id=command.resource_id,
            people=match.people,
        )
    ]


def _decline(command: DeclineMatch, offer: Offer) -> Sequence[OfferEvent]:
    match = _found(command, offer)
    if match.state is MatchState.DECLINED:
        return []
    _must_be(match, MatchState.PROPOSED)
    return [
        MatchDeclined(
            match_id=command.match_id,
            need_id=match.need_id,
            need_area=match.need_area,
            resource_id=command.resource_id,
            reason=command.reason,
            note=command.note,
        )
    ]


def _lapse_unanswered(command: LapseMatch, offer: Offer) -> Sequence[OfferEvent]:
    match = _found(command, offer)
    if match.state is MatchState.LAPSED:
        return []
    _must_be(match, MatchState.PROPOSED)
    return [
        MatchLapsed(
            match_id=command.match_id,
            need_id=match.need_id,
            need_area=match.need_area,
            resource_id=command.resource_id,
            reason=LapseReason.NO_ANSWER,
            people_freed=0,
        )
    ]


def _conclude(command: ConcludeMatch, offer: Offer) -> Sequence[OfferEvent]:
    match = _found(command, offer)
    _must_be(match, MatchState.ACCEPTED)
    if command.people_helped > match.people:
        raise Rejected("match.too_many_helped", people=match.people)
    if command.outcome is Outcome.NOT_HELPED:
        if command.reason is None:
            raise Rejected("match.reason_missing")
        if command.people_helped > 0:
            raise Rejected("match.helped_contradicts")
    elif command.people_helped == 0:
        raise Rejected("match.helped_contradicts")
    return [
        MatchConcluded(
            match_id=command.match_id,
            need_id=match.need_id,
            need_area=match.need_area,
            resource_id=command.resource_id,
            outcome=command.outcome,
            people_helped=command.people_helped,
            people_freed=match.taken - command.people_helped,
            reason=command.reason,
            service_id=offer.service_id,
            note=command.note,
        )
    ]


offer: Decider[OfferCommand, Offer, OfferEvent] = Decider(
    name="offer",
    commands=(
        NoteOffer,
        SuspendOffer,
        ResumeOffer,
        RetireOffer,
        ProposeMatch,
        ProposeLaunched,
        AcceptMatch,
        DeclineMatch,
        LapseMatch,
        ConcludeMatch,
    ),
    events=(OfferNoted, MatchProposed, MatchAccepted, MatchDeclined, MatchLapsed, MatchConcluded),
    stream=lambda command: command.resource_id,
    home=lambda command: command.home if isinstance(command, NoteOffer) else None,
    initial=Offer(),
    decide=decide,
    evolve=evolve,
)
