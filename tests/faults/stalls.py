"""A consumer that stands still at the worst moment: under its lease, about to move the position, and not yet there.

A lock on the table of positions lets the driver meet the consumer's session exactly there. The session is stopped
(SIGSTOP), the lock is let go, the lease runs out and another process takes over. Then the session goes on, as it
would after a pause of its machine or of the network: this is what the fence is for.
"""

from __future__ import annotations

import os
import signal

from .rig import Rig, connected
from .waiting import until

_MEET_SECONDS = 60.0
_OVERTAKE_SECONDS = 60.0

_WAITING = "select pid from pg_locks where relation = 'batches'::regclass and not granted limit 1"
_NEWEST = "select coalesce(max(number), 0) from batches"


async def stall(rig: Rig, service: str) -> None:
    """Stop the active consumer's session until another consumer has moved the position twice."""
    dsn = rig.deployment.checker_dsns[service]
    async with connected(dsn) as watcher:
        pids: list[int] = []

        async def met() -> bool:
            pids[:] = [row["pid"] for row in await watcher.fetch(_WAITING)]
            return bool(pids)

        async with connected(dsn) as holder:
            await holder.execute("begin; lock table batches in share row exclusive mode")
            if not await until(met, seconds=_MEET_SECONDS):
                rig.complaints.append(f"the consumer of {service} did nothing for {_MEET_SECONDS:.0f} s")
                return
            os.kill(pids[0], signal.SIGSTOP)
        number: int = await watcher.fetchval(_NEWEST)

        async def overtaken() -> bool:
            return bool(await watcher.fetchval(_NEWEST) >= number + 2)

        try:
            if not await until(overtaken, seconds=_OVERTAKE_SECONDS):
                rig.complaints.append(f"nobody took over from the consumer of {service}, which stands still")
        finally:
            os.kill(pids[0], signal.SIGCONT)
