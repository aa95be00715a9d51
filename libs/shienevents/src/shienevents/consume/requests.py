"""What operators ask of a running service, as rows of its own database: no port is opened for it.

The command line inserts a row; the process with the active consumer takes it within a second, writes how far it is, and
what came of it. A request that was interrupted is begun again by the process that is active next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import orjson

from ..core.positions import ShardKey
from ..postgres.pool import Pool, borrowed

Act = Literal["rebuild", "replay", "skip"]
_COLUMNS = "id, act, subject, source, shard, seq, reason, asked_by, asked_at, begun_at, share, done_at, outcome, failed"


@dataclass(frozen=True, slots=True)
class Request:
    """A request, and how far it is. `subject`: a view's name, or a subscriber.

    `source`, `shard`, `seq`: the event of a skip. `outcome`: what came of it, or why it failed (`en`, `ja`).
    """

    id: UUID
    act: Act
    subject: str
    source: str | None
    shard: int | None
    seq: int | None
    reason: str
    asked_by: str
    asked_at: datetime
    begun_at: datetime | None
    share: float
    done_at: datetime | None
    outcome: Mapping[str, Any]
    failed: bool

    @property
    def place(self) -> tuple[ShardKey, int]:
        """The event of a skip."""
        assert self.source is not None
        assert self.shard is not None
        assert self.seq is not None
        return (self.source, self.shard), self.seq


async def ask_service(
    pool: Pool, act: Act, subject: str, asked_by: str, *, reason: str = "", place: tuple[ShardKey, int] | None = None
) -> UUID:
    """Ask the running service for something. Raises `Unavailable`."""
    (source, shard), seq = place or ((None, None), None)
    async with borrowed(pool) as connection:
        id_: UUID = await connection.fetchval(
            "insert into requests (act, subject, source, shard, seq, reason, asked_by) "
            "values ($1, $2, $3, $4, $5, $6, $7) returning id",
            act,
            subject,
            source,
            shard,
            seq,
            reason,
            asked_by,
        )
    return id_


async def request_of(pool: Pool, id_: UUID) -> Request | None:
    """The request as it is now. Raises `Unavailable`."""
    async with borrowed(pool) as connection:
        row = await connection.fetchrow(f"select {_COLUMNS} from requests where id = $1", id_)
    return _request(row)


def _request(row: asyncpg.Record | None) -> Request | None:
    if row is None:
        return None
    return Request(**(dict(row) | {"outcome": orjson.loads(row["outcome"] or "{}")}))


async def withdraw_request(pool: Pool, id_: UUID) -> bool:
    """Take back a request that no process has begun; whether there was one."""
    async with borrowed(pool) as connection:
        status = await connection.execute("delete from requests where id = $1 and begun_at is null", id_)
    return status == "DELETE 1"


async def next_request(pool: Pool) -> Request | None:
    """The oldest open request, noted as begun."""
    async with borrowed(pool) as connection:
        row = await connection.fetchrow(
            "update requests set begun_at = clock_timestamp(), share = 0 where id = ("
            "  select id from requests where done_at is null order by asked_at limit 1"
            f") returning {_COLUMNS}"
        )
    return _request(row)


async def note_share(pool: Pool, id_: UUID, share: float) -> None:
    """Write how far a request is, from 0 to 1."""
    async with borrowed(pool) as connection:
        await connection.execute("update requests set share = $2 where id = $1", id_, share)


async def note_done(pool: Pool, id_: UUID, outcome: Mapping[str, Any], *, failed: bool = False) -> None:
    """Write what came of a request."""
    async with borrowed(pool) as connection:
        await connection.execute(
            "update requests set done_at = clock_timestamp(), outcome = $2, failed = $3,"
            " share = case when $3 then share else 1 end where id = $1",
            id_,
            orjson.dumps(outcome).decode(),
            failed,
        )


class Shares:
    """Writes the share of a request at most twice a second, beside the work that reports it."""

    def __init__(self, pool: Pool, id_: UUID) -> None:
        self._pool = pool
        self._id = id_
        self._share = 0.0
        self._task: asyncio.Task[None] | None = None

    def __call__(self, share: float) -> None:
        """Remember the share."""
        self._share = share

    async def __aenter__(self) -> Shares:
        self._task = asyncio.create_task(self._write())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _write(self) -> None:
        written = -1.0
        while True:
            if self._share != written:
                written = self._share
                await note_share(self._pool, self._id, written)
            await asyncio.sleep(0.5)
