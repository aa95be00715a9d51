"""What every service says of records that were made by mistake: the body that takes one back, and the list of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from shiendomain.vocabulary import LineOfReason
from shiendomain.withdrawn_view import RecordKind, WithdrawnRow
from shienevents import View

from ._answers import Answer, AreaQuery
from ._body import Body, example
from ._context import Context
from ._pages import Page, Pages
from ._rights import READERS
from ._routes import Routes


class RecordMistake(Body):
    """Why the record was a mistake."""

    model_config = example(reason="同じものを二度記録していた")

    reason: LineOfReason


class WithdrawnOut(Answer):
    """A record that was made by mistake. `area`: its last one. `same_as`: the provider that it really is."""

    record_id: UUID
    kind: RecordKind
    area: str
    reason: str
    withdrawn_on: date
    same_as: UUID | None
    correlation: UUID


def mistake_routes(withdrawn: View[WithdrawnRow]) -> Routes:
    """`/withdrawn-records` of a service."""
    routes = Routes(tags=["mistakes"])

    @routes.get("/withdrawn-records", may=READERS)
    async def list_withdrawn_records(
        context: Context,
        paging: Pages,
        area: AreaQuery = None,
        kind: Annotated[RecordKind | None, Query()] = None,
    ) -> Page[WithdrawnOut]:
        """List what was recorded by mistake and is in no other list any more, what was withdrawn last first.

        All that was said of a record stays in the log.
        """
        areas = context.areas_within(area)
        async with context.snapshot() as snapshot:
            return await context.list_rows(
                snapshot,
                withdrawn,
                {"area": areas, "kind": kind},
                paging,
                order=("withdrawn_on", "record_id"),
                newest_first=True,
                as_=lambda row: WithdrawnOut(**vars(row)),
            )

    return routes
