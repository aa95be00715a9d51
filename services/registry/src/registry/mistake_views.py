"""What is read about records that are a mistake: what stands on them, and what becomes of what names them.

While something stands on a record, it is not taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from shiendomain.mistakes import Ground
from shiendomain.states import ContactState, InformationState, ResourceState
from shienevents import Snapshot

from .projections import resources, withdrawn

_THERE = f"state <> '{ResourceState.RETIRED}'"
_CONTACTS = (
    f"select '{Ground.CONTACTS}', count(*) from contacts where subject_id = $1 and state = '{ContactState.KEPT}'"
)
_INFORMATION = f"""select '{Ground.INFORMATION}', count(*) from information
    where state <> '{InformationState.WITHDRAWN}' and ($1 = any(to_councils || to_bodies) or from_council = $1)"""

POST = f"select '{Ground.SUCCESSIONS}', count(*) from coordinators where successor_id = $1"
VENUE = _CONTACTS
RAISED = f"""
    select '{Ground.PROPOSALS}', coalesce(sum(proposals), 0)::bigint from named where record_id = $1
    union all select '{Ground.ISSUES}', count(*) from issue_councils where council_id = $1"""
"""What was put before a council, or proposed by it."""
COUNCIL = f"""
    select '{Ground.MEETINGS}', count(*) from council_meetings where council_id = $1 and not withdrawn
    union all {RAISED}
    union all {_INFORMATION} union all {_CONTACTS}"""
TWICE = f"""
    select '{Ground.COUNCILS}', count(*) from councils where history::text like '%' || $1::uuid::text || '%'
    union all {_INFORMATION} union all {_CONTACTS}"""
"""What stands on a provider that was registered twice: its resources, and its services, are those of the other one."""
PROVIDER = f"""
    select '{Ground.RESOURCES}', count(*) from resources
     where provider_id = $1 and {_THERE}
    union all select '{Ground.SERVICES}', coalesce(sum(services), 0)::bigint from named where record_id = $1
    union all {TWICE}"""


async def standing(snapshot: Snapshot, on: str, id_: UUID) -> Mapping[Ground, int]:
    """How many things of each kind stand on the record with this id. `on`: one of the queries of this module."""
    counts = {record[0]: record[1] for record in await snapshot.fetch(on, id_)}
    return {ground: counts[ground.value] for ground in Ground if ground.value in counts}


async def withdrawn_providers(snapshot: Snapshot, ids: Sequence[UUID]) -> Mapping[UUID, UUID | None]:
    """Those of these providers that were recorded by mistake, each with the one that it really is, if any."""
    found = await snapshot.select(withdrawn, "where record_id = any($1::uuid[])", list(ids))
    return {row.record_id: row.same_as for row in found}


async def resources_of_provider(snapshot: Snapshot, provider_id: UUID) -> Sequence[UUID]:
    """The ids of the resources of a provider that are not retired."""
    found = await snapshot.select(resources, f"where provider_id = $1 and {_THERE} order by 1", provider_id)
    return [row.resource_id for row in found]
