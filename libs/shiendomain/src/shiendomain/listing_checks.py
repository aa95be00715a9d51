"""Which fields of a resource's listing were verified, and when. Every service that shows it folds it with this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from .registry import ResourceDetails, ResourceVerified
from .states import ResourceState

ALL = ""
"""The key of the day on which the listing was verified as a whole."""
_NOT = ""
_NO_FACT = ("updated_on",)
"""Fields that say nothing of the resource, so nobody has to verify them."""


class ListingChecks(NamedTuple):
    """The fields of a listing that have to be true, and the day each was last verified.

    `days`: ISO days by field. `ALL` counts for each field that has no day of its own; a field that was changed since
    then has an empty one. Both are plain JSON, so a row can hold them.

    Source: a rule of this product. Coordinators report that lists of resources are out of date: a verification says
    that the listing was true on a day, in some fields or in all. What is changed afterwards is not verified any more.
    Of two verifications of a field the later day counts, in whatever order they are recorded.
    """

    fields: tuple[str, ...] = ()
    days: Mapping[str, str] = {}

    @classmethod
    def of(cls, details: ResourceDetails) -> ListingChecks:
        """Those of a new listing: what it says has to be true."""
        return cls(
            tuple(sorted(name for name, value in details if value not in ("", None, ()) and name not in _NO_FACT))
        )

    def changed(self, fields: Iterable[str]) -> ListingChecks:
        """After a revision of these fields."""
        changed = tuple(field for field in fields if field not in _NO_FACT)
        return ListingChecks(_together(self.fields, changed), {**self.days, **dict.fromkeys(changed, _NOT)})

    def verified(self, event: ResourceVerified) -> ListingChecks:
        """After a verification, of the fields that it names or of all."""
        on = event.verified_on.isoformat()
        if event.fields:
            days = {**self.days, **{field: max(self._day(field), on) for field in event.fields}}
            return ListingChecks(_together(self.fields, event.fields), days)
        whole = max(self.days.get(ALL, _NOT), on)
        own = {field: max(day, on) for field, day in self.days.items() if field != ALL}
        return ListingChecks(self.fields, {ALL: whole, **{field: day for field, day in own.items() if day != whole}})

    def forgotten(self) -> ListingChecks:
        """After a time without service: the whole listing is to be verified again."""
        return ListingChecks(self.fields)

    @property
    def unverified(self) -> tuple[str, ...]:
        """The fields that nobody has verified as they are now."""
        return tuple(field for field in self.fields if self._day(field) == _NOT)

    @property
    def verified_on(self) -> date | None:
        """The day from which what is verified counts: that of the field which was verified longest ago."""
        days = [day for day in map(self._day, self.fields) if day != _NOT]
        return date.fromisoformat(min(days)) if days else None

    @property
    def state(self) -> ResourceState:
        """The state of a resource in use."""
        return ResourceState.REGISTERED if self.unverified else ResourceState.VERIFIED

    def columns(self, state: ResourceState) -> dict[str, Any]:
        """The columns of a row in this state that follow from the checks; the state too, while it is in use."""
        return {
            "state": self.state if state.in_use else state,
            "checked_fields": self.fields,
            "checked_days": dict(self.days),
            "verified_on": self.verified_on,
        }

    def _day(self, field: str) -> str:
        return self.days.get(field, self.days.get(ALL, _NOT))


NOTHING_LISTED = ListingChecks()


def _together(fields: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*fields, *more}))
