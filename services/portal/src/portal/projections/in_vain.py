"""What was said last of a need that a search or a round found nothing for."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from shiendomain.days import day_of
from shiendomain.matching import NoMatchFound
from shiendomain.vocabulary import Missing, Obstacle, SupportKind
from shienevents import Envelope, Row, View, replace


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


in_vain: View[InVainRow] = View(
    name="in_vain",
    version=1,
    row=InVainRow,
    subscribes_to=(NoMatchFound,),
    keys=lambda event, _: [event.need_id],
    evolve=evolve_in_vain,
    indexes=(("need_area",),),
)
