"""One service as a process on this machine."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec

from shienops._account import setpriv
from shienops._external import ready
from shienops._folder import DataFolder
from shienops._parts import OnStep, no_progress, step
from shienops._ports import claim_port
from shienops._process import Process, disk_filled_or
from shienops.errors import (
    NotReady,
    StackError,
    already_running,
    did_not_start,
    ended,
)
from shienops.part_errors import missing_service, never_started, not_ready

POLL_SECONDS = 0.1
STOP_SECONDS = 15.0


class ServiceProcess:
    """The process `python -m NAME`. Its port is kept for the folder.

    Args:
        name: name of the service and of its package.
        worker: number of a process that works beside the one that answers (SHIEN_ROLE); 0 for the service itself.
        folder: the data folder of the stack.
        port: port of the service; 0 for a free one.
        environment: returns the environment variables; called at each start.
        start_seconds: time limit for the service to become ready, in seconds.
        die_with_parent: whether the kernel kills the service when the thread that started it ends.
    """

    def __init__(
        self,
        name: str,
        folder: DataFolder,
        *,
        worker: int = 0,
        port: int = 0,
        environment: Callable[[], Mapping[str, str]],
        start_seconds: float,
        die_with_parent: bool,
    ) -> None:
        self.name = f"{name}-worker-{worker}" if worker else name
        self.package = name
        self._folder = folder
        self._port = port
        self._environment = environment
        self._start_seconds = start_seconds
        self._die_with_parent = die_with_parent
        self._process = Process(self.name, folder.run / f"{self.name}.pid", folder.log / f"{self.name}.log")

    @property
    def pid(self) -> int | None:
        """Pid of the process; None when it does not run."""
        return self._process.pid

    @property
    def url(self) -> str:
        """URL of the service, without a slash at the end. Raises `StackError` before the first start."""
        port = self._folder.port(self.name)
        if port is None:
            raise never_started(self.name, self._folder.path)
        return f"http://127.0.0.1:{port}"

    async def start(self, on_step: OnStep = no_progress) -> None:
        """Start the service and return when it is ready.

        Raises:
            NotReady: it runs and answers, but is not ready in time. It is left running.
            StackError: otherwise; then it does not run.
        """
        if self.pid is not None:
            raise already_running(self.name, self.pid, self._folder.path)
        if find_spec(self.package) is None:
            raise missing_service(self.package)
        port = claim_port(self._folder, self.name, self._port)
        with step(on_step, f"{self.name}: http://127.0.0.1:{port}"):
            await self._until_ready(port)

    async def stop(self, on_step: OnStep = no_progress) -> None:
        """Send SIGTERM. A service that is still running after 15 seconds is killed; acknowledged data is not lost."""
        if self.pid is None:
            self._process.forget()
            return
        with step(on_step, f"{self.name}: stopping"):
            self._process.send(signal.SIGCONT)
            self._process.send(signal.SIGTERM)
            if not await self._process.ended_within(STOP_SECONDS):
                self._process.kill()
            self._process.forget()

    def kill(self) -> None:
        """Send SIGKILL to the service. Return when it has ended."""
        self._process.kill()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, such as SIGSTOP and SIGCONT in tests."""
        self._process.send(number)

    def failure(self) -> StackError | None:
        """Return why the service ended without a request to stop; None otherwise."""
        if not self._process.stale:
            return None
        offset = max(0, self._process.log_size() - 20_000)
        return disk_filled_or(self._process, offset) or ended(self.name, self._why(offset), self._process.log)

    async def answers(self) -> bool:
        """Return whether the service is ready now."""
        return self.pid is not None and (await ready(self.url)).is_ready

    async def _until_ready(self, port: int) -> None:
        self._process.rotate()
        offset = self._process.log_size()
        deadline = time.monotonic() + self._start_seconds
        command = [sys.executable, "-m", self.package]
        if self._die_with_parent:
            command = [setpriv(), "--pdeathsig", "KILL", "--", *command]
        self._process.spawn(command, {**self._environment(), "SHIEN_HOST": "127.0.0.1", "SHIEN_PORT": str(port)})
        try:
            while not (found := await ready(self.url)).is_ready:
                if self._process.pid is None:
                    raise did_not_start(self.name, self._why(offset), self._process.log)
                if time.monotonic() > deadline:
                    if found.answers:
                        raise not_ready(self.name, found.reason)
                    raise did_not_start(self.name, found.reason, self._process.log)
                await asyncio.sleep(POLL_SECONDS)
        except NotReady:
            raise
        except BaseException:  # also when cancelled: no process may keep running unnoticed
            self.kill()
            self._process.forget()
            raise

    def _why(self, offset: int) -> str:
        lines = self._process.last_lines(offset).splitlines()
        return (lines or ["its log is empty"])[-1].strip()[:500]
