"""Asks a running service for something, and waits for it with progress on stderr."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from shienevents import Request, Store, request_of, withdraw_request
from shienops.errors import NoAnswer, StackError

_POLL_SECONDS = 0.25

Wait = Annotated[
    float, typer.Option("--wait", min=0, help="Take the request back when no process begins it within so many seconds.")
]
WAIT_SECONDS = 30.0
"""a service looks once a second, and may be rebuilding another view"""


def asked_by() -> str:
    """Who asks, for the record: a role and a machine, never a person's name."""
    return f"operator/{socket.gethostname()}"


async def answered(store: Store, id_: UUID, wait: float, events: int = 0) -> Request:
    """Wait until a request is done. `events`: how many there are to read, for the rate.

    Raises `StackError` when no process takes it, or when it failed.
    """
    deadline = time.monotonic() + wait
    with _progress() as progress:
        task = progress.add_task("", total=1.0, rate="")
        begun = 0.0
        while True:
            request = await request_of(store.pool, id_)
            if request is None:
                raise _not_taken(store.service, wait)
            if request.done_at is not None:
                break
            if request.begun_at is not None:
                begun = begun or time.monotonic()
                seconds = time.monotonic() - begun
                rate = f"{request.share * events / seconds:,.0f}/s" if seconds > 1 and events else ""
                progress.update(task, completed=request.share, rate=rate)
            elif time.monotonic() > deadline and await withdraw_request(store.pool, id_):
                raise _not_taken(store.service, wait)
            await asyncio.sleep(_POLL_SECONDS)
    if request.failed:
        raise _refused(store.service, request.outcome)
    return request


def _progress() -> Progress:
    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TextColumn("{task.fields[rate]}"))
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)


def _not_taken(service: str, wait: float) -> StackError:
    return NoAnswer(
        "request.not_taken",
        f"No running process of {service} has taken the request within {wait:.0f} seconds; it was taken back.",
        f"{service} のプロセスが {wait:.0f} 秒以内に依頼を受け付けなかったため、依頼を取り消しました。",
        "Start the service, see shien leases, and run the command again.",
        "サービスを起動し、shien leases で確認してから、もう一度実行してください。",
    )


def _refused(service: str, why: Mapping[str, str]) -> StackError:
    return StackError(
        "request.failed",
        f"{service} could not do it: {why['en']}.",
        f"{service} は依頼を実行できませんでした: {why['ja']}。",
        "Correct what the message names, and run the command again.",
        "示された原因を直してから、もう一度実行してください。",
    )
