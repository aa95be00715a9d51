"""Calls that wait together are handled together: while one batch is in flight, the next one gathers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
A = TypeVar("A")


class Batcher(Generic[T, A]):
    """Hands waiting items to `flush` as one list, at most `limit` at once, with at most `max_in_flight` under way.

    There is no timer: a lone item is flushed at once. `flush` answers with one value or exception for each item;
    when it raises, every item of that batch gets the exception.
    """

    def __init__(
        self, flush: Callable[[list[T]], Awaitable[Sequence[A | Exception]]], *, limit: int, max_in_flight: int
    ) -> None:
        self._flush = flush
        self._limit = limit
        self._waiting: deque[tuple[T, asyncio.Future[A]]] = deque()
        self._free = max_in_flight
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself holds tasks only weakly

    async def __call__(self, item: T) -> A:
        """The answer to this item."""
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if len(self._waiting) == 1:  # else a flush has been started already
            self._start()
        return await future

    def _start(self) -> None:
        if self._free:
            self._free -= 1
            task = asyncio.create_task(self._flush_all())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _flush_all(self) -> None:
        try:
            while self._waiting:
                await self._flush_once()
        finally:
            self._free += 1

    async def _flush_once(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(self._limit, len(self._waiting)))]
        if self._waiting:
            self._start()
        try:
            answers: Sequence[A | Exception] = await self._flush([item for item, _ in batch])
            if len(answers) != len(batch):
                raise ValueError(f"{len(batch)} items, {len(answers)} answers")
        except Exception as error:  # noqa: BLE001 - every waiting caller gets it, none is left waiting
            answers = [error] * len(batch)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():
                continue  # its caller was cancelled; the work is done all the same
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
