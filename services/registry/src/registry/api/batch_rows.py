"""The rows of a list, in the body of a batch and as commands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field, StringConstraints

from shiendomain.days import today
from shiendomain.moves import Move
from shiendomain.vocabulary import AreaCode, Reference
from shienevents import Home, NotFound, Rejected
from shienweb import Body, FieldError, Message, RequestContext, example, row_error

from .. import mistake_views
from ..contact_contents import numbers
from ..decider.listed import LISTED_ELSEWHERE
from ..decider.resource import faults_of
from ..decider.resource_commands import ListResource
from ..listed_contacts import ListedContacts, contact_of
from .area import NewArea
from .batch_areas import BatchAreas
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
    `contacts` the telephone numbers. `fields`: by the id of an area, a provider or a resource, the field of its row."""

    def __init__(self, body: Batch, context: RequestContext) -> None:
        self._body = body
        self._context = context
        self.faults: list[FieldError] = []
        self._areas = BatchAreas(body.areas, context, self.faults)
        self._providers: set[UUID] = set()
        self.fields = {row.area: f"areas.{n}" for n, row in enumerate(body.areas)}
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
        await self._areas.load(
            {row.area for row in body.providers} | {row.area for row in body.resources},
            {area for row in body.resources for area in row.details.service_areas},
        )
        found = [*self._areas.commands(), *self._provider_rows()]
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
            if home := self._areas.known_home(one.area):
                within = self._context.tree.areas_of(home.municipality)
                found[one.resource_id] = Move(one.area, within, LISTED_ELSEWHERE), home
        return found

    async def _contacts(self, listed: Collection[ListResource]) -> ListedContacts:
        """The telephone numbers of the rows, which go to the contacts and never into an event."""
        kept = await numbers(self._context.service, [contact_of(row.resource_id) for row in listed])
        self.contacts = ListedContacts(listed, kept, str(self._context.principal.actor))
        return self.contacts

    def _fault(self, field: str, rejected: Rejected) -> None:
        self.faults.append(row_error(self._context, field, rejected))

    def _provider_rows(self) -> Iterator[tuple[object, Home]]:
        for n, row in enumerate(self._body.providers):
            home = self._areas.home(row.area, f"providers.{n}.area")
            if home is None:
                continue
            provider_id = row_id(home.municipality, "provider", row.reference)
            if provider_id in self._providers:
                self._fault(f"providers.{n}.reference", Rejected("batch.row_twice"))
                continue
            self._providers.add(provider_id)
            self.fields[str(provider_id)] = f"providers.{n}"
            yield row.command(provider_id, home), home

    async def _known_providers(self) -> Mapping[UUID, UUID | None]:
        """The providers of the territory that the resources name, by the view; the other one, of one recorded twice."""
        named = {row.details.provider_id for row in self._body.resources if row.details.provider_id}
        for row in self._body.resources:
            if row.provider_reference and (municipality := self._areas.municipality(row.area)):
                named.add(row_id(municipality, "provider", row.provider_reference))
        if not named:
            return {}
        async with self._context.snapshot() as snapshot:
            known = await providers_seen(self._context, snapshot, named)
            return {**await mistake_views.withdrawn_providers(snapshot, sorted(named)), **{one: one for one in known}}

    def _resources(self, known: Mapping[UUID, UUID | None]) -> Iterator[tuple[int, ListResource]]:
        seen: set[UUID] = set()
        for n, row in enumerate(self._body.resources):
            home = self._areas.home(row.area, f"resources.{n}.area")
            if home is None:
                continue
            resource_id = row_id(home.municipality, "resource", row.source.reference)
            if resource_id in seen:
                self._fault(f"resources.{n}.source.reference", Rejected("batch.row_twice"))
            seen.add(resource_id)
            self.fields[str(resource_id)] = f"resources.{n}"
            for m, area in enumerate(row.details.service_areas):
                self._areas.serve(area, f"resources.{n}.details.service_areas.{m}")
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
