"""Whether a process of a service can answer now, and why not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .core.errors import Behind, Unavailable
from .postgres.leases import is_held
from .postgres.pool import borrowed
from .service_settings import ProcessRole

if TYPE_CHECKING:
    from .service import Service

_PROBE_SECONDS = 2.0  # a probe does not wait much longer


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a process lives, whether it can answer, and why not; `notices` do not make it unready.

    `active`: whether it is the one of its service that works now; a worker that is not stands by.
    """

    live: bool
    ready: bool
    role: ProcessRole
    active: bool
    reasons: Sequence[str]
    notices: Sequence[str]


class HealthCheck:
    """Examines one process of a service. `leaving`: it was told to end, and goes on until nobody sends it requests."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._alone_since: float | None = float("-inf")  # by the monotonic clock: no worker was seen yet
        self.leaving = False

    async def examine(self) -> Health:
        """What a probe and a person want to know."""
        service = self._service
        dead = service.ended
        reasons = [f"{name} has ended" for name in dead]
        reasons += ["this process is ending: another one must be asked"] if self.leaving else []
        reasons += [service.agreement.refusal.en] if service.agreement.refusal else []
        reasons += [Behind(service.store.behind).en] if service.store.behind else []
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                await service.store.heads()
                reasons += [] if service.settings.works else await self._of_workers()
        except (Unavailable, TimeoutError):
            reasons.append(Unavailable().en)
        active = service.consumer.active
        behind = service.consumer.behind if active else []
        reasons += [f"{view.name} is being rebuilt: {service.rebuilding.get(view.name, 0.0):.0%}" for view in behind]
        return Health(not dead, not reasons, service.settings.role, active, reasons, self._notices())

    def _notices(self) -> list[str]:
        relay = self._service.relay.state
        notices = [stopped.en for stopped in self._service.consumer.stopped.values()]
        away = self._service.away.items()
        notices += [f"the cell {cell} is not heard: {why}" for cell, why in away if why not in notices]
        notices += [shard.stopped.en for shard in relay.shards if shard.stopped]
        return notices + ([relay.trouble] if relay.trouble else [])

    async def _of_workers(self) -> list[str]:
        """Why a process that only answers falls behind: no worker, or views that are older than its code.

        Between two workers the lease is free for a moment, and after a crash until it has run out.
        """
        service, now = self._service, time.monotonic()
        async with borrowed(service.store.pool) as connection:
            held = await is_held(connection, service.consumer.lease.name)
            rows = await connection.fetch("select name, version from views")
        if held:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now
        found = {row["name"]: row["version"] for row in rows}
        old = [view.name for view in service.consumer.views if found.get(view.name, 0) < view.version]
        reasons = [f"{name} waits for a worker that rebuilds it" for name in old]
        if self._alone_since is not None and now - self._alone_since > service.settings.lease_seconds:
            reasons.append(
                "no worker of this service runs: what is written reaches neither its views nor Kafka; "
                "start one (SHIEN_ROLE=worker)"
            )
        return reasons
