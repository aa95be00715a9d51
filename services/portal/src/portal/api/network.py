"""The network of an area: as data, and as a drawing."""

from __future__ import annotations

from datetime import date

from fastapi import Response

from shiendomain.vocabulary import AreaCode, BodyKind
from shienweb import READERS, STAFF, Answer, Context, RequestContext, Routes

from ..network import Network, Relation, network_of
from ..network_drawing import draw_network

routes = Routes()


class BodyOut(Answer):
    """A body, the groups that it is part of, and the bodies that share a council or a partnership with it."""

    id: str
    kind: BodyKind
    kind_ja: str
    name: str
    parents: tuple[str, ...]
    groups: tuple[str, ...]
    together: tuple[str, ...]


class GroupOut(Answer):
    """What joins bodies: a council, a partnership by its purpose, or the outreach to which bodies of an area agreed.

    `until`: the last day of a partnership, as it was agreed.
    """

    id: str
    relation: Relation
    relation_ja: str
    area: str
    name: str
    bodies: tuple[str, ...]
    until: date | None


class NetworkOut(Answer):
    """The network of an area and all below it, as a graph: bodies and groups are its nodes, `groups` its edges."""

    area: str
    name: str
    bodies: tuple[BodyOut, ...]
    groups: tuple[GroupOut, ...]
    position: str
    stale: bool


async def network_within(context: RequestContext, area: str) -> tuple[Network, str, bool]:
    """The network of an area of the territory, its position, and whether that is stale. Raises `NotFound`."""
    context.must_cover(area if area in context.tree else None, "area.unknown")
    async with context.snapshot() as seen:
        found = await network_of(seen, context.tree, context.tree.subtree(area), context.day)
        return found, seen.token, seen.stale


@routes.get(
    "/network/{area}.svg", may=STAFF, response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}}
)
async def draw(area: AreaCode, context: Context) -> Response:
    """The network as a drawing: councils, partnerships and outreach at the left, bodies at the right."""
    found, position, _ = await network_within(context, area)
    drawn = draw_network(found, f"{context.tree.name(area)}のネットワーク") or _EMPTY
    return Response(drawn, media_type="image/svg+xml", headers={"Shien-Position": position})


_EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@routes.get("/network/{area}", may=READERS)
async def show_network(area: AreaCode, context: Context) -> NetworkOut:
    """Which bodies of an area and all below it work together: in councils, partnerships, and after an outreach."""
    found, position, stale = await network_within(context, area)
    bodies = (
        BodyOut(
            id=one.id, kind=one.kind, kind_ja=one.kind.ja, name=one.name, parents=tuple(one.parents),
            groups=tuple(one.groups), together=tuple(found.together(one)),
        )
        for one in found.bodies
    )  # fmt: skip
    groups = (GroupOut(**one._asdict(), relation_ja=one.relation.ja) for one in found.groups)
    return NetworkOut(
        area=area, name=context.tree.name(area), bodies=tuple(bodies), groups=tuple(groups), position=position,
        stale=stale,
    )  # fmt: skip
