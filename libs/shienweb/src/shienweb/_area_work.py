"""The work that an ended area leaves to a service: what it still has, and what mappings moved (decision 84)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from shiendomain.areas import AreaTree
from shiendomain.vocabulary import AreaCode, AreaThing
from shienevents import Snapshot

from ._answers import Answer
from ._area_moves import AreaTask, Why, Work, work_of
from ._context import Context, RequestContext
from ._pages import Page
from ._rights import READERS
from ._routes import Routes


class AreaWorkItem(Answer):
    """A thing that the area has, or that one of its mappings moved (`mapping_id`): it is in the area `now`.

    `part_of`: the ids of what it is part of (an issue, a provider, a council). It goes with what a mapping names.
    `successor`: where a mapping in force moves it. `stays`: the code of the reason why it is not moved, or was not
    moved back when its mapping was reversed; with its text.
    """

    kind: AreaThing
    id: UUID
    name: str
    now: str
    part_of: tuple[UUID, ...]
    successor: str | None
    mapping_id: UUID | None
    stays: str | None
    stays_ja: str
    stays_en: str

    @classmethod
    def of(cls, work: Work, context: RequestContext) -> AreaWorkItem:
        """The answer for one thing."""
        text = context.message(work.stays) if work.stays else None
        return cls(
            kind=work.kind, id=work.thing_id, name=work.name, now=work.now, part_of=work.part_of,
            successor=work.successor, mapping_id=work.mapping_id, stays=work.stays,
            stays_ja=text.ja if text else "", stays_en=text.en if text else "",
        )  # fmt: skip


async def nothing_stays(_: Snapshot, __: AreaTree, ___: Sequence[AreaTask]) -> Mapping[UUID, str]:
    """A service of which every thing can be moved."""
    return {}


def area_work_routes(kinds: Sequence[AreaThing], why: Why = nothing_stays) -> Routes:
    """`/areas/{area}/work` of a service with things of these kinds. `why`: what its rules do not let move."""
    routes = Routes(tags=["areas"])

    @routes.get("/areas/{area}/work", may=READERS)
    async def list_area_work(area: AreaCode, context: Context) -> Page[AreaWorkItem]:
        """List what an area still has to be moved to its successors, and what its mappings moved.

        It may be asked before the area ends, or before there is a mapping.
        """
        context.must_cover(area if area in context.tree else None, "area.unknown")
        async with context.snapshot() as snapshot:
            found = await work_of(snapshot, kinds, context.tree, area, context.day, why)
        items = tuple(AreaWorkItem.of(one, context) for one in found)
        return Page(items=items, position=snapshot.token, stale=snapshot.stale)

    return routes
