"""Two manners that aiokafka's clients lack while the broker is away: to end whole, and not to spin."""

from __future__ import annotations

import asyncio
from typing import Any, Final

_PAUSE_SECONDS: Final = 0.1


async def end(consumer: Any) -> None:
    """Stop an aiokafka consumer, to its very end.

    Its own `stop` awaits the fetches that it has cancelled. One that was waiting to try again, because the broker is
    away, lets that cancellation out: whoever awaits `stop` then seems to be cancelled itself, no `except Exception`
    holds it, and the client behind goes on connecting for ever.
    """
    stopping = asyncio.ensure_future(consumer.stop())
    try:
        await asyncio.wait([stopping])
    finally:
        if stopping.cancelled() or stopping.cancel():
            await consumer._client.close()
    if not stopping.cancelled():
        stopping.result()


def unhurried(client: Any) -> None:
    """Let a client that cannot learn where the partitions are pause before it asks again.

    aiokafka asks at once: with the broker away and a partition's leader unknown, its producer and its fetcher make
    thousands of attempts a second, each with two lines in the log.
    """
    ask = client._metadata_update

    async def ask_and_pause(cluster: Any, topics: Any) -> bool:
        learnt: bool = await ask(cluster, topics)
        if not learnt:
            await asyncio.sleep(_PAUSE_SECONDS)
        return learnt

    client._metadata_update = ask_and_pause
