"""One Postgres and one Kafka for all workers of a test run, each started when the first test asks for it."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from pydantic import SecretStr

from shienops.errors import StackError
from shienops.settings import StackSettings
from shienops.stack import Stack

FOLDER = "SHIEN_TEST_RUN_FOLDER"
OWNER = "SHIEN_TEST_RUN_OWNER"
PARTS = "SHIEN_TEST_PARTS"
PATIENCE_SECONDS = 110.0
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 6 * 2**30
"""free memory from which the run's parts are there: a database has 300 files, which take long to make on some disks"""


def in_containers() -> bool:
    """Does this test run want its parts in containers?"""
    return os.environ.get(PARTS, "embedded") == "containers"


class TestRun:
    """The folder of a test run, known to its workers through the environment."""

    __test__ = False  # not a class of tests, whatever its name begins with

    def __init__(self, folder: Path, owner: int) -> None:
        self.folder = folder
        self.owner = owner

    @classmethod
    def begin(cls) -> TestRun:
        """In the run's first process: make the folder, and tell the workers-to-be."""
        folder = Path(tempfile.mkdtemp(prefix="shien-test-", dir=_in_memory()))
        folder.chmod(0o755)  # Postgres's account must reach its data
        os.environ[FOLDER], os.environ[OWNER] = str(folder), str(os.getpid())
        return cls(folder, os.getpid())

    @classmethod
    def current(cls) -> TestRun:
        """In a worker, or anywhere in the run."""
        return cls(Path(os.environ[FOLDER]), int(os.environ[OWNER]))

    def end(self) -> None:
        """End what was started, and remove the folder."""
        for file in self.folder.glob("*.keeper"):
            pid = int(file.read_text())
            try:
                descriptor = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            signal.pidfd_send_signal(descriptor, signal.SIGTERM)
            _wait(descriptor, 30)
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in (FOLDER, OWNER):
            os.environ.pop(name, None)

    def stack(self, *parts: str) -> Stack:
        """A stack object on the run's shared parts; those named are running when it returns."""
        answers: dict[str, Any] = {}
        for part in parts:
            answers |= self._share(part)
        if "error" in answers:
            raise StackError(*answers["error"])
        dsn = answers.get("postgres_dsn")
        return Stack(
            StackSettings(
                data=self.folder / "stack",
                services=(),
                postgres_dsn=SecretStr(dsn) if dsn else None,
                bootstrap_servers=answers.get("bootstrap_servers"),
            )
        )

    def _share(self, part: str) -> dict[str, Any]:
        ready = self.folder / f"{part}.json"
        with (self.folder / f"{part}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                self._start_keeper(part, ready)
        answer: dict[str, Any] = json.loads(ready.read_text())
        return answer

    def _start_keeper(self, part: str, ready: Path) -> None:
        command = [sys.executable, "-m", "shienops._keeper", str(self.folder), part, str(self.owner)]
        with (self.folder / f"{part}.log").open("wb") as log:
            keeper = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        (self.folder / f"{part}.keeper").write_text(str(keeper.pid))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not ready.exists():
            if keeper.poll() is not None or time.monotonic() > deadline:
                words = (self.folder / f"{part}.log").read_text()[-2000:]
                raise RuntimeError(f"the keeper of {part} did not start it: {words}")
            time.sleep(0.02)
        keeper.returncode = 0  # it outlives this worker on purpose; no warning about a child left running


def _in_memory() -> Path | None:
    """A file system in memory, where there is one with space; None otherwise."""
    fits = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_BYTES
    return MEMORY if fits and psutil.virtual_memory().available > MEMORY_BYTES else None


def _wait(descriptor: int, seconds: float) -> None:
    select.select([descriptor], [], [], seconds)
    os.close(descriptor)
