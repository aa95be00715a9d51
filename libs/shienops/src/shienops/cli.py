"""The command line `shien up | down | status | dsn`, and the options and functions that its other verbs share."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, TypeVar

import asyncpg
import typer
from pydantic import ValidationError
from rich.console import Console

from shienevents import DatabaseDenied, KafkaAway, KafkaDenied, ShienError, Unavailable
from shienops._external import ExternalService, Ready, ready
from shienops._files import about_a_file, unwritable
from shienops._output import FINDING, UNREACHABLE, AsJson, emit, tell
from shienops._parts import Part
from shienops._profile import use_profile
from shienops._running import bring_up, print_status
from shienops._screen import Progress, print_error
from shienops._service import ServiceProcess
from shienops._usage import Verbs
from shienops.errors import StackError
from shienops.stack import Stack
from shienops.system import System, SystemSettings
from shienweb import wrong_settings

T = TypeVar("T")
app = typer.Typer(
    cls=Verbs,
    help="Shien: start and stop it on one machine, look into it, mend it. 支援システムの起動・停止・点検・復旧・取込。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Data = Annotated[Path | None, typer.Option(help="Folder of all data, logs and passwords. [SHIEN_DATA, else .shien]")]
_TERMINATED: Final = 128 + signal.SIGTERM  # as a shell says it
Services = Annotated[str | None, typer.Option(help="Databases to create, separated by commas. [SHIEN_SERVICES]")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="0: a free port, which the folder keeps.")]
Dsn = Annotated[str | None, typer.Option(help="DSN of an external Postgres. [SHIEN_POSTGRES_DSN]")]
Servers = Annotated[str | None, typer.Option(help="Address of an external Kafka. [SHIEN_BOOTSTRAP_SERVERS]")]


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"shien {metadata.version('shienops')}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_print_version)
    ] = False,
    profile: Annotated[
        Path | None,
        typer.Option(envvar="SHIEN_PROFILE", help="File of settings of a deployment: SHIEN_… lines. [SHIEN_PROFILE]"),
    ] = None,
) -> None:
    """Shien: start and stop it on one machine, look into it, mend it. 支援システムの起動・停止・点検・復旧・取込。"""
    if profile is not None:
        use_profile(profile)


@app.command()
def up(
    data: Data = None,
    services: Services = None,
    postgres_port: Port = None,
    kafka_port: Port = None,
    kafka_controller_port: Port = None,
    postgres_dsn: Dsn = None,
    bootstrap_servers: Servers = None,
    detach: Annotated[bool, typer.Option(help="Return when all parts answer; `shien down` stops them.")] = False,
) -> None:
    """Start Postgres and Kafka and create the services' databases. Without --detach, run until Ctrl-C."""
    settings = settings_of(
        data=data,
        services=services,
        postgres_port=postgres_port,
        kafka_port=kafka_port,
        kafka_controller_port=kafka_controller_port,
        postgres_dsn=postgres_dsn,
        bootstrap_servers=bootstrap_servers,
        # In the foreground the parts end with this command, even if it is killed. Detached parts keep running.
        die_with_parent=not detach,
    )
    run(bring_up(Stack(settings), detach=detach))


@app.command()
def down(data: Data = None) -> None:
    """Stop the services, then Kafka, then Postgres. The data is kept."""
    run(_down(System(settings_of(data=data))))


@app.command()
def status(data: Data = None, as_json: AsJson = False) -> None:
    """Show which parts run, at which address, and whether they answer. Exit 1: not all do; 3: none does."""
    run(_show_status(System(settings_of(data=data)), as_json=as_json))


@app.command()
def dsn(
    service: Annotated[str, typer.Argument(help="Name of the service's database.")],
    data: Data = None,
    owner: Annotated[bool, typer.Option(help="The DSN of the role that runs migrations.")] = False,
) -> None:
    """Print the DSN of a service's database, with its password."""
    stack = Stack(settings_of(data=data))

    async def show() -> None:
        typer.echo(stack.owner_dsn(service) if owner else stack.dsn(service))

    run(show())


def settings_of(**options: Any) -> SystemSettings:
    """Return the settings: from the command line, else from the environment, else the default.

    Raises:
        typer.Exit: with code 2, when a value is not valid. The reason is printed to stderr.
    """
    try:
        return SystemSettings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        _refuse(error)


def _refuse(error: ValidationError) -> NoReturn:
    for sentence in wrong_settings(error):
        typer.echo(sentence, err=True)
    raise typer.Exit(2) from None


