"""Where the services stand, asked in SQL: so the driver waits for positions and never for a time."""

from __future__ import annotations

from .complaints import Complaint, complain
from .deployment import SERVICES, Deployment
from .rig import connected
from .waiting import until

_START_SECONDS = 60.0

_POINTS = (
    "select p ->> 0 as source, (p ->> 1)::int as shard, (p ->> 2)::bigint as seq "
    "from (select positions from batches where projection = 'live' order by number desc limit 1) newest, "
    "jsonb_array_elements(convert_from(newest.positions, 'UTF8')::jsonb -> 'points') p"
)
_HEADS = "select shard, max(seq) as seq from events group by shard order by shard"


async def in_motion(deployment: Deployment) -> list[Complaint]:
    """Wait until each service has taken something of the other: then every part works."""

    async def moving() -> bool:
        points = await _points(deployment)
        return all(
            any(points[place] for place in points if place[:2] == (service, source))
            for service in SERVICES
            for source in SERVICES
        )

    if await until(moving, seconds=_START_SECONDS, poll=0.1):
        return []
    return complain("progress", [f"the services do not hear each other after {_START_SECONDS:.0f} s"])


async def at_rest(deployment: Deployment, *, seconds: float) -> list[Complaint]:
    """Wait until both services have taken all there is. The complaint when they do not."""
    behind: list[str] = []

    async def caught_up() -> bool:
        behind[:] = await _behind(deployment)
        return not behind

    if await until(caught_up, seconds=seconds, poll=0.1):
        return []
    return complain("caught_up", [f"after {seconds:.0f} s {text}" for text in behind])


async def heads(deployment: Deployment) -> dict[tuple[str, int], int]:
    """By (source, shard): the last number of each log."""
    found: dict[tuple[str, int], int] = {}
    for source in SERVICES:
        async with connected(deployment.checker_dsns[source]) as connection:
            found |= {(source, shard): seq for shard, seq in await connection.fetch(_HEADS)}
    return found


async def _behind(deployment: Deployment) -> list[str]:
    """Where a service stands before the end of a log. Positions first: what they cover was there before the heads."""
    points = await _points(deployment)
    return [
        f"{service} stands at {source}[{shard}] {at}, of {head}"
        for (source, shard), head in (await heads(deployment)).items()
        for service in SERVICES
        if (at := points.get((service, source, shard), 0)) != head
    ]


async def _points(deployment: Deployment) -> dict[tuple[str, str, int], int]:
    """By (service, source, shard): the last number taken."""
    points: dict[tuple[str, str, int], int] = {}
    for service in SERVICES:
        async with connected(deployment.checker_dsns[service]) as connection:
            for source, shard, seq in await connection.fetch(_POINTS):
                points[service, source, shard] = seq
    return points
