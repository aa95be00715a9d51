"""The rules of a resource (社会資源): REGISTERED → VERIFIED ⇄ SUSPENDED → RETIRED.

A resource may be suspended or retired before it was ever verified. It is VERIFIED when every field of its listing was
verified as it is; a revision, and a time of suspension, make it REGISTERED again. RETIRED is final, unless it was a
mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.fees import contradict, read_fee
from shiendomain.listing_checks import ListingChecks
from shiendomain.registry import (
    ResourceDetails,
    ResourceMoved,
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSourceCorrected,
    ResourceSuspended,
    ResourceVerificationWithdrawn,
    ResourceVerified,
)
from shiendomain.states import ResourceState
from shiendomain.vocabulary import SourceKind
from shienevents import Decider, NotFound, Rejected, types_of

from .days import check_fee, check_happened
from .listed import LISTED_ELSEWHERE, identity, is_another, is_of_another_list, moves_home, news, taking, with_telephone
from .resource_checks import NOTHING_CHECKED, Checked, verify, withdraw_verification
from .resource_commands import (
    Change,
    Command,
    CorrectResourceSource,
    FollowProvider,
    FollowService,
    ListResource,
    RegisterResource,
    ReinstateResource,
    ResumeResource,
    RetireResource,
    ReviseResource,
    SuspendResource,
    TakeOverResource,
    VerifyResource,
    WithdrawVerification,
)
from .resource_move import MoveResource, move
from .resource_service import check_service, follow, take_over
from .resource_source import Found, correct_source, found_by
from .telephones import check_no_telephone

ResourceEvent = (
    ResourceRegistered
    | ResourceRevised
    | ResourceVerified
    | ResourceVerificationWithdrawn
    | ResourceSuspended
    | ResourceResumed
    | ResourceRetired
    | ResourceReinstated
    | ResourceMoved
    | ResourceSourceCorrected
)


@dataclass(frozen=True)
class Resource:
    """The details and state of a resource; none before it is registered. `checked`: what is verified of them.

    `listed`: what the list of which it is a row has said last. `service_id`: the service that it belongs to;
    `taken_over`: that service took it over. `list`: the name of the list of which it is a row. `found_by`: its source.
    """

    state: ResourceState | None = None
    details: ResourceDetails | None = None
    listed: ResourceDetails | None = None
    checked: Checked = NOTHING_CHECKED
    area: str = ""
    listed_area: str = ""
    service_id: UUID | None = None
    taken_over: bool = False
    list: str = ""
    found_by: Found | None = None


def decide(command: Command, resource: Resource) -> Sequence[ResourceEvent]:
    """The events that follow from a command."""
    match command:
        case RegisterResource():
            return register(command, resource)
        case ListResource():
            return list_(command, resource)
        case TakeOverResource():
            return take_over(command, resource)
        case _:
            return change(command, resource)


def register(command: RegisterResource, resource: Resource) -> Sequence[ResourceEvent]:
    """A new resource. The same resource again changes nothing."""
    if resource.details == command.details:
        return []
    if resource.details:
        raise Rejected("resource.registered")
    check_no_telephone(command.details.telephone)
    check_details(command.details, command.today)
    return [
        ResourceRegistered(
            resource_id=command.resource_id,
            area=command.home.area,
            details=command.details,
            source=command.source,
            service_id=command.service_id,
            for_needs=command.for_needs,
            not_the_same_as=command.not_the_same_as,
        )
    ]


def list_(command: ListResource, resource: Resource) -> Sequence[ResourceEvent]:
    """A row of a list: new, changed, or as it was. A list may be older than a retirement, so that one stays.

    What the list says as it did last time is not taken again: people may have corrected it since. A row that another
    list has under the same reference changes nothing (`is_of_another_list`).
    """
    now, row = resource.details, command.details
    if now is None:
        new = RegisterResource(command.resource_id, command.home, row, command.source, today=command.today)
        return register(new, resource)
    if resource.state is ResourceState.RETIRED or is_of_another_list(command.source.list, resource.list):
        return []
    said = resource.listed or now
    # A number that the list said before contacts were kept apart stays in the listing until the list says another one.
    stays = said.telephone if said.telephone == command.telephone else ""
    row = row.model_copy(update={"telephone": stays})
    by_row = with_telephone(row, command.telephone)
    if not command.same_telephone and all(is_another(by_row, identity(known)) for known in (now, said)):
        raise Rejected("batch.another_thing", name=now.name)
    fields, moves = news(row, said), listed_elsewhere(command, resource)
    if not fields:
        return moves
    details = agreed(taking(now, row, fields))
    check_details(details, command.today)
    return [
        *moves,
        ResourceRevised(resource_id=command.resource_id, details=details, changed=news(details, now), from_list=fields),
    ]


def check_details(details: ResourceDetails, today: date) -> None:
    """Raise `Rejected` for a listing that says two fees, or a day of its update that is to come."""
    for _, rejected in faults_of(details, today):
        raise rejected


def faults_of(details: ResourceDetails, today: date) -> Sequence[tuple[str, Rejected]]:
    """The fields of a listing that contradict another one, or the day; each with what is to be said of it."""
    found: list[tuple[str, Rejected]] = []
    try:
        check_fee(details.fee_yen, details.fee)
    except Rejected as rejected:
        found.append(("fee_yen", rejected))
    try:
        check_happened(details.updated_on or date.min, today)
    except Rejected as rejected:
        found.append(("updated_on", rejected))
    return found


def agreed(details: ResourceDetails) -> ResourceDetails:
    """The details with the amount that the written fee says: a list may change the one and not the other."""
    read = read_fee(details.fee)
    if read is None or not contradict(details.fee_yen, details.fee):
        return details
    return details.model_copy(update={"fee_yen": read.yen})


def listed_elsewhere(command: ListResource, resource: Resource) -> Sequence[ResourceEvent]:
    """The resource is at home where its list has it now, if the list had it elsewhere before."""
    there = command.home.area
    if not moves_home(there, resource.listed_area, resource.area, command.parts):
        return []
    moved = {"from_area": resource.area, "area": there, "reason": LISTED_ELSEWHERE, "from_list": True}
    return [ResourceMoved.model_validate({"resource_id": command.resource_id, **moved})]


def change(command: Change, resource: Resource) -> Sequence[ResourceEvent]:
    """A change of a resource that is registered and not retired."""
    if resource.details is None:
        raise NotFound("resource.unknown")
    if isinstance(command, RetireResource | ReinstateResource):
        check_service(command, resource.service_id, resource.taken_over)
    if isinstance(command, CorrectResourceSource):
        return correct_source(command, resource.found_by)
    if resource.state is ResourceState.RETIRED:
        if isinstance(command, RetireResource | FollowService | FollowProvider):
            return []
        if isinstance(command, ReinstateResource):
            apart = resource.taken_over
            return [ResourceReinstated(resource_id=command.resource_id, reason=command.reason, apart=apart)]
        raise Rejected("resource.retired")
    suspended = resource.state is ResourceState.SUSPENDED
    match command:
        case ReviseResource():
            return revise(command, resource.details)
        case MoveResource():
            return move(command, resource.area, resource.details)
        case VerifyResource():
            return verify(command, resource.state, resource.checked)
        case WithdrawVerification():
            return withdraw_verification(command, resource.checked)
        case FollowService():
            return follow(command, resource.details)
        case FollowProvider(resource_id, provider_id):
            return follow(FollowService(resource_id, {"provider_id": provider_id}), resource.details)
        case ReinstateResource():
            raise Rejected("resource.not_retired")
        case SuspendResource(resource_id, reason, note):
            return [] if suspended else [ResourceSuspended(resource_id=resource_id, reason=reason, note=note)]
        case ResumeResource(resource_id):
            return [ResourceResumed(resource_id=resource_id)] if suspended else []
        case RetireResource(resource_id, reason, note):
            return [ResourceRetired(resource_id=resource_id, reason=reason, note=note)]
        case _:
            assert_never(command)


def revise(command: ReviseResource, details: ResourceDetails) -> Sequence[ResourceEvent]:
    """A revision that names the fields that differ; none when nothing differs."""
    changed = news(command.details, details)
    if not changed:
        return []
    check_no_telephone(command.details.telephone, details.telephone)
    check_details(command.details, command.today)
    return [ResourceRevised(resource_id=command.resource_id, details=command.details, changed=changed)]


def evolve(resource: Resource, event: ResourceEvent) -> Resource:
    """The resource after an event."""
    match event:
        case ResourceRegistered():
            listed = event.details if event.source.kind is SourceKind.IMPORT else None
            checked = Checked.from_now(ListingChecks.of(event.details))
            resource = Resource(ResourceState.REGISTERED, event.details, listed, checked, found_by=found_by(event))
            resource = replace(resource, area=event.area, service_id=event.service_id)
            return replace(resource, listed_area=event.area, list=event.source.list) if listed else resource
        case ResourceMoved():
            listed_area = event.area if event.from_list else resource.listed_area
            return replace(resource, area=event.area, listed_area=listed_area)
        case ResourceSourceCorrected():
            return replace(resource, found_by=found_by(event))
        case ResourceRevised():
            listed = resource.listed and taking(resource.listed, event.details, event.from_list)
            resource = replace(resource, details=event.details, listed=listed)
            resource = with_checks(resource, resource.checked.after(event.changed))
            return replace(resource, service_id=event.service_id, taken_over=True) if event.service_id else resource
        case ResourceVerified():
            return with_checks(resource, resource.checked.after(event))
        case ResourceVerificationWithdrawn():
            return with_checks(resource, resource.checked.without(event))
        case ResourceSuspended():
            return replace(resource, state=ResourceState.SUSPENDED)
        case ResourceResumed() | ResourceReinstated():
            if isinstance(event, ResourceReinstated) and event.apart:
                resource = replace(resource, service_id=None, taken_over=False)
            resource = replace(resource, state=ResourceState.REGISTERED)
            return with_checks(resource, Checked.from_now(resource.checked.now.forgotten()))
        case ResourceRetired():
            return replace(resource, state=ResourceState.RETIRED)
        case _:
            assert_never(event)


def with_checks(resource: Resource, checked: Checked) -> Resource:
    """The resource with what is verified of it, and with the state that follows while it is not suspended."""
    suspended = resource.state is ResourceState.SUSPENDED
    return replace(resource, state=resource.state if suspended else checked.now.state, checked=checked)


decider = Decider[Command, Resource, ResourceEvent](
    name="resource",
    commands=types_of(Command),
    events=types_of(ResourceEvent),
    stream=lambda command: command.resource_id,
    home=lambda command: command.home if isinstance(command, RegisterResource | ListResource) else None,
    initial=Resource(),
    decide=decide,
    evolve=evolve,
    moves=(ResourceMoved,),
)
