"""Group commit: appends that waited together share one durable commit, and each is answered on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg

from ._append import LOCK, Answer, Append, Written, append_within, datas
from ._errors import Malformed, StreamConflict, Unavailable
from ._postgres import AWAY, Connection, Pool

_PROOF_SECONDS = 10  # how long the outcome of an interrupted commit is looked for before it is called unknown

Prepared = tuple[Append, list[bytes]]


class GroupCommit:
    """Commits batches of appends to one store."""

    def __init__(self, pool: Pool, source: str, limit_bytes: int) -> None:
        self._pool = pool
        self._source = source
        self._limit = limit_bytes

    async def flush(self, appends: list[Append]) -> Sequence[Answer]:
        """One commit for all of them; when a constraint refuses a row, one commit for each."""
        answers: dict[int, Answer] = {}
        prepared: dict[int, Prepared] = {}
        for n, append in enumerate(appends):
            try:
                prepared[n] = (append, datas(append, self._limit))
            except Malformed as error:
                answers[n] = error
        if prepared:
            answers.update(zip(prepared, await self._together(list(prepared.values())), strict=True))
        return [answers[n] for n in range(len(appends))]

    async def _together(self, batch: list[Prepared]) -> Sequence[Answer]:
        try:
            return await self._commit(batch)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            if len(batch) > 1:  # one of them is at fault: alone, each is told its own answer
                return [answer for one in batch for answer in await self._together([one])]
            if isinstance(error, asyncpg.UniqueViolationError) and error.constraint_name == "idempotency_pkey":
                # The key was written meanwhile by another process, in another shard: the retry finds its answer.
                return [StreamConflict(batch[0][0].stream)]
            return [error]

    async def _commit(self, batch: list[Prepared]) -> Sequence[Answer]:
        sent = False
        try:
            async with self._pool.acquire(timeout=5) as connection:
                sent = True
                appends, prepared = zip(*batch, strict=True)
                return await append_within(connection, self._source, appends, prepared)
        except AWAY as error:
            if not sent:
                raise Unavailable from error
        return await self._proved([append for append, _ in batch])

    async def _proved(self, appends: list[Append]) -> Sequence[Answer]:
        """After a connection was lost during a commit: ask the log what became of it.

        The shard's lock waits for the lost session's end, so what is read under it is the final outcome.
        """
        try:
            async with asyncio.timeout(_PROOF_SECONDS):
                while True:
                    try:
                        async with self._pool.acquire(timeout=5) as connection, connection.transaction():
                            return [await self._outcome(connection, append) for append in appends]
                    except AWAY:
                        await asyncio.sleep(0.1)
        except TimeoutError:
            return [Unavailable(outcome_unknown=True)] * len(appends)

    async def _outcome(self, connection: Connection, append: Append) -> Answer:
        if not append.ids:
            return Unavailable(outcome_unknown=True)  # nothing but a key may have been written
        await connection.execute("select pg_advisory_xact_lock($1, $2)", LOCK, append.shard)
        row = await connection.fetchrow(
            "select stream, version, shard, seq, recorded_at from events where id = $1", append.ids[-1]
        )
        return Written(self._source, *row) if row else Unavailable()
