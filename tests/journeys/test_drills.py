"""Drills: what the runbooks say, done by an operator with `shien` on a running system, while people work."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

import needs
from shienops._folder import DataFolder
from shienops._service import ServiceProcess
from shienops.demo.loop import eventually
from shienops.demo.people import Known, Person
from shienops.settings import SERVICES
from shienops.system import System
from shienweb import Role

from .shien import Shien
from .town import Town, adds_up, all_views_agree

pytestmark = [
    pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(600),
]  # fmt: skip


@asynccontextmanager
async def recording(town: Town, who: Person, area: str) -> AsyncIterator[list[str]]:
    """Needs are recorded one after the other until the end: the ids of those that were acknowledged."""
    acknowledged: list[str] = []
    over = asyncio.Event()

    async def record() -> None:
        while not over.is_set():
            acknowledged.append(await town.need(who, area))
            await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as group:
        group.create_task(record())
        yield acknowledged
        over.set()


async def nothing_waits(shien: Shien) -> bool:
    """Whether everything is in Kafka, and read from there."""
    return not any([(await shien.ended(verb, "--most", "0"))[0] for verb in ("outbox", "lag")])


async def test_all_of_kafka_s_data_is_deleted_while_people_record_and_is_sent_again(system: System) -> None:
    shien, kafka = Shien(system), system.stack.kafka
    async with Town(system, "99150") as town:
        (place,) = await town.build(districts=1)
        who = town.person(Role.TIER2_COORDINATOR, place.area)
        first = await town.need(who, place.area)
        await town.board()  # it was in Kafka, and read from there
        alone = town.person(Role.TIER2_COORDINATOR, place.area, known=Known())
        async with recording(town, alone, place.area) as acknowledged:
            kafka.kill()
            shutil.rmtree(system.folder.kafka)
            before = len(acknowledged)
            await eventually(lambda: more_than(acknowledged, before + 3))  # Kafka away: commands are accepted
            await kafka.start()
            names = await eventually(lambda: named_by_doctor(shien))
            assert {"registry", "needs"} <= set(names), names
            for name in SERVICES:
                said = await shien.json("relay", "resend", name)
                assert (bool(said["shards"]), said["executed"]) == (name in names, False)
                await shien("relay", "resend", name, "--execute")
            before = len(acknowledged)
            await eventually(lambda: more_than(acknowledged, before + 3))
        await eventually(lambda: nothing_waits(shien))
        town.known.learn(alone.known.token())
        found = {one["need_id"] for one in await all_needs(town)}
        assert found == {first, *acknowledged}, "every acknowledged command is there, and nothing else"
        board = await town.board()
        adds_up(board)
        assert (board["stale"], board["board"]["needs"]["open"]) == (False, len(found))
        await eventually(lambda: all_is_fine(shien))
        await shien("views", "verify", "--service", "needs")
    await all_views_agree(system)


async def more_than(acknowledged: Sequence[str], many: int) -> bool:
    """Whether so many were acknowledged."""
    return len(acknowledged) > many


async def named_by_doctor(shien: Shien) -> Sequence[str]:
    """The services whose topic lost records, once Kafka answers for all of them."""
    _, out, _ = await shien.ended("doctor", "--json")
    topics = [one for one in json.loads(out or "[]") if one["check"].endswith(": topic")]
    if len(topics) < len(SERVICES) or any(one["unreachable"] for one in topics):
        return []
    return [one["check"].removesuffix(": topic") for one in topics if not one["fine"]]


async def all_is_fine(shien: Shien) -> bool:
    """Whether the doctor finds nothing."""
    return (await shien.ended("doctor"))[0] == 0


async def all_needs(town: Town) -> list[Any]:
    """Every need of the town, page by page."""
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = await town.auditor.get("needs", "/needs", area=town.code, limit="200", **cursor)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def test_the_database_of_a_service_is_lost_and_refilled_from_kafka_with_what_it_heard_waiting(
    system: System, tmp_path: Path
) -> None:
    shien = Shien(system)
    async with Town(system, "99156") as town:
        (place,) = await town.build(districts=1)
        who = town.person(Role.TIER2_COORDINATOR, place.area)
        need, resource = await town.need(who, place.area), await town.resource(place.area, capacity=2)
        await town.board()  # all of it is in Kafka
        await eventually(lambda: nothing_waits(shien))
        system.kill("needs")
        await system.stack.drop_database("needs")
        alone = town.person(Role.TIER2_COORDINATOR, place.area, known=Known())
        match = (await alone.post("matching", "/matches", {"need_id": need, "resource_id": resource}))["id"]
        await alone.post("matching", f"/resources/{resource}/matches/{match}/acceptance")

        await system.stack.create_database("needs")
        await system.prepare()
        starting = asyncio.create_task(system.start("needs"))  # it is ready when its log is there again
        said = await shien.json("store", "refill", "needs")
        assert (said["executed"], sum(one["inserted"] for one in said["shards"]) > 0) == (False, True)
        for taking in (("events", "export", "--service", "needs"), ("backup", "--out", tmp_path / "backup")):
            code, given, why = await shien.ended(*taking)
            assert (code, given, "shien store refill needs" in why) == (1, "", True), "it would make two histories"
        assert not (tmp_path / "backup").exists()
        assert not starting.done()
        await shien("store", "refill", "needs", "--execute")
        await starting
        shown = await eventually(lambda: in_state(who, need, "matched"))
        assert (shown["match_id"], shown["people"]) == (match, 1)
        await shien("audit", "checkpoint", "--execute", "--service", "needs")
        await shien("audit", "verify", "--service", "needs")
        await eventually(lambda: all_is_fine(shien))
    await all_views_agree(system)


async def in_state(who: Person, need: str, state: str) -> Any:
    """The need, once it is in this state."""
    found = await who.get("needs", f"/needs/{need}")
    return found if found["state"] == state else None


async def test_an_event_that_was_changed_in_a_running_database_is_found_and_named(system: System) -> None:
    shien = Shien(system)
    async with Town(system, "99152") as town:
        (place,) = await town.build(districts=1)
        need = await town.need(town.person(Role.TIER2_COORDINATOR, place.area), place.area, people=7)
        event = json.loads((await shien("stream", need, "--json")).splitlines()[0])
        verify = ("audit", "verify", "--service", "needs")
        await shien("audit", "checkpoint", "--execute", "--service", "needs")
        await shien(*verify)
        superuser = await asyncpg.connect(system.stack.admin_dsn, database="needs")
        try:
            was = await superuser.fetchval("select data from events where id = $1", event["id"])
            for data, code in ((was.replace(b'"people":7', b'"people":8'), 1), (was, 0)):
                await superuser.execute("update events set data = $1 where id = $2", data, event["id"])
                logs = (await shien.json(*verify, code=code))["logs"]
                found = [(one["code"], one["event"]) for log in logs for one in log["findings"]]
                assert found == ([("event.changed", event["id"])] if code else [])
        finally:
            await superuser.execute("update events set data = $1 where id = $2", was, event["id"])
            await superuser.close()


RIGHT, WRONG = (
    "return replace(row, people_waiting=",
    "row = replace(row, people=row.people + 100)\n    return replace(row, people_waiting=",
)


async def test_a_faulty_view_is_replaced_by_a_new_version_and_brought_back_while_it_answers(
    system: System, tmp_path: Path
) -> None:
    async with Town(system, "99153") as town:
        (place,) = await town.build(districts=1)
        need = await town.need(town.person(Role.TIER2_COORDINATOR, place.area), place.area, people=3)
        await town.board()
        faulty = beside(system, tmp_path / "faulty", faulty_code(tmp_path))
        mended = beside(system, tmp_path / "mended", None)
        await system.stop("needs")
        try:
            await faulty.start()
            async with asking(system, [faulty, mended], place.area, need) as answers:
                await eventually(lambda: said_last(answers, 103))
                answers.clear()  # until its rows were folded, the faulty version answered from those of before
                await deployed(mended, instead_of=faulty)
                await eventually(lambda: said_last(answers, 3))
                shien = Shien(system)
                (view,) = [
                    one for one in await shien.json("views", "list", "--service", "needs") if one["view"] == "needs"
                ]
                assert (view["version"], view["state"]) == (view["code"], "live")
                await shien("views", "verify", "--service", "needs", "--view", "needs")
                await deployed(faulty, instead_of=mended)  # back to the version before
                await eventually(lambda: said_last(answers, 103))
        finally:
            for one in (faulty, mended):
                await one.stop()
            await system.start("needs")
        assert [said for said, _ in groupby(answers)] == [103, 3, 103], "each version until the switch, and no gap"
        await eventually(lambda: says(town, need, 3))
    await all_views_agree(system)


async def says(town: Town, need: str, people: int) -> bool:
    """Whether the running service says that a need has so many people."""
    return bool((await town.auditor.get("needs", f"/needs/{need}"))["people"] == people)


def faulty_code(folder: Path) -> Path:
    """The service's code with another version of a view, which counts a hundred people too many."""
    package = Path(str(needs.__file__)).parent
    shutil.copytree(package, folder / "code" / "needs", ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "code/needs/projections/needs.py"
    text = file.read_text()
    assert (text.count(RIGHT), text.count("    version=")) == (1, 1)
    file.write_text(text.replace(RIGHT, WRONG).replace("    version=", "    version=9900 + "))
    return folder / "code"


def beside(system: System, folder: Path, code: Path | None) -> ServiceProcess:
    """Another process of needs on the same database, with this code."""
    home = DataFolder(folder)
    home.prepare(0)
    environment = system.environment("needs")
    if code is not None:
        environment["PYTHONPATH"] = str(code)
    return ServiceProcess("needs", home, environment=lambda: environment, start_seconds=90, die_with_parent=True)


async def deployed(new: ServiceProcess, *, instead_of: ServiceProcess) -> None:
    """A new version takes over: it starts beside the old one, which then ends."""
    await new.start()
    await instead_of.stop()


async def said_last(answers: Sequence[int | None], people: int) -> bool:
    """Whether this is what was answered last."""
    return bool(answers) and answers[-1] == people


@asynccontextmanager
async def asking(
    system: System, processes: Sequence[ServiceProcess], area: str, need: str
) -> AsyncIterator[list[int | None]]:
    """Somebody asks for a need all the time, of the process that answers: how many people it is said to have."""
    answers: list[int | None] = []
    headers = {"Authorization": f"Bearer {system.token(Role.TIER2_COORDINATOR, [area])}"}
    over = asyncio.Event()

    async def ask(client: httpx2.AsyncClient) -> int | None:
        for one in (*processes, *processes):  # at a switch a request may be told to come again
            if one.pid is not None:
                try:
                    answer = await client.get(f"{one.url}/needs/{need}", headers=headers)
                except httpx2.TransportError:
                    continue
                if answer.status_code == 200:
                    return int(answer.json()["people"])
        return None

    async def keep_asking() -> None:
        async with httpx2.AsyncClient(timeout=30) as client:
            while not over.is_set():
                answers.append(await ask(client))
                await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as group:
        group.create_task(keep_asking())
        yield answers
        over.set()
