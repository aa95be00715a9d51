"""What is recorded already is not recorded twice, unless somebody has looked and says that it is another one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, Field

from shienevents import NotFound, Rejected, Row, Unavailable, View

from ._context import RequestContext

R = TypeVar("R", bound=Row)
S = TypeVar("S")
Distinct = Annotated[tuple[UUID, ...], Field(max_length=20), AfterValidator(lambda ids: tuple(dict.fromkeys(ids)))]
"""Ids of things that are alike, and that somebody looked at: they are other ones. Each counts once."""


async def check_said(
    context: RequestContext,
    view: View[R],
    thing: str,
    area: str,
    said: Callable[[R], S],
    new: S,
    others: Collection[UUID],
    stands: str = "state <> 'withdrawn'",
) -> None:
    """Raise `Rejected` where a record of the area that stands says the same as the new one and is none of `others`.

    `stands` is the condition in SQL that a record counts. They are compared as far as the views have come: nothing
    waits for them or fails. Raises `NotFound` for one of `others` that is not of the territory. The rule is over
    several streams (decision 24): of two identical records at the very same moment both may be taken.
    """
    if others:
        async with context.snapshot() as snapshot:
            ours = f"where {thing}_id = any($1::uuid[]) and area = any($2::text[])"
            known = await snapshot.select(view, ours, sorted(others), context.territory.codes)
        if len(known) < len(set(others)):
            raise NotFound(f"{thing}.unknown")
    try:
        async with context.service.snapshot() as snapshot:
            rows = await snapshot.select(view, f"where area = $1 and {stands} order by {thing}_id", area)
    except Unavailable:  # the view is made anew; without the database the command is refused anyway
        return
    same = [view.key_of(row) for row in rows if said(row) == new]
    if left := [str(one) for one in same if one not in others]:
        raise Rejected(f"{thing}.identical", ids=left)
