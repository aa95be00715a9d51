"""Appending: the only way an event enters the log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ..core.envelope import Home, Idempotency, Origin, Written
from ..core.errors import Contract, EventTooLarge, IdempotencyKeyReused, StreamConflict
from ..core.events import Event
from ..postgres.pool import Connection

LOCK = 1936221541  # the advisory lock's first half; the second is the shard. The same as in sql/0001_log.sql

_APPEND = "select * from append_events($1::smallint[], $2::text[], $3::int[], $4::events[], $5::idempotency[])"


@dataclass(frozen=True, slots=True)
class Append:
    """The events one command adds to one stream, all or none.

    `expected` is the version the decision was made at (0: the stream is new). `ids` are the events' ids.
    """

    stream: str
    expected: int
    shard: int
    home: Home
    events: Sequence[Event]
    ids: Sequence[UUID]
    origin: Origin

    @property
    def version(self) -> int:
        """The stream's version afterwards."""
        return self.expected + len(self.events)

    @property
    def correlation(self) -> UUID:
        """The thread its events belong to: as the origin says, else one of their own, named by the first event."""
        return self.origin.correlation or self.ids[0]


Answer = Written | Exception
Prepared = tuple[Append, list[bytes]]  # with its events' bytes


def datas(append: Append, limit_bytes: int) -> list[bytes]:
    """The canonical bytes of the events. Raises `EventTooLarge` when one would not fit the topic."""
    if len(append.ids) != len(append.events):
        raise Contract(f"{append.stream}: {len(append.events)} events have {len(append.ids)} ids")
    found = [event.data() for event in append.events]
    for event, data in zip(append.events, found, strict=True):
        if len(data) > limit_bytes:
            raise EventTooLarge(
                f"{event.wire}: {len(data)} bytes, at most {limit_bytes} are taken; shorten its texts",
                f"{event.wire}: {len(data)} バイトあります。{limit_bytes} バイト以内に短くしてください",
            )
    return found


async def append_within(connection: Connection, source: str, batch: Sequence[Prepared]) -> list[Answer]:
    """Append one round (see `in_rounds`) in the connection's transaction; without one, in a transaction of its own.

    An append is refused alone, and its place in the answers holds the error.
    """
    answers: dict[int, Answer] = {}
    going = list(range(len(batch)))
    while going:
        trial = [batch[n] for n in going]
        shards = sorted({append.shard for append, _ in trial})
        row = await connection.fetchrow(_APPEND, shards, *_arguments(trial))
        assert row is not None
        if row["o_seq"] is not None:
            written = _written(source, shards, trial, row["o_seq"], row["o_recorded_at"])
            answers.update(zip(going, written, strict=True))
            break
        moved = set(row["o_moved"] or ())
        for n in going:
            append, _ = batch[n]
            stream, key = append.stream, append.origin.idempotency
            known = await first_answer(connection, source, key) if key and row["o_known"] else None
            if known is not None:
                answers[n] = known
            elif stream in moved:
                moved.discard(stream)  # the first of its chain; the next one may fit the version of the stream
                answers[n] = StreamConflict(stream)
        going = [n for n in going if n not in answers]
    return [answers[n] for n in range(len(batch))]


async def on_standbys(connection: Connection) -> None:
    """Return when the synchronous standbys have all that was committed until now; at once where there are none.

    A commit waits for them. When its session is cancelled or ended meanwhile, as we do after `COMMAND_SECONDS`, the
    commit stays, and everybody sees it, but a standby that is promoted may lack it. A later commit that was not
    interrupted shows that it is there: this writes one into the WAL, and nothing else.
    """
    await connection.execute("select pg_logical_emit_message(true, 'shien', '')")


async def first_answer(connection: Connection, source: str, key: Idempotency) -> Written | IdempotencyKeyReused | None:
    """What this key was answered first; the error when it was for another request; `None` when it is new."""
    row = await connection.fetchrow(
        "select * from idempotency where principal = $1 and key = $2", key.principal, key.key
    )
    if row is None:
        return None
    if row["fingerprint"] != key.fingerprint:
        return IdempotencyKeyReused()
    await on_standbys(connection)
    at = (row["stream"], row["version"], row["shard"], row["seq"], row["recorded_at"])
    return Written(source, *at, replayed=True, answer=row["answer"])


