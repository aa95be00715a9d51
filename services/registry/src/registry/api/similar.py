"""Routes of resources and providers that are like one about to be registered, so that nothing is registered twice."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from shiendomain.vocabulary import Resemblance
from shienweb import KEEPERS, PROVIDER_KEEPERS, Context, Page, Routes

from .. import views
from ..similar import Sought, likeness, likeness_of_provider
from .listing import ResourceOut
from .near import Near, point_of
from .provider import ProviderOut

routes = Routes(tags=["duplicates"])
_SHOWN = 10

Given = Annotated[str, Query(max_length=300)]
GivenName = Annotated[str, Query(min_length=1, max_length=200, description="The name, however it is written")]


class SimilarResource(ResourceOut):
    """A resource, with how like it is (0 to 100 points), and in what.

    `identical`: it has the same name and address, so another one is registered only as `not_the_same_as` this one.
    """

    score: int
    reasons: tuple[Resemblance, ...]
    identical: bool


class SimilarProvider(ProviderOut):
    """A provider, with how like it is (0 to 100 points), and in what.

    `identical`: it has the same name or corporate number, so another one of this name is registered only as
    `not_the_same_as` this one, and another one of this number not at all.
    """

    score: int
    reasons: tuple[Resemblance, ...]
    identical: bool


@routes.get("/similar-resources", may=KEEPERS)
async def show_similar_resources(
    context: Context, name: GivenName, address: Given = "", near: Near = None
) -> Page[SimilarResource]:
    """Resources like one about to be registered, the most alike first: at home in the territory, or serving it.

    Retired ones are not shown. One found to be the same is revised or resumed instead of being registered again.
    """
    sought = Sought.of(name, address, point=point_of(near))
    codes = context.territory.codes
    async with context.snapshot() as snapshot:
        rows = await views.resources_alike(snapshot, sought, codes, context.tree.served_with(codes))
        scored = sorted(((*likeness(sought, row), row) for row in rows), key=lambda one: (-one[0], one[2].resource_id))
        found = [one for one in scored if one[1]][:_SHOWN]
        named = await views.with_provider_names(snapshot, [row for *_, row in found])
    items = tuple(
        SimilarResource(
            **vars(ResourceOut.of(row)),
            score=score,
            reasons=reasons,
            identical=bool(sought.place_key) and sought.place_key == row.place_key,
        )
        for row, (score, reasons, _) in zip(named, found, strict=True)
    )
    return Page(items=items, position=snapshot.token, stale=snapshot.stale)


@routes.get("/similar-providers", may=PROVIDER_KEEPERS)
async def show_similar_providers(
    context: Context, name: GivenName, corporate_number: Annotated[str, Query(max_length=13)] = ""
) -> Page[SimilarProvider]:
    """Providers like one about to be registered, the most alike first. One found to be the same is used or revised."""
    sought = Sought.of(name, number=corporate_number)
    async with context.snapshot() as snapshot:
        rows = await views.providers_alike(snapshot, sought, context.territory.codes)
    scored = ((*likeness_of_provider(sought, row), row) for row in rows)
    found = sorted((one for one in scored if one[1]), key=lambda one: (-one[0], one[2].provider_id))[:_SHOWN]
    items = tuple(
        SimilarProvider(
            **vars(ProviderOut.of(row)),
            score=score,
            reasons=reasons,
            identical=bool({Resemblance.SAME_NAME, Resemblance.SAME_NUMBER} & set(reasons)),
        )
        for score, reasons, row in found
    )
    return Page(items=items, position=snapshot.token, stale=snapshot.stale)
