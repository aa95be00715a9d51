"""The processes of a run: started in the copy of the library they shall use, killed, paused, and missed when gone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .waiting import until

ROOT = Path(__file__).resolve().parents[2]
_END_SECONDS = 40.0


@dataclass(frozen=True)
class Program:
    """What a process runs: a module of this folder with its arguments, and the folder its library is taken from."""

    module: str
    arguments: Sequence[str]
    library: Path


class Process:
    """One process under test, across all its lives."""

    def __init__(self, name: str, program: Program, log: Path) -> None:
        self.name = name
        self.program = program
        self.log = log
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin a life. The kernel ends it should this process die."""
        command = [sys.executable, "-m", f"tests.faults.{self.program.module}", *self.program.arguments]
        env = os.environ | {"PYTHONPATH": str(self.program.library)}
        setpriv = shutil.which("setpriv", path=os.environ.get("PATH", "") + ":/usr/bin:/bin")
        assert setpriv is not None, "util-linux's setpriv is part of every Debian"
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [setpriv, "--pdeathsig", "KILL", "--", *command],
                env=env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def ended(self) -> int | None:
        """The exit code of a life that ended without being asked to; `None` while it lives."""
        return self._child.poll() if self._child else None

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self._child is not None:
            self._child.kill()
            self._child.wait(timeout=60)
            self._child = None

    def pause(self) -> None:
        """SIGSTOP."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._send(signal.SIGCONT)

    async def stop(self) -> str | None:
        """SIGTERM, and wait until it has ended in order. Says what was wrong with its end."""
        if self._child is None:
            return None
        self._send(signal.SIGTERM)
        child = self._child
        if not await until(lambda: child.poll() is not None, seconds=_END_SECONDS):
            self.kill()
            return f"{self.name} did not end within {_END_SECONDS:.0f} s of SIGTERM"
        self._child = None
        # A SIGTERM before its handler is installed ends a process too.
        return None if child.returncode in (0, -signal.SIGTERM) else f"{self.name} ended with {child.returncode}"

    def _send(self, number: signal.Signals) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(number)

    def last_words(self, lines: int = 12) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""
