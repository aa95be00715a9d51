"""The commands of a runbook, in the page's order, and how a drill runs them."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import product
from pathlib import Path

from typer.testing import CliRunner

from shienops.main import app

ROOT = Path(__file__).parent.parent
RUNBOOKS = sorted(path.stem for path in (ROOT / "docs/runbooks").glob("*.md"))
_TOOLS = (
    r"shien |docker |make |helm |tar |curl |psql |GET /|POST /|kubectl |kafka-|pg_|select pg_|alter system |"
    r"[A-Z_]+=\S+ docker "
)
_COMMAND = re.compile(rf"(?:`|^ {{4}})((?:{_TOOLS})[^`\n]*)", re.MULTILINE)
_IN_A_CONTAINER = re.compile(r"docker compose run --rm (?:-e \w+ )?(?=shien )")
_READS = ("doctor", "status", "lag", "outbox", "leases", "views verify", "views list", "audit verify", "parked list")
"""what only looks is asked again until it ends as the page says: parts take their time to notice"""
SECONDS = 90
_UNTIL_STOPPED = ("shien serve", "shien events tail --follow")
Ended = tuple[int, str, str]
Do = Callable[[], Awaitable[None]]


def commands_of(page: str) -> list[str]:
    """The commands of a page in its order; those of a container without the words that lead into it."""
    text = (ROOT / f"docs/runbooks/{page}.md").read_text()
    return [_IN_A_CONTAINER.sub("", found.split("  ")[0].strip()) for found in _COMMAND.findall(text)]


class Drill:
    """Runs a page's commands of `shien` with this environment, in the working folder.

    `names`: what stands for each name that the page leaves open; of several values the command is run with each.
    `ends`: the codes of the first times; then 0. `before`: what happens before a command is run for the first time.
    """

    def __init__(self, environment: Mapping[str, str], names: Mapping[str, str | Sequence[str]]) -> None:
        self.environment = {**os.environ, **environment}
        self.names = dict(names)
        self.ran: list[str] = []
        self._endless: list[asyncio.subprocess.Process] = []

    async def run(
        self,
        page: str,
        *,
        ends: Mapping[str, Sequence[int]] | None = None,
        before: Mapping[str, Do] | None = None,
        instead: Mapping[str, Do] | None = None,
        elsewhere: Mapping[str, str] | None = None,
    ) -> None:
        """Run every command of the page that is not in `elsewhere`; a name of one that is not in the page is wrong."""
        codes = {command: list(found) for command, found in (ends or {}).items()}
        before, instead, elsewhere = dict(before or {}), instead or {}, elsewhere or {}
        commands = commands_of(page)
        stray = {*codes, *before, *instead, *elsewhere} - {*commands}
        assert not stray, f"{page} has no {stray}"
        for command in commands:
            if act := before.pop(command, None):
                await act()
            if command in instead:
                await instead[command]()
            elif command not in elsewhere:
                await self._each(command, codes[command].pop(0) if codes.get(command) else 0)

    async def _each(self, command: str, code: int) -> None:
        used = [name for name in self.names if _place(name).search(command)]
        values = [[one] if isinstance(one := self.names[name], str) else one for name in used]
        for chosen in product(*values):
            filled = command
            for name, value in zip(used, chosen, strict=True):
                filled = value.join(_place(name).split(filled))
            assert filled.startswith("shien "), f"no drill runs {command!r}"
            await self._end(command, shlex.split(filled)[1:], code)
        self.ran.append(command)

    async def _end(self, command: str, arguments: list[str], code: int) -> None:
        if command.startswith(_UNTIL_STOPPED):
            await self._begin(arguments)
            return
        words = [one for one in arguments if not one.startswith("-")]
        again = " ".join(words).startswith(_READS)
        deadline = time.monotonic() + SECONDS
        while True:
            found, out, said = await self.shien(*arguments)
            if found == code:
                return
            if not again or time.monotonic() > deadline:
                raise AssertionError(f"{command}: ended with {found}, not {code}: {out}{said}")

    async def shien(self, *arguments: str) -> Ended:
        """The code, the data and the words of a command."""
        if {"up", "--profile"} & {*arguments}:  # what it starts, or sets, is to be no part of this process
            process = await self._process(arguments)
            out, said = await process.communicate()
            return int(process.returncode or 0), out.decode(), said.decode()
        done = await asyncio.to_thread(CliRunner().invoke, app, arguments, env=self.environment)
        return done.exit_code, done.stdout, f"{done.stderr}{done.exception or ''}"

    async def serve(self) -> None:
        """`shien serve` for the folder of the environment, left running."""
        await self._begin(["serve"])

    async def _begin(self, arguments: Sequence[str]) -> None:
        """A command that goes on until it is stopped: it is left running once it has written a line."""
        process = await self._process(arguments)
        self._endless.append(process)
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), SECONDS * 2)
        assert line, f"{arguments} ended: {(await process.communicate())[1].decode()}"
        if "serve" in arguments:
            data = arguments[arguments.index("--data") :] if "--data" in arguments else []
            await self._end("shien status", ["status", *data], 0)

    async def _process(self, arguments: Sequence[str]) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-c", f"{_CTRL_C}; from shienops.main import main; main()", *arguments]
        return await asyncio.create_subprocess_exec(*command, env=self.environment, stdout=pipe, stderr=pipe)

    async def stop(self) -> None:
        """End what was left running, as Ctrl-C does."""
        for process in self._endless:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            try:
                await asyncio.wait_for(process.communicate(), SECONDS)
            except TimeoutError:
                process.kill()
                raise AssertionError("a command did not end after Ctrl-C") from None
        self._endless.clear()


# What a shell starts in the background ignores Ctrl-C, and so does all that it starts: these tests, then.
_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"


def _place(name: str) -> re.Pattern[str]:
    """Where a page leaves this open: as a word of its own."""
    return re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
