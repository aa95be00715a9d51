"""Running reactions: their commands are decided and appended inside the consumer's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from ..core.decider import Reaction
from ..core.envelope import Actor, Envelope, Origin, Written
from ..core.errors import Rejected
from ..core.events import Event
from ..core.ids import derived_id
from ..postgres.pool import Connection
from ..views.fold import SubscriberFailed
from ..write.append import Append
from ..write.handler import Handler
from ..write.store import Loaded, Store
from .ledger import refuse

DEPTH_LIMIT = 16  # reactions to reactions to …: a longer chain is a loop, and its event is parked


class RaceLost(Exception):
    """A stream moved on between load and append. The transaction is rolled back and run again."""


class ReactionRun:
    """The reactions of one batch: streams as loaded and as already extended, and the appends so far."""

    def __init__(self, store: Store, handler: Handler, connection: Connection) -> None:
        self._store = store
        self._handler = handler
        self._connection = connection
        self._streams: dict[str, Loaded] = {}
        self._appends: list[Append] = []
        self._reactions: list[str] = []  # which of them each append is of
        self.refused: list[tuple[str, str]] = []  # reaction and code; counted when it is committed

    async def run(self, reaction: Reaction, source: str, event: Event, envelope: Envelope) -> None:
        """React to one event. Raises `SubscriberFailed` for a bug in the reaction or a decider."""
        try:
            commands = list(reaction.react(event, envelope))
        except Exception as error:  # a bug parks the event instead of stopping the service
            raise SubscriberFailed(reaction.name, f"react: {error!r}") from error
        if commands and envelope.depth >= DEPTH_LIMIT:
            raise SubscriberFailed(reaction.name, f"causation depth {DEPTH_LIMIT} reached: reactions feed each other")
        done = await self._done(reaction, envelope, len(commands)) if commands else set()
        for nth, command in enumerate(commands):
            if nth in done:
                continue
            try:
                stream = self._handler.decider(command).stream_id(command)
            except Exception as error:  # as above
                raise SubscriberFailed(reaction.name, f"{type(command).__name__}: {error!r}") from error
            loaded = await self._load(stream)
            try:
                append = self._decide(reaction, envelope, nth, command, loaded)
            except Rejected as no:
                name = f"{nth} {type(command).__name__}"
                self.refused.append((reaction.name, no.code))
                await refuse(self._connection, reaction.name, source, envelope.id, name, no.code)
                continue
            except Exception as error:  # as above
                raise SubscriberFailed(reaction.name, f"{type(command).__name__}: {error!r}") from error
            if append.events:
                self._reactions.append(reaction.name)
                self._extend(loaded, append)

    async def flush(self) -> Sequence[Written]:
        """Append everything at once, shards in ascending order.

        Raises `RaceLost`, and `SubscriberFailed` when its ids are known. A stream that is begun in two shards at
        once conflicts at its key, not at a lock.
        """
        if not self._appends:
            return []
        try:
            answers = await self._store.append_within(self._connection, self._appends)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "events_stream_version":
                raise RaceLost from error
            raise SubscriberFailed(
                self._reactions[0], f"an event with the id of this one was read before: {error}"
            ) from error
        written = [answer for answer in answers if isinstance(answer, Written)]
        if len(written) < len(answers):
            raise RaceLost
        return written

    async def _done(self, reaction: Reaction, envelope: Envelope, count: int) -> set[int]:
        """The commands whose events the store has already, by their ids, which follow from the cause.

        After a database was restored and refilled, the positions are older than the log, and causes come again.
        """
        ids = [derived_id(reaction.name, envelope.id, nth, 0) for nth in range(count)]
        known = await self._connection.fetch("select id from events where id = any($1)", ids)
        return {ids.index(row["id"]) for row in known}

    async def _load(self, stream: str) -> Loaded:
        if stream not in self._streams:
            self._streams |= await self._store.load_within(self._connection, [stream])
        return self._streams[stream]

    def _decide(self, reaction: Reaction, envelope: Envelope, nth: int, command: Any, loaded: Loaded) -> Append:
        origin = Origin(
            actor=Actor("reaction", reaction.name),
            occurred_at=envelope.occurred_at,
            correlation=envelope.correlation,
            causation=envelope.id,
            depth=envelope.depth + 1,
            traceparent=envelope.traceparent,
        )
        append = self._handler.decide(
            self._handler.decider(command),
            command,
            loaded,
            origin,
            lambda n: derived_id(reaction.name, envelope.id, nth, n),
        )
        self._store.check(append)
        return append

    def _extend(self, loaded: Loaded, append: Append) -> None:
        self._appends.append(append)
        self._streams[loaded.stream] = loaded.after(append)
