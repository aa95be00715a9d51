"""Matching rounds, and what was said last of a need that a search or a round found nothing for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, assert_never
from uuid import UUID

from shiendomain.days import day_of
from shiendomain.matching import NoMatchFound
from shiendomain.rounds import RoundEvent, RoundOpened, RoundSolved
from shiendomain.vocabulary import Missing, Obstacle, SupportKind
from shienevents import Envelope, Row, View, replace, types_of


class RoundRow(Row, key=("round_id",)):
    """One matching round. Both of its events are in its own stream; parts of them are plain JSON."""

    round_id: UUID
    area: str = ""
    day: date | None = None
    opened_at: datetime | None = None
    need_count: int = 0
    people: int = 0
    resource_count: int = 0
    places: int = 0
    objective: int = 0
    certificate: str = ""
    pairs: int = 0
    people_proposed: int = 0
    people_unserved: int = 0
    place_prices: tuple[dict[str, Any], ...] = ()
    shortages: tuple[dict[str, Any], ...] = ()


def evolve_round(row: RoundRow, event: RoundEvent, envelope: Envelope) -> RoundRow:
    """The round after an event."""
    match event:
        case RoundOpened():
            return replace(
                row,
                area=event.area,
                day=event.day,
                opened_at=envelope.occurred_at,
                need_count=event.need_count,
                people=event.people,
                resource_count=event.resource_count,
                places=event.places,
            )
        case RoundSolved():
            return replace(
                row,
                objective=event.objective,
                certificate=event.certificate,
                pairs=event.pairs,
                people_proposed=event.people_proposed,
                people_unserved=event.people_unserved,
                place_prices=tuple(one.model_dump(mode="json") for one in event.place_prices),
                shortages=tuple(one.model_dump(mode="json") for one in event.shortages),
            )
        case _:
            assert_never(event)


class InVainRow(Row, key=("need_id",)):
    """The search for a need that found nothing last; all of them are in the need's stream of searches."""

    need_id: UUID
    need_area: str = ""
    support_kind: SupportKind = SupportKind.OTHER
    missing: tuple[Missing, ...] = ()
    unmet: tuple[Obstacle, ...] = ()
    nearest: tuple[dict[str, Any], ...] = ()
    round_id: UUID | None = None
    searched_on: date | None = None


def evolve_in_vain(row: InVainRow, event: NoMatchFound, envelope: Envelope) -> InVainRow:
    """What the last search said."""
    return replace(
        row,
        need_area=event.need_area,
        support_kind=event.support_kind,
        missing=event.missing,
        unmet=event.unmet,
        nearest=tuple(one.model_dump(mode="json") for one in event.nearest),
        round_id=event.round_id,
        searched_on=day_of(envelope.occurred_at),
    )


rounds: View[RoundRow] = View(
    name="rounds",
    version=1,
    row=RoundRow,
    subscribes_to=types_of(RoundEvent),
    keys=lambda event, _: [event.round_id],
    evolve=evolve_round,
    indexes=(("area",),),
)
in_vain: View[InVainRow] = View(
    name="in_vain",
    version=1,
    row=InVainRow,
    subscribes_to=(NoMatchFound,),
    keys=lambda event, _: [event.need_id],
    evolve=evolve_in_vain,
    indexes=(("need_area",),),
)
