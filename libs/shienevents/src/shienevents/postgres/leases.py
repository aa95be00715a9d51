"""Leases: which process does a piece of work now. They avoid double work; they do not make anything safe."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID, uuid4

from .pool import Connection, Pool, borrowed

# The row with the highest number is the lease. It may be followed by the next number when it has run out, or
# by its own holder. Two who insert the same number meet in the primary key, and one of them gets no row.
_HOLD = """
    insert into leases (name, number, holder, until)
    select $1, coalesce(last.number, 0) + 1, $2, clock_timestamp() + make_interval(secs => $3)
    from (values (1)) as one
    left join lateral (
        select number, holder, until from leases where name = $1 order by number desc limit 1
    ) last on true
    where last.number is null or last.holder = $2 or last.until < clock_timestamp()
    on conflict do nothing
    returning number
"""
_TOP = "select number from leases where name = $1 order by number desc limit 1"
_HELD = "select until > clock_timestamp() from leases where name = $1 order by number desc limit 1"
_RELEASE = """
    insert into leases (name, number, holder, until)
    select $1, $3::bigint + 1, $2, '-infinity'
    where $3 = (select number from leases where name = $1 order by number desc limit 1)
    on conflict do nothing
"""
_KEPT = 16


async def is_held(connection: Connection, name: str) -> bool:
    """Whether any process has the lease of this name now, by the database's clock."""
    return bool(await connection.fetchval(_HELD, name))


class Lease:
    """A lease of `name`, held by one process at a time, for `seconds` after each renewal.

    It only avoids double work. A process that is paused, or whose clock runs slowly, may believe that it holds
    a lease which another has taken: so a process that writes under a lease needs a fence of its own at the place it
    writes to (the relay: dense numbers that consumers check; the consumer: a compare-and-set of its position).

    Rows are inserted, never updated, under numbers that grow by one. Time is the database's; the holder itself
    counts from before it asked, by its own monotonic clock, and so stops no later than the database says.
    Old rows are pruned at the low end. A stale insert could then land on a pruned number: it would not be
    the highest one, which is looked at after each insert, and only the highest number is the lease.
    """

    def __init__(self, pool: Pool, name: str, seconds: float = 10, unless: Callable[[], bool] = lambda: False) -> None:
        self._pool = pool
        self._unless = unless  # while this is true, it is not ours
        self.name = name
        self.seconds = seconds
        self.holder: UUID = uuid4()
        self._number = 0
        self._until = float("-inf")

    @property
    def held(self) -> bool:
        """Is it still ours, by our own clock? Asks nobody."""
        return time.monotonic() < self._until

    async def hold(self) -> bool:
        """Take the lease, or renew it when a third of its time is gone; is it ours? Raises `Unavailable`."""
        if self._unless():
            return False
        now = time.monotonic()
        if now < self._until - self.seconds * 2 / 3:
            return True
        async with borrowed(self._pool) as connection:
            number = await connection.fetchval(_HOLD, self.name, self.holder, self.seconds)
            if number is None or await connection.fetchval(_TOP, self.name) != number:
                self._until = float("-inf")
                return False
            self._number = number
            self._until = now + self.seconds
            if number % _KEPT == 0:
                await connection.execute(
                    "delete from leases where name = $1 and number < $2", self.name, number - _KEPT
                )
        return self.held

    async def release(self) -> None:
        """Give it back at once, if it is ours. Raises `Unavailable`: then it runs out by itself."""
        number, self._until = self._number, float("-inf")
        if number:
            self._number = 0
            async with borrowed(self._pool) as connection:
                await connection.execute(_RELEASE, self.name, self.holder, number)
