"""The embedded Postgres: problems of its folder, crashes and recovery."""

import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from shienops import Busy, DiskFull, Folder, Missing, PartFailed, StackSettings
from shienops._account import choose_account
from shienops._folder import DataFolder
from shienops._postgres import EmbeddedPostgres
from shienops.testing import eventually

pytestmark = pytest.mark.embedded


def made(data: Path, **options: object) -> EmbeddedPostgres:
    settings = StackSettings.model_validate({"data": data, "postgres_shared_buffers": "16MB", **options})
    folder = DataFolder(settings.data)
    folder.prepare(settings.min_free_mb)
    return EmbeddedPostgres(settings, folder)


@pytest.fixture
async def postgres(tmp_path: Path) -> AsyncIterator[EmbeddedPostgres]:
    """A server for this test only, already started."""
    postgres = made(tmp_path / "stack")
    await postgres.start()
    yield postgres
    postgres.kill()


async def ask(postgres: EmbeddedPostgres, *statements: str) -> object:
    connection = await asyncpg.connect(postgres.admin_dsn)
    try:
        return [await connection.fetchval(statement) for statement in statements][-1]
    finally:
        await connection.close()


def data_of(postgres: EmbeddedPostgres) -> Path:
    return postgres._folder.postgres / "data"


async def test_committed_data_is_kept_after_stop_and_start(postgres: EmbeddedPostgres) -> None:
    await ask(postgres, "CREATE TABLE kept AS SELECT 7 AS a")
    await postgres.stop()
    assert postgres.pid is None
    await postgres.start()
    assert await ask(postgres, "SELECT a FROM kept") == 7


async def test_committed_data_is_kept_after_kill_9(postgres: EmbeddedPostgres) -> None:
    await ask(postgres, "CREATE TABLE kept AS SELECT 7 AS a")
    for _ in range(3):
        postgres.kill()
        await postgres.start()
    assert await ask(postgres, "SELECT a FROM kept") == 7


async def test_a_start_waits_for_backends_of_a_killed_postmaster(postgres: EmbeddedPostgres) -> None:
    await ask(postgres, "CREATE TABLE kept AS SELECT 7 AS a")
    subprocess.run(["kill", "-9", str(postgres.pid)], check=True)
    await eventually(lambda: postgres.pid is None)
    failure = postgres.failure()
    assert failure is not None
    assert failure.code == "part.ended"
    await postgres.start()
    assert await ask(postgres, "SELECT a FROM kept") == 7


async def test_durability_is_on_and_text_is_compared_by_code_point(postgres: EmbeddedPostgres) -> None:
    settings = "SELECT string_agg(current_setting(s), ' ') FROM unnest(ARRAY['fsync', 'synchronous_commit', 'jit']) s"
    assert await ask(postgres, settings) == "on on off"
    assert await ask(postgres, "SELECT datlocale FROM pg_database WHERE datname = 'postgres'") == "C.UTF-8"


