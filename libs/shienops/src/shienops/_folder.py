"""The data folder of a stack: its lock, its ports, its passwords, and its free space.

.shien/
  lock                  held while a command starts or stops parts
  ports.json            ports, chosen at the first start
  secrets.json          passwords, mode 0600
  run/                  pid files
  log/                  postgres.log, kafka.log
  postgres/             the server's copy of its binaries, its data and its socket
  kafka/                server.properties and the log segments
  keys/, proof/         the keys that sign the services' logs, and the signed logs (proof_keys.py)

Its user alone can read what is in it; Postgres's account, where there is one, its own folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg

from shienops.errors import disk_full, locked, no_room, not_writable

FULL = [os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT)]


@contextlib.contextmanager
def permission_errors(folder: Path) -> Iterator[None]:
    """Turn a `PermissionError` into a `Folder` error that names the path."""
    try:
        yield
    except PermissionError as error:
        raise not_writable(error.filename or folder, error.strerror or "permission denied") from error


@contextlib.contextmanager
def disk_full_errors(folder: Path) -> Iterator[None]:
    """Turn errors of a full disk into a `DiskFull` error that names the folder."""
    try:
        yield
    except asyncpg.DiskFullError as error:
        raise no_room(folder) from error
    except OSError as error:
        if reports_full_disk(str(error)):
            raise no_room(folder) from error
        raise


def reports_full_disk(text: str) -> bool:
    """Return whether an error text of the kernel, or a log that quotes it, says that a disk is full."""
    return any(message in text for message in FULL)


def private(folder: Path) -> None:
    """Create a folder, and close it to other users: also one that an earlier version left open."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


class DataFolder:
    """The data folder of a stack. The constructor does not touch the disk; `prepare` creates the folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run = path / "run"
        self.log = path / "log"
        self.postgres = path / "postgres"
        self.kafka = path / "kafka"
        self.secrets = path / "secrets.json"
        self.ports = path / "ports.json"

    def prepare(self, min_free_mb: int) -> None:
        """Create the folder and check it.

        Args:
            min_free_mb: free disk space that is required, in MB.

        Raises:
            Folder: when this user cannot write to the folder.
            DiskFull: when the disk has less free space.
        """
        try:
            if not self.path.exists():
                self.path.mkdir(parents=True)
                # Postgres's account passes through where root starts it, and cannot list the folder.
                self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for folder in (self.run, self.log, self.kafka):
                private(folder)
            probe = self.run / "probe"
            probe.write_text("")
            probe.unlink()
        except OSError as error:
            if reports_full_disk(str(error)):
                raise
            raise not_writable(self.path, error.strerror or str(error)) from error
        free_mb = shutil.disk_usage(self.path).free // 2**20
        if free_mb < min_free_mb:
            raise disk_full(self.path, free_mb, min_free_mb)

    @contextlib.asynccontextmanager
    async def locked(self, seconds: float = 0.0) -> AsyncIterator[None]:
        """Hold the folder's lock.

        Args:
            seconds: how long to wait for another command that holds it.

        Raises:
            Busy: when another command still holds it then.
        """
        with self._open_lock() as descriptor:
            deadline = time.monotonic() + seconds
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise locked(self.path) from None
                    await asyncio.sleep(0.02)
            yield

    def port(self, name: str) -> int | None:
        """Return the port of a part; None before its first start."""
        value = _read(self.ports).get(name)
        return int(value) if value is not None else None

    def remember_port(self, name: str, port: int) -> None:
        """Store the port of a part for later starts."""
        with self._exclusive("ports"):
            known = _read(self.ports)
            if known.get(name) != str(port):
                _write(self.ports, {**known, name: str(port)}, mode=0o600)

    def password(self, role: str) -> str | None:
        """Return the password of a database role; None when the folder does not have it."""
        return _read(self.secrets).get(role)

    def new_password(self, role: str) -> str:
        """Return the password of a role. It is created and stored if there is none."""
        with self._exclusive("secrets"):
            known = _read(self.secrets)
            if role not in known:
                known[role] = secrets.token_urlsafe(24)
                _write(self.secrets, known, mode=0o600)
            return known[role]

    def keep_password(self, role: str, password: str) -> None:
        """Store a password that was chosen elsewhere."""
        with self._exclusive("secrets"):
            _write(self.secrets, {**_read(self.secrets), role: password}, mode=0o600)

    def forget_password(self, role: str) -> None:
        """Delete the password of a role that was dropped."""
        with self._exclusive("secrets"):
            known = _read(self.secrets)
            if known.pop(role, None) is not None:
                _write(self.secrets, known, mode=0o600)

    @contextlib.contextmanager
    def _open_lock(self) -> Iterator[int]:
        try:
            descriptor = os.open(self.path / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            if reports_full_disk(str(error)):
                raise
            raise not_writable(self.path, error.strerror or str(error)) from error
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _exclusive(self, name: str) -> Iterator[None]:
        # Several processes may create databases at once. The lock is held for one short read and write.
        self.run.mkdir(parents=True, exist_ok=True)
        with (self.run / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _read(file: Path) -> dict[str, str]:
    try:
        content: dict[str, str] = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    return content


def _write(file: Path, content: dict[str, str], mode: int) -> None:
    fresh = file.with_suffix(".new")
    descriptor = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "w") as out:
        json.dump(content, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
