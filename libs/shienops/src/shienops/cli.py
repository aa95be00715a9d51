"""The operators' command line: `shien up | down | status | dsn`, and what its other verbs share."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from shienops._screen import Progress, complain
from shienops.errors import StackError
from shienops.stack import PartStatus, Stack
from shienops.system import System, SystemSettings

app = typer.Typer(
    help="Shien on one machine: Postgres, Kafka, the services. 支援システムの起動・停止・取込。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
LOOK_SECONDS = 0.3

Data = Annotated[Path | None, typer.Option(help="Folder of all data, logs and passwords. [SHIEN_DATA, else .shien]")]
Services = Annotated[str | None, typer.Option(help="Databases to make, with commas. [SHIEN_SERVICES]")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="0: a free one, kept for this folder.")]
Dsn = Annotated[str | None, typer.Option(help="Use this Postgres instead. [SHIEN_POSTGRES_DSN]")]
Servers = Annotated[str | None, typer.Option(help="Use this Kafka instead. [SHIEN_BOOTSTRAP_SERVERS]")]


@app.command()
def up(
    data: Data = None,
    services: Services = None,
    postgres_port: Port = None,
    kafka_port: Port = None,
    kafka_controller_port: Port = None,
    postgres_dsn: Dsn = None,
    bootstrap_servers: Servers = None,
    detach: Annotated[bool, typer.Option(help="Return when all answers; `shien down` ends it.")] = False,
) -> None:
    """Start Postgres, the services' databases, and Kafka; without --detach, stay until Ctrl-C."""
    settings = settings_of(
        data=data,
        services=services,
        postgres_port=postgres_port,
        kafka_port=kafka_port,
        kafka_controller_port=kafka_controller_port,
        postgres_dsn=postgres_dsn,
        bootstrap_servers=bootstrap_servers,
        # In the foreground the parts end with this command even if it is killed; detached they outlive it.
        die_with_parent=not detach,
    )
    run(bring_up(Stack(settings), detach=detach))


@app.command()
def down(data: Data = None) -> None:
    """End the services, then Kafka, then Postgres, whichever command started them. The data stays."""
    run(_down(System(settings_of(data=data))))


@app.command()
def status(data: Data = None, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """What runs, where, and whether it answers."""
    run(_show_status(System(settings_of(data=data)), as_json=as_json))


@app.command()
def dsn(
    service: Annotated[str, typer.Argument(help="The name of a service's database.")],
    data: Data = None,
    owner: Annotated[bool, typer.Option(help="The role that runs migrations.")] = False,
) -> None:
    """Print the DSN of a service's database, with its password."""
    stack = Stack(settings_of(data=data))

    async def show() -> None:
        typer.echo(stack.owner_dsn(service) if owner else stack.dsn(service))

    run(show())


def settings_of(**options: Any) -> SystemSettings:
    """The settings: what the command line says, else the environment, else the default."""
    try:
        return SystemSettings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        for mistake in error.errors():
            name = "_".join(str(part) for part in mistake["loc"][:1])
            typer.echo(f"shien: the setting {name} (SHIEN_{name.upper()}): {mistake['msg']}", err=True)
        raise typer.Exit(2) from None


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a command's work; an error of the stack becomes its sentences and exit code 1."""
    try:
        asyncio.run(work)
    except StackError as error:
        complain(error)
        raise typer.Exit(1) from None


async def bring_up(whole: Stack | System, *, detach: bool) -> None:
    """Start a stack or a system, show it, and unless detached stay until it is to end."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    begin = asyncio.current_task()
    assert begin is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, over.set)
    with Progress() as progress:
        if not await _unless(over, whole.up(progress)):
            return
    _print_status(whole.status())
    if detach:
        return
    Console().print(f"[dim]logs in {whole.folder.log}; Ctrl-C ends all of it[/dim]")
    try:
        await _follow(whole, over)
    finally:
        with Progress() as progress:
            await whole.down(progress)


async def _unless(over: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work, or cancel it when the user asks to end; was it done?"""
    doing, ending = asyncio.ensure_future(work), asyncio.ensure_future(over.wait())
    await asyncio.wait((doing, ending), return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if not doing.done():
        doing.cancel()
    try:
        await doing
    except asyncio.CancelledError:
        return False
    return True


async def _follow(whole: Stack | System, over: asyncio.Event) -> None:
    """Until Ctrl-C, or `shien down` elsewhere; a part that ends by itself is an error."""
    ours = any(part.pid is not None for part in whole.status())
    seen = False
    while not over.is_set():
        failure = whole.failure()
        # Seen twice: `shien down` elsewhere removes a part's pid file a moment after the part has ended.
        if failure is not None and seen:
            raise failure
        seen = failure is not None
        if not seen and ours and all(part.pid is None for part in whole.status()):
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), LOOK_SECONDS)


async def _down(system: System) -> None:
    with Progress() as progress:
        await system.down(progress)
    _print_status(system.status())


async def _show_status(system: System, *, as_json: bool) -> None:
    rows = system.status()
    answering = [await part.answers() for part in system.parts]
    if as_json:
        fields = [
            {"name": row.name, "external": row.external, "pid": row.pid, "where": row.where, "answers": answer}
            for row, answer in zip(rows, answering, strict=True)
        ]
        typer.echo(json.dumps(fields))
    else:
        _print_status(rows, answering)


def _print_status(rows: Sequence[PartStatus], answering: list[bool] | None = None) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("part", "state", "where", "pid"):
        table.add_column(title, style="bold" if title == "part" else None)
    for index, row in enumerate(rows):
        state = "external" if row.external else "running" if row.pid else "stopped"
        if answering is not None and not answering[index] and state != "stopped":
            state += ", does not answer"
        table.add_row(row.name, state, row.where or "", str(row.pid or ""))
    Console().print(table)
