"""What is verified of a resource's listing, and what is left of it when a verification was a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shiendomain.listing_checks import NOTHING_LISTED, ListingChecks
from shiendomain.registry import ResourceDetails, ResourceVerificationWithdrawn, ResourceVerified
from shiendomain.states import ResourceState
from shienevents import Rejected

from .resource_commands import VerifyResource, WithdrawVerification


@dataclass(frozen=True)
class Checked:
    """What is verified now, and how it came to be since all of it was to be verified (`begun`).

    `acts` are verifications, and revisions by the names of their fields.
    """

    now: ListingChecks = NOTHING_LISTED
    begun: ListingChecks = NOTHING_LISTED
    acts: tuple[ResourceVerified | tuple[str, ...], ...] = ()

    @classmethod
    def from_now(cls, checks: ListingChecks) -> Checked:
        """All of the listing is to be verified."""
        return cls(checks, checks)

    def after(self, act: ResourceVerified | tuple[str, ...]) -> Checked:
        """After a verification or a revision."""
        return replace(self, now=_after(self.now, act), acts=(*self.acts, act))

    def without(self, event: ResourceVerificationWithdrawn) -> Checked:
        """After the withdrawal of the last verification."""
        return replace(self, now=self.now.withdrawn(event), acts=self._acts_without_last())

    @property
    def last(self) -> ResourceVerified | None:
        """The last verification that stands."""
        return next((act for act in reversed(self.acts) if isinstance(act, ResourceVerified)), None)

    def left(self) -> ListingChecks:
        """What would be verified without the last verification."""
        checks = self.begun
        for act in self._acts_without_last():
            checks = _after(checks, act)
        return checks

    def _acts_without_last(self) -> tuple[ResourceVerified | tuple[str, ...], ...]:
        last = max((n for n, act in enumerate(self.acts) if isinstance(act, ResourceVerified)), default=len(self.acts))
        return (*self.acts[:last], *self.acts[last + 1 :])


NOTHING_CHECKED = Checked()


def _after(checks: ListingChecks, act: ResourceVerified | tuple[str, ...]) -> ListingChecks:
    return checks.verified(act) if isinstance(act, ResourceVerified) else checks.changed(act)


def verify(command: VerifyResource, state: ResourceState | None, checked: Checked) -> Sequence[ResourceVerified]:
    """A verification: of today or earlier, of existing fields, of a resource that is not suspended."""
    if state is ResourceState.SUSPENDED:
        raise Rejected("resource.suspended")
    if command.verified_on > command.today:
        raise Rejected("resource.verified_in_future")
    if unknown := sorted(set(command.fields) - set(ResourceDetails.model_fields)):
        raise Rejected("resource.unknown_field", fields=unknown)
    verified = ResourceVerified(
        resource_id=command.resource_id,
        verified_on=command.verified_on,
        method=command.method,
        fields=command.fields,
    )
    return [] if checked.acts[-1:] == (verified,) else [verified]


def withdraw_verification(command: WithdrawVerification, checked: Checked) -> Sequence[ResourceVerificationWithdrawn]:
    """The last verification that stands was a mistake. What was verified before counts again, if it still is so."""
    last = checked.last
    if last is None:
        raise Rejected("resource.no_verification")
    left = checked.left()
    return [
        ResourceVerificationWithdrawn(
            resource_id=command.resource_id,
            verified_on=last.verified_on,
            method=last.method,
            reason=command.reason,
            fields=left.fields,
            left=left.as_parts(),
        )
    ]
