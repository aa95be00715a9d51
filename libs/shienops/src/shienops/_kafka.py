"""The embedded Kafka in KRaft mode: a node that is broker and controller, run from its jars with java."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from shienevents import Brokers
from shienops._account import setpriv
from shienops._folder import DataFolder, permission_errors, private
from shienops._parts import OnStep, no_progress, step
from shienops._ports import claim_port
from shienops._probe import serves
from shienops._process import Process, disk_filled_or
from shienops._properties import as_file, broker_properties, joined
from shienops.errors import (
    StackError,
    already_running,
    did_not_start,
    ended,
    half_initialised,
    missing_jars,
    missing_java,
    port_in_use,
)
from shienops.part_errors import never_started
from shienops.settings import StackSettings


def archive_of(libs: Path) -> Path:
    """Return the file of the class archive that `python -m shienops.warm_kafka` writes. It halves the time of a start.

    Java ignores an archive of another Java version or of other jars, with a line in the log.
    """
    return libs.parent / "kafka.jsa"


def new_cluster() -> str:
    """Return a new id of a cluster. One in 64 begins with a dash: given after "=", it is not read as an option."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


class EmbeddedKafka:
    """The Kafka of one data folder. It listens on 127.0.0.1 only."""

    name = "Kafka"

    def __init__(
        self,
        settings: StackSettings,
        folder: DataFolder,
        archive_into: Path | None = None,
        *,
        more: Mapping[str, str] | None = None,
        users: Sequence[str] = (),
        cluster: str = "",
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._archive_into = archive_into
        self._more = more or {}  # properties of the broker: another listener, an authorizer
        self._users = users  # SCRAM users from the first start on, as `kafka-storage format --add-scram` takes them
        self._cluster = cluster  # its id, where several nodes are one cluster; else a new one
        self._segments = folder.kafka / "segments"
        self._properties = folder.kafka / "server.properties"
        self._marker = folder.kafka / "initialising"
        self._process = Process(self.name, folder.run / "kafka.pid", folder.log / "kafka.log")

    @property
    def pid(self) -> int | None:
        """Pid of the broker; None when it does not run."""
        return self._process.pid

    @property
    def bootstrap_servers(self) -> str:
        """Address of the broker, host:port. Raises `StackError` before the first start."""
        port = self._folder.port("kafka")
        if port is None:
            raise never_started(self.name, self._folder.path)
        return f"127.0.0.1:{port}"

    async def start(self, on_step: OnStep = no_progress) -> None:
        """Start the broker and wait until it serves metadata. Its data folder is formatted at the first start."""
        self._refuse_if_running()
        java = self._java()
        clients = claim_port(self._folder, "kafka", self._settings.kafka_port)
        controller = claim_port(self._folder, "kafka_controller", self._settings.kafka_controller_port)
        properties = broker_properties("127.0.0.1", clients, f"127.0.0.1:{clients}", controller, str(self._segments))
        with permission_errors(self._folder.kafka):
            private(self._folder.kafka)
            self._properties.write_text(as_file(joined(properties, self._more)))
            if not self._formatted():
                with step(on_step, "Kafka: creating its data folder"):
                    self._format(java)
        if self._process.stale:
            with step(on_step, "Kafka: the last process ended without a shutdown; removing its pid file"):
                self._process.forget()
        with step(on_step, "Kafka: starting"):
            await self._until_ready(java)

    async def stop(self, on_step: OnStep = no_progress) -> None:
        """Controlled shutdown. A broker still running after 20 seconds is killed, and recovers at the next start."""
        if self.pid is None:
            self._process.forget()
            return
        with step(on_step, "Kafka: stopping"):
            self._process.send(signal.SIGCONT)
            self._process.send(signal.SIGTERM)
            if not await self._process.ended_within(seconds=20):
                self._process.kill()
            self._process.forget()

    def kill(self) -> None:
        """Send SIGKILL to the broker."""
        self._process.kill()

    async def answers(self) -> bool:
        """Return whether the broker answers now."""
        return self.pid is not None and await serves(Brokers(self.bootstrap_servers))

    def failure(self) -> StackError | None:
        """Return why the broker ended, from the end of its log; None while it runs and after an orderly stop."""
        if not self._process.stale:
            return None
        offset = max(0, self._process.log_size() - 20_000)
        return disk_filled_or(self._process, offset) or ended(self.name, self._why(offset), self._process.log)

    def _start_failure(self, offset: int) -> StackError:
        log = self._process.last_lines(offset)
        if "Address already in use" in log:
            return port_in_use(self.name, self._folder.port("kafka") or 0, "SHIEN_KAFKA_PORT")
        if "UnsupportedClassVersionError" in log:
            return missing_java()
        return disk_filled_or(self._process, offset) or did_not_start(self.name, self._why(offset), self._process.log)

    def _why(self, offset: int) -> str:
        lines = self._process.last_lines(offset).splitlines()
        errors = [
            line for line in lines if "ERROR" in line or "FATAL" in line or line.startswith("Exception in thread")
        ]
        return (errors or lines or ["its log is empty"])[-1].strip()

    def _refuse_if_running(self) -> None:
        pid = self.pid or self._unrecorded_pid()
        if pid is not None:
            raise already_running(self.name, pid, self._folder.path)

    def _unrecorded_pid(self) -> int | None:
        """Return the pid of a broker of our folder whose pid file was lost. Record it, so that it can be stopped."""
        for process in psutil.process_iter(["pid", "cmdline"]):
            command = process.info["cmdline"] or []
            if command[-2:] == ["kafka.Kafka", str(self._properties)]:
                self._process.adopt(process.info["pid"])
                return self._process.pid
        return None

    def _java(self) -> list[str]:
        java = shutil.which("java")
        if java is None:
            raise missing_java()
        libs = self._settings.kafka_libs
        if not any(libs.glob("kafka_*.jar")):
            raise missing_jars(libs)
        archive = archive_of(libs)
        return [java, *([f"-XX:SharedArchiveFile={archive}"] if archive.exists() else []), "-cp", f"{libs}/*"]

    def _formatted(self) -> bool:
        if self._marker.exists():
            # No broker has run here yet: the folder contains only an incomplete format.
            shutil.rmtree(self._segments, ignore_errors=True)
            return False
        if (self._segments / "meta.properties").exists():
            return True
        if self._segments.exists() and any(self._segments.iterdir()):
            raise half_initialised(self._segments)
        return False

    def _format(self, java: list[str]) -> None:
        self._marker.touch()
        command = [*java, "-XX:TieredStopAtLevel=1", "kafka.tools.StorageTool", "format"]
        command += [f"--cluster-id={self._cluster or new_cluster()}"]
        added = [part for user in self._users for part in ("--add-scram", user)]
        offset = self._process.log_size()
        with self._process.appended_log() as log:
            done = subprocess.run([*command, *added, "-c", self._properties], stdout=log, stderr=log, check=False)
        if done.returncode != 0:
            raise self._start_failure(offset)
        self._marker.unlink()

    def _command(self, java: list[str]) -> list[str]:
        heap = self._settings.kafka_heap
        options = [f"-Xmx{heap}", f"-Xms{heap}", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true"]
        options += ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]  # half the processor time of a short-lived JVM
        options += ["-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.showThreadName=false"]
        options += ["-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ"]
        if self._archive_into is not None:
            options.append(f"-XX:ArchiveClassesAtExit={self._archive_into}")
        command = [*java, *options, "kafka.Kafka", str(self._properties)]
        return [setpriv(), "--pdeathsig", "KILL", "--", *command] if self._settings.die_with_parent else command

    async def _until_ready(self, java: list[str]) -> None:
        self._process.rotate()
        offset = self._process.log_size()
        deadline = time.monotonic() + self._settings.start_seconds
        self._process.spawn(self._command(java), os.environ)
        try:
            while not await serves(Brokers(self.bootstrap_servers)):
                if self._process.pid is None or time.monotonic() > deadline:
                    raise self._start_failure(offset)
                await asyncio.sleep(0.05)
        except BaseException:  # also when cancelled: no process may keep running unnoticed
            self.kill()
            self._process.forget()
            raise
