"""A disk that is really full: a small file system in memory without a free byte."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from shienops import Stack, StackSettings

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("own stacks")]

SHIEN = [sys.executable, "-c", "from shienops.cli import app; app(prog_name='shien')"]
# More than a WAL segment: no table grows, so the server stops, not only the statement.
MORE_THAN_A_SEGMENT = "SELECT pg_logical_emit_message(true, 'x', repeat('y', 5000000)) FROM generate_series(1, 5)"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 200 MB for this test only."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m,mode=755", "shien-test", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small file system is not permitted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def stack(disk: Path, kafka: str) -> Iterator[Stack]:
    """A stack on that disk. It uses the shared Kafka, which is on another disk."""
    stack = Stack(StackSettings(data=disk / "stack", bootstrap_servers=kafka))
    yield stack
    stack.postgres.kill()


@pytest.fixture
def environment(disk: Path, kafka: str) -> dict[str, str]:
    own = {"DATA": str(disk / "stack"), "MIN_FREE_MB": "0", "POSTGRES_SHARED_BUFFERS": "16MB"}
    own |= {"SERVICES": "needs", "BOOTSTRAP_SERVERS": kafka}
    return {**os.environ, "COLUMNS": "200", **{f"SHIEN_{name}": value for name, value in own.items()}}


@contextlib.contextmanager
def in_foreground(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """`shien up` after it reports that all parts answer."""
    command = [*SHIEN, "up"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert any("Ctrl-C" in line for line in process.stdout)
            yield process
        finally:
            process.kill()


def up(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*SHIEN, "up", "--detach"], env=environment, capture_output=True, text=True, check=False)


def fill(disk: Path) -> Path:
    """Fill the disk completely."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("ab", buffering=0) as out:
        while out.write(bytes(1 << 16)):
            pass
    assert os.statvfs(disk).f_bavail == 0
    return filler


async def test_a_disk_that_becomes_full_is_reported_with_its_remedy_and_committed_data_is_kept(
    stack: Stack, environment: dict[str, str], disk: Path
) -> None:
    with in_foreground(environment) as shien:
        connection = await asyncpg.connect(stack.owner_dsn("needs"))
        await connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        filler = fill(disk)
        with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
            await connection.execute(MORE_THAN_A_SEGMENT)
        connection.terminate()
        _, complaint = shien.communicate(timeout=60)
        assert shien.returncode == 1
    assert "Postgres stopped because the disk is full" in complaint
    assert "Free some disk space and run `shien up` again. Acknowledged data is kept." in complaint
    assert "ディスクの空き容量がないため Postgres が停止しました" in complaint

    fill(disk)  # the server freed space when it stopped
    refused = up(environment)
    assert refused.returncode == 1
    assert "disk" in refused.stderr
    assert "Free some disk space" in refused.stderr
    assert "空き容量を増や" in refused.stderr
    assert "Traceback" not in refused.stderr

    filler.unlink()
    again = up(environment)
    assert (again.returncode, again.stderr) == (0, "")
    connection = await asyncpg.connect(stack.owner_dsn("needs"))
    assert await connection.fetchval("SELECT count(*) FROM kept") == 1000
    await connection.close()
