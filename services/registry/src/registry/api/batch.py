"""Registering the rows of a list together: all of them, or none. Safe to repeat.

A row's id comes of its municipality and its reference in the list. So a row sent again is no change, or a revision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field, StringConstraints

from shiendomain.registry import BatchRegistered, ResourceSource
from shiendomain.vocabulary import AreaCode, Line
from shienevents import Append, Home, Rejected
from shienweb import MESSAGES, Answer, Ask, Asking, Body, FieldError, Refusal, Routes, example

from .. import views
from ..decider import area as areas
from ..decider.batch import NoteBatch
from ..decider.resource import ListResource
from .area import NewArea
from .listing import Listing
from .provider import NewProvider

routes = Routes("registry", tags=["resources"])
routes.takes("POST", "/resource-batches", 32 * 1024 * 1024)

MOST_ROWS = 10_000
_ROWS = UUID("0b8f7a0e-5c55-5a3c-9d0a-6b1f2f0e7c31")
"""The namespace of the ids of listed rows; never to change."""

Reference = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class ProviderInList(NewProvider):
    """A provider, and the id its row has in the list."""

    model_config = example(area="272108-03", name="東校区社会福祉協議会", kind="shakyo", reference="provider-5")

    reference: Reference


class SourceOfRow(ResourceSource):
    """Where the row comes from; its reference makes its id, so it may not be empty."""

    reference: Reference


class ResourceInList(Body):
    """A resource; `provider_reference` names a provider of this list or of one sent before."""

    area: AreaCode
    details: Listing
    source: SourceOfRow
    provider_reference: Line = ""


class Batch(Body):
    """Up to 10,000 rows. Areas come before what lies in them. A dry run checks and counts, and writes nothing."""

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


class BatchDone(Answer):
    """How many rows were new, revised, or already so; and the position to wait for (empty: nothing was written)."""

    id: str
    new: int
    revised: int
    unchanged: int
    dry_run: bool
    position: str


class DryRun(Exception):
    """Ends a dry run where its counts are known and nothing is written yet."""

    def __init__(self, note: NoteBatch) -> None:
        super().__init__()
        self.note = note


def row_id(municipality: str, kind: str, reference: str) -> UUID:
    """The id of a row of a list: the same whenever it is sent."""
    return uuid5(_ROWS, f"{municipality}\n{kind}\n{reference}")


@routes.post("/resource-batches", status_code=201)
async def register_batch(body: Batch, ask: Ask) -> BatchDone:
    """Register areas, providers and resources of a list together, or none of them; each fault names its row."""
    reading = Reading(body, ask)
    commands = await reading.commands()
    if reading.faults or not commands:
        raise Refusal(422, "fields.malformed", errors=reading.faults or [none_given()])
    batch_id = ask.new_id()
    note = noting(batch_id, commands, dry_run=body.dry_run)
    try:
        done = await ask.do_together([command for command, _ in commands], id=batch_id, summary=note)
    except DryRun as dry:
        said = dry.note
        return BatchDone(id="", new=said.new, revised=said.revised, unchanged=said.unchanged, dry_run=True, position="")
    counts = await counts_of(ask, batch_id)
    return BatchDone(
        id=str(batch_id),
        new=counts.new if counts else 0,
        revised=counts.revised if counts else 0,
        unchanged=counts.unchanged if counts else len(commands),
        dry_run=False,
        position=done.position,
    )


def noting(
    batch_id: UUID, commands: Sequence[tuple[object, Home]], *, dry_run: bool
) -> Callable[[Sequence[Append]], NoteBatch]:
    """What makes the note of a batch from what its rows will write."""

    def note(appends: Sequence[Append]) -> NoteBatch:
        new = sum(append.expected == 0 for append in appends)
        told = NoteBatch(batch_id, commands[0][1], new, len(appends) - new, len(commands) - len(appends))
        if dry_run:
            raise DryRun(told)
        return told

    return note


async def counts_of(ask: Asking, batch_id: UUID) -> BatchRegistered | None:
    """The counts as they were noted, by this request or by the first of its kind; `None`: nothing was new."""
    loaded = await ask.service.store.load(f"batch-{batch_id}")
    found = [ask.service.types.parse(wire, data) for wire, data in loaded.events]
    return next((event for event in found if isinstance(event, BatchRegistered)), None)


def none_given() -> FieldError:
    """What a batch without rows is told."""
    return FieldError(field="body", en="at least one row is expected", ja="少なくとも 1 行を指定してください")


class Reading:
    """A batch as it becomes commands. What is wrong with its rows is collected in `faults`."""

    def __init__(self, body: Batch, ask: Asking) -> None:
        self._body = body
        self._ask = ask
        self._new: dict[str, tuple[str, tuple[str, ...]]] = {}  # areas of the batch: municipality, path
        self._providers: dict[UUID, None] = {}
        self.faults: list[FieldError] = []

    async def commands(self) -> Sequence[tuple[object, Home]]:
        """The commands, each with the home of its row."""
        rows = len(self._body.areas) + len(self._body.providers) + len(self._body.resources)
        if rows > MOST_ROWS:
            self.faults.append(
                FieldError(
                    field="body", en=f"at most {MOST_ROWS} rows are expected", ja=f"{MOST_ROWS} 行以内で送ってください"
                )
            )
            return []
        found = [*self._areas(), *self._provider_rows()]
        known = await self._known_providers()
        return [*found, *self._resources(known)]

    def _fault(self, field: str, code: str) -> None:
        message = MESSAGES[code].about({})
        self.faults.append(FieldError(field=field, en=message.en, ja=message.ja))

    def _home(self, area: str, field: str) -> Home | None:
        """Where a row is born; an area of this batch, or one of the territory that is open."""
        if area in self._new:
            return Home(self._new[area][0], area)
        node = self._ask.tree.areas.get(area)
        if node is None or not self._ask.territory.covers(area):
            self._fault(field, "area.unknown")
            return None
        if node.closed_on is not None:
            self._fault(field, "area.reorganized")
            return None
        return Home(node.municipality, area)

    def _areas(self) -> Iterator[tuple[object, Home]]:
        for n, row in enumerate(self._body.areas):
            field = f"areas.{n}.area"
            command = self._area(row, n)
            if command is None:
                continue
            if row.area in self._new:
                self._fault(field, "batch.row_twice")
                continue
            try:
                areas.decide(command, areas.Area())
            except Rejected as no:
                self._fault(field, no.code)
                continue
            self._new[row.area] = (command.home.municipality, (row.area, *command.parent_path))
            yield command, command.home

    def _area(self, row: NewArea, n: int) -> areas.DefineArea | None:
        """The definition of an area of the territory, or of a new one below such an area."""
        known = self._ask.tree.areas.get(row.area)
        if (row.parent is None or known) and not self._ask.territory.covers(row.area):
            self._fault(f"areas.{n}.area", "area.unknown")
            return None
        if known and known.closed_on:
            self._fault(f"areas.{n}.area", "area.reorganized")
            return None
        if row.parent is None:
            return row.command(row.area, ())
        home = self._home(row.parent, f"areas.{n}.parent")
        if home is None:
            return None
        above = self._new[row.parent][1] if row.parent in self._new else self._path(row.parent)
        return row.command(home.municipality, above)

    def _path(self, area: str) -> tuple[str, ...]:
        return (area, *self._ask.tree.ancestors(area))

    def _provider_rows(self) -> Iterator[tuple[object, Home]]:
        for n, row in enumerate(self._body.providers):
            home = self._home(row.area, f"providers.{n}.area")
            if home is None:
                continue
            provider_id = row_id(home.municipality, "provider", row.reference)
            if provider_id in self._providers:
                self._fault(f"providers.{n}.reference", "batch.row_twice")
                continue
            self._providers[provider_id] = None
            yield row.command(provider_id, home), home

    async def _known_providers(self) -> set[UUID]:
        """The providers the resources name that are the asker's, by the view."""
        named = {row.details.provider_id for row in self._body.resources if row.details.provider_id}
        for row in self._body.resources:
            municipality = self._municipality(row.area)
            if row.provider_reference and municipality:
                named.add(row_id(municipality, "provider", row.provider_reference))
        if not named:
            return set()
        async with self._ask.snapshot() as seen:
            return await views.providers_within(seen, sorted(named), self._ask.territory.codes)

    def _municipality(self, area: str) -> str | None:
        return self._new[area][0] if area in self._new else self._ask.tree.municipality(area)

    def _resources(self, known: set[UUID]) -> Iterator[tuple[object, Home]]:
        met: set[UUID] = set()
        for n, row in enumerate(self._body.resources):
            home = self._home(row.area, f"resources.{n}.area")
            if home is None:
                continue
            resource_id = row_id(home.municipality, "resource", row.source.reference)
            if resource_id in met:
                self._fault(f"resources.{n}.source.reference", "batch.row_twice")
            met.add(resource_id)
            for m, area in enumerate(row.details.service_areas):
                self._home(area, f"resources.{n}.details.service_areas.{m}")
            details = row.details.details(row.area, self._provider(row, n, home, known))
            source = ResourceSource(kind=row.source.kind, reference=row.source.reference)
            yield ListResource(resource_id, home, details, source), home

    def _provider(self, row: ResourceInList, n: int, home: Home, known: set[UUID]) -> UUID | None:
        place, provider_id = f"resources.{n}.details.provider_id", row.details.provider_id
        if row.provider_reference:
            place = f"resources.{n}.provider_reference"
            provider_id = row_id(home.municipality, "provider", row.provider_reference)
        if provider_id and provider_id not in known and provider_id not in self._providers:
            self._fault(place, "provider.unknown")
        return provider_id
