"""A producer's process: `python -m tests.faults.run_producer DEPLOYMENT NAME`, until SIGTERM.

It is the client at the other end of a 2xx: it asks, writes down what it was answered, asks again with the same
Idempotency-Key after an error, and after a life that was cut short.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from hashlib import sha256
from pathlib import Path
from random import Random

from shienevents import (
    Actor,
    Handler,
    Idempotency,
    Origin,
    Rejected,
    Store,
    StreamConflict,
    Unavailable,
    canonical,
    configure_process,
)

from .deployment import SERVICES, TYPES, Deployment
from .diary import Diary, read
from .requests import Wish, Wishes, command_of, fields_of

CLIENTS = 6  # commands under way at once
_TAIL_BYTES = 200_000
_GIVE_UP_SECONDS = 40


class Producer:
    """One life of a producer."""

    def __init__(self, deployment: Deployment, name: str, handlers: dict[str, Handler]) -> None:
        self._name = name
        self._handlers = handlers
        self._path = deployment.folder / f"{name}.jsonl"
        self._pause = CLIENTS / deployment.commands_per_second
        self._random = Random()
        self._wishes = Wishes(self._random)
        self._life = f"{time.time_ns():x}"
        self._count = 0
        self.over = asyncio.Event()

    async def run(self) -> None:
        """First what an earlier life left open, then new wishes until it is over."""
        left = [r for r in read(self._path, _TAIL_BYTES) if not r.answers and (r.open or "unavailable" in str(r.codes))]
        self._diary = Diary(self._path)
        for request in left:
            wish = Wish(request.service, command_of(request.kind, request.command), expected=request.expected)
            await self._ask(request.key, wish)
        async with asyncio.TaskGroup() as clients:
            for _ in range(CLIENTS):
                clients.create_task(self._client())

    async def _client(self) -> None:
        while not self.over.is_set():
            self._count += 1
            key = f"{self._name}.{self._life}.{self._count}"
            wish = self._wishes.next(key)
            if wish.manner == "twice at once":
                answered, _ = await asyncio.gather(self._ask(key, wish), self._ask(key, wish))
            else:
                answered = await self._ask(key, wish)
                if wish.manner == "again":
                    answered = await self._ask(key, wish)
            if answered:
                self._wishes.learn(wish)
            with contextlib.suppress(TimeoutError):  # the pace of the load, or its end
                await asyncio.wait_for(self.over.wait(), self._random.uniform(0, 2 * self._pause))

    async def _ask(self, key: str, wish: Wish) -> bool:
        """Ask until there is a yes (True) or a no; while the database is away, again with the same key."""
        fields = fields_of(wish.command)
        fingerprint = sha256(canonical([type(wish.command).__name__, fields, wish.expected])).digest()
        origin = Origin(Actor("producer", self._name), idempotency=Idempotency(self._name, key, fingerprint))
        deadline = time.monotonic() + _GIVE_UP_SECONDS
        while time.monotonic() < deadline:
            self._diary.tries(key, wish.service, type(wish.command).__name__, fields, wish.expected)
            try:
                written = await self._handlers[wish.service].handle(wish.command, origin, expected=wish.expected)
            except Rejected as no:
                self._diary.refuses(key, no.code)
                return False
            except StreamConflict as race:
                self._diary.refuses(key, race.code)
                if wish.expected is not None:
                    return False
            except Unavailable as away:
                self._diary.refuses(key, away.code, unknown=away.outcome_unknown)
            except Exception as error:  # noqa: BLE001 - written down for the checker, who complains of it
                self._diary.wonders(key, error)
                return False
            else:
                self._diary.acknowledges(key, written)
                return True
            await asyncio.sleep(self._random.uniform(0.02, 0.1))
        return False


async def main(deployment: Deployment, name: str) -> None:
    """Open both services' stores, however long they are away, and produce."""
    configure_process(name)
    handlers = {
        service: Handler(await opened(deployment.dsns[service]), TYPES, definition.deciders)
        for service, definition in SERVICES.items()
    }
    producer = Producer(deployment, name, handlers)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, producer.over.set)
    await producer.run()


async def opened(dsn: str) -> Store:
    """The store, as soon as Postgres answers."""
    while True:
        try:
            return await Store.open(dsn, pool_size=4)
        except Unavailable:
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(main(Deployment.load(Path(sys.argv[1])), sys.argv[2]))
    os._exit(0)  # connections die with the process: closing a pool could wait for a server that is away
