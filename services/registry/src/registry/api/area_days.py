"""The days that bound the beginning of an area: its first use, and the beginnings of the areas above and below it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shiendomain.areas import AreaTree
from shienweb import RequestContext

_FIRST_USES = """
select used.area, min(used.day)::date as day from first_uses, jsonb_each_text(days) as used (area, day)
where areas && $1::text[] and not mistaken and used.area = any($1::text[]) group by used.area"""


class Days(NamedTuple):
    """The day of its first use, that on which its parent begins, and that on which the first area below it does."""

    used_from: date | None = None
    parent_from: date | None = None
    below_from: date | None = None


NO_DAYS = Days()


async def used_from(context: RequestContext, areas: Sequence[str]) -> Mapping[str, date]:
    """The day from which each of these areas is in use: the first thing was there, or it took another area's place."""
    async with context.snapshot() as snapshot:
        found = {row["area"]: row["day"] for row in await snapshot.fetch(_FIRST_USES, list(areas))}
    for node in context.tree.areas.values():
        for heir in set(areas).intersection(node.successors if node.closed_on else ()):
            found[heir] = min(node.closed_on or date.max, found.get(heir, date.max))
    return found


def begun(tree: AreaTree, area: str | None) -> date | None:
    """The day on which an area begins."""
    node = tree.areas.get(area or "")
    return node.valid_from if node else None


def begun_below(tree: AreaTree, area: str, without: Collection[str] = ()) -> date | None:
    """The day on which the first area directly below begins, of those that are not named."""
    below = (one for one in tree.areas.values() if one.parent == area and not one.mistake and one.code not in without)
    return min((one.valid_from for one in below if one.valid_from), default=None)
