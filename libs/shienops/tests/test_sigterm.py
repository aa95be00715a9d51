"""SIGTERM ends a command as Ctrl-C does; one whose work is done has the exit code of its work."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from shienevents import migrate
from shienops import _audit_answers, cli
from shienops._files import write_file
from shienops.seeing.opened import opened
from shienops.stack import Stack


@pytest.fixture(autouse=True)
def _handler_of_this_process() -> Iterator[None]:
    """`run` takes SIGTERM for itself and does not give it back: a command ends with its process."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("run", [cli.run, _audit_answers.run])
def test_a_command_that_is_told_to_terminate_clears_away_what_it_began(run: Callable[[Any], None]) -> None:
    cleared = []

    async def work() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()
        finally:
            cleared.append("what it began")

    with pytest.raises(typer.Exit) as ended:
        run(work())
    assert (cleared, ended.value.exit_code) == (["what it began"], 143)


def test_sigterm_after_the_work_does_not_say_that_it_was_ended() -> None:
    """Right after the work, and again when the interpreter is about to end."""
    program = """
import asyncio, os, signal, sys
from shienops import main
from shienops.cli import app, run

@app.command("saved")
def saved() -> None:
    run(asyncio.sleep(0))
    os.kill(os.getpid(), signal.SIGTERM)

sys.argv = ["shien", "saved"]
try:
    main.main()
finally:
    os.kill(os.getpid(), signal.SIGTERM)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


async def _told_while_the_store_closes(stack: Stack, name: str, out: Path) -> None:
    """The work of a verb that writes a file from a store; SIGTERM comes when the store has begun to close."""
    database = await stack.create_database(name)
    await migrate(database.owner_dsn, service="needs", writer=database.name)
    async with opened(stack, [name]):
        write_file(out, b"all of it")
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize("more", [False, True])
def test_sigterm_while_the_stores_close_ends_only_what_has_more_to_do(
    postgres: Stack, tmp_path: Path, more: bool
) -> None:
    name, out = f"t_{tmp_path.name}"[:60].lower(), tmp_path / "out"

    async def work() -> None:
        await _told_while_the_store_closes(postgres, name, out)
        if more:
            await asyncio.Event().wait()

    try:
        assert _code(work()) == (143 if more else 0)
        assert out.read_bytes() == b"all of it"
    finally:
        asyncio.run(postgres.drop_database(name))


def _code(work: Coroutine[Any, Any, None]) -> int:
    try:
        cli.run(work)
    except typer.Exit as ended:
        return ended.exit_code
    return 0
