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
from .decider.coordinator import MoveCoordinator
from .decider.council_commands import MoveCouncil
from .decider.place import MovePlace
from .decider.provider import MoveProvider
from .decider.resource_move import MoveResource
from .decider.supporter_commands import MoveCohort
from .decider.venue import MoveVenue
from .projections import councils

COMMANDS: Final[Mapping[AreaThing, Callable[[UUID, Move], object]]] = {
    AreaThing.COORDINATORS: MoveCoordinator,
    AreaThing.PROVIDERS: MoveProvider,
    AreaThing.RESOURCES: MoveResource,
    AreaThing.COHORTS: MoveCohort,
    AreaThing.VENUES: MoveVenue,
    AreaThing.PLACES: MovePlace,
}


async def plan(seen: Snapshot, tree: AreaTree, tasks: Sequence[AreaTask]) -> Sequence[Due]:
    """Each thing with its contacts, in one commit. A council that finds no area of its tier stays."""
    stay = await why(seen, tree, tasks)
    return [await _due(seen, task, tiers_of(tree, task.move.area)) for task in tasks if task.thing_id not in stay]


def tiers_of(tree: AreaTree, area: str) -> tuple[Tier, ...]:
    """The tiers of an area."""
    node = tree.areas.get(area)
    return tuple(tier for tier in Tier if node and tier.value in node.tiers)


async def _due(seen: Snapshot, task: AreaTask, tiers: tuple[Tier, ...]) -> Due:
    id_, to = task.thing_id, task.move
    areas = [to.only_from] if to.only_from else []
    contacts = await contact_views.contacts_about(seen, id_, areas)
    command = MoveCouncil(id_, to, tiers) if task.kind is AreaThing.COUNCILS else COMMANDS[task.kind](id_, to)
    due = task.due(*(MoveContact(contact, to) for contact in contacts), command)
    return replace(due, beside=moving(id_, contacts, areas, to.area))


async def why(seen: Snapshot, tree: AreaTree, tasks: Sequence[AreaTask]) -> Mapping[UUID, str]:
    """Councils that find no area of their tier."""
    to = {task.thing_id: task.move.area for task in tasks if task.kind is AreaThing.COUNCILS}
    rows = await seen.select(councils, "where council_id = any($1::uuid[])", list(to))
    found = [row.council_id for row in rows if row.tier not in tiers_of(tree, to[row.council_id])]
    return dict.fromkeys(found, "mapping.council_tier")
