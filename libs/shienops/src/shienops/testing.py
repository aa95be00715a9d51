"""What tests of a real stack need besides its fixtures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Poll until `condition` is true; fail after `seconds`. For what no event announces, such as a process's end."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {seconds} seconds: {condition}")
        time.sleep(0.01)


async def eventually(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """`until`, for async tests: the event loop runs on."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {seconds} seconds: {condition}")
        await asyncio.sleep(0.01)
