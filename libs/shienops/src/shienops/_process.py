"""One server process: started in a session of its own, remembered in a pid file that a reused pid cannot fool."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from shienops._folder import says_full
from shienops.errors import StackError, did_not_stop, disk_filled

BOOT = Path("/proc/sys/kernel/random/boot_id")
NO_ROOM = 2**20
"""bytes free on a disk that is as good as full: what ended for want of room leaves that little, and often no word"""
LOG_LIMIT = 20_000_000
"""bytes after which a log is put aside at the next start"""


@dataclass(frozen=True)
class Identity:
    """A pid, and what tells it from a later process with the same number."""

    pid: int
    started: int
    """clock ticks from boot to the process's start"""
    boot: str


def identify(pid: int) -> Identity | None:
    """The identity of a live process; None when there is none.

    A zombie is dead, only its parent has not heard yet; but while it has other threads, they still hold its ports.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold spaces and parentheses
    state, threads, started = fields[0], int(fields[17]), int(fields[19])
    return None if state in "ZX" and threads <= 1 else Identity(pid, started, BOOT.read_text().strip())


class Process:
    """The process that a pid file names, whichever command started it."""

    def __init__(self, name: str, pid_file: Path, log: Path) -> None:
        self.name = name
        self.pid_file = pid_file
        self.log = log

    @property
    def pid(self) -> int | None:
        """The live process's pid, or None."""
        known = self._read()
        if known is None:
            return None
        _reap(known.pid)
        return known.pid if identify(known.pid) == known else None

    @property
    def stale(self) -> bool:
        """Is there a pid file whose process is gone?"""
        return self.pid_file.exists() and self.pid is None

    def spawn(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start `command`; its output is appended to the log. Nothing here waits for an answer."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal reaches us, and we end the parts in their order. No Popen
            # object, because the process may well outlive this one, and any of ours may be the one that ends it.
            pid = os.posix_spawnp(
                command[0],
                list(command),
                dict(env),
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, log.fileno(), 1),
                    (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
                ],
                setsid=True,
            )
        try:
            self.adopt(pid)
        except OSError:  # a server that no file names could be stopped by nobody
            os.kill(pid, signal.SIGKILL)
            raise

    def adopt(self, pid: int) -> None:
        """Remember a live process that was found by other means."""
        identity = identify(pid)
        if identity is not None:
            self._write(identity)

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if the process still is the one that was started."""
        pid = self.pid
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """SIGKILL for the process and all its descendants at once; returns when they are gone."""
        pid = self.pid
        if pid is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            # Stopped first, so that it neither makes new children nor tidies up while we count them.
            os.kill(pid, signal.SIGSTOP)
            family = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
            alive = [identity for identity in map(identify, family) if identity is not None]
            for identity in alive:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(identity.pid, signal.SIGKILL)
            _wait_until_dead(alive)
            _reap(pid)
        self.forget()

    async def stop(self, number: signal.Signals, seconds: float) -> None:
        """Ask the process to end, and wait until it has."""
        pid = self.pid
        if pid is not None:
            self.send(number)
            if not await self.gone(seconds):
                raise did_not_stop(self.name, pid, seconds)
        self.forget()

    async def gone(self, seconds: float) -> bool:
        """Wait until the process has ended; False when it outlives the deadline."""
        deadline = time.monotonic() + seconds
        while self.pid is not None:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.02)
        return True

    def forget(self) -> None:
        """Remove the pid file."""
        self.pid_file.unlink(missing_ok=True)

    def last_words(self, offset: int) -> str:
        """What the log says since `offset`, without blank lines."""
        try:
            with self.log.open("rb") as log:
                log.seek(offset)
                text = log.read(1_000_000).decode(errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(line for line in text.splitlines() if line.strip())

    def log_size(self) -> int:
        """Where the log ends now: what a later start writes begins here."""
        return self.log.stat().st_size if self.log.exists() else 0

    def rotate(self) -> None:
        """Before a start: put a log that has grown large aside, keeping one."""
        if self.log_size() > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _read(self) -> Identity | None:
        try:
            return Identity(**json.loads(self.pid_file.read_text()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            return None  # cut off while it was written: its process is found by other means, never guessed

    def _write(self, identity: Identity) -> None:
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.pid_file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(identity)))
        fresh.replace(self.pid_file)


def _reap(pid: int) -> None:
    """If that is a child of ours and has ended, let the kernel forget it: others would take the zombie for alive."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _wait_until_dead(identities: Sequence[Identity]) -> None:
    deadline = time.monotonic() + 10
    while any(identify(identity.pid) == identity for identity in identities) and time.monotonic() < deadline:
        time.sleep(0.002)


def disk_filled_or(process: Process, offset: int) -> StackError | None:
    """The error for a full disk, if the log says so since `offset`, or could not because it is on that disk itself."""
    full = says_full(process.last_words(offset)) or shutil.disk_usage(process.log.parent).free < NO_ROOM
    return disk_filled(process.name, process.log) if full else None
