"""Bring a stack or a system up, keep it up until Ctrl-C, and show its parts."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from rich.console import Console

from shienops._output import show
from shienops._parts import OnStep
from shienops._screen import Progress, print_error
from shienops._words import WORDS
from shienops.errors import NotReady
from shienops.stack import PartStatus, Stack
from shienops.system import System

POLL_SECONDS = 0.3

Mend = Callable[[OnStep], Coroutine[Any, Any, None]]


async def bring_up(target: Stack | System, *, detach: bool, mend: Mend | None = None) -> None:
    """Start a stack or a system and print its status. Unless detached, run until a signal or an error, then stop it.

    A service that runs and is not ready stops nothing: what it names can be mended only while the others run.

    With `mend`, a part that ends is started again by it.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    unready = None
    with Progress() as progress:
        try:
            if not await _run_unless_stopped(stop, target.up(progress)):
                return
        except NotReady as error:
            unready = error
    print_status(target.status())
    if detach:
        if unready:
            raise unready
        return
    if unready:
        print_error(unready)
    Console().print(f"[dim]logs in {target.folder.log}; Ctrl-C stops all parts[/dim]")
    try:
        await wait_for_end(target, stop, mend)
    finally:
        with Progress() as progress:
            await target.down(progress)


async def _run_unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work, or cancel it when `stop` is set. Return whether the work was done."""
    running, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not running.done():
        running.cancel()
    try:
        await running
    except asyncio.CancelledError:
        return False
    return True


async def wait_for_end(target: Stack | System, stop: asyncio.Event, mend: Mend | None) -> None:
    """Return after Ctrl-C or `shien down` in another terminal. Raise `StackError` when a part ends unexpectedly.

    With `mend`, only when the part cannot be started again.
    """
    ours = any(part.pid is not None for part in target.status())
    seen = False
    while not stop.is_set():
        failure = target.failure()
        # Two checks: `shien down` in another terminal removes a part's pid file shortly after the part has ended.
        if failure is not None and seen:
            if mend is None:
                raise failure
            with Progress() as progress:
                await _run_unless_stopped(stop, mend(progress))
            failure = target.failure()
        seen = failure is not None
        if not seen and ours and all(part.pid is None for part in target.status()):
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), POLL_SECONDS)


def print_status(rows: Sequence[PartStatus], answering: Sequence[bool] | None = None) -> None:
    """Write a line for each part: `answering` says which of them answer, where they were asked."""
    lines = []
    for index, row in enumerate(rows):
        state = "external" if row.external else "running" if row.pid else "stopped"
        silent = answering is not None and not answering[index] and state != "stopped"
        lines.append((row.name, WORDS[f"{state}_silent" if silent else state], row.where or "", row.pid or ""))
    show(("part", "state", "where", "pid"), lines)
