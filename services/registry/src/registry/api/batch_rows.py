"""The rows of a list, in the body of a batch and as commands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Annotated, Any
from uuid import UUID, uuid5

from pydantic import Field, StringConstraints

from shiendomain.days import today
from shiendomain.moves import Move
from shiendomain.vocabulary import AreaCode, Reference
from shienevents import Home, NotFound, Rejected
from shienweb import Body, FieldError, Message, RequestContext, example

from .. import mistake_views
from ..contact_contents import numbers
from ..decider import area as areas
from ..decider.listed import LISTED_ANEW, LISTED_ELSEWHERE
from ..decider.resource import faults_of
from ..decider.resource_commands import ListResource
from ..listed_contacts import ListedContacts, contact_of
from .area import NewArea, path_of
from .batch_known import MOST_ALIKE, Alike, MovedRow, compare, of_other_lists
from .contact import keep_days
from .listing import GivenSource, Listing
from .provider import NewProvider
from .seen import providers_seen

MOST_ROWS = 10_000
_ROWS = UUID("0b8f7a0e-5c55-5a3c-9d0a-6b1f2f0e7c31")
"""The namespace of the ids of listed rows. It must never change."""
NO_ROWS = Message("at least one row is expected", "少なくとも 1 行を指定してください")
_TOO_MANY_ROWS = Message(f"at most {MOST_ROWS} rows are expected", f"{MOST_ROWS} 行以内で送ってください")

RowReference = Annotated[Reference, StringConstraints(min_length=1)]


class ProviderInList(NewProvider):
    """A provider, and the id its row has in the list."""

    model_config = example(area="272108-03", name="東校区社会福祉協議会", kind="shakyo", reference="provider-5")

    reference: RowReference


class SourceOfRow(GivenSource):
    """Where the row comes from. Its id is made from the reference, which therefore may not be empty."""

    reference: RowReference


class ResourceInList(Body):
    """A resource; `provider_reference` names a provider of this list or of one sent before."""

    area: AreaCode
    details: Listing
    source: SourceOfRow
    provider_reference: Reference = ""


class Batch(Body):
    """Up to 10,000 rows. An area comes before the rows within it. A dry run checks and counts, and writes nothing."""

    model_config = example(
        resources=[
            {
                "area": "272108-03",
                "details": {"name": "ふれあいサロン", "support_kinds": ["salon"]},
                "source": {"kind": "import", "reference": "salon-17"},
            }
        ],
        dry_run=True,
    )

    areas: Annotated[tuple[NewArea, ...], Field(max_length=MOST_ROWS)] = ()
    providers: Annotated[tuple[ProviderInList, ...], Field(max_length=MOST_ROWS)] = ()
    resources: Annotated[tuple[ResourceInList, ...], Field(max_length=MOST_ROWS)] = ()
    dry_run: bool = False


def row_id(municipality: str, kind: str, reference: str) -> UUID:
    """The id of a row of a list: the same whenever it is sent."""
    return uuid5(_ROWS, f"{municipality}\n{kind}\n{reference}")


def body_error(message: Message) -> FieldError:
    """The error of the body as a whole."""
    return FieldError(field="body", en=message.en, ja=message.ja)


class BatchRows:
    """The rows of a batch as commands. What is wrong with them is collected in `faults`; `alike` are places twice,
    `contacts` the telephone numbers."""

    def __init__(self, body: Batch, context: RequestContext) -> None:
        self._body = body
        self._context = context
        self._homes: dict[str, Home | Rejected] = {}  # by area; or why nothing can be recorded there
        self._served: dict[str, Home | Rejected] = {}  # the same of the areas that are served
        self._new: dict[str, tuple[str, tuple[str, ...]]] = {}  # areas of the batch: municipality, path
        self._providers: set[UUID] = set()
        self.faults: list[FieldError] = []
        self.alike: tuple[Alike, ...] = ()
        self.moved: tuple[MovedRow, ...] = ()
        self._parts_of = cache(context.tree.parts)
        self.contacts = ListedContacts((), {}, "")

    async def commands(self) -> Sequence[tuple[object, Home]]:
        """The commands, each with the home of its row."""
        body = self._body
        if len(body.areas) + len(body.providers) + len(body.resources) > MOST_ROWS:
            self.faults.append(body_error(_TOO_MANY_ROWS))
            return []
        await self._load_homes()
        found = [*self._areas(), *self._provider_rows()]
        known = await self._known_providers()
        listed = dict(self._resources(known))
        others = await of_other_lists(self._context, listed)
        own = {n: row for n, row in listed.items() if n not in others}
        contacts = await self._contacts(own.values())
        own = {n: contacts.compared(row) for n, row in own.items()}
        what = await compare(self._context, own)
        for n, name in what.others.items():
            self._fault(f"resources.{n}.source.reference", Rejected("batch.another_thing", name=name))
        for n, rejected in what.surveys.items():
            self._fault(f"resources.{n}.source.survey_id", rejected)
        self.alike, self.moved = (*others.values(), *what.alike)[:MOST_ALIKE], what.moved
        until = today() + timedelta(days=keep_days(self._context))
        rows = ((command, command.home) for command in (listed | own).values())
        return [
            *found,
            *rows,
            *contacts.commands(until, today(), what.homes),
            *contacts.moving(what.contacts, self.moves()),
        ]

    def moves(self) -> Mapping[UUID, tuple[Move, Home]]:
        """The moves of the resources that the list has in another area than before, by their id."""
        found = {}
        for one in self.moved:
            home = self._homes[one.area]
            if isinstance(home, Home):
                within = self._context.tree.areas_of(home.municipality)
                found[one.resource_id] = Move(one.area, within, LISTED_ELSEWHERE), home
        return found

    async def _contacts(self, listed: Collection[ListResource]) -> ListedContacts:
        """The telephone numbers of the rows, which go to the contacts and never into an event."""
        kept = await numbers(self._context.service, [contact_of(row.resource_id) for row in listed])
        self.contacts = ListedContacts(listed, kept, str(self._context.principal.actor))
        return self.contacts

    async def _load_homes(self) -> None:
        body = self._body
        homes = {row.area for row in body.providers} | {row.area for row in body.resources}
        named = {code for row in body.areas for code in (row.area, row.parent) if code} - homes
        self._homes = {**await self._loaded(homes), **await self._loaded(named, day=date.max)}
        served = {area for row in body.resources for area in row.details.service_areas}
        self._served = await self._loaded(served, of_city=True)

    async def _loaded(self, codes: Collection[str], **how: Any) -> dict[str, Home | Rejected]:
        found: dict[str, Home | Rejected] = {}
        for code in sorted(codes):
            try:
                found[code] = await self._context.home(code, **how)
            except Rejected as rejected:
                found[code] = rejected
        return found

    def _fault(self, field: str, rejected: Rejected) -> None:
        message = self._context.message(rejected.code, **rejected.facts)
        self.faults.append(FieldError(field=field, en=message.en, ja=message.ja))

    def _home(self, area: str, field: str, homes: Mapping[str, Home | Rejected] | None = None) -> Home | None:
        """The home of a row: an area of this batch, or one of the territory that has not ended."""
        if area in self._new:
            return Home(self._new[area][0], area)
        home = (homes or self._homes)[area]
        if isinstance(home, Rejected):
            self._fault(field, home)
            return None
        return home

    def _areas(self) -> Iterator[tuple[object, Home]]:
        for n, row in enumerate(self._body.areas):
            field = f"areas.{n}.area"
            command = self._area(row, n)
            if command is None:
                continue
            if row.area in self._new:
                self._fault(field, Rejected("batch.row_twice"))
                continue
            try:
                areas.decide(command, areas.Area())
            except Rejected as rejected:
                self._fault(field, rejected)
                continue
            self._new[row.area] = (command.home.municipality, (row.area, *command.parent_path))
            yield command, command.home

    def _area(self, row: NewArea, n: int) -> areas.DefineArea | None:
        """The definition of an area of the territory, or of a new one below such an area."""
        known = self._context.tree.areas.get(row.area)
        if row.parent and not self._is_own_code(row, n):
            return None
        if (row.parent is None or known) and not self._context.territory.covers(row.area):
            self._fault(f"areas.{n}.area", NotFound("area.unknown"))
            return None
        if known and known.closed_on:
            self._fault(f"areas.{n}.area", areas.ended(row.area, known.successors))
            return None
        row = row.model_copy(update={"reason": row.reason or LISTED_ANEW})
        if row.parent is None:
            return row.command(row.area, (), ())
        home = self._home(row.parent, f"areas.{n}.parent")
        if home is None:
            return None
        parents = {code: next(iter(path[1:]), None) for code, (_, path) in self._new.items()}
        reached = self._context.tree.leads_to(row.parent, parents)
        return row.command(home.municipality, self._above(row.parent), reached)

    def _above(self, parent: str) -> tuple[str, ...]:
        """The parent and its ancestors, nearest first."""
        return self._new[parent][1] if parent in self._new else path_of(self._context.tree, parent)

    def _is_own_code(self, row: NewArea, n: int) -> bool:
        """Whether the code is not another municipality's, which is judged before it is looked up."""
        parent = row.parent or ""
        if parent not in self._new and not self._context.territory.covers(parent):
            return True  # the parent is refused as unknown, whoever's it is
        municipality = self._municipality(parent) or parent
        above = self._above(parent)
        try:
            areas.check_own_code(row.command(municipality, above, ()))
        except Rejected as rejected:
            self._fault(f"areas.{n}.area", rejected)
            return False
        return True

    def _provider_rows(self) -> Iterator[tuple[object, Home]]:
        for n, row in enumerate(self._body.providers):
            home = self._home(row.area, f"providers.{n}.area")
            if home is None:
                continue
            provider_id = row_id(home.municipality, "provider", row.reference)
            if provider_id in self._providers:
                self._fault(f"providers.{n}.reference", Rejected("batch.row_twice"))
                continue
            self._providers.add(provider_id)
            yield row.command(provider_id, home), home

    async def _known_providers(self) -> Mapping[UUID, UUID | None]:
        """The providers of the territory that the resources name, by the view; the other one, of one recorded twice."""
        named = {row.details.provider_id for row in self._body.resources if row.details.provider_id}
        for row in self._body.resources:
            if row.provider_reference and (municipality := self._municipality(row.area)):
                named.add(row_id(municipality, "provider", row.provider_reference))
        if not named:
            return {}
        async with self._context.snapshot() as snapshot:
            known = await providers_seen(self._context, snapshot, named)
            return {**await mistake_views.withdrawn_providers(snapshot, sorted(named)), **{one: one for one in known}}

    def _municipality(self, area: str) -> str | None:
        return self._new[area][0] if area in self._new else self._context.tree.municipality(area)

    def _resources(self, known: Mapping[UUID, UUID | None]) -> Iterator[tuple[int, ListResource]]:
        seen: set[UUID] = set()
        for n, row in enumerate(self._body.resources):
            home = self._home(row.area, f"resources.{n}.area")
            if home is None:
                continue
            resource_id = row_id(home.municipality, "resource", row.source.reference)
            if resource_id in seen:
                self._fault(f"resources.{n}.source.reference", Rejected("batch.row_twice"))
            seen.add(resource_id)
            for m, area in enumerate(row.details.service_areas):
                self._home(area, f"resources.{n}.details.service_areas.{m}", self._served)
            details = row.details.details(row.area, self._provider(row, n, home, known))
            telephone, details = details.telephone, details.model_copy(update={"telephone": ""})
            parts = self._parts_of(home.area)
            source, day = row.source.source(), self._context.occurred_on
            for name, rejected in faults_of(details, day):
                self._fault(f"resources.{n}.details.{name}", rejected)
            yield n, ListResource(resource_id, home, details, source, telephone, parts=parts, today=day)

    def _provider(self, row: ResourceInList, n: int, home: Home, known: Mapping[UUID, UUID | None]) -> UUID | None:
        field, provider_id = f"resources.{n}.details.provider_id", row.details.provider_id
        if row.provider_reference:
            field = f"resources.{n}.provider_reference"
            provider_id = row_id(home.municipality, "provider", row.provider_reference)
        if provider_id and provider_id in known:
            return known[provider_id]
        if provider_id and provider_id not in self._providers:
            self._fault(field, NotFound("provider.unknown"))
        return provider_id
