"""The whole check, from the outside, of a system at rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .check_log import check_store, check_topic, duplicates
from .check_reactions import check_reactions
from .check_requests import check_requests
from .check_sums import check_sums
from .check_views import check_positions, check_replays, check_rows
from .complaints import Complaint, complain
from .deployment import SERVICES, Deployment
from .diary import read_all
from .glimpses import Glimpse, check_glimpse
from .history import Kept, read_history


@dataclass(frozen=True)
class Findings:
    """What a check found, and how much it looked at."""

    complaints: list[Complaint]
    requests: int
    acknowledged: int
    events: int
    duplicates: int
    refusals: int


async def check(deployment: Deployment, glimpses: Sequence[Glimpse]) -> Findings:
    """Read everything, and hold it against every promise."""
    kept = await read_history(deployment)
    requests = read_all(deployment.folder)
    found: list[Complaint] = [*check_requests(requests, kept), *check_reactions(kept), *check_sums(kept)]
    for service, one in kept.items():
        found += [*check_store(one), *check_topic(one), *check_rows(service, kept), *check_positions(service, kept)]
        found += complain("parked", [f"{service}: {text}" for text in one.parked])
    # A replay waits for what is missing, so it is asked only about a history that is whole.
    if not any(complaint.rule in ("kafka.order", "store.seq", "positions") for complaint in found):
        found += await _replayed(deployment, glimpses, kept)
    return Findings(
        found,
        requests=len(requests),
        acknowledged=sum(bool(request.answers) for request in requests),
        events=sum(len(one.events) for one in kept.values()),
        duplicates=sum(duplicates(one) for one in kept.values()),
        refusals=len(kept["needs"].refusals),
    )


async def _replayed(deployment: Deployment, glimpses: Sequence[Glimpse], kept: Mapping[str, Kept]) -> list[Complaint]:
    found: list[Complaint] = []
    for service in SERVICES:
        found += await check_replays(deployment, service, kept)
    for glimpse in glimpses:
        found += await check_glimpse(deployment, glimpse, kept)
    return found
