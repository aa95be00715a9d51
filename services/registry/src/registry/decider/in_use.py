"""The resource that something of another stream is about gives support now."""

from __future__ import annotations

from shiendomain.states import ResourceState
from shienevents import Rejected


def check_in_use(state: ResourceState) -> None:
    """Raise `Rejected` for a resource that is suspended or retired."""
    if state is ResourceState.SUSPENDED:
        raise Rejected("resource.suspended")
    if state is ResourceState.RETIRED:
        raise Rejected("resource.retired")
