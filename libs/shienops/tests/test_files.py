"""A file that leaves the system is there as a whole or not at all, and only its owner may read it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from shienops._files import about_a_file, new_file, new_text_file, write_file
from shienops.errors import StackError, Wrong

from .commands import command


def test_a_file_has_its_name_when_it_is_complete_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    with new_text_file(path) as file:
        file.write("一行\n")
        assert not path.exists()
    assert path.read_text() == "一行\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Wrong, match="is there already"):
        write_file(path, b"other", replace=False)
    write_file(path, b"other")
    assert (path.read_bytes(), [one.name for one in tmp_path.iterdir()]) == (b"other", [path.name])


def test_what_is_cut_off_leaves_nothing_and_a_file_that_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    write_file(path, b"before")
    with pytest.raises(StackError, match=r"report\.csv: No space left on device"), new_file(path, replace=True):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(ValueError, match="a bug"), new_file(path, replace=True):
        raise ValueError("a bug")
    assert (path.read_bytes(), [one.name for one in tmp_path.iterdir()]) == (b"before", [path.name])


def test_a_place_where_nothing_can_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere" / "a.svg", Path("/proc/a.svg")):
        with pytest.raises(StackError, match=str(path)) as refused:
            write_file(path, b"")
        assert refused.value.exit_code == 1
    with pytest.raises(Wrong):
        write_file(Path("/dev/null"), b"")


def test_a_server_that_does_not_answer_is_no_file() -> None:
    assert not about_a_file(ConnectionRefusedError(errno.ECONNREFUSED, "refused"))
    assert about_a_file(OSError(errno.ENOSPC, "full"))


def test_a_log_is_copied_from_an_address_of_the_web_only(tmp_path: Path) -> None:
    refused = command(["audit", "copy", "ftp://host/log/1", tmp_path / "log"], {"COLUMNS": "300"})
    assert (refused.returncode, "http://" in refused.stderr) == (2, True), refused


def test_a_folder_where_nothing_was_started_is_said_so(tmp_path: Path) -> None:
    environment = {"SHIEN_DATA": str(tmp_path / "new"), "COLUMNS": "300", "LC_ALL": "C"}
    asked: list[list[str | Path]] = [
        ["lag"], ["events", "tail"], ["audit", "checkpoint"], ["audit", "verify"], ["views", "verify"],
        ["backup", "--out", tmp_path / "backup"], ["dsn", "needs"],
    ]  # fmt: skip
    for verb in asked:
        done = command(verb, environment)
        assert (done.returncode, "Nothing was started here" in done.stderr) == (3, True), (verb, done)
        assert "shien serve" in done.stderr
