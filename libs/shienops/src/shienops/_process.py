"""One server process. It runs in its own session, and its pid file stays correct when its pid is reused."""

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
from typing import BinaryIO

import psutil

from shienops._folder import reports_full_disk
from shienops.errors import StackError, did_not_stop, disk_filled

BOOT = Path("/proc/sys/kernel/random/boot_id")
FULL_BELOW_BYTES = 2**20
"""free space below which a disk counts as full: a process that ends on a full disk often cannot log the reason"""
LOG_LIMIT_BYTES = 20_000_000
"""size from which a log is rotated at the next start"""


@dataclass(frozen=True)
class Identity:
    """A pid, and what distinguishes its process from a later process with the same pid."""

    pid: int
    started: int
    """clock ticks from boot to the start of the process"""
    boot: str


def identify(pid: int, *, ended: bool = False) -> Identity | None:
    """Return the identity of a live process; None when there is none.

    A zombie counts as ended, unless it has other threads: they still hold its ports. With `ended` a zombie has its
    identity too: a child that ended at once is one until it is reaped.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()  # the process name may contain spaces and parentheses
    state, threads, started = fields[0], int(fields[17]), int(fields[19])
    gone = state in "ZX" and threads <= 1 and not ended
    return None if gone else Identity(pid, started, BOOT.read_text().strip())


class Process:
    """The process of a pid file. Any command may have started it.

    Args:
        name: name of the part, for messages.
        pid_file: file with the identity of the process.
        log: file to which its output is appended.
    """

    def __init__(self, name: str, pid_file: Path, log: Path) -> None:
        self.name = name
        self.pid_file = pid_file
        self.log = log

    @property
    def pid(self) -> int | None:
        """Pid of the process; None when it does not run."""
        known = self._read()
        if known is None:
            return None
        _reap(known.pid)
        return known.pid if identify(known.pid) == known else None

    @property
    def stale(self) -> bool:
        """Whether there is a pid file whose process has ended."""
        return self.pid_file.exists() and self.pid is None

    def spawn(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start `command` without waiting for it to be ready. Its output is appended to the log.

        Raises:
            OSError: when the program or the pid file cannot be used. No process is left running.
        """
        with self.appended_log() as log:
            # Its own session: Ctrl-C in the terminal reaches only us, and we stop the parts in order. No Popen object,
            # because the process may run longer than ours, and another of our processes may stop it.
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
            started = identify(pid, ended=True)
            if started is not None:
                self._write(started)
        except OSError:  # nothing could stop a server without a pid file
            os.kill(pid, signal.SIGKILL)
            raise

    def appended_log(self) -> BinaryIO:
        """The log, opened to append to it. Its user alone can read it: an error may quote what a person wrote."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.log, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "ab")

    def adopt(self, pid: int) -> None:
        """Write the pid file of a live process that was found without it."""
        identity = identify(pid)
        if identity is not None:
            self._write(identity)

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if the process is still the one in the pid file."""
        pid = self.pid
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """Send SIGKILL to the process and all its descendants. Return when they have ended, within 10 seconds."""
        pid = self.pid
        if pid is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            # First SIGSTOP, so that it creates no children and does not shut down while we list them.
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
        """Send a signal to the process and wait until it has ended.

        Raises:
            PartFailed: when it is still running after `seconds`.
        """
        pid = self.pid
        if pid is not None:
            self.send(number)
            if not await self.ended_within(seconds):
                raise did_not_stop(self.name, pid, seconds)
        self.forget()

    async def ended_within(self, seconds: float) -> bool:
        """Wait until the process has ended. Return False when it is still running after `seconds`."""
        deadline = time.monotonic() + seconds
        while self.pid is not None:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.02)
        return True

    def forget(self) -> None:
        """Remove the pid file."""
        self.pid_file.unlink(missing_ok=True)

    def last_lines(self, offset: int) -> str:
        """Return the log from byte `offset`, without blank lines, at most 1,000,000 bytes."""
        try:
            with self.log.open("rb") as log:
                log.seek(offset)
                text = log.read(1_000_000).decode(errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(line for line in text.splitlines() if line.strip())

    def log_size(self) -> int:
        """Size of the log in bytes. The output of a later start begins at this offset."""
        return self.log.stat().st_size if self.log.exists() else 0

    def rotate(self) -> None:
        """Rename a large log to `.log.1` before a start. One old log is kept."""
        if self.log_size() > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _read(self) -> Identity | None:
        try:
            return Identity(**json.loads(self.pid_file.read_text()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            return None  # the write was interrupted: the process is found without the file, never guessed

    def _write(self, identity: Identity) -> None:
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.pid_file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(identity)))
        fresh.replace(self.pid_file)


def _reap(pid: int) -> None:
    """Wait for an ended child of ours. Otherwise other processes would treat the zombie as running."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _wait_until_dead(identities: Sequence[Identity]) -> None:
    deadline = time.monotonic() + 10
    while any(identify(identity.pid) == identity for identity in identities) and time.monotonic() < deadline:
        time.sleep(0.002)


def disk_filled_or(process: Process, offset: int) -> StackError | None:
    """Return the error for a full disk, if the log from `offset` reports it or the disk of the log is full now."""
    free = shutil.disk_usage(process.log.parent).free
    full = reports_full_disk(process.last_lines(offset)) or free < FULL_BELOW_BYTES
    return disk_filled(process.name, process.log) if full else None
