"""The data folder: its lock, its passwords, its free space."""

import asyncio
import stat
from pathlib import Path

import pytest

from shienops import Busy, DiskFull, Folder
from shienops._folder import DataFolder


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "stack")
    folder.prepare(min_free_mb=0)
    return folder


def test_passwords_are_created_once_and_readable_by_their_owner_only(folder: DataFolder) -> None:
    first = folder.new_password("needs")
    assert folder.new_password("needs") == first
    assert DataFolder(folder.path).password("needs") == first
    assert stat.S_IMODE(folder.secrets.stat().st_mode) == 0o600


def test_a_deleted_password_is_not_returned(folder: DataFolder) -> None:
    folder.new_password("needs")
    folder.forget_password("needs")
    assert folder.password("needs") is None


async def test_two_commands_cannot_start_and_stop_at_the_same_time(folder: DataFolder) -> None:
    async with folder.locked():
        with pytest.raises(Busy, match="Another command") as refused:
            async with DataFolder(folder.path).locked():
                pass
    assert refused.value.code == "stack.locked"


async def test_the_second_command_waits_up_to_its_limit(folder: DataFolder) -> None:
    entered = asyncio.Event()

    async def second() -> None:
        async with DataFolder(folder.path).locked(seconds=10):
            entered.set()

    async with folder.locked():
        waiting = asyncio.ensure_future(second())
        await asyncio.sleep(0)
        assert not entered.is_set()
    await waiting
    assert entered.is_set()


def test_a_full_disk_is_reported_before_a_start(tmp_path: Path) -> None:
    with pytest.raises(DiskFull) as refused:
        DataFolder(tmp_path).prepare(min_free_mb=10**9)
    assert refused.value.code == "disk.full"
    assert "SHIEN_MIN_FREE_MB" in refused.value.remedy


def test_a_file_at_the_path_of_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "stack").write_text("")
    with pytest.raises(Folder) as refused:
        DataFolder(tmp_path / "stack").prepare(min_free_mb=0)
    assert refused.value.code == "folder.permissions"
    assert str(tmp_path / "stack") in refused.value.message_ja