async def test_a_second_start_in_the_same_folder_is_refused(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(Busy) as refused:
        await made(postgres._folder.path).start()
    assert refused.value.code == "stack.running"
    assert str(postgres.pid) in refused.value.message_en


async def test_a_server_without_its_pid_file_is_found(postgres: EmbeddedPostgres) -> None:
    (postgres._folder.run / "postgres.pid").unlink()
    second = made(postgres._folder.path)
    with pytest.raises(Busy):
        await second.start()
    assert second.pid is not None
    await second.stop()
    assert not (data_of(postgres) / "postmaster.pid").exists()


async def test_a_postmaster_pid_that_another_process_has_does_not_prevent_a_start(postgres: EmbeddedPostgres) -> None:
    await ask(postgres, "CREATE TABLE kept AS SELECT 7 AS a")
    postgres.kill()
    file = data_of(postgres) / "postmaster.pid"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        file.write_text("\n".join([str(stranger.pid), *file.read_text().splitlines()[1:], ""]))
        await postgres.start()
        assert stranger.poll() is None
        stranger.kill()
    assert await ask(postgres, "SELECT a FROM kept") == 7


async def test_a_port_in_use_is_reported(postgres: EmbeddedPostgres) -> None:
    await postgres.stop()
    port = postgres._folder.port("postgres")
    with socket.create_server(("127.0.0.1", port or 0)), pytest.raises(Busy) as refused:
        await postgres.start()
    assert refused.value.code == "port.in_use"


async def test_an_interrupted_initdb_is_repeated(tmp_path: Path) -> None:
    postgres = made(tmp_path / "stack")
    (postgres._folder.postgres / "data" / "base").mkdir(parents=True)
    (postgres._folder.postgres / "initialising").touch()
    given_to_the_server(data_of(postgres))
    await postgres.start()
    assert await ask(postgres, "SELECT 1") == 1
    postgres.kill()


async def test_a_half_initialised_folder_that_may_have_data_is_not_changed(tmp_path: Path) -> None:
    postgres = made(tmp_path / "stack")
    data = postgres._folder.postgres / "data"
    (data / "base").mkdir(parents=True)
    (data / "base" / "rows").write_text("somebody's")
    given_to_the_server(postgres._folder.postgres, data)
    with pytest.raises(Folder) as refused:
        await postgres.start()
    assert refused.value.code == "folder.half_initialised"
    assert (data / "base" / "rows").read_text() == "somebody's"


async def test_the_marker_of_initialisation_does_not_delete_the_data_of_a_server_that_ran(
    postgres: EmbeddedPostgres,
) -> None:
    await postgres.stop()
    (postgres._folder.postgres / "initialising").touch()
    with pytest.raises(Folder) as refused:
        await postgres.start()
    assert refused.value.code == "folder.half_initialised"
    assert (data_of(postgres) / "PG_VERSION").exists()


async def test_data_of_another_user_is_reported(postgres: EmbeddedPostgres) -> None:
    await postgres.stop()
    try:
        shutil.chown(data_of(postgres), 12345)
    except PermissionError:
        pytest.skip("only root can give a folder away")
    with pytest.raises(Folder) as refused:
        await postgres.start()
    assert refused.value.code == "folder.permissions"
    assert "12345" in refused.value.message_en


async def test_a_folder_without_postgres_is_reported(tmp_path: Path) -> None:
    with pytest.raises(Missing) as refused:
        await made(tmp_path / "stack", pg_bin=tmp_path).start()
    assert refused.value.code == "postgres.missing"
    assert "SHIEN_PG_BIN" in refused.value.remedy


async def test_the_error_of_a_server_with_wrong_settings_is_quoted_and_no_process_is_left(tmp_path: Path) -> None:
    first = made(tmp_path / "stack")
    await first.start()
    await first.stop()
    second = made(tmp_path / "stack", postgres_shared_buffers="900000GB")
    with pytest.raises(PartFailed) as refused:
        await second.start()
    assert refused.value.code == "part.did_not_start"
    assert "shared_buffers" in refused.value.message_en
    assert second.pid is None
    assert not (second._folder.run / "postgres.pid").exists()


async def test_a_full_disk_is_detected_in_the_log(postgres: EmbeddedPostgres) -> None:
    subprocess.run(["kill", "-9", str(postgres.pid)], check=True)
    await eventually(lambda: postgres.pid is None)
    with (postgres._folder.log / "postgres.log").open("a") as log:
        log.write('PANIC:  could not write to file "pg_wal/xlogtemp.1": No space left on device\n')
    failure = postgres.failure()
    assert isinstance(failure, DiskFull)
    assert "SIGKILL" not in failure.message_en


async def test_with_a_long_path_there_is_no_socket(tmp_path: Path) -> None:
    postgres = made(tmp_path / ("long" * 20) / "stack")
    await postgres.start()
    try:
        assert await ask(postgres, "SHOW unix_socket_directories") == ""
    finally:
        await postgres.stop()


def given_to_the_server(*paths: Path) -> None:
    for path in paths:
        choose_account().own(path)
