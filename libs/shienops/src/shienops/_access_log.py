"""What the command line leaves in the services' logs of accesses: exports, past states, and what operators change."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from shiendomain.accesses import WHOLE, Access, AccessKind, LogAccess, access_decider
from shienevents import Actor, Ahead, Handler, Home, KafkaAway, Origin, Store, event_types, topic_standing
from shienops.errors import StackError
from shienops.stack import Stack
from shienweb import ServiceProcessSettings

_ROLE = "operator"


def account() -> str:
    """The account of this machine that runs the command: a number and the machine, never a name."""
    return f"{os.getuid()}@{socket.gethostname()}"


async def log_accesses(
    stack: Stack,
    services: Iterable[str],
    kind: AccessKind,
    operation: str,
    about: str = "",
    city: str = "",
    as_of: datetime | None = None,
) -> None:
    """Log an access in each of these services.

    `city`: the municipality that it is about. `as_of`: the moment that was asked about. Raises `Unavailable`, and
    `Ahead` where the topic has what the store has not: another event would make two histories. Then what was asked
    for is not given.
    """
    for name in sorted(set(services)):
        store = await Store.open(stack.dsn(name), pool_size=2)
        try:
            await _check(store, stack)
            await _log(store, kind, operation, about, Home(city, city) if city else WHOLE, as_of)
        finally:
            await store.close()


async def _check(store: Store, stack: Stack) -> None:
    try:
        verdicts = await topic_standing(store, stack.brokers, ServiceProcessSettings().topic(store.service))
    except (KafkaAway, StackError):
        return  # nothing can be compared; the relay compares before it sends
    for verdict in verdicts.values():
        if isinstance(verdict, Ahead):  # as the running service judges; what Kafka lost is sent to it again
            raise verdict


async def _log(store: Store, kind: AccessKind, operation: str, about: str, home: Home, as_of: datetime | None) -> None:
    decider, machine = access_decider(store.service), socket.gethostname()
    access = Access(
        access_id=uuid4(),
        kind=kind,
        area=home.area,
        principal=account(),
        role=_ROLE,
        body=machine,
        operation=operation,
        about=about[:300],
        as_of=as_of,
        origin=machine,
    )
    handler = Handler(store, event_types([decider], ()), [decider])
    await handler.handle(LogAccess(home, access), Origin(Actor(_ROLE, machine)))
