"""What a running service does beside its work: rebuilds of views, parked events, and what operators ask for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from .consume.parking import skip_parked
from .consume.requests import Request, Shares, next_request, note_done
from .core.errors import ShienError, Unavailable
from .postgres.pool import borrowed
from .views.changes import prune_changes

if TYPE_CHECKING:
    from .service import Service

_log = structlog.get_logger(__name__)
_ANSWERS_KEPT = timedelta(days=7)  # how long an Idempotency-Key is remembered
_MAINTENANCE_SECONDS = 1.0
_UPKEEP_SECONDS = 60.0

Upkeep = Callable[["Service"], Awaitable[object]]


class Maintenance:
    """Rebuilds views that lag behind their code, tries parked events once more, forgets old answers.

    A repair comes with a new start of the service: so the start is when parked events are tried again.
    """

    def __init__(self, service: Service, upkeep: tuple[Upkeep, ...]) -> None:
        self._service = service
        self._upkeep, self._upkeep_at = upkeep, 0.0  # by the monotonic clock
        self._untried = True
        self._forgotten_on: date | None = None

    async def run(self) -> None:
        """Until cancelled. A failure is logged, and what failed is tried again."""
        while True:
            await asyncio.sleep(_MAINTENANCE_SECONDS)
            try:
                await self._service.pasts.tidy()
                if self._service.consumer.active:
                    await self._as_the_active_one()
                if (today := datetime.now(UTC).date()) != self._forgotten_on:
                    await self._service.store.forget_answers(datetime.now(UTC) - _ANSWERS_KEPT)
                    self._forgotten_on = today
            except Exception:  # noqa: BLE001 - a supervising loop: logged, and tried again
                _log.exception("maintenance failed, restarting")

    async def _as_the_active_one(self) -> None:
        service = self._service
        await service.consumer.cells.say(service.store.pool, service.away)
        for view in service.consumer.behind:
            if view.name not in service.rebuilding:
                await service.rebuild(view.name)
        if self._untried:
            # Only for subscribers this code has: other versions of the code take what they parked.
            subscriptions = service.consumer.subscriptions
            for subscriber in set(subscriptions.held) & set(subscriptions.names):
                await service.replay_parked(subscriber)
            self._untried = False
        if request := await next_request(service.store.pool):
            await self._answer(request)
        if (now := time.monotonic()) >= self._upkeep_at:
            self._upkeep_at = now + _UPKEEP_SECONDS
            await service.pasts.keep_up()
            async with borrowed(service.store.pool) as connection:
                await prune_changes(connection)
            for work in self._upkeep:
                await work(service)

    async def _answer(self, request: Request) -> None:
        """Do what was asked for, and write what came of it. An outage leaves the request open."""
        pool = self._service.store.pool
        try:
            outcome = await self._do(request)
        except Unavailable:
            raise
        except ShienError as error:
            await note_done(pool, request.id, {"en": error.en, "ja": error.ja or error.en}, failed=True)
        except Exception as error:
            await note_done(pool, request.id, {"en": repr(error), "ja": repr(error)}, failed=True)
            raise
        else:
            await note_done(pool, request.id, outcome)

    async def _do(self, request: Request) -> dict[str, int]:
        service = self._service
        match request.act:
            case "rebuild":
                async with Shares(service.store.pool, request.id) as shares:
                    await service.rebuild(request.subject, shares)
                return {}
            case "replay":
                taken, left = await service.replay_parked(request.subject)
                return {"taken": taken, "left": left}
            case "skip":
                await skip_parked(service.store, service.consumer, request)
                taken, left = await service.replay_parked(request.subject)
                return {"skipped": 1, "taken": taken, "left": left}
