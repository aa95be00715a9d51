"""Processes and their pid files."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest

from shienops._process import Identity, Process, identify
from shienops.testing import eventually, until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
time.sleep(600)
"""
FAMILY = [sys.executable, "-c", PARENT]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process("Sleeper", tmp_path / "run" / "sleeper.pid", tmp_path / "log" / "sleeper.log")
    yield process
    process.kill()


def test_a_second_object_finds_the_started_process(process: Process) -> None:
    process.spawn(SLEEPER, os.environ)
    assert process.pid is not None
    assert Process("Sleeper", process.pid_file, process.log).pid == process.pid


def test_a_process_that_ended_leaves_a_stale_pid_file(process: Process) -> None:
    process.spawn([sys.executable, "-c", ""], os.environ)
    until(lambda: process.pid is None)
    assert process.stale


def test_a_pid_of_another_process_is_stale_and_not_killed(process: Process) -> None:
    with subprocess.Popen(SLEEPER) as stranger:
        theirs = identify(stranger.pid)
        assert theirs is not None
        process.pid_file.parent.mkdir(parents=True)
        process.pid_file.write_text(json.dumps(asdict(replace(theirs, started=theirs.started - 1))))
        assert process.pid is None
        assert process.stale
        process.kill()
        process.send(signal.SIGKILL)
        assert stranger.poll() is None
        stranger.kill()


def test_a_pid_file_from_before_a_restart_of_the_machine_is_stale(process: Process) -> None:
    ours = identify(os.getpid())
    assert ours is not None
    process.pid_file.parent.mkdir(parents=True)
    process.pid_file.write_text(json.dumps(asdict(replace(ours, boot="an earlier one"))))
    assert process.stale


def test_an_incomplete_pid_file_is_stale(process: Process) -> None:
    process.pid_file.parent.mkdir(parents=True)
    process.pid_file.write_text('{"pid": 1')
    assert process.stale


def test_a_zombie_counts_as_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
        assert identify(child.pid) is None


def test_kill_ends_children_in_their_own_sessions(process: Process) -> None:
    process.spawn(FAMILY, os.environ)
    top = psutil.Process(process.pid)
    until(top.children)
    child: Identity | None = identify(top.children()[0].pid)
    assert child is not None
    process.kill()
    assert process.pid is None
    assert identify(child.pid) != child
    assert not process.pid_file.exists()


async def test_stop_waits_until_the_process_has_ended(process: Process) -> None:
    process.spawn(SLEEPER, os.environ)
    await process.stop(signal.SIGTERM, seconds=10)
    assert process.pid is None
    assert not process.pid_file.exists()


async def test_setpriv_ends_a_process_with_its_parent(tmp_path: Path) -> None:
    parent = (
        "import subprocess, sys, time; print(subprocess.Popen(['setpriv', '--pdeathsig', 'KILL', '--', *sys.argv[1:]])"
        ".pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", parent, *SLEEPER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        # The kernel gets the request only when setpriv has executed the sleeping program.
        sleeping = "\0".join(SLEEPER).encode() + b"\0"
        await eventually(lambda: Path(f"/proc/{child}/cmdline").read_bytes() == sleeping)
        process.kill()
    await eventually(lambda: identify(child) is None)


def test_a_process_that_ends_at_once_leaves_a_pid_file_each_time(process: Process) -> None:
    """It may end before its identity is read: until it is reaped it is a zombie, which has one."""
    for _ in range(20):
        process.spawn(["true"], os.environ)
        assert process.pid_file.exists()
        until(lambda: process.pid is None)
        assert process.stale
        process.forget()