@contextlib.contextmanager
def _one_sentence_about_kafka() -> Iterator[None]:
    """The operator gets one sentence about Kafka: the lines of its client would hide it."""
    client = logging.getLogger("aiokafka")
    before = client.level
    client.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        client.setLevel(before)


async def _until_told(work: Coroutine[Any, Any, T]) -> T:
    """SIGTERM ends the work as Ctrl-C does: what it has begun is cleared away. Work that is done stays done.

    The loop's own handler would end with the loop: a signal after it would say of finished work that it was ended.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()

    def told(*_: object) -> None:
        if task is not None and not task.done():
            loop.call_soon_threadsafe(task.cancel)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, told)
    return await work


def worked(work: Coroutine[Any, Any, T]) -> T:
    """What the work of a command gives. Raises `typer.Exit` with code 143 when SIGTERM ends it before."""
    try:
        return asyncio.run(_until_told(work))
    except asyncio.CancelledError:
        raise typer.Exit(_TERMINATED) from None


async def closed(close: Callable[[], Awaitable[None]]) -> None:
    """Close what was used, to the end. SIGTERM meanwhile ends the command only if more work waits after it."""
    task, closing, told = asyncio.current_task(), asyncio.ensure_future(close()), False
    while not closing.done():
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            if task is None or closing.cancelled():
                raise
            task.uncancel()
            told = True
    if told and task is not None:
        asyncio.get_running_loop().call_soon(task.cancel)
    closing.result()


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run the work of a command.

    Raises:
        typer.Exit: with code 3 when what it must ask does not answer, 2 when what it names is not there, else 1. The
            texts of the error are printed to stderr.
    """
    try:
        with _one_sentence_about_kafka():
            worked(work)
    except ValidationError as error:  # of the settings that services and their tools share
        _refuse(error)
    except StackError as error:
        print_error(error)
        raise typer.Exit(error.exit_code) from None
    except BrokenPipeError:
        raise typer.Exit(0) from None  # who reads has enough
    except KafkaDenied as error:
        Console(stderr=True, soft_wrap=True).print(f"shien: {error.en}\nshien: {error.ja}", markup=False)
        raise typer.Exit(FINDING) from None
    except DatabaseDenied as error:
        Console(stderr=True, soft_wrap=True).print(f"shien: {error}", markup=False)
        raise typer.Exit(FINDING) from None
    except KafkaAway as error:
        tell(f"shien: Kafka が応答しません（{error}）。", f"shien: Kafka does not answer ({error})")
        raise typer.Exit(UNREACHABLE) from None
    except (Unavailable, OSError, asyncpg.PostgresConnectionError) as error:
        if isinstance(error, OSError) and about_a_file(error):
            print_error(unwritable(error.filename or "", error))
            raise typer.Exit(FINDING) from None
        tell(f"shien: 応答がありません（{error}）。", f"shien: no answer ({error})")
        raise typer.Exit(UNREACHABLE) from None
    except ShienError as error:
        tell(f"shien: {error.ja or error}", f"shien: {error}")
        raise typer.Exit(FINDING) from None


async def _down(system: System) -> None:
    with Progress() as progress:
        await system.down(progress)
    print_status(system.status())


async def _show_status(system: System, *, as_json: bool) -> None:
    rows = system.status()
    looks = await asyncio.gather(*map(_look, system.parts))
    answering = [look.is_ready for look in looks]
    if as_json:
        emit(
            [
                {"name": row.name, "external": row.external, "pid": row.pid, "where": row.where,
                 "answers": look.is_ready, "notices": [*([look.reason] if look.reason else []), *look.notices]}
                for row, look in zip(rows, looks, strict=True)
            ]
        )  # fmt: skip
    else:
        print_status(rows, answering)
        for row, look in zip(rows, looks, strict=True):
            for notice in look.notices:
                tell(f"{row.name}: {notice}", f"{row.name}: {notice}")
    if not all(answering):
        raise typer.Exit(FINDING if any(answering) else UNREACHABLE)


async def _look(part: Part) -> Ready:
    """What a service says of itself; of a server, whether it answers."""
    if isinstance(part, ServiceProcess | ExternalService):
        running = isinstance(part, ExternalService) or part.pid is not None
        return await ready(part.url) if running else Ready(False)
    try:
        return Ready(await part.answers())
    except (StackError, asyncpg.PostgresError):  # an external server that refuses us does not answer us
        return Ready(False)
