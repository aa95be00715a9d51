"""The command line as an operator uses it: what it is told, prints and returns.

It runs in the test's process, in a thread with an event loop of its own; the test's loop waits meanwhile. A process for
each command would load all modules again. What belongs to a process of its own is in test_cli.py and test_system.py.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import structlog
from typer.testing import CliRunner

from shienops._output import log_to_stderr
from shienops.main import app
from shienops.system import System


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    returncode: int
    stdout: str
    stderr: str


def shien(system: System, *arguments: str | Path, **more: str) -> Done:
    """Run `shien` with these arguments on the folder of the system."""
    return command(arguments, {"SHIEN_DATA": str(system.folder.path), "COLUMNS": "300", **more})


def command(arguments: Sequence[str | Path], environment: Mapping[str, str | None]) -> Done:
    """Run `shien` with these arguments, and with these variables beside ours; `None`: without this one.

    What the command itself does to them is taken back.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_run, [str(one) for one in arguments], environment).result()


def _run(arguments: Sequence[str], environment: Mapping[str, str | None]) -> Done:
    configured = structlog.get_config()
    structlog.configure(logger_factory=log_to_stderr)  # as `shien` does
    try:
        done = CliRunner().invoke(app, arguments, env=environment, prog_name="shien")
    finally:
        structlog.configure(**configured)
    told = done.stderr
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        told += "".join(traceback.format_exception(done.exception))
    return Done(done.exit_code, done.stdout, told)
