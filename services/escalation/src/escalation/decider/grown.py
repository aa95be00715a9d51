"""A proposal grows from an activity of residents, and the service that comes of it takes the activity over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from shiendomain.escalation import ProposalAsked, ProposalsMerged
from shiendomain.grown import GrownFrom
from shiendomain.vocabulary import SupportKind
from shienevents import Rejected


@dataclass(frozen=True)
class ActivityFacts:
    """What is known of a resource, and of what it reported. `service_id`: it belongs to a service already."""

    grown: GrownFrom
    support_kinds: tuple[SupportKind, ...]
    ended: bool
    service_id: UUID | None


def check_activity(activity: ActivityFacts | None, kind: SupportKind) -> GrownFrom | None:
    """The activity with its history: one that goes on, gives what is asked for, and has reported. Raises `Rejected`."""
    if activity is None:
        return None
    name = activity.grown.name
    if activity.service_id:
        raise Rejected("proposal.activity_of_a_service", name=name)
    if activity.ended:
        raise Rejected("proposal.activity_ended", name=name)
    if kind not in activity.support_kinds:
        raise Rejected("proposal.activity_other_kind", name=name, kind=kind)
    if not activity.grown.years:
        raise Rejected("proposal.activity_unreported", name=name)
    return activity.grown


def grown_of(asked: ProposalAsked) -> tuple[GrownFrom, ...]:
    """The activities from which a proposal grew: of a merged one, those of its origins."""
    each = [origin.grown_from for origin in asked.origins] if isinstance(asked, ProposalsMerged) else [asked.grown_from]
    return tuple(one for one in each if one)


def check_taken_over(resource_id: UUID | None, asked: ProposalAsked, free: Collection[UUID]) -> None:
    """The proposal grew from this activity, and it is not with a service yet. Raises `Rejected`."""
    if resource_id is None:
        return
    if resource_id not in {one.resource_id for one in grown_of(asked)}:
        raise Rejected("service.not_grown_from")
    if resource_id not in free:
        raise Rejected("service.activity_not_free")


def check_said(resource_id: UUID | None, beside: bool, asked: ProposalAsked, free: Collection[UUID]) -> None:
    """Whoever launches says what becomes of the activity, so that none is listed twice unsaid. Raises `Rejected`."""
    check_taken_over(resource_id, asked, free)
    left = [one.name for one in grown_of(asked) if one.resource_id in free]
    if resource_id is None and left and not beside:
        raise Rejected("service.activity_unsaid", names=left)
