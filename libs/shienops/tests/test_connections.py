"""What all processes of a server may open together, beside what it allows; a database without tables."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from shienevents import ServiceSettings, open_connection
from shienops._databases import Database
from shienops.seeing.promises import connections

from .commands import command


async def test_processes_that_may_open_more_connections_than_the_server_allows_are_found(database: Database) -> None:
    small = ServiceSettings(database.dsn, "", role="api").named()
    large = replace(small, dsn=database.dsn, pool_size=100_000).named()
    asking, known = await open_connection(database.dsn), await open_connection(small.dsn)
    assert await connections(asking) is None
    more = [await open_connection(large.dsn) for _ in range(2)]  # of one process: it counts once
    finding = await connections(asking)
    for connection in (asking, known, *more):
        await connection.close()
    assert finding is not None
    wrong, remedy = finding
    said = re.search(r"(\d+) processes may open (\d+) connections", wrong.en)
    assert said is not None
    assert int(said[1]) >= 2
    assert 100_000 < int(said[2]) < 200_000
    assert "SHIEN_READING_POOL_SIZE" in remedy.en


@pytest.mark.parametrize("words", ["audit verify --service needs", "events tail --service needs"])
@pytest.mark.parametrize(
    ("locale", "said"), [("C", "run the migrations first: `shien serve`"), ("ja_JP.UTF-8", "表がまだありません。先に")]
)
async def test_a_database_without_tables_is_said_in_the_language_of_the_locale(
    database: Database, tmp_path: Path, words: str, locale: str, said: str
) -> None:
    for name, dsn in (("needs_dsn", database.dsn), ("needs_owner_dsn", database.owner_dsn)):
        (tmp_path / name).write_text(dsn)
    settings = {"SHIEN_DSN_FOLDER": str(tmp_path), "SHIEN_KEYS_FOLDER": str(tmp_path), "LC_ALL": locale}
    told = command(words.split(), settings | {"SHIEN_BOOTSTRAP_SERVERS": "127.0.0.1:9092"})
    assert (told.returncode, told.stdout, said in told.stderr) == (1, "", True), told


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("events tail --service needs", 3, "needs_dsn with the address of a database cannot be read"),
        ("audit verify FOLDER --key FOLDER/needs_dsn", 2, "needs_dsn cannot be read as a key"),
    ],
)
def test_a_file_of_a_setting_that_is_no_text_is_one_sentence(tmp_path: Path, words: str, code: int, said: str) -> None:
    (tmp_path / "needs_dsn").write_bytes(b"\xa4\x00\xff")
    settings = {"SHIEN_DSN_FOLDER": str(tmp_path), "SHIEN_BOOTSTRAP_SERVERS": "127.0.0.1:9092", "LC_ALL": "C"}
    told = command(words.replace("FOLDER", str(tmp_path)).split(), settings)
    assert (told.returncode, told.stdout, said in told.stderr) == (code, "", True), told
