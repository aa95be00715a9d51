"""What operators see of a running system with `shien`, and how they keep its views."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from shiendomain.days import today
from shiendomain.fiscal import FiscalYear
from shienops._access_log import account
from shienops.demo.loop import eventually
from shienops.settings import SERVICES
from shienops.system import System
from shienweb import Role

from .shien import Shien
from .town import Town

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(400)]


async def test_operators_see_all_of_a_town_and_rebuild_a_view_that_was_changed(system: System, tmp_path: Path) -> None:
    shien = Shien(system)
    async with Town(system, "99141") as town:
        (place,) = await town.build(districts=1)
        who = town.person(Role.TIER2_COORDINATOR, place.area)
        need, resource = await town.need(who, place.area), await town.resource(place.area, capacity=2)
        await town.board()  # the portal has it all
        await nothing_is_wrong(shien, system)
        await events_are_told_as_they_were_published(shien, place.area, tmp_path)
        await a_history_names_its_causes(shien, need, resource, tmp_path)
        await a_changed_row_is_found_and_made_again(shien, system, need)
        await tables_that_nothing_uses_are_dropped(shien, system)
        await what_was_done_here_is_in_the_log(shien)
        await who_takes_records_out_is_in_the_log(shien, town.code, place.area, tmp_path)
        await a_right_too_many_is_found(shien, system)
        await wrong_arguments_are_2_and_silence_is_3(shien, tmp_path)
        a_profile_names_a_deployment(system, place.area, tmp_path)


async def nothing_is_wrong(shien: Shien, system: System) -> None:
    """Status, leases, outbox and lag of a system at rest, and all that the doctor asks."""
    assert {one["name"] for one in await shien.json("status")} == {"Postgres", "Kafka", *SERVICES}
    leases = await shien.json("leases")
    assert {(one["service"], one["lease"]) for one in leases if one["held"]} >= {
        (name, lease) for name in SERVICES for lease in ("consumer", "relay")
    }
    async with asyncio.timeout(60):
        while any(one["lag"] for one in await shien.json("lag")):
            pass
    lag = await shien.json("lag", "--most", "0")
    assert {one["reads"] for one in lag if one["group"] == "portal" and one["topic"] != "portal.events"} == {"kafka"}
    assert [one["unsent"] for one in await shien.json("outbox", "--most", "0")] == [0] * 60
    assert [one for one in await shien.json("doctor") if not one["fine"]] == []


async def events_are_told_as_they_were_published(shien: Shien, area: str, folder: Path) -> None:
    """Tail, export and show give the same bytes, by area, type, stream, time and position."""
    lines = (await shien("events", "export", "--area", area)).splitlines()
    assert (await shien("events", "tail", "--area", area, "-n", "100", "--json")).splitlines() == lines
    found = [json.loads(line) for line in lines]
    assert [one["type"] for one in found][0:1] == ["registry.area_defined.v1"]
    assert {one["source"].split("/")[1] for one in found} == {"registry", "needs", "matching"}
    assert (await shien("events", "show", found[0]["id"], "--json")).splitlines() == lines[:1]
    shown = await shien("events", "show", found[0]["id"])
    assert hashlib.sha256(lines[0].encode()).hexdigest() in shown
    await shien("events", "show", str(uuid4()), code=2)

    file = folder / "events.csv"
    await shien("events", "export", "--area", area, "--format", "csv", "--out", file)
    await shien("events", "export", "--out", file, code=2)  # it is there already
    with file.open(encoding="utf-8", newline="") as table:
        assert [row["id"] for row in csv.DictReader(table)] == [one["id"] for one in found]

    async def ids(*options: str) -> Sequence[str]:
        return [json.loads(one)["id"] for one in (await shien("events", "export", *options)).splitlines()]

    first, last = found[0], found[-1]
    assert await ids("--area", area, "--type", "registry.area_def") == [first["id"]]
    assert await ids("--stream", first["subject"]) == [first["id"]]
    assert await ids("--area", area, "--until", found[0]["recordedtime"]) == [first["id"]]
    assert await ids("--area", area, "--since", last["recordedtime"]) == [last["id"]]
    position = re.findall(r"registry\.\d+\.\d+", shown)[-1]
    service, shard, seq = position.split(".")
    before = f"{service}.{shard}.{int(seq) - 1}"
    assert await ids("--service", service, "--after", before, "--through", position) == [first["id"]]


async def a_history_names_its_causes(shien: Shien, need: str, resource: str, folder: Path) -> None:
    """The stream of a thing with the cause of each event, and its trace as the portal has it."""
    (recorded,) = (await shien("stream", need, "--json")).splitlines()
    offered = (await shien("stream", f"offer-{resource}", "--json")).splitlines()[0]
    registered, *_ = (await shien("stream", str(resource), "--json")).splitlines()
    assert json.loads(recorded)["type"] == "needs.need_recorded.v1"
    assert json.loads(offered)["causationid"] == json.loads(registered)["id"]
    assert "registry.resource_registered.v1" in await shien("stream", f"offer-{resource}")
    await shien("stream", str(uuid4()), code=2)

    drawing = folder / "trace.svg"
    trace = await shien.json("trace", need, "--svg", drawing)
    assert (trace["kind"], trace["events"][0]["type"]) == ("need", "needs.need_recorded.v1")
    assert "ニーズを記録" in drawing.read_text()
    assert "Need recorded" in await shien("trace", need)
    await shien("trace", str(uuid4()), code=2)


async def a_changed_row_is_found_and_made_again(shien: Shien, system: System, need: str) -> None:
    """Somebody with rights on the database changes a row: it is named, and a rebuild by the service mends it."""
    verify = ("views", "verify", "--service", "needs", "--view", "needs")
    assert [one["log"] for one in await shien.json(*verify) if one["same"]] == ["store", "kafka"]
    connection = await asyncpg.connect(system.stack.dsn("needs"))
    try:
        await connection.execute("update views.needs set people = people + 1 where need_id = $1", need)
    finally:
        await connection.close()
    for one in await shien.json(*verify, code=1):
        assert (one["same"], one["digests_kept"]) == (False, False)
        assert one["differ"] == [{"key": need, "how": "differs"}]
    assert not (await shien.json("views", "rebuild", "needs", "needs"))["rebuilt"]
    await shien(*verify, code=1)  # it only said what it would do
    assert (await shien.json("views", "rebuild", "needs", "needs", "--execute"))["rebuilt"]
    await shien(*verify)


async def tables_that_nothing_uses_are_dropped(shien: Shien, system: System) -> None:
    """Of a view that was taken out of the code, and of a rebuild that was interrupted."""
    connection = await asyncpg.connect(system.stack.dsn("needs"))
    try:
        await connection.execute("create table views.gone (a int); create table views.needs__0a1b2c3d (a int)")
        old, listed = ["gone", "needs__0a1b2c3d"], ("views", "list", "--service", "needs")
        for execute in ([], ["--execute"]):
            found = await shien.json("views", "drop-old", "--service", "needs", *execute)
            assert [(one["table"], one["dropped"]) for one in found] == [(table, bool(execute)) for table in old]
        assert await shien.json("views", "drop-old") == []
        await connection.execute("create table kept_folds.f1_needs as table views.needs")
        await connection.execute("insert into kept_folds.folds values ('f1', now(), '', '', 1)")
        folds = ("views", "drop-old", "--service", "needs", "--kept-folds", "--execute")
        assert [one["table"] for one in await shien.json(*folds)] == ["kept_folds.f1"]
        assert await shien.json(*folds) == []
        async with asyncio.timeout(30):  # the views have yet to take that it is in the log of accesses
            while {(one["state"], one["behind"]) for one in await shien.json(*listed)} != {("live", 0)}:
                pass
    finally:
        await connection.close()


async def what_was_done_here_is_in_the_log(shien: Shien) -> None:
    """Exports and operations, in every log that they were about; what only looks is not logged."""
    since = datetime.now(UTC) - timedelta(minutes=10)
    asked = ("audit", "access", "--principal", account(), "--service", "needs", "--from", since.isoformat())
    done = [(one["kind"], one["operation"], one["about"]) for one in await shien.json(*asked)]
    assert {("export", "events export", ""), ("operation", "views rebuild", "needs.needs")} <= set(done)
    assert {operation for _, operation, _ in done} == {"events export", "views rebuild", "views drop-old", "stream"}
    told = await shien.json("audit", "access", "--principal", account(), "--service", "portal")
    assert {(one["kind"], one["operation"]) for one in told} >= {("export", "trace"), ("export", "events export")}
    assert await shien.json(*asked, "--to", since.isoformat()) == []
    assert await shien.json("audit", "access", "--principal", "nobody") == []


async def who_takes_records_out_is_in_the_log(shien: Shien, code: str, area: str, folder: Path) -> None:
    """Each verb that gives records or a past away is in the logs that it asked, with what it was about."""
    since, year = datetime.now(UTC), str(FiscalYear.of(today()).year)
    now = since.isoformat()
    event = json.loads((await shien("events", "tail", "--service", "needs", "--area", area, "--json")).splitlines()[-1])
    await shien("audit", "checkpoint", "--service", "needs", "--execute")
    done: dict[tuple[str | Path, ...], tuple[Sequence[str], tuple[object, ...]]] = {
        ("report", "--fiscal-year", year, "--city", code, "--out", folder): (
            ("registry", "needs", "escalation"), ("export", "report", year, code, None)
        ),
        ("board", area, "--as-of", now): (("portal",), ("past_read", "board", area, "whole", now)),
        ("diff", "needs.needs", "--between", "2026-03-31T00:00:00Z", now): (
            ("needs",), ("past_read", "diff", "needs.needs 2026-03-31T00:00:00+00:00", "whole", now)
        ),
        ("export", "ocel", "--city", code, "--out", folder / "ocel.json"): (
            SERVICES, ("export", "export ocel", "", code, None)
        ),
        ("backup", "--out", folder / "backup"): (SERVICES, ("export", "backup", "", "whole", None)),
        ("audit", "checkpoint", "--service", "needs", "--out", folder / "hashes"): ((), ()),
        ("audit", "checkpoint", "--service", "needs", "--out", folder / "all", "--events"): (
            ("needs",), ("export", "audit checkpoint", "", "whole", None)
        ),
        ("audit", "prove", event["id"], "--service", "needs", "--out", folder): (
            ("needs",), ("export", "audit prove", event["id"], "whole", None)
        ),
    }  # fmt: skip
    for arguments in done:
        await shien(*arguments)
    expected = {(service, *said) for services, said in done.values() for service in services}

    async def logged() -> bool:
        found = await shien.json("audit", "access", "--principal", account(), "--from", now)
        told = {
            (one["service"], *(one[name] for name in ("kind", "operation", "about", "area")), moment(one["as_of"]))
            for one in found
        }
        return told == {(*said[:-1], moment(said[-1])) for said in expected}

    await eventually(logged)


def moment(text: Any) -> datetime | None:
    """A time, however it is written."""
    return datetime.fromisoformat(text) if text else None


async def a_right_too_many_is_found(shien: Shien, system: System) -> None:
    """The doctor names the promise that is broken, in both languages, with what to do."""
    connection = await asyncpg.connect(system.stack.owner_dsn("needs"))
    try:
        await connection.execute("grant delete on events to needs")
        (found,) = [one for one in await shien.json("doctor", code=1) if not one["fine"]]
        assert (found["check"], "REVOKE" in found["remedy"]["ja"]) == ("needs: rights", True)
        await connection.execute("revoke delete on events from needs")
    finally:
        await connection.close()


async def wrong_arguments_are_2_and_silence_is_3(shien: Shien, folder: Path) -> None:
    """Each of the codes, from verbs of each kind."""
    for wrong in (
        ("lag", "--service", "nowhere"),
        ("events", "tail", "--since", "yesterday"),
        ("events", "export", "--after", "here"),
        ("views", "rebuild", "needs", "nothing"),
        ("parked", "show", "needs", "needs@1", "needs.1"),
        ("parked", "skip", "needs", "nobody", "needs.1.1", "--reason", "二重に記録されたため"),
        ("views", "verify", "--view", "nothing"),
        ("diff", "needs.nothing", "--between", "2026-03-31", "2026-04-01"),
        ("diff", "needs.needs", "--between", "2026-04-02", "2026-04-01"),
        ("board", "000000", "--as-of", "2026-03-31"),
        ("board", "000000", "--log", folder / "nothing"),
        ("restore", folder / "nothing"),
        ("events", "tail", "--since", "2026-04-02", "--until", "2026-04-01"),
        ("events", "export", "--after", "needs.1.5", "--through", "needs.1.4"),
        ("audit", "access", "--principal", " "),
        ("audit", "access", "--principal", "a", "--from", "2026-04-02", "--to", "2026-04-01"),
        ("backup", "--out", folder),
    ):
        await shien(*wrong, code=2)
    for verb in (("status",), ("lag",), ("outbox",), ("doctor",), ("views", "list")):
        await shien(*verb, "--data", folder / "nothing", code=3)


def a_profile_names_a_deployment(system: System, area: str, folder: Path) -> None:
    """A file of settings leads to servers that somebody else runs; nothing is started there, and nothing coloured."""
    dsns = folder / "dsns"
    dsns.mkdir()
    for name in SERVICES:
        (dsns / f"{name}_dsn").write_text(system.stack.dsn(name))
        (dsns / f"{name}_owner_dsn").write_text(system.stack.owner_dsn(name))
    profile = folder / "city.env"
    profile.write_text(f"SHIEN_DSN_FOLDER={dsns}\nSHIEN_BOOTSTRAP_SERVERS={system.stack.bootstrap_servers}\n")
    environment = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "1", "LC_ALL": "ja_JP.UTF-8", "COLUMNS": "300"}

    def shien(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-c", "from shienops.main import main; main()", "--profile", str(profile)]
        done = subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=100
        )
        return done.returncode, done.stdout + done.stderr

    code, said = shien("events", "tail", "--area", area, "-n", "1")
    assert (code, "記録日時" in said, "\x1b[3" in said) == (0, True, False), said
    code, said = shien("serve")
    assert (code, "Postgres は外部のサーバーのため" in said) == (1, True), said
