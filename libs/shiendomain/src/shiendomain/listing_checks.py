"""Which fields of a resource's listing were verified, when and how. Every service that shows it folds it with this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from .registry import FieldVerified, ResourceDetails, ResourceVerificationWithdrawn, ResourceVerified
from .states import ResourceState
from .vocabulary import VerificationMethod

ALL = ""
"""The key of the day on which the listing was verified as a whole."""
_NOT = ""
_Check = tuple[str, str]
"""The day and the method of the verification that counts for a field."""
_NEVER = (_NOT, _NOT)
_NO_FACT = ("updated_on",)
"""Fields that say nothing of the resource, so nobody has to verify them."""


class ListingChecks(NamedTuple):
    """The fields of a listing that have to be true, and the day each was last verified, by which method.

    `days`: ISO days by field, and `methods` the method of each. `ALL` counts for each field that has no day of its own;
    a field that was changed since then has an empty one, and no method. All are plain JSON, so a row can hold them.

    Source: a rule of this product. Coordinators report that lists of resources are out of date: a verification says
    that the listing was true on a day, in some fields or in all. What is changed afterwards is not verified any more.
    Of two verifications of a field the later day counts, in whatever order they are recorded; of two on one day the one
    that is recorded later, because it corrects the other.
    """

    fields: tuple[str, ...] = ()
    days: Mapping[str, str] = {}
    methods: Mapping[str, str] = {}

    @classmethod
    def of(cls, details: ResourceDetails) -> ListingChecks:
        """Those of a new listing: what it says has to be true."""
        return cls(
            tuple(sorted(name for name, value in details if value not in ("", None, ()) and name not in _NO_FACT))
        )

    def changed(self, fields: Iterable[str]) -> ListingChecks:
        """After a revision of these fields."""
        changed = tuple(field for field in fields if field not in _NO_FACT)
        methods = {field: method for field, method in self.methods.items() if field not in changed}
        return ListingChecks(_together(self.fields, changed), {**self.days, **dict.fromkeys(changed, _NOT)}, methods)

    def verified(self, event: ResourceVerified) -> ListingChecks:
        """After a verification, of the fields that it names or of all."""
        new = (event.verified_on.isoformat(), event.method.value)
        checks = {field: (day, self.methods.get(field, _NOT)) for field, day in self.days.items()}
        if event.fields:
            checks |= {field: _later(self._check(field), new) for field in event.fields}
            return self._with(_together(self.fields, event.fields), checks)
        checks = {field: _later(check, new) for field, check in {ALL: _NEVER, **checks}.items()}
        whole = checks[ALL]
        return self._with(self.fields, {name: one for name, one in checks.items() if name == ALL or one != whole})

    def _with(self, fields: tuple[str, ...], checks: Mapping[str, _Check]) -> ListingChecks:
        days = {field: day for field, (day, _) in checks.items()}
        return ListingChecks(fields, days, {field: method for field, (day, method) in checks.items() if day != _NOT})

    def withdrawn(self, event: ResourceVerificationWithdrawn) -> ListingChecks:
        """After the withdrawal of a verification, which says what is left."""
        days = {one.field: one.verified_on.isoformat() if one.verified_on else _NOT for one in event.left}
        return ListingChecks(event.fields, days, {one.field: one.method.value for one in event.left if one.method})

    def as_parts(self) -> tuple[FieldVerified, ...]:
        """What is verified, as an event says it."""
        return tuple(
            FieldVerified.model_validate(
                {"field": field, "verified_on": day or None, "method": self.methods.get(field)}
            )
            for field, day in sorted(self.days.items())
        )

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
    def verified_by(self) -> VerificationMethod | None:
        """The method of the verification on `verified_on`; of several on that day the least direct one."""
        checks = [check for check in map(self._check, self.fields) if check != _NEVER]
        oldest = [method for day, method in checks if day == min(checks)[0]]
        return next((method for method in reversed(VerificationMethod) if method.value in oldest), None)

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
            "checked_by": dict(self.methods),
            "verified_on": self.verified_on,
            "verified_by": self.verified_by,
        }

    def _day(self, field: str) -> str:
        return self._check(field)[0]

    def _check(self, field: str) -> _Check:
        key = field if field in self.days else ALL
        return self.days.get(key, _NOT), self.methods.get(key, _NOT)


NOTHING_LISTED = ListingChecks()


def _together(fields: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*fields, *more}))


def _later(known: _Check, new: _Check) -> _Check:
    return new if new[0] >= known[0] else known
