"""The network of an area (ネットワーク): which bodies work together, in councils, partnerships, after an outreach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from shiendomain.areas import AreaTree
from shiendomain.comparing import comparable
from shiendomain.councils_view import CouncilRow
from shiendomain.partnerships import bodies_on
from shiendomain.states import OutreachState, PartnershipState
from shiendomain.vocabulary import BodyKind
from shiendomain.words import Word
from shienevents import Snapshot, replace

from .projections import councils, outreach, partnerships, providers
from .projections.network import OutreachRow, PartnershipRow

Written = Mapping[str, str | None]
"""A body as a council or a partnership names it: its kind, its name, and the name of its parent body."""


class Relation(Word):
    """What joins bodies."""

    COUNCIL = "council", "協議体", "Council"
    PARTNERSHIP = "partnership", "連携体制", "Partnership"
    OUTREACH = "outreach", "働きかけへの協力", "Agreed outreach"


@dataclass(slots=True)
class Body:
    """A body: the same in several groups when its kind is the same and its name compares as the same."""

    id: str
    kind: BodyKind
    name: str
    parents: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


class Group(NamedTuple):
    """What joins bodies: a council that works, an active partnership, or outreach to which bodies agreed.

    `until`: the planned last day of a partnership.
    """

    id: str
    relation: Relation
    area: str
    name: str
    bodies: tuple[str, ...]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """Bodies and the groups that join them, each by name."""

    bodies: Sequence[Body]
    groups: Sequence[Group]

    def together(self, body: Body) -> list[str]:
        """The ids of the bodies that share a council or a partnership with this one, sorted."""
        shared = {
            one
            for group in self.groups
            if group.id in body.groups and group.relation is not Relation.OUTREACH
            for one in group.bodies
        }
        return sorted(shared - {body.id})


def network(
    tree: AreaTree,
    working: Iterable[CouncilRow],
    partnerships_: Iterable[tuple[PartnershipRow, Sequence[Written]]],
    agreed: Iterable[OutreachRow],
) -> Network:
    """The network of these councils, partnerships with their bodies of the day, and agreed outreach."""
    bodies: dict[str, Body] = {}
    groups: list[Group] = []

    def join(
        id_: str, relation: Relation, area: str, name: str, members: Iterable[Written], until: date | None = None
    ) -> None:
        found = list(dict.fromkeys(_body(bodies, member) for member in members))
        if found:
            groups.append(Group(id_, relation, area, name, tuple(found), until))
        for one in found:
            bodies[one].groups.append(id_)

    for council in working:
        join(str(council.council_id), Relation.COUNCIL, council.area, council.name, council.members)
    for one, named in partnerships_:
        join(str(one.partnership_id), Relation.PARTNERSHIP, one.area, one.purpose, named, one.planned_until)
    for area, asked in _by_area(agreed):
        name = f"{tree.name(area)}のコーディネーター"
        join(f"outreach-{area}", Relation.OUTREACH, area, name, asked)
    order = list(Relation)
    return Network(
        bodies=sorted(bodies.values(), key=lambda one: (one.name, one.id)),
        groups=sorted(groups, key=lambda one: (order.index(one.relation), one.area, one.name, one.id)),
    )


_KINDS: Mapping[str | None, BodyKind] = {kind.value: kind for kind in BodyKind}


def _body(bodies: dict[str, Body], written: Written) -> str:
    """The id of the body, which is known from now on."""
    kind, name, parent = _KINDS[written["kind"]], written["name"] or "", written.get("parent")
    id_ = _id_of(written)
    body = bodies.setdefault(id_, Body(id_, kind, name))
    if parent and parent not in body.parents:
        body.parents.append(parent)
    return id_


def _id_of(written: Written) -> str:
    return f"{written['kind']}:{comparable(written['name'] or '')}"


def _by_area(agreed: Iterable[OutreachRow]) -> Iterator[tuple[str, list[Written]]]:
    found: dict[str, list[Written]] = {}
    for row in agreed:
        if row.kind:
            found.setdefault(row.area, []).append({"kind": row.kind.value, "name": row.body, "parent": None})
    yield from sorted(found.items())


async def network_of(seen: Snapshot, tree: AreaTree, areas: Sequence[str], day: date) -> Network:
    """The network of these areas on a day: who sat on councils, worked together, and had agreed by then.

    A partnership of an area above is part of it when one of its bodies is: it is registered in one of these areas,
    or is in another group of theirs.
    """
    working = list(working_on(await seen.select(councils, f"{_WITHIN} order by council_id", list(areas)), day))
    agreed = await seen.select(
        outreach,
        f"{_WITHIN} and state = $2 and waits_since <= $3 order by made_on, outreach_id",
        *(list(areas), OutreachState.AGREED, day),
    )
    active = await seen.select(
        partnerships,
        f"{_WITHIN} and since <= $2 and (state = $3 or ended_on >= $2 and state = $4) order by partnership_id",
        *(list(tree.served_with(areas)), day, PartnershipState.ACTIVE, PartnershipState.ENDED),
    )
    together = [(one, bodies_on(one.history, day)) for one in active]
    own = [(one, bodies) for one, bodies in together if one.area in areas]
    there = {body.id for body in network(tree, working, own, agreed).bodies}
    registered = await seen.select(providers, f"{_WITHIN} order by provider_id", list(areas))
    names = {comparable(one.name) for one in registered}

    def theirs(body: Written) -> bool:
        return _id_of(body) in there or comparable(body["name"] or "") in names

    of_theirs = [(one, bodies) for one, bodies in together if one.area in areas or any(map(theirs, bodies))]
    return network(tree, working, of_theirs, agreed)


_WITHIN = "where area = any($1::text[])"


def working_on(councils_: Iterable[CouncilRow], day: date) -> Iterator[CouncilRow]:
    """The councils that work on this day, with the members of the day."""
    for one in councils_:
        there = one.there_since()
        if (there is None or there <= day) and one.dormant_on(day) is None:
            yield replace(one, members=one.members_on(day))
