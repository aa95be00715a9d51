"""The user that Postgres runs as, and its access to a closed folder."""

import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from shienops import StackSettings
from shienops._account import Account, choose_account
from shienops._folder import DataFolder
from shienops._postgres import EmbeddedPostgres

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    return closed


def test_a_user_other_than_root_runs_the_server_without_a_switch(closed: Path) -> None:
    account = Account("me")
    assert account.command(["x"], closed, die_with_parent=False) == ["x"]


@as_root
@pytest.mark.embedded
async def test_root_starts_postgres_in_a_closed_folder_without_opening_a_folder(closed: Path) -> None:
    settings = StackSettings(data=closed / "stack", services=(), postgres_shared_buffers="16MB")
    folder = DataFolder(settings.data)
    folder.prepare(settings.min_free_mb)
    postgres = EmbeddedPostgres(settings, folder)
    await postgres.start()
    try:
        connection = await asyncpg.connect(postgres.admin_dsn)
        assert await connection.fetchval("SELECT count(*) FROM pg_database") >= 3
        await connection.close()
        status = Path(f"/proc/{postgres.pid}/status").read_text()
    finally:
        await postgres.stop()
    assert closed.stat().st_mode & 0o777 == 0o700
    uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    assert "0" not in uids


@as_root
def test_the_error_names_the_folder_when_no_capability_is_available(closed: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from shienops._account import choose_account;"
        "choose_account().capability_for(Path(sys.argv[1]))"
    )
    # Without access to closed folders, as in a container with few capabilities.
    withheld = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"]
    done = subprocess.run(
        [*withheld, sys.executable, "-c", script, closed], capture_output=True, text=True, check=False
    )
    assert "folder.unreachable" not in done.stdout
    assert f"has no access to {closed}" in done.stderr


@as_root
def test_an_open_folder_needs_no_capability(tmp_path: Path) -> None:
    assert choose_account().capability_for(Path("/")) is None
