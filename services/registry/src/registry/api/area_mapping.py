"""Routes of the mapping of what an ended area has to its successors (移管の割当て), and of its way back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from shiendomain.area_mappings import AreaMappingRow, area_mappings
from shiendomain.ended_areas import OF_REGISTRY, things_sql
from shiendomain.vocabulary import AreaCode, AreaThing, KindSuccessor, LineOfReason, ThingSuccessor
from shienevents import Snapshot
from shienweb import (
    CITY,
    READERS,
    Answer,
    Body,
    Context,
    FieldError,
    Page,
    Refusal,
    RequestContext,
    Routes,
    WriteResult,
    example,
    judge,
)

from ..decider.area_mapping import MapAreaWork, ReverseMapping
from ..projections import elsewhere, surveys

routes = Routes(tags=["areas"])
_IN_AREAS = "where {} = any($1::uuid[]) and area = any($2::text[])"


class NewMapping(Body):
    """To which successor each kind of thing goes (`kinds`), which things go to another one (`things`), and why.

    With a thing goes what is of it: the needs and the proposals of an issue, the resources of a provider. A dry run
    judges the mapping and writes nothing.
    """

    model_config = example(
        kinds=[
            {"kind": "needs", "successor": "272108-14"},
            {"kind": "resources", "successor": "272108-14"},
        ],
        things=[{"thing_id": "0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f", "successor": "272108-15"}],
        reason="校区の分割による",
    )

    kinds: Annotated[tuple[KindSuccessor, ...], Field(max_length=len(AreaThing))] = ()
    things: Annotated[tuple[ThingSuccessor, ...], Field(max_length=2000)] = ()
    reason: LineOfReason
    dry_run: bool = False


class MappingMistake(Body):
    """Why the mapping is reversed. A dry run judges the reversal and writes nothing."""

    model_config = example(reason="分割の線が改められた")

    reason: LineOfReason
    dry_run: bool = False


class MappingOut(Answer):
    """A mapping of an area. `left_out` are the kinds of which it says nothing; `reversed_for`: why it was reversed."""

    mapping_id: UUID
    area: str
    kinds: tuple[KindSuccessor, ...]
    things: tuple[ThingSuccessor, ...]
    left_out: tuple[AreaThing, ...]
    reason: str
    in_force: bool
    reversed_for: str | None

    @classmethod
    def of(cls, row: AreaMappingRow) -> Self:
        """The answer of a row."""
        return cls(
            mapping_id=row.mapping_id,
            area=row.area,
            kinds=tuple(KindSuccessor(kind=AreaThing.of(kind), successor=to) for kind, to in row.kinds.items()),
            things=tuple(ThingSuccessor(thing_id=UUID(one), successor=to) for one, to in row.things.items()),
            left_out=tuple(kind for kind in AreaThing if kind.value not in row.kinds),
            reason=row.reason,
            in_force=row.in_force,
            reversed_for=row.reversed_for,
        )


@routes.post("/areas/{area}/mappings", may=CITY, status_code=201)
async def map_area_work(area: AreaCode, body: NewMapping, context: Context) -> WriteResult:
    """Map what an ended area has to its successors. Every service moves its own things, from the day of the end on.

    A mapping is in force until it is reversed, and no other one of the area names another successor for the same kind
    or thing. What none of them says anything of stays on the list of work. A thing that is not in the area, or nowhere
    in the territory, is refused (422).
    """
    home = await context.area(area)
    named = {one.successor for one in body.kinds} | {one.successor for one in body.things}
    for successor in sorted(named):
        await context.home(successor)
    within = context.tree.areas_of(home.municipality)
    await _check_known(context, area, body, {code for code in within if context.territory.covers(code)})
    mapping_id = context.new_id()
    command = MapAreaWork(area, mapping_id, body.kinds, body.things, body.reason, within)
    return await (judge(context, command) if body.dry_run else context.execute(command, id=mapping_id))


async def _check_known(context: RequestContext, area: str, body: NewMapping, within: Collection[str]) -> None:
    """Raise `Refusal` with the fields of the things that are in none of these areas, or in another one than `area`.

    One that the named successor has already may be named again, and so may one of which the area has a part. Another
    service's may be unread.
    """
    ids = [one.thing_id for one in body.things]
    async with context.snapshot() as snapshot:
        there = await _areas_of(snapshot, ids, within)
        parts = {of for row in await snapshot.fetch(things_sql(OF_REGISTRY), [area]) for of in row["of"]}
    errors = []
    for n, (one, now) in enumerate((one, there.get(one.thing_id)) for one in body.things):
        if now in (area, one.successor) or (now and one.thing_id in parts):
            continue
        code = "mapping.thing_elsewhere" if now else "mapping.thing_unknown"
        said = context.message(code, area=area, thing=one.thing_id, now=now, name=context.tree.name(now or ""))
        errors.append(FieldError(field=f"things.{n}.thing_id", en=said.en, ja=said.ja))
    if errors:
        raise Refusal(422, "fields.malformed", errors=errors)


async def _areas_of(snapshot: Snapshot, ids: Sequence[UUID], within: Collection[str]) -> Mapping[UUID, str]:
    """The area of each of these things that one of the areas has."""
    areas = list(within)
    own = await snapshot.fetch(things_sql(OF_REGISTRY, by_id=True), ids)
    cited = await snapshot.select(surveys, _IN_AREAS.format("survey_id"), ids, areas)
    others = await snapshot.select(elsewhere, _IN_AREAS.format("thing_id"), ids, areas)
    return (
        {row["id"]: row["area"] for row in own if row["area"] in within}
        | {row.survey_id: row.area for row in cited}
        | {row.thing_id: row.area for row in others}
    )


@routes.post("/areas/{area}/mappings/{mapping_id}/reversal", may=CITY)
async def reverse_mapping(area: AreaCode, mapping_id: UUID, body: MappingMistake, context: Context) -> WriteResult:
    """Reverse a mapping: what it moved, and nobody has moved since, goes back to the area."""
    await context.area(area)
    command = ReverseMapping(area, mapping_id, body.reason)
    return await (judge(context, command) if body.dry_run else context.execute(command, id=mapping_id))


@routes.get("/areas/{area}/mappings", may=READERS)
async def list_mappings(area: AreaCode, context: Context) -> Page[MappingOut]:
    """List the mappings of an area, the last one first."""
    context.must_cover(area if area in context.tree else None, "area.unknown")
    async with context.snapshot() as snapshot:
        rows = await snapshot.select(area_mappings, "where area = $1 order by version desc", area)
    items = tuple(map(MappingOut.of, rows))
    return Page(items=items, position=snapshot.token, stale=snapshot.stale)
