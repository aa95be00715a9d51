"""What the registry moves when the areas of its things ended: each thing, and the contacts (連絡先) about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from shiendomain.areas import AreaTree
from shiendomain.moves import Move
from shiendomain.vocabulary import AreaThing, Tier
from shienevents import Due, Snapshot
from shienweb import AreaTask

from . import contact_views
from .contact_contents import moving
from .decider.contact import MoveContact
from .decider.coordinator_commands import MoveCoordinator
from .decider.council_commands import MoveCouncil
from .decider.place import MovePlace
from .decider.provider import MoveProvider
from .decider.resource_move import MoveResource
from .decider.supporter_commands import MoveCohort
from .decider.tier import tiers_in
from .decider.venue import MoveVenue
from .projections import coordinators, councils

COMMANDS: Final[Mapping[AreaThing, Callable[[UUID, Move], object]]] = {
    AreaThing.PROVIDERS: MoveProvider,
    AreaThing.RESOURCES: MoveResource,
    AreaThing.COHORTS: MoveCohort,
    AreaThing.VENUES: MoveVenue,
    AreaThing.PLACES: MovePlace,
}
OF_TIER: Final[Mapping[AreaThing, Callable[[UUID, Move, tuple[Tier, ...]], object]]] = {
    AreaThing.COUNCILS: MoveCouncil,
    AreaThing.COORDINATORS: MoveCoordinator,
}


async def plan(seen: Snapshot, tree: AreaTree, tasks: Sequence[AreaTask]) -> Sequence[Due]:
    """Each thing with its contacts, in one commit. What is of a tier and finds no area of it stays."""
    stay = await why(seen, tree, tasks)
    return [await _due(seen, task, tiers_of(tree, task.move.area)) for task in tasks if task.thing_id not in stay]


def tiers_of(tree: AreaTree, area: str) -> tuple[Tier, ...]:
    """The tiers of an area."""
    node = tree.areas.get(area)
    return tiers_in(node) if node else ()


async def _due(seen: Snapshot, task: AreaTask, tiers: tuple[Tier, ...]) -> Due:
    id_, to = task.thing_id, task.move
    areas = [to.only_from] if to.only_from else []
    contacts = await contact_views.contacts_about(seen, id_, areas)
    of_tier = OF_TIER.get(task.kind)
    command = of_tier(id_, to, tiers) if of_tier else COMMANDS[task.kind](id_, to)
    due = task.due(*(MoveContact(contact, to) for contact in contacts), command)
    return replace(due, beside=moving(id_, contacts, areas, to.area))


async def why(seen: Snapshot, tree: AreaTree, tasks: Sequence[AreaTask]) -> Mapping[UUID, str]:
    """Councils and posts that find no area of their tier."""
    to = {task.thing_id: task.move.area for task in tasks if task.kind in OF_TIER}
    of_councils = await seen.select(councils, "where council_id = any($1::uuid[])", list(to))
    of_posts = await seen.select(coordinators, "where coordinator_id = any($1::uuid[])", list(to))
    found = {row.council_id: "mapping.council_tier" for row in of_councils if stays(tree, row.tier, to[row.council_id])}
    for row in of_posts:
        if stays(tree, row.tier, to[row.coordinator_id]):
            found[row.coordinator_id] = "mapping.post_tier"
    return found


def stays(tree: AreaTree, tier: Tier, area: str) -> bool:
    """Whether a thing of this tier finds no place in this area."""
    return tier not in tiers_of(tree, area)
