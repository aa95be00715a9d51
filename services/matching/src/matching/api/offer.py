"""The route of offers: which of the resources that serve an area have free places."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from shiendomain.vocabulary import ServiceClass, SupportKind, Weekday
from shienweb import (
    OF_PEOPLE,
    STAFF,
    Answer,
    AreaQuery,
    Condition,
    Context,
    Page,
    Pages,
    PeopleCount,
    Routes,
    contains,
    serving,
)

from ..projections import OfferRow, offers

routes = Routes(tags=["offers"])
_FREE = "open and (capacity is null or capacity - held >= {}::bigint)"


class OfferOut(Answer):
    """What a resource can still give. `free` places are left; null: no limit is known. Not `open`: it takes nobody."""

    resource_id: UUID
    name: str
    area: str
    support_kinds: tuple[SupportKind, ...]
    service_class: ServiceClass | None
    service_areas: tuple[str, ...]
    weekdays: tuple[Weekday, ...]
    fee_yen: int | None
    open: bool
    capacity: int | None
    held: PeopleCount
    free: Annotated[int | None, OF_PEOPLE]

    @classmethod
    def of(cls, row: OfferRow) -> Self:
        """The answer made of a row."""
        return cls(**{name: value for name, value in vars(row).items() if name in cls.model_fields}, free=row.free)


@routes.get("/offers", may=STAFF)
async def list_offers(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    support_kind: SupportKind | None = None,
    people: Annotated[
        int | None, Query(ge=1, le=100_000, description="Only with free places for so many people")
    ] = None,
) -> Page[OfferOut]:
    """Resources that serve the territory, or `area` and below, wherever they are at home, by name.

    `people` names how many free places they have at least. A resource without a known limit has enough.
    """
    conditions = [serving(context.tree, context.areas_within(area))]
    if people is not None:
        conditions.append(Condition(_FREE, people))
    filters = {"support_kinds": contains(support_kind)}
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot, offers, filters, paging, order=("name", "resource_id"), where=conditions, as_=OfferOut.of
        )
