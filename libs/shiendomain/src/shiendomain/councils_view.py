"""The view of councils that every service folds from the registry which judges by councils or shows them."""

from __future__ import annotations

from datetime import date
from typing import Any, assert_never
from uuid import UUID

from shienevents import Envelope, Row, View, replace, types_of

from .areas import municipality_of
from .days import day_of
from .registry import (
    CouncilCorrected,
    CouncilDormant,
    CouncilEstablished,
    CouncilEvent,
    CouncilMembersChanged,
    CouncilMoved,
    CouncilPurpose,
    CouncilPurposeAgreed,
    CouncilResumed,
    CouncilSitting,
    CouncilWithdrawn,
)
from .states import CouncilState
from .vocabulary import Tier


class CouncilRow(Row, key=("council_id",)):
    """One council (協議体), from its own stream.

    `agreed_at` is the meeting that agreed on its purpose. `members` are those of now, `history` all sittings, each as
    the JSON of a `CouncilSitting`, the first one first. `state_on` and `state_for` say since when and why the council
    is dormant, or was resumed; `moved_for` why it is in another area than before. `rests` are its times of
    dormancy, each from the day `since` to the day before `until`.
    """

    council_id: UUID
    area: str = ""
    tier: Tier = Tier.TIER2
    established_on: date | None = None
    name: str = ""
    members: tuple[dict[str, str | None], ...] = ()
    history: tuple[dict[str, Any], ...] = ()
    purpose: str = ""
    agreed_on: date | None = None
    review_on: date | None = None
    agreed_at: UUID | None = None
    state: CouncilState = CouncilState.ACTIVE
    state_on: date | None = None
    state_for: str = ""
    rests: tuple[dict[str, str | None], ...] = ()
    corrected_for: str = ""
    moved_for: str = ""
    not_the_same_as: tuple[UUID, ...] = ()
    correlation: UUID | None = None
    version: int = 0

    def there_since(self) -> date | None:
        """The first day on which it is known to have been there: it was established, or its record tells of it.

        A council that is older than its record gets an earlier day by a correction: of the day of its establishment, of
        its history, or of the day on which it agreed on its purpose.
        """
        told = (date.fromisoformat(sitting["on"]) for sitting in self.history if sitting["on"])
        days = [day for day in (self.established_on, self.agreed_on, *told) if day is not None]
        return min(days, default=None)

    def members_on(self, day: date) -> tuple[dict[str, str | None], ...]:
        """The members of a day: those since the last change that was not later; none before the first sitting."""
        for sitting in reversed(self.history):
            if sitting["on"] is None or sitting["on"] <= str(day):
                return tuple(sitting["members"])
        return ()

    def dormant_on(self, day: date) -> date | None:
        """Since when the council is dormant, if it is so on this day: it holds no meeting and takes no issue then."""
        for rest in self.rests:
            since, until = str(rest["since"]), rest["until"]
            if since <= str(day) and (until is None or str(day) < until):
                return date.fromisoformat(since)
        return None


def sittings_after(history: tuple[CouncilSitting, ...], event: CouncilMembersChanged) -> tuple[CouncilSitting, ...]:
    """The sittings after a change: it ends the last one, or takes the place of one that began on the same day."""
    before = history[:-1] if history and history[-1].on == event.on else history
    return (*before, CouncilSitting(on=event.on, members=event.members, reason=event.reason))


def evolve_council(row: CouncilRow, event: CouncilEvent, envelope: Envelope) -> CouncilRow | None:
    """The council after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case CouncilEstablished():
            row = replace(row, area=event.area, tier=event.tier, name=event.name, correlation=envelope.correlation)
            row = replace(row, established_on=day_of(envelope.occurred_at), not_the_same_as=event.not_the_same_as)
            return _sitting(row, (CouncilSitting(members=event.members),))
        case CouncilMembersChanged():
            return _sitting(row, sittings_after(tuple(map(CouncilSitting.model_validate, row.history)), event))
        case CouncilPurposeAgreed():
            return _agreed(row, event.purpose)
        case CouncilCorrected():
            row = _agreed(replace(row, name=event.name, corrected_for=event.reason), event.purpose)
            row = replace(row, established_on=event.established_on or row.established_on)
            return _sitting(replace(row, tier=event.tier or row.tier), event.history)
        case CouncilDormant():
            rests = (*row.rests, {"since": str(event.on), "until": None})
            return replace(row, state=CouncilState.DORMANT, state_on=event.on, state_for=event.reason, rests=rests)
        case CouncilResumed():
            row = replace(row, state=CouncilState.ACTIVE, state_on=event.on, state_for=event.reason)
            return replace(row, rests=_rested(row.rests, event.on))
        case CouncilMoved():
            return replace(row, area=event.area, moved_for=event.reason)
        case CouncilWithdrawn():
            return None
        case _:
            assert_never(event)


def _sitting(row: CouncilRow, history: tuple[CouncilSitting, ...]) -> CouncilRow:
    sittings = tuple(sitting.model_dump(mode="json") for sitting in history)
    return replace(row, history=sittings, members=tuple(sittings[-1]["members"]) if sittings else ())


def _rested(rests: tuple[dict[str, str | None], ...], on: date) -> tuple[dict[str, str | None], ...]:
    """The times of dormancy when the last one ends on a day; one that ends on its first day was a mistake."""
    *before, last = rests or ({"since": str(on), "until": None},)
    return tuple(before) if last["since"] == str(on) else (*before, {**last, "until": str(on)})


def _agreed(row: CouncilRow, purpose: CouncilPurpose | None) -> CouncilRow:
    if purpose is None:
        return replace(row, purpose="", agreed_on=None, review_on=None, agreed_at=None)
    agreed = replace(row, purpose=purpose.text, agreed_on=purpose.agreed_on, review_on=purpose.review_on)
    return replace(agreed, agreed_at=purpose.meeting_id)


councils_view: View[CouncilRow] = View(
    name="councils",
    version=7,
    row=CouncilRow,
    subscribes_to=types_of(CouncilEvent),
    keys=lambda event, _: [event.council_id],
    evolve=evolve_council,
    indexes=(("area",),),
    counted_in=lambda row: [municipality_of(row.area)],
)
