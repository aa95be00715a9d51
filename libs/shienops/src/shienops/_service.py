"""One service as a process of this machine: started on its own port, ready when it says so, ended in order."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec

import httpx2

from shienops._account import setpriv
from shienops._folder import DataFolder
from shienops._parts import OnStep, silent, told
from shienops._ports import claim_port
from shienops._process import Process, disk_filled_or
from shienops.errors import StackError, already_running, did_not_start, ended, missing_service, unknown_service

LOOK_SECONDS = 0.1
STOP_SECONDS = 10.0


class ServiceProcess:
    """`python -m NAME` with the environment it needs. Its port is kept for the folder."""

    def __init__(
        self,
        name: str,
        folder: DataFolder,
        *,
        port: int = 0,
        environment: Callable[[], Mapping[str, str]],
        start_seconds: float,
        die_with_parent: bool,
    ) -> None:
        self.name = name
        self._folder = folder
        self._port = port
        self._environment = environment
        self._start_seconds = start_seconds
        self._die_with_parent = die_with_parent
        self._process = Process(name, folder.run / f"{name}.pid", folder.log / f"{name}.log")

    @property
    def pid(self) -> int | None:
        """The process's pid, or None."""
        return self._process.pid

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        port = self._folder.port(self.name)
        if port is None:
            raise unknown_service(self.name)
        return f"http://127.0.0.1:{port}"

    async def start(self, on_step: OnStep = silent) -> None:
        """Start it, and return when it is ready."""
        if self.pid is not None:
            raise already_running(self.name, self.pid, self._folder.path)
        if find_spec(self.name) is None:
            raise missing_service(self.name)
        port = claim_port(self._folder, self.name, self._port)
        with told(on_step, f"{self.name}: http://127.0.0.1:{port}"):
            await self._until_ready(port)

    async def stop(self, on_step: OnStep = silent) -> None:
        """Ask it to end; one that does not in time is killed, which costs nothing that was acknowledged."""
        if self.pid is None:
            self._process.forget()
            return
        with told(on_step, f"{self.name}: stopping"):
            self._process.send(signal.SIGCONT)
            self._process.send(signal.SIGTERM)
            if not await self._process.gone(STOP_SECONDS):
                self._process.kill()
            self._process.forget()

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, such as SIGSTOP and SIGCONT in tests."""
        self._process.send(number)

    def failure(self) -> StackError | None:
        """Why it is gone, if it ended and nobody asked it to."""
        if not self._process.stale:
            return None
        offset = max(0, self._process.log_size() - 20_000)
        return disk_filled_or(self._process, offset) or ended(self.name, self._why(offset), self._process.log)

    async def answers(self) -> bool:
        """Is it ready now?"""
        return self.pid is not None and await self._unready() is None

    async def _until_ready(self, port: int) -> None:
        self._process.rotate()
        offset = self._process.log_size()
        deadline = time.monotonic() + self._start_seconds
        command = [sys.executable, "-m", self.name]
        if self._die_with_parent:
            command = [setpriv(), "--pdeathsig", "KILL", "--", *command]
        self._process.spawn(command, {**self._environment(), "SHIEN_HOST": "127.0.0.1", "SHIEN_PORT": str(port)})
        try:
            while (why := await self._unready()) is not None:
                if self._process.pid is None:
                    raise did_not_start(self.name, self._why(offset), self._process.log)
                if time.monotonic() > deadline:
                    raise did_not_start(self.name, why, self._process.log)
                await asyncio.sleep(LOOK_SECONDS)
        except BaseException:  # cancelled, too: nothing is left behind that no one waits for
            self.kill()
            self._process.forget()
            raise

    async def _unready(self) -> str | None:
        """Why it does not work yet; None when it does."""
        try:
            async with httpx2.AsyncClient(trust_env=False, timeout=2) as client:
                answer = await client.get(self.url + "/ready")
        except httpx2.HTTPError as error:
            return f"it does not answer ({type(error).__name__})"
        return None if answer.status_code == 200 else f"it is not ready: {answer.text[:300]}"

    def _why(self, offset: int) -> str:
        lines = self._process.last_words(offset).splitlines()
        return (lines or ["it left no word"])[-1].strip()[:500]
