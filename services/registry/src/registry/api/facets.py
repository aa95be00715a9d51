"""How many resources there are of each kind, class, area, state and weekday (facets), of those that a search finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from shiendomain.areas import AreaTree
from shiendomain.rules import Verification, verification_sql
from shiendomain.states import ResourceState
from shiendomain.vocabulary import ServiceClass, SupportKind, Weekday
from shiendomain.words import Word
from shienevents import Snapshot
from shienweb import (
    READERS,
    Answer,
    Condition,
    Context,
    RequestContext,
    Routes,
    fetch_where,
)

from .. import views
from ..projections import resources
from .filters import Asked, Filters

routes = Routes(tags=["resources"])
W = TypeVar("W", bound=Word)


class AreaFacet(Answer):
    """Resources at home in an area and below it; of the area itself that is asked for, only those right there."""

    area: str
    name: str
    resources: int


class Facets(Answer):
    """How many resources a search finds (`resources`), and how many of them are of each kind, class, state and so on.

    One of several kinds or weekdays counts in each; `classes` leaves out those without a class, and `verifications`
    those out of use. `areas` are those asked for and the ones right below them; `elsewhere` serve the area only.
    """

    resources: int
    kinds: dict[SupportKind, int]
    classes: dict[ServiceClass, int]
    states: dict[ResourceState, int]
    verifications: dict[Verification, int]
    weekdays: dict[Weekday, int]
    areas: tuple[AreaFacet, ...]
    elsewhere: int
    position: str
    stale: bool


class Found(NamedTuple):
    """Resources that are the same in one thing that is counted (the others are null), and how many there are."""

    area: str | None
    state: str | None
    stale: bool | None
    service_class: str | None
    kind_bits: int | None
    weekday_bits: int | None
    resources: int


_SETS = "grouping sets ((1), (2, 3), (4), (5), (6))"


@routes.get("/resource-facets", may=READERS)
async def show_resource_facets(context: Context, asked: Asked) -> Facets:
    """Count what the list of resources with the same parameters finds, by kind, class, state, weekday and area."""
    areas = context.areas_within(asked.area)
    async with context.snapshot() as snapshot:
        await views.plan_by_values(snapshot)
        home = await _found(context, snapshot, asked, areas)
        away: Sequence[Found] = []
        if not (asked.home_only or context.tree.are_all(areas)):
            away = await _found(context, snapshot, asked, areas, context.tree.served_with(areas))
    every = [*home, *away]
    bases = (asked.area,) if asked.area else context.territory.given
    return Facets(
        resources=_of_areas(every),
        kinds=_by_bits(SupportKind, ((one.kind_bits, one.resources) for one in every)),
        classes=_by_value(ServiceClass, ((one.service_class, one.resources) for one in every)),
        states=_by_value(ResourceState, ((one.state, one.resources) for one in every)),
        verifications=_verifications(every),
        weekdays=_by_bits(Weekday, ((one.weekday_bits, one.resources) for one in every)),
        areas=_areas(context.tree, bases, home),
        elsewhere=_of_areas(away),
        position=snapshot.token,
        stale=snapshot.stale,
    )


async def _found(
    context: RequestContext,
    snapshot: Snapshot,
    asked: Filters,
    areas: Sequence[str],
    served: tuple[str, ...] | None = None,
) -> Sequence[Found]:
    """What is found, counted: at home in these areas, or (`served`) elsewhere and serving one of those.

    It reads every resource that is found, so it is kept until the views advance.
    """
    key = ("facets", asked, tuple(areas), served, context.day)
    return await snapshot.once(key, lambda: _found_now(context, snapshot, asked, areas, served))


async def _found_now(
    context: RequestContext,
    snapshot: Snapshot,
    asked: Filters,
    areas: Sequence[str],
    served: tuple[str, ...] | None,
) -> Sequence[Found]:
    stale = f"coalesce({verification_sql('{0}::date', '{1}::int')} = {{2}}, false)"
    what = Condition(
        f"area, state, {stale}, service_class, kind_bits, weekday_bits, count(*)",
        context.day,
        context.settings.stale_after_days,
        Verification.STALE,
    )
    home = Condition("area = any({})", list(areas))
    away = Condition("service_areas && {} and area <> all({})", list(served or ()), list(areas))
    where = [home if served is None else away, *asked.conditions(context)]
    records = await fetch_where(snapshot, resources, what, asked.columns, where=where, group_by=_SETS)
    return [Found(*record) for record in records]


def _of_areas(every: Sequence[Found]) -> int:
    """How many there are: each has one area."""
    return sum(one.resources for one in every if one.area is not None)


def _by_value(words: Iterable[W], counts: Iterable[tuple[str | None, int]]) -> dict[W, int]:
    """The sum for each word of a list, in its order."""
    found: Counter[str | None] = Counter()
    for value, n in counts:
        found[value] += n
    return {word: found[word.value] for word in words}


def _by_bits(words: Iterable[W], counts: Iterable[tuple[int | None, int]]) -> dict[W, int]:
    """The sum for each word of a list, of numbers of which bit n stands for the nth word."""
    known = [(bits, n) for bits, n in counts if bits]
    return {word: sum(n for bits, n in known if bits >> nth & 1) for nth, word in enumerate(words)}


def _verifications(every: Sequence[Found]) -> dict[Verification, int]:
    """Resources in use by how far their listing can be relied on, as `rules.verification` says it."""
    found = dict.fromkeys(Verification, 0)
    fresh = {ResourceState.VERIFIED.value: Verification.FRESH, ResourceState.REGISTERED.value: Verification.UNVERIFIED}
    for one in every:
        if one.state in fresh:
            found[Verification.STALE if one.stale else fresh[one.state]] += one.resources
    return found


def _areas(tree: AreaTree, bases: Sequence[str], home: Sequence[Found]) -> tuple[AreaFacet, ...]:
    """The areas asked for and those right below, each with what is at home in it and below."""
    branch = {code: base for base in bases for code in tree.subtree(base) or (base,)}
    for base in bases:
        branch |= {code: child for child in tree.children(base) for code in tree.subtree(child)}
        branch[base] = base
    counts: Counter[str] = Counter()
    for one in home:
        if one.area is not None:
            counts[branch.get(one.area, one.area)] += one.resources
    shown = dict.fromkeys(one for base in bases for one in (base, *tree.children(base)))
    return tuple(AreaFacet(area=code, name=tree.name(code), resources=counts[code]) for code in shown)
