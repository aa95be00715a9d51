"""Solving in a process of its own: its memory is given back, and its seconds of work hold up no other request."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import cast

import orjson

from .outcome import Solved
from .problem import Inputs

_MOST_SECONDS = 120


async def solved_apart(inputs: Inputs) -> Solved:
    """The fields of the `Solution` of these inputs. Raises `TimeoutError`, and `ArithmeticError` without a solution."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __package__ or "", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            answer, _ = await process.communicate(orjson.dumps(inputs))
    finally:
        with contextlib.suppress(ProcessLookupError):
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode:
        raise ArithmeticError(f"the solver ended with {process.returncode}")
    return cast("Solved", orjson.loads(answer))
