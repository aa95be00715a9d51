"""Postgres, run from its binaries in the stack's folder: initdb once, then start, stop, and recover from anything."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from shienops._account import Account, choose_account
from shienops._binaries import binaries, has_lz4
from shienops._folder import DataFolder, permitted
from shienops._parts import OnStep, silent, told
from shienops._ports import claim_port
from shienops._process import Process, disk_filled_or
from shienops.errors import (
    StackError,
    already_running,
    did_not_start,
    ended,
    half_initialised,
    not_writable,
    port_in_use,
    unknown_service,
)
from shienops.settings import StackSettings

ADMIN = "shien_admin"
SOCKET_LIMIT = 107
"""bytes in the path of a unix socket, which the kernel sets"""
OLD_PROCESSES = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedPostgres:
    """The Postgres of one data folder, on 127.0.0.1 and on a socket in the folder."""

    name = "Postgres"

    def __init__(self, settings: StackSettings, folder: DataFolder) -> None:
        self._settings = settings
        self._folder = folder
        self._data = folder.postgres / "data"
        self._marker = folder.postgres / "initialising"
        self._process = Process(self.name, folder.run / "postgres.pid", folder.log / "postgres.log")

    @property
    def pid(self) -> int | None:
        """The postmaster's pid, or None."""
        return self._process.pid

    @property
    def admin_dsn(self) -> str:
        """The superuser's DSN, over TCP."""
        port, password = self._folder.port("postgres"), self._folder.password(ADMIN)
        if port is None or password is None:
            raise unknown_service("postgres")
        return f"postgresql://{ADMIN}:{quote(password, safe='')}@127.0.0.1:{port}/postgres"

    async def start(self, on_step: OnStep = silent) -> None:
        """Start the server, making its data folder first if there is none, and wait for an answer to SELECT 1."""
        self._refuse_if_running()
        account = choose_account()
        with permitted(self._folder.postgres):
            self._own_folder(account)
            account.passage(self._folder.postgres)
            pg_bin = binaries(self._folder.postgres, self._settings.pg_bin)
            if not self._initialised():
                with told(on_step, "Postgres: making its data folder"):
                    self._initialise(account, pg_bin)
            if self._process.stale:
                with told(on_step, "Postgres: its last process ended without tidying up; removing its pid file"):
                    self._process.forget()
            self._drop_reused_pid()
        with told(on_step, "Postgres: starting"):
            port = claim_port(self._folder, "postgres", self._settings.postgres_port)
            await self._until_ready(self._command(account, pg_bin, port), port)

    async def stop(self, on_step: OnStep = silent) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self.pid is None:
            self._process.forget()
            return
        with told(on_step, "Postgres: stopping"):
            self._process.send(signal.SIGCONT)
            await self._process.stop(signal.SIGINT, seconds=60)

    def kill(self) -> None:
        """SIGKILL for the postmaster and its children (sessions of their own: a group signal would not do)."""
        self._process.kill()

    async def answers(self) -> bool:
        """Does the server answer now?"""
        return self.pid is not None and await answers(self.admin_dsn)

    def failure(self) -> StackError | None:
        """Why a server that ran is gone, by the end of its log; None while it runs, and after an orderly stop."""
        if not self._process.stale:
            return None
        offset = max(0, self._process.log_size() - 20_000)
        return disk_filled_or(self._process, offset) or ended(self.name, self._why(offset), self._process.log)

    def _start_failure(self, offset: int) -> StackError:
        return disk_filled_or(self._process, offset) or did_not_start(self.name, self._why(offset), self._process.log)

    def _why(self, offset: int) -> str:
        lines = self._process.last_words(offset).splitlines()
        grave = [line for line in lines if "FATAL" in line or "PANIC" in line or "initdb: error" in line]
        return (grave or lines or ["it left no word"])[-1].strip()

    def _refuse_if_running(self) -> None:
        pid = self.pid or self._unrecorded_pid()
        if pid is not None:
            raise already_running(self.name, pid, self._folder.path)

    def _unrecorded_pid(self) -> int | None:
        """A postmaster in our folder whose pid file was lost: recorded again, so that it can be stopped."""
        pid = self._postmaster_pid()
        if pid is None or not _works_in(pid, self._data):
            return None
        self._process.adopt(pid)
        return pid

    def _postmaster_pid(self) -> int | None:
        try:
            return int((self._data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _drop_reused_pid(self) -> None:
        # Postgres takes any live process with the number in postmaster.pid for itself. After a restart of the machine
        # that number is often somebody else's. The files go only when no process at all works in the data folder:
        # a backend that outlived its postmaster still writes there, and Postgres recognises it by that same file.
        remains = [self._data / "postmaster.pid", *self._folder.postgres.glob(".s.PGSQL.*.lock")]
        if any(file.exists() for file in remains) and not any(_works_in(pid, self._data) for pid in psutil.pids()):
            for file in remains:
                file.unlink(missing_ok=True)

    def _own_folder(self, account: Account) -> None:
        home = self._folder.postgres
        home.mkdir(mode=0o755, exist_ok=True)
        account.own(home)
        expected = os.geteuid() if account.uid is None else account.uid
        if self._data.exists() and self._data.stat().st_uid != expected:
            raise not_writable(self._data, f"it belongs to user {self._data.stat().st_uid}, not to {account.name}")

    def _initialised(self) -> bool:
        control = self._data / "global" / "pg_control"
        if self._marker.exists():
            # postmaster.opts is written by the first real start: without it, no client ever stored anything here.
            if (self._data / "postmaster.opts").exists():
                raise half_initialised(self._data)
            shutil.rmtree(self._data, ignore_errors=True)
            return False
        if not self._data.exists() or not any(self._data.iterdir()):
            return False
        if not control.exists() or not (self._data / "PG_VERSION").exists():
            raise half_initialised(self._data)
        return True

    def _initialise(self, account: Account, pg_bin: Path) -> None:
        home = self._folder.postgres
        self._marker.touch()
        password_file = home / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._folder.new_password(ADMIN))
        if account.uid is not None and account.gid is not None:
            os.chown(password_file, account.uid, account.gid)
        command = [str(pg_bin / "initdb"), "-D", str(self._data), "-U", ADMIN, "--pwfile", str(password_file)]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        launched = account.command(command, home, die_with_parent=True)
        offset = self._process.log_size()
        with self._process.log.open("ab") as log:
            done = subprocess.run(launched, env=ENVIRONMENT, cwd="/", stdout=log, stderr=log, check=False)
        password_file.unlink()
        if done.returncode != 0:
            raise self._start_failure(offset)
        self._marker.unlink()

    def _command(self, account: Account, pg_bin: Path, port: int) -> list[str]:
        socket_folder = self._folder.postgres
        fits = len(os.fsencode(socket_folder / f".s.PGSQL.{port}")) <= SOCKET_LIMIT
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(socket_folder) if fits else "",
            "shared_buffers": self._settings.postgres_shared_buffers,
            "max_wal_size": self._settings.postgres_max_wal_size,
            "checkpoint_timeout": "30min",
            "wal_compression": "lz4" if has_lz4(pg_bin) else "off",
            "max_connections": "200",
            "jit": "off",
            "fsync": "on",
            "synchronous_commit": "on",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %q%u@%d ",
        }
        command = [str(pg_bin / "postgres"), "-D", str(self._data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return account.command(command, self._data.parent, die_with_parent=self._settings.die_with_parent)

    async def _until_ready(self, command: list[str], port: int) -> None:
        self._process.rotate()
        deadline = time.monotonic() + self._settings.start_seconds
        try:
            while not await self._attempt(command, port, deadline):
                pass  # backends of a postmaster that was killed end by themselves: the new one came too early
        except BaseException:  # cancelled, too: nothing is left behind that no one waits for
            self.kill()
            self._process.forget()
            raise

    async def _attempt(self, command: list[str], port: int, deadline: float) -> bool:
        """Start the server and wait for its answer; False when remains of an earlier one were still in the way."""
        offset = self._process.log_size()
        self._process.spawn(command, ENVIRONMENT)
        while not await answers(self.admin_dsn):
            late = time.monotonic() > deadline
            if self._process.pid is None or late:
                words = self._process.last_words(offset)
                if "Address already in use" in words:
                    raise port_in_use(self.name, port, "SHIEN_POSTGRES_PORT")
                if late or not any(sign in words for sign in OLD_PROCESSES):
                    raise self._start_failure(offset)
                await asyncio.sleep(0.2)
                return False
            await asyncio.sleep(0.03)
        return True


async def answers(dsn: str) -> bool:
    """Does a server answer SELECT 1 there? One that still starts up says no; one that refuses us says why."""
    try:
        connection = await asyncpg.connect(dsn, timeout=10)
    except (OSError, asyncpg.CannotConnectNowError, TimeoutError):
        return False
    try:
        return bool(await connection.fetchval("SELECT 1") == 1)
    finally:
        await connection.close()


def _works_in(pid: int, folder: Path) -> bool:
    """Is that process's working folder this one? Postgres's processes all work in their data folder."""
    try:
        return Path(psutil.Process(pid).cwd()) == folder.resolve()
    except (psutil.Error, OSError):
        return False
