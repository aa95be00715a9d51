"""What is registered already at the places that a list names, found for thousands of rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shienevents import Snapshot

from .projections import ResourceRow, resources
from .views import IN_USE, plan_by_values

OF_PLACES = """where resource_id = any(array(
        select place.resource_id from unnest($1::text[]) key,
          lateral (select resource_id from resources where place_key = key offset 0) place
        union all
        select named.resource_id from unnest($1::text[]) key,
          lateral (select resource_id from resources
                    where name_key = key and address_key = '' and list <> '' offset 0) named))
      and state = any($2::text[])
      and area in (select area from areas where municipality = any($3::text[]))"""
"""Each key is looked up by itself (`offset 0`): of a table that has grown since it was analysed Postgres believes that
thousands of keys are most of it, and would read all of it for each part of a list."""


async def resources_of_places(
    snapshot: Snapshot, keys: Sequence[str], municipalities: Sequence[str]
) -> Mapping[str, ResourceRow]:
    """The resources in use of these municipalities by place key, or by name if a list has one without address."""
    await plan_by_values(snapshot)
    found = await snapshot.select(resources, OF_PLACES, list(keys), IN_USE, list(municipalities))
    return {row.place_key or row.name_key: row for row in found}
