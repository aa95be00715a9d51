"""Group commit: appends that waited together share one durable commit, and each is answered on its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import asyncpg

from ..core.envelope import Written
from ..core.errors import StreamConflict, Unavailable
from ..core.metrics import APPENDS, BATCH, CONFLICTS
from ..postgres.pool import AWAY, COMMAND_SECONDS, Connection, ConnectionCache, Pool
from .append import Answer, Append, Prepared, append_within, datas, in_rounds, on_standbys

_VERIFY_SECONDS = 10  # how long the outcome of an interrupted commit is looked for before it is called unknown

# A session that was lost may still have our statement before it, and run it when its network comes back. So it is
# ended first. It was there before we sent: a younger session that got the same number is somebody else's.
_END_LOST = """
    select count(pg_terminate_backend(pid)) from pg_stat_activity
    where pid = $1 and pid <> pg_backend_pid() and usename = current_user
      and backend_start < clock_timestamp() - make_interval(secs => $2)
"""
# Two concurrent commits conflict here: a stream begun in two areas; one key in two shards. The retry finds the winner.
_RACES = ("events_stream_version", "idempotency_pkey")

_Write = Callable[[Connection, str, Sequence[Prepared]], Awaitable[Sequence[Answer]]]
Beside = Callable[[Connection], Awaitable[object]]
"""What a service writes into its own tables in the commit of its events."""


async def _append_all(
    connection: Connection, source: str, batch: Sequence[Prepared], beside: Beside | None = None
) -> Sequence[Written]:
    async with connection.transaction():
        if beside:
            await beside(connection)
        answers = await in_rounds(batch, lambda part: append_within(connection, source, part))
        return [_written_or_raise(answer) for answer in answers]


def _written_or_raise(answer: Answer) -> Written:
    """What was written. A key that is known by now was used a moment ago, by the same request sent twice."""
    if isinstance(answer, Exception):
        raise answer
    if answer.replayed:
        raise StreamConflict(answer.stream)
    return answer


class GroupCommit:
    """Commits batches of appends to one store."""

    def __init__(self, pool: Pool, cache: ConnectionCache, source: str, limit_bytes: int) -> None:
        self._pool = pool
        self._cache = cache
        self._source = source
        self._limit = limit_bytes
        # Looking a metric up by its labels costs as much as counting.
        self._batches = BATCH.labels("append")
        self._appends, self._conflicts = APPENDS.labels(source), CONFLICTS.labels(source)

    async def flush(self, appends: list[Append]) -> Sequence[Answer]:
        """One commit for all of them; when the database refuses it, a commit for each."""
        answers: dict[int, Answer] = {}
        prepared: dict[int, Prepared] = {}
        for n, append in enumerate(appends):
            try:
                prepared[n] = (append, datas(append, self._limit))
            except Exception as error:  # noqa: BLE001 - its own caller gets it; the others go on
                answers[n] = error
        answers.update(zip(prepared, await in_rounds(list(prepared.values()), self._together), strict=True))
        self._measure(appends, answers)
        return [answers[n] for n in range(len(appends))]

    async def all_or_none(self, appends: Sequence[Append], beside: Beside | None = None) -> Sequence[Written]:
        """One commit for all of them, or nothing. Raises what the first that is refused is refused with.

        `beside` is called first, in the same transaction.
        """
        prepared = [(append, datas(append, self._limit)) for append in appends]
        try:
            answers = await self._commit(prepared, partial(_append_all, beside=beside))
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name in _RACES:
                raise StreamConflict(appends[0].stream) from error
            raise
        written = [_written_or_raise(answer) for answer in answers]
        self._measure(appends, dict(enumerate(answers)))
        return written

    def _measure(self, appends: Sequence[Append], answers: dict[int, Answer]) -> None:
        self._batches.observe(len(appends))
        written = conflicts = 0
        for n, append in enumerate(appends):
            answer = answers[n]
            if isinstance(answer, StreamConflict):
                conflicts += 1
            elif isinstance(answer, Written) and not answer.replayed:
                written += len(append.events)
        self._appends.inc(written)
        self._conflicts.inc(conflicts)

    async def _together(self, batch: Sequence[Prepared]) -> Sequence[Answer]:
        try:
            return await self._commit(batch)
        except asyncpg.PostgresError as error:
            if len(batch) > 1:  # one of them is at fault: alone, each gets its own answer
                return [answer for one in batch for answer in await self._together([one])]
            if isinstance(error, asyncpg.UniqueViolationError) and error.constraint_name in _RACES:
                return [StreamConflict(batch[0][0].stream)]
            return [error]

    async def _commit(self, batch: Sequence[Prepared], write: _Write = append_within) -> Sequence[Answer]:
        lost: int | None = None
        began = time.monotonic()
        try:
            async with self._cache.borrowed() as connection:
                lost, began = connection.get_server_pid(), time.monotonic()
                async with asyncio.timeout(COMMAND_SECONDS):
                    return await write(connection, self._source, batch)
        except AWAY as error:
            if lost is None:
                raise Unavailable from error
        return await self._verify_outcome([append for append, _ in batch], lost, began)

    async def _verify_outcome(self, appends: list[Append], lost: int, began: float) -> Sequence[Answer]:
        """Session `lost`, which was there at `began`, broke during a commit: read in the log what was committed."""
        try:
            async with asyncio.timeout(_VERIFY_SECONDS):
                while True:
                    try:
                        async with self._pool.acquire(timeout=5) as connection:
                            while await connection.fetchval(_END_LOST, lost, time.monotonic() - began):  # noqa: ASYNC110
                                await asyncio.sleep(0.01)
                            return await self._outcomes(connection, appends)
                    except AWAY:
                        await asyncio.sleep(0.1)
        except TimeoutError:
            return [Unavailable(outcome_unknown=True)] * len(appends)

    async def _outcomes(self, connection: Connection, appends: list[Append]) -> Sequence[Answer]:
        rows = await connection.fetch(
            "select id, stream, version, shard, seq, recorded_at from events where id = any($1)",
            [append.ids[-1] for append in appends if append.ids],
        )
        await on_standbys(connection)
        written = {row["id"]: Written(self._source, *row[1:]) for row in rows}
        return [
            # Without events there is nothing to find: perhaps its key was kept, and a retry is answered the same.
            written.get(append.ids[-1], Unavailable()) if append.ids else Unavailable(outcome_unknown=True)
            for append in appends
        ]