def _arguments(batch: Sequence[Prepared]) -> list[list[Any]]:
    """What `append_events` takes after the shards: streams, the versions expected, events and answers as rows."""
    count: dict[int, int] = {}
    streams: dict[str, int] = {}
    events, answers = [], []
    for append, prepared in batch:
        origin, home, shard, version = append.origin, append.home, append.shard, append.expected
        nth = count.get(shard, 0)
        actor = str(origin.actor)
        streams.setdefault(append.stream, version)
        for id_, event, data in zip(append.ids, append.events, prepared, strict=True):
            nth += 1
            version += 1
            events.append(
                (
                    shard, nth, id_, event.wire, append.stream, version, origin.occurred_at, None, actor,
                    home.municipality, home.area, append.correlation, origin.causation, origin.depth,
                    origin.traceparent, data,
                )
            )  # fmt: skip
        count[shard] = nth
        if key := origin.idempotency:
            at = (append.stream, version, shard, nth, None)
            answers.append((key.principal, key.key, key.fingerprint, *at, key.answer))
    return [list(streams), list(streams.values()), events, answers]


def _written(
    source: str, shards: list[int], batch: Sequence[Prepared], seqs: list[int], times: list[datetime]
) -> list[Written]:
    last, at = dict(zip(shards, seqs, strict=True)), dict(zip(shards, times, strict=True))
    written = []
    for append, _ in batch:
        last[append.shard] += len(append.events)
        shard = append.shard
        written.append(Written(source, append.stream, append.version, shard, last[shard], at[shard]))
    return written


# Appends that cannot be checked together are written in rounds: those that compete for a stream, or share a key.
Write = Callable[[Sequence[Prepared]], Awaitable[Sequence[Answer]]]


async def in_rounds(batch: Sequence[Prepared], write: Write) -> list[Answer]:
    """Write a batch in rounds: an append is never refused because of another one that is itself refused.

    Almost every batch is one round. What a round has made a certain conflict is refused without asking the database.
    """
    if _independent(batch):
        return list(await write(batch))
    answers: dict[int, Answer] = {}
    waiting = list(range(len(batch)))
    while waiting:
        together = _round(batch, waiting)
        answers.update(zip(together, await write([batch[n] for n in together]), strict=True))
        waiting = [n for n in waiting if n not in answers]
        if waiting:
            for n in _certain_conflicts(batch, waiting, {n: answers[n] for n in together}):
                answers[n] = StreamConflict(batch[n][0].stream)
            waiting = [n for n in waiting if n not in answers]
    return [answers[n] for n in range(len(batch))]


def _independent(batch: Sequence[Prepared]) -> bool:
    """Whether no two of them share a stream or a key."""
    keys = [(key.principal, key.key) for append, _ in batch if (key := append.origin.idempotency)]
    return len({append.stream for append, _ in batch}) == len(batch) and len(set(keys)) == len(keys)


def _round(batch: Sequence[Prepared], waiting: Sequence[int]) -> list[int]:
    """Those that can be checked together: the appends of a stream in one chain of versions, and no key twice."""
    versions: dict[str, int] = {}
    keys: set[tuple[str, str]] = set()
    together = []
    for n in waiting:
        append: Append = batch[n][0]
        key = append.origin.idempotency
        named = (key.principal, key.key) if key else None
        if versions.get(append.stream, append.expected) == append.expected and named not in keys:
            together.append(n)
            versions[append.stream] = append.version
            if named:
                keys.add(named)
    return together


def _certain_conflicts(batch: Sequence[Prepared], waiting: Sequence[int], answers: dict[int, Answer]) -> list[int]:
    """Those waiting, without a key, whose version is wrong for certain after these answers."""
    versions: dict[str, int] = {}
    wrong: set[tuple[str, int]] = set()
    for n, answer in answers.items():
        if isinstance(answer, Written) and not answer.replayed:
            versions[answer.stream] = answer.version
        elif isinstance(answer, StreamConflict):
            wrong.add((answer.stream, batch[n][0].expected))
    return [
        n
        for n in waiting
        if (append := batch[n][0]).origin.idempotency is None
        and (
            versions.get(append.stream, append.expected) != append.expected or (append.stream, append.expected) in wrong
        )
    ]
