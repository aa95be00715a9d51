"""What a service does for itself: views that lag behind their code are rebuilt, parked events are tried once more, …"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from .service import Service

_log = structlog.get_logger(__name__)
_ANSWERS_KEPT = timedelta(days=7)  # how long an Idempotency-Key is remembered
_MAINTENANCE_SECONDS = 1.0
_UPKEEP_SECONDS = 60.0

Upkeep = Callable[["Service"], Awaitable[object]]


async def maintain(service: Service, upkeep: Sequence[Upkeep]) -> None:
    """Rebuild views that lag behind their code, try parked events once more, do the upkeep, forget old answers.

    A repair comes with a new start of the service: so the start is when parked events are tried again. Ends only when
    cancelled.
    """
    forgotten_on = None
    untried = True
    upkeep_at = 0.0  # by the monotonic clock
    while True:
        await asyncio.sleep(_MAINTENANCE_SECONDS)
        try:
            if service.consumer.active:
                for view in service.consumer.behind:
                    if view.name not in service.rebuilding:
                        await service.rebuild(view.name)
                if untried:
                    # Only for subscribers this code has: other versions of the code take what they parked.
                    subscriptions = service.consumer.subscriptions
                    for subscriber in set(subscriptions.held) & set(subscriptions.names):
                        await service.replay_parked(subscriber)
                    untried = False
                if (now := time.monotonic()) >= upkeep_at:
                    upkeep_at = now + _UPKEEP_SECONDS
                    for work in upkeep:
                        await work(service)
            if (today := datetime.now(UTC).date()) != forgotten_on:
                await service.store.forget_answers(datetime.now(UTC) - _ANSWERS_KEPT)
                forgotten_on = today
        except Exception:  # noqa: BLE001 - a supervising loop: logged, and tried again
            _log.exception("maintenance failed, restarting")
