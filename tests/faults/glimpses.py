"""Promise 4 under load: at any moment one snapshot shows positions, rows and reactions that belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from shienevents import Positions, StoreSource, replay

from .check_reactions import REACTIONS, difference
from .check_views import stores
from .complaints import Complaint, complain
from .deployment import SERVICES, SHARDS, TYPES, Deployment
from .history import Kept, newest_positions
from .rig import one_snapshot


@dataclass(frozen=True)
class Glimpse:
    """What one snapshot of a service showed while it worked."""

    service: str
    positions: Positions
    digests: dict[str, str]
    heads: list[int]
    refusals: list[tuple[str, UUID]]


async def look(deployment: Deployment, service: str) -> Glimpse | None:
    """One glimpse; none while the database is away or no view is made yet."""
    try:
        async with one_snapshot(deployment.checker_dsns[service]) as connection:
            positions = Positions.decode(await newest_positions(connection))
            digests = {view.name: await _digest(connection, view.name) for view in SERVICES[service].views}
            heads = [0] * SHARDS
            for shard, seq in await connection.fetch("select shard, max(seq) from events group by shard"):
                heads[shard] = seq
            refusals = await connection.fetch("select reaction, event_id from refusals")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        return None
    return Glimpse(service, positions, digests, heads, [(row[0], row[1]) for row in refusals])


async def _digest(connection: asyncpg.Connection[asyncpg.Record], view: str) -> str:
    return str(
        await connection.fetchval(
            "select encode(sha256(coalesce(string_agg(row_digest, ''::bytea order by row_digest), ''::bytea)), 'hex') "
            f"from views.{view}"
        )
    )


async def check_glimpse(deployment: Deployment, glimpse: Glimpse, kept: Mapping[str, Kept]) -> list[Complaint]:
    """The digests are those of a replay up to the positions, and what was heard up to there is answered, no more."""
    service = glimpse.service
    async with stores(deployment) as found:
        again = await replay(TYPES, SERVICES[service].views, [StoreSource(store) for store in found], glimpse.positions)
    digests = [
        f"{service}.{name}: {digest} under load, {again.digests[name]} replayed up to the same position"
        for name, digest in glimpse.digests.items()
        if digest != again.digests[name]
    ]
    return [*complain("glimpse.digest", digests), *complain("glimpse.reactions", _unanswered(glimpse, kept))]


def _unanswered(glimpse: Glimpse, kept: Mapping[str, Kept]) -> Iterator[str]:
    for reaction in REACTIONS:
        if reaction.service != glimpse.service:
            continue
        heard = {
            event.id
            for event in kept[reaction.source].events
            if event.type == reaction.subscribes_to
            and event.seq <= glimpse.positions.point(reaction.source, event.shard).seq
        }
        made = [
            event.causation
            for event in kept[reaction.service].events
            if event.type == reaction.makes and event.causation and event.seq <= glimpse.heads[event.shard]
        ]
        made += [event for name, event in glimpse.refusals if name == reaction.name]
        yield from difference(f"{glimpse.service} under load: {reaction.name}", heard, Counter(made))
