"""The embedded Postgres: initdb at the first start, then start, stop, and recovery after a crash."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from shienevents import connect
from shienops._account import Account, choose_account
from shienops._binaries import binaries, has_lz4
from shienops._folder import DataFolder, permission_errors, private
from shienops._parts import OnStep, no_progress, step
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
)
from shienops.part_errors import never_started
from shienops.settings import StackSettings

ADMIN = "shien_admin"
SOCKET_LIMIT = 107
"""longest path of a unix socket in bytes, a limit of the kernel"""
OLD_PROCESSES = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedPostgres:
    """The Postgres of one data folder. It listens on 127.0.0.1 and on a unix socket in the folder."""

    name = "Postgres"
    locale: tuple[str, ...] = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")

    def __init__(self, settings: StackSettings, folder: DataFolder, *, more: Mapping[str, str] | None = None) -> None:
        self._settings = settings
        self._folder = folder
        self._more = more or {}  # further settings of the server, such as those of TLS
        self._data = folder.postgres / "data"
        self._marker = folder.postgres / "initialising"
        self._process = Process(self.name, folder.run / "postgres.pid", folder.log / "postgres.log")

    @property
    def pid(self) -> int | None:
        """Pid of the postmaster; None when it does not run."""
        return self._process.pid

    @property
    def admin_dsn(self) -> str:
        """DSN of the superuser, over TCP. Raises `StackError` before the first start."""
        port, password = self._folder.port("postgres"), self._folder.password(ADMIN)
        if port is None or password is None:
            raise never_started(self.name, self._folder.path)
        return f"postgresql://{ADMIN}:{quote(password, safe='')}@127.0.0.1:{port}/postgres"

    @property
    def _as_it_is(self) -> str:
        """The same, also while it is a standby."""
        return f"{self.admin_dsn}?target_session_attrs=any"

    async def start(self, on_step: OnStep = no_progress) -> None:
        """Start the server and wait until it answers SELECT 1. Its data folder is created at the first start."""
        self._refuse_if_running()
        account = choose_account()
        with permission_errors(self._folder.postgres):
            self._own_folder(account)
            account.capability_for(self._folder.postgres)
            pg_bin = binaries(self._folder.postgres, self._settings.pg_bin)
            if not self._initialised():
                with step(on_step, "Postgres: creating its data folder"):
                    self._initialise(account, pg_bin)
            if self._process.stale:
                with step(on_step, "Postgres: the last process ended without a shutdown; removing its pid file"):
                    self._process.forget()
            self._drop_reused_pid()
        with step(on_step, "Postgres: starting"):
            port = claim_port(self._folder, "postgres", self._settings.postgres_port)
            await self._until_ready(self._command(account, pg_bin, port), port)

    async def stop(self, on_step: OnStep = no_progress) -> None:
        """Fast shutdown: open transactions are rolled back, committed data is on disk."""
        if self.pid is None:
            self._process.forget()
            return
        with step(on_step, "Postgres: stopping"):
            self._process.send(signal.SIGCONT)
            await self._process.stop(signal.SIGINT, seconds=60)

    def kill(self) -> None:
        """Send SIGKILL to the postmaster and its children. A group signal is not enough: each has its own session."""
        self._process.kill()

    async def answers(self) -> bool:
        """Return whether the server answers now."""
        return self.pid is not None and await answers(self._as_it_is)

    def failure(self) -> StackError | None:
        """Return why the server ended, from the end of its log; None while it runs and after an orderly stop."""
        if not self._process.stale:
            return None
        offset = max(0, self._process.log_size() - 20_000)
        return disk_filled_or(self._process, offset) or ended(self.name, self._why(offset), self._process.log)

    def _start_failure(self, offset: int) -> StackError:
        return disk_filled_or(self._process, offset) or did_not_start(self.name, self._why(offset), self._process.log)

    def _why(self, offset: int) -> str:
        lines = self._process.last_lines(offset).splitlines()
        errors = [line for line in lines if "FATAL" in line or "PANIC" in line or "initdb: error" in line]
        return (errors or lines or ["its log is empty"])[-1].strip()

    def _refuse_if_running(self) -> None:
        pid = self.pid or self._unrecorded_pid()
        if pid is not None:
            raise already_running(self.name, pid, self._folder.path)

    def _unrecorded_pid(self) -> int | None:
        """Return the pid of a postmaster in our folder whose pid file was lost. Record it to make it stoppable."""
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
        # Postgres treats any live process with the pid in postmaster.pid as itself. After a restart of the machine
        # another process often has that pid. The files are deleted only when no process works in the data folder:
        # a backend that is still running without its postmaster writes there, and Postgres detects it by this file.
        remains = [self._data / "postmaster.pid", *self._folder.postgres.glob(".s.PGSQL.*.lock")]
        if any(file.exists() for file in remains) and not any(_works_in(pid, self._data) for pid in psutil.pids()):
            for file in remains:
                file.unlink(missing_ok=True)

    def _own_folder(self, account: Account) -> None:
        home = self._folder.postgres
        private(home)
        account.own(home)
        expected = os.geteuid() if account.uid is None else account.uid
        if self._data.exists() and self._data.stat().st_uid != expected:
            raise not_writable(self._data, f"its owner is user {self._data.stat().st_uid}, not {account.name}")

    def _initialised(self) -> bool:
        control = self._data / "global" / "pg_control"
        if self._marker.exists():
            # The first start writes postmaster.opts. Without that file no client has stored anything here.
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
        launched = account.command(self._create(account, pg_bin), home, die_with_parent=True)
        offset = self._process.log_size()
        with self._process.appended_log() as log:
            done = subprocess.run(launched, env=ENVIRONMENT, cwd="/", stdout=log, stderr=log, check=False)
        (home / "password").unlink(missing_ok=True)
        if done.returncode != 0:
            raise self._start_failure(offset)
        self._marker.unlink()

    def _create(self, account: Account, pg_bin: Path) -> list[str]:
        """The command that creates the data folder. It reads the administrator's password from a file."""
        password_file = self._folder.postgres / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._folder.new_password(ADMIN))
        account.own(password_file)
        command = [str(pg_bin / "initdb"), "-D", str(self._data), "-U", ADMIN, "--pwfile", str(password_file)]
        return [*command, "--auth=scram-sha-256", "--encoding=UTF8", *self.locale]

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
            # A segment that was recycled keeps what it held, which may be an erased contact, until it is written over.
            "wal_recycle": "off",
            "archive_timeout": "30min",  # it makes the server leave a segment, whether or not there is an archive
            "log_parameter_max_length": "0",
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
        for name, value in {**options, **self._more}.items():
            command += ["-c", f"{name}={value}"]
        return account.command(command, self._data.parent, die_with_parent=self._settings.die_with_parent)

    async def _until_ready(self, command: list[str], port: int) -> None:
        self._process.rotate()
        deadline = time.monotonic() + self._settings.start_seconds
        try:
            while not await self._attempt(command, port, deadline):
                pass  # backends of a killed postmaster end after a moment; then a new attempt succeeds
        except BaseException:  # also when cancelled: no process may keep running unnoticed
            self.kill()
            self._process.forget()
            raise

    async def _attempt(self, command: list[str], port: int, deadline: float) -> bool:
        """Start the server and wait for its answer. Return False when processes of an earlier server still block it."""
        offset = self._process.log_size()
        self._process.spawn(command, ENVIRONMENT)
        while not await answers(self._as_it_is):
            late = time.monotonic() > deadline
            if self._process.pid is None or late:
                log = self._process.last_lines(offset)
                if "Address already in use" in log:
                    raise port_in_use(self.name, port, "SHIEN_POSTGRES_PORT")
                if late or not any(sign in log for sign in OLD_PROCESSES):
                    raise self._start_failure(offset)
                await asyncio.sleep(0.2)
                return False
            await asyncio.sleep(0.03)
        return True


async def answers(dsn: str) -> bool:
    """Return whether a server answers SELECT 1; False while it starts up, and where only a standby answers.

    Raises:
        asyncpg.PostgresError: when the server rejects the connection, for example because of a wrong password.
    """
    try:
        connection = await connect(dsn, timeout=10)
    except (OSError, asyncpg.CannotConnectNowError, asyncpg.TargetServerAttributeNotMatched, TimeoutError):
        return False
    try:
        return bool(await connection.fetchval("SELECT 1") == 1)
    finally:
        await connection.close()


def _works_in(pid: int, folder: Path) -> bool:
    """Return whether the process's working folder is `folder`. All Postgres processes work in their data folder."""
    try:
        return Path(psutil.Process(pid).cwd()) == folder.resolve()
    except (psutil.Error, OSError):
        return False
