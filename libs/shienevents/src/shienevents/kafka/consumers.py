"""What aiokafka's consumer lacks while the broker is away: to end completely."""

from __future__ import annotations

import asyncio
from typing import Any, Final

_TURNS: Final = 50  # of the event loop; three for each broker are needed
_END_SECONDS: Final = 2


async def end(consumer: Any) -> None:
    """Stop an aiokafka consumer completely, also while the caller is cancelled.

    Its own `stop` awaits the fetches that it has cancelled. One that was waiting to try again, because the broker is
    away, passes that cancellation on: `stop` would end there, and the client behind it go on connecting for ever.
    Without an assignment the consumer gives up its fetches by itself, in the next turns of the event loop.
    """
    ending = asyncio.ensure_future(_end(consumer))
    try:
        await asyncio.shield(ending)
    except asyncio.CancelledError:
        await asyncio.wait([ending], timeout=_END_SECONDS)
        raise


async def _end(consumer: Any) -> None:
    if consumer.assignment():
        consumer.unsubscribe()
        for _ in range(_TURNS):
            await asyncio.sleep(0)
    await consumer.stop()
