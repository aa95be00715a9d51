"""What the registry knows already of the rows of a list: under their number another thing, or the same place twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Self
from uuid import UUID

from shiendomain.comparing import comparable
from shiendomain.states import ResourceState
from shiendomain.surveys_view import check_cited
from shiendomain.vocabulary import Location
from shienevents import Rejected, Snapshot
from shienweb import Answer, RequestContext

from .. import contact_views, place_views, views
from ..decider.listed import identity_of, is_another, is_of_another_list, moves_home, place_key, with_telephone
from ..decider.resource_commands import ListResource
from ..projections import ResourceRow, surveys

MOST_ALIKE = 1000


class Alike(Answer):
    """A row of which a resource is registered already, from the list `list` or by hand: name and address are the same.

    Without address: a list has the name without address too. `same_number`: another list registered the resource
    under the reference of this row, and the row changes nothing; otherwise the row is new.
    """

    row: int
    resource_id: UUID
    name: str
    list: str
    same_number: bool = False

    @classmethod
    def of(cls, n: int, row: ResourceRow, *, same_number: bool = False) -> Self:
        """The answer of a row."""
        return cls(row=n, resource_id=row.resource_id, name=row.name, list=row.list, same_number=same_number)


class MovedRow(Answer):
    """A row whose resource moves: the list has it in another area than before."""

    row: int
    resource_id: UUID
    name: str
    from_area: str
    area: str


class Known(NamedTuple):
    """`others`: the name of the thing that each of these rows would turn into another. `alike`: places listed twice.

    `moved`: rows that the list has in another area than before. `homes`: the area of each resource, by its id, when
    the list is done; `contacts` those about resources that move. `surveys`: why these new rows cannot cite theirs.
    """

    others: Mapping[int, str]
    alike: tuple[Alike, ...]
    moved: tuple[MovedRow, ...]
    homes: Mapping[UUID, str]
    contacts: Mapping[UUID, UUID]
    surveys: Mapping[int, Rejected]


async def of_other_lists(context: RequestContext, listed: Mapping[int, ListResource]) -> Mapping[int, Alike]:
    """The rows whose resource another list registered under their reference: they change nothing."""
    async with context.snapshot() as snapshot:
        known = await views.resources_of_ids(snapshot, sorted({command.resource_id for command in listed.values()}))
    found = ((n, known.get(command.resource_id), command.source.list) for n, command in listed.items())
    return {
        n: Alike.of(n, row, same_number=True)
        for n, row, list_ in found
        if row and row.state is not ResourceState.RETIRED and is_of_another_list(list_, row.list)
    }


async def compare(context: RequestContext, listed: Mapping[int, ListResource]) -> Known:
    """Compare rows, by their numbers, with the resources that are registered."""
    ids = {command.resource_id for command in listed.values()}
    municipalities = {command.home.municipality for command in listed.values()}
    keys = {n: place_key(command.details) or comparable(command.details.name) for n, command in listed.items()}
    async with context.snapshot() as snapshot:
        known = await views.resources_of_ids(snapshot, sorted(ids))
        places = await place_views.resources_of_places(snapshot, list(keys.values()), sorted(municipalities))
        moved = tuple(_moved(known, listed))
        contacts = await contact_views.contacts_about_all(snapshot, [one.resource_id for one in moved])
        new = {n: command for n, command in listed.items() if command.resource_id not in known}
        not_cited = await _not_cited(context, snapshot, new)
    others = {
        n: known[command.resource_id].name
        for n, command in listed.items()
        if command.resource_id in known and _is_another(command, known[command.resource_id])
    }
    twice = {n: places[keys[n]] for n in new if keys[n] in places}
    alike = (Alike.of(n, row) for n, row in twice.items() if row.resource_id not in ids and _tells(row, listed[n]))
    homes = {id_: row.area for id_, row in known.items()} | {one.resource_id: one.area for one in moved}
    return Known(others, tuple(alike)[:MOST_ALIKE], moved, homes, contacts, not_cited)


def _tells(row: ResourceRow, command: ListResource) -> bool:
    """Whether it is said that this resource is like a new row. One list may have a name without address twice."""
    return bool(row.place_key) or is_of_another_list(command.source.list, row.list)


async def _not_cited(
    context: RequestContext, snapshot: Snapshot, new: Mapping[int, ListResource]
) -> Mapping[int, Rejected]:
    """The new rows whose survey cannot be cited. A resource that is registered already stays under its survey."""
    wrong: dict[UUID, Rejected] = {}
    for survey_id in {command.source.survey_id for command in new.values() if command.source.survey_id}:
        try:
            check_cited(await snapshot.get(surveys, survey_id), context.territory)
        except Rejected as rejected:
            wrong[survey_id] = rejected
    cited = ((n, command.source.survey_id) for n, command in new.items())
    return {n: wrong[survey_id] for n, survey_id in cited if survey_id in wrong}


def _moved(known: Mapping[UUID, ResourceRow], listed: Mapping[int, ListResource]) -> Iterator[MovedRow]:
    """The rows whose resources the decider will move."""
    for n, command in listed.items():
        row, there = known.get(command.resource_id), command.home.area
        if row is None or row.state is ResourceState.RETIRED:
            continue
        if moves_home(there, row.listed_area, row.area, command.parts):
            yield MovedRow(row=n, resource_id=row.resource_id, name=row.name, from_area=row.area, area=there)


def _is_another(command: ListResource, known: ResourceRow) -> bool:
    """As the decider says it: of another thing than the resource as it is, and than the list said before."""
    location = Location(lat_e7=known.lat_e7, lon_e7=known.lon_e7) if known.lat_e7 is not None else None
    now = identity_of({**{name: getattr(known, name) for name in _TEXTS}, "location": location})
    row = with_telephone(command.details, command.telephone)
    judged = known.state.in_use and not command.same_telephone
    return judged and is_another(row, now) and is_another(row, known.listed or now)


_TEXTS = ("name", "address", "telephone", "provider_name")
