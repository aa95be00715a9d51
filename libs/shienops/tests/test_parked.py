"""`shien parked` and `shien views`, as an operator uses them on a service whose view fails on an event."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from shienevents import (
    Actor,
    Append,
    Envelope,
    Event,
    Home,
    Origin,
    Row,
    Service,
    ServiceSettings,
    View,
    migrate,
)  # fmt: skip
from shienevents.core.ids import new_id
from shienops._databases import Database
from shienops._output import log_to_stderr
from shienops.main import app

pytestmark = pytest.mark.timeout(120)

BAD = "bad"


class NoteTaken(Event, wire="needs.note_taken.v1"):
    """A note was recorded."""

    text: str


class NotesRow(Row, key=("stream",)):
    """How many notes a stream has."""

    stream: str
    count: int = 0


def keys(_: NoteTaken, envelope: Envelope) -> Sequence[str]:
    return [envelope.stream]


def fails_on_a_bad_note(row: NotesRow, event: NoteTaken, _: Envelope) -> NotesRow:
    if event.text == BAD:
        raise ZeroDivisionError(event.text)
    return replace(row, count=row.count + 1)


notes: View[NotesRow] = View(
    name="notes", version=1, row=NotesRow, subscribes_to=(NoteTaken,), keys=keys, evolve=fails_on_a_bad_note
)


class Shien:
    """`shien` on one database, which a folder of DSNs names, as in a container."""

    def __init__(self, folder: Path, database: Database) -> None:
        folder.mkdir()
        (folder / "needs_dsn").write_text(database.dsn)
        (folder / "needs_owner_dsn").write_text(database.owner_dsn + "\n")
        self._environment = {
            "SHIEN_DSN_FOLDER": str(folder), "SHIEN_BOOTSTRAP_SERVERS": "127.0.0.1:9", "LANG": "ja_JP.UTF-8",
            "LC_ALL": "", "COLUMNS": "300",
        }  # fmt: skip

    async def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """The exit code, the data, and what was said beside it."""
        done = await asyncio.to_thread(CliRunner().invoke, app, arguments, env=self._environment)
        return done.exit_code, done.stdout, done.stderr

    async def json(self, *arguments: str) -> tuple[int, Any]:
        """The exit code, and the data."""
        code, out, _ = await self(*arguments, "--json")
        return code, json.loads(out)


@pytest.fixture(autouse=True)
def _the_service_logs_beside_the_data() -> Iterator[None]:
    """As `shienops.main.main` has it: here the service runs in the process of the command."""
    before = structlog.get_config()
    structlog.configure(logger_factory=log_to_stderr)
    yield
    structlog.configure(**before)


@asynccontextmanager
async def parking(database: Database, *texts: str) -> AsyncIterator[Service]:
    """A running service with these notes in one stream; the view has taken what it can."""
    await migrate(database.owner_dsn, service="needs", writer=database.name, shards=1)
    settings = ServiceSettings(dsn=database.dsn, bootstrap_servers="127.0.0.1:9", lease_seconds=2)
    async with await Service.open(settings, views=[notes]) as service:
        origin = Origin(Actor("coordinator", "test"))
        events, ids = [NoteTaken(text=text) for text in texts], [new_id() for _ in texts]
        written = await service.store.append(
            Append(stream="s", expected=0, shard=0, home=Home("131016", "a"), events=events, ids=ids, origin=origin)
        )
        async with service.snapshot({("needs", 0): written.seq}, seconds=30) as seen:
            assert not seen.stale
        yield service


async def test_an_operator_sees_what_is_parked_and_skips_it_with_a_reason(database: Database, tmp_path: Path) -> None:
    shien = Shien(tmp_path / "dsns", database)
    async with parking(database, "1", BAD, "2") as service:
        code, listed = await shien.json("parked", "list", "--service", "needs")
        assert (code, [(row["place"], row["subscriber"]) for row in listed["parked"]]) == (
            1,
            [("needs.0.2", "notes@1"), ("needs.0.3", "notes@1")],
        )
        code, shown = await shien.json("parked", "show", "needs", "notes@1", "needs.0.2")
        assert (code, shown["data"], "ZeroDivisionError" in shown["reason"]) == (0, {"text": BAD}, True)
        assert (await shien("parked", "show", "needs", "notes@1", "needs.0.1"))[0] == 2

        _, again = await shien.json("parked", "replay", "needs", "notes@1", "--execute")
        assert again["outcome"] == {"taken": 0, "left": 2}
        skip = ("parked", "skip", "needs", "notes@1", "needs.0.2")
        assert (await shien(*skip, "--execute"))[0] == 2, "a reason is asked for"
        assert (await shien(*skip, "--reason", " ", "--execute"))[0] == 2
        for reason in ("-", "佐藤花子さんの希望", "電話 090-1234-5678", "長" * 2001):
            assert (await shien(*skip, "--reason", reason, "--execute"))[0] == 2, reason
        elsewhere = (("nobody@1", "needs.0.2", 2), ("notes@1", "needs.0.9", 2), ("notes@1", "needs.0.3", 1))
        for subscriber, place, expected in elsewhere:  # what the run refuses the dry run refuses
            asked = ("parked", "skip", "needs", subscriber, place, "--reason", "二重に記録されたため")
            assert (await shien(*asked))[0] == (await shien(*asked, "--execute"))[0] == expected
        code, _, said = await shien(*skip, "--reason", "二重に記録されたため")
        assert (code, "--execute" in said) == (0, True)
        assert (await shien.json("parked", "list", "--service", "needs"))[0] == 1, "nothing was done yet"
        code, done = await shien.json(*skip, "--reason", "二重に記録されたため", "--execute")
        assert (code, done["outcome"]) == (0, {"skipped": 1, "taken": 1, "left": 0})

        code, listed = await shien.json("parked", "list", "--service", "needs")
        assert (code, listed["parked"]) == (0, [])
        (skipped,) = listed["skipped"]
        assert (skipped["place"], skipped["reason"]) == ("needs.0.2", "二重に記録されたため")
        async with service.snapshot() as seen:
            assert ([row.count for row in (await seen.rows(notes)).values()], seen.parked) == ([2], {"notes": 1})
        async with service.store.pool.acquire() as connection:
            logged = await connection.fetch("select data from events where type = 'needs.accessed.v1' order by seq")
        acts = [json.loads(one["data"]) for one in logged]
        assert [(one["kind"], one["operation"], one["about"]) for one in acts] == [
            ("operation", f"parked {act}", "needs notes@1") for act in ("replay", "skip")
        ], "what was done, and nothing of what was only shown"


async def test_what_no_running_service_takes_is_taken_back_and_said(database: Database, tmp_path: Path) -> None:
    shien = Shien(tmp_path / "dsns", database)
    async with parking(database, BAD):
        pass
    code, _, said = await shien("parked", "replay", "needs", "notes@1", "--execute", "--wait", "0.2")
    assert (code, "依頼を取り消しました" in said) == (3, True), said
    assert (await shien("views", "rebuild", "needs", "nothing"))[0] == 2
    assert (await shien("outbox", "--service", "needs", "--most", "0"))[0] == 1, "it waits for Kafka"
    assert (await shien("leases", "--service", "needs"))[0] == 1, "nobody relays or consumes"
    (tmp_path / "dsns" / "needs_dsn").unlink()
    code, _, said = await shien("parked", "list", "--service", "needs")
    assert (code, "needs_dsn" in said) == (3, True)
