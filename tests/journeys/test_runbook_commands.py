"""Every command of every runbook is run, from the page, in its order: a new command without a drill is a failed test.

What a fault does to people's work is tested elsewhere (`test_drills`, `test_outages`, `test_broker_lost`,
`test_standby_promoted`); here each command ends as its page says.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tests.runbook import ROOT, RUNBOOKS, Drill, commands_of

from shiendomain.fiscal import FiscalYear
from shienops._access_log import account
from shienops.demo.loop import eventually
from shienops.proof_keys import new_key
from shienops.settings import SERVICES
from shienops.system import System
from shienweb import Role

from .shien import Shien
from .test_drills import beside, faulty_code
from .town import TODAY, Town

pytestmark = [
    pytest.mark.xdist_group("runbooks"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(600),
]  # fmt: skip

CONTAINERS, CLUSTER = "needs a Docker engine", "needs helm and a cluster"
TOOL = "a tool of Kafka's, which the checkout does not have"
STANDBY = "tests/journeys/test_standby_promoted.py"
NOT_HERE = {
    "docker compose run --rm": "only the words before a command",
    "docker compose up --wait": CONTAINERS,
    "docker compose up --force-recreate": CONTAINERS,
    "docker compose build": CONTAINERS,
    "docker tag shien:local shien:before": CONTAINERS,
    "docker compose run --rm prepare": CONTAINERS,
    "docker compose run --rm restore FOLDER": CONTAINERS,
    "tar -cf - list.csv map.geojson | docker compose run --rm -T --entrypoint tar shien -xf -": CONTAINERS,
    "docker compose run --rm -T --entrypoint tar shien -cf - FOLDER | tar -xf -": CONTAINERS,
    "SERVICE_IMAGE=shien:before docker compose up --wait --no-build --no-deps registry needs matching escalation "
    "portal": CONTAINERS,
    "helm upgrade --install": CLUSTER,
    "helm rollback shien --namespace shien --wait": CLUSTER,
    "kafka-reassign-partitions": TOOL,
    "kafka-configs --alter --add-config min.insync.replicas=2": TOOL,
    "pg_basebackup -R": STANDBY,
    "select pg_promote()": STANDBY,
    "select pg_reload_conf()": STANDBY,
    "alter system set synchronous_standby_names = '*'": STANDBY,
    "alter system set synchronous_standby_names = ''": STANDBY,
}
"""what is not run here, and why: it only becomes less"""
ONLY_SO_MANY = 19
MAP = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"area_id": 1, "name": "西"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[135.6, 34.8], [135.7, 34.8], [135.7, 34.9], [135.6, 34.9], [135.6, 34.8]]],
            },
        }
    ],
}
LIST = "事業所番号,名称,カテゴリ,緯度,経度,料金\n1,西サロン,サロン,34.81,135.61,1回200円\n"


def not_here(page: str) -> dict[str, str]:
    """The commands of a page that are not run here."""
    return {command: NOT_HERE[command] for command in commands_of(page) if command in NOT_HERE}


@pytest.fixture
async def drill(system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Drill]:
    """A drill on the shared system; files are in the working folder, which is the test's own."""
    monkeypatch.chdir(tmp_path)
    environment = {"SHIEN_DATA": str(system.folder.path), "LC_ALL": "C", "COLUMNS": "300", "SHIEN_KAFKA_HEAP": "256m"}
    made = Drill(environment, {"SERVICE": "needs", "FOLDER": "folder", "FILE": "file.jsonl"})
    yield made
    await made.stop()


def test_what_is_not_run_only_becomes_less() -> None:
    named = {command for page in RUNBOOKS for command in commands_of(page)}
    assert not {*NOT_HERE} - named, "no page has it any more: take it off the list"
    assert len(NOT_HERE) <= ONLY_SO_MANY
    assert not [command for command in NOT_HERE if command.startswith(("shien", "make"))]


def test_every_page_has_a_drill() -> None:
    drilled = {*re.findall(r'\.run\(\s*"([a-z-]+)"', Path(__file__).read_text())}
    assert drilled == {*RUNBOOKS}


async def test_a_broker_is_lost(drill: Drill) -> None:
    await drill.run("a-broker-is-lost", elsewhere=not_here("a-broker-is-lost"))


async def test_a_shard_stopped(drill: Drill) -> None:
    await drill.run("a-shard-stopped")


async def test_the_standby_takes_over(drill: Drill) -> None:
    standby = (ROOT / "tests/journeys/standby.py").read_text()
    assert {"pg_basebackup", "select pg_promote()", "select pg_reload_conf()", "alter system set"} <= {
        one for one in ("pg_basebackup", "select pg_promote()", "select pg_reload_conf()", "alter system set")
        if one in standby
    }  # fmt: skip
    await drill.run("the-standby-takes-over", elsewhere=not_here("the-standby-takes-over"))


async def test_a_disk_is_full(drill: Drill) -> None:
    serve = {"shien serve": "run in the drill of first-start"}
    await drill.run("disk-full", elsewhere=not_here("disk-full") | serve)


async def test_an_upgrade(drill: Drill) -> None:
    open_kafka = {"shien kafka plan": [1], "shien kafka apply --execute": [1]}  # "where Kafka has rights"
    await drill.run("upgrade", ends=open_kafka, elsewhere=not_here("upgrade"))


async def test_look_first(system: System, drill: Drill) -> None:
    async with Town(system, "99161") as town:
        (place,) = await town.build(districts=1)
        need = await town.need(town.person(Role.TIER2_COORDINATOR, place.area), place.area)
        await town.board()
        Path("list.csv").write_text(LIST)
        Path("city.env").write_text(profile_of(system, Path("dsns")))
        drill.names |= {"272108": town.code, "ID": need, "VIEW": "needs"}
        imports = "shien import resources list.csv --municipality 272108 --areas map.geojson"

        async def mapped() -> None:
            Path("map.geojson").write_text(json.dumps(MAP))
            code, out, said = await drill.shien(
                "import", "areas", "map.geojson", "--municipality", town.code, "--name", "試験"
            )
            assert code == 0, out + said

        await drill.run("look-first", before={imports: mapped}, elsewhere=not_here("look-first"))
        assert "<svg" in Path("trace.svg").read_text()


def profile_of(system: System, dsns: Path) -> str:
    """A profile that names the servers of a system."""
    dsns.mkdir()
    for name in SERVICES:
        (dsns / f"{name}_dsn").write_text(system.stack.dsn(name))
        (dsns / f"{name}_owner_dsn").write_text(system.stack.owner_dsn(name))
    return f"SHIEN_DSN_FOLDER={dsns.absolute()}\nSHIEN_BOOTSTRAP_SERVERS={system.stack.bootstrap_servers}\n"


async def test_the_yearly_audit(system: System, drill: Drill) -> None:
    async with Town(system, "99162") as town:
        (place,) = await town.build(districts=1)
        need = await town.need(town.person(Role.TIER2_COORDINATOR, place.area), place.area)
        await town.board()
        done = await drill.shien("audit", "checkpoint", "--execute", "--out", "audit-2026", "--events")
        assert done[0] == 0, done
        then = datetime.now(UTC).isoformat()
        _, out, _ = await drill.shien("board", town.code, "--as-of", then, "--json")
        event = json.loads((await drill.shien("stream", need, "--json"))[1].splitlines()[0])["id"]
        drill.names |= {
            "272108": town.code, "2027-03-31": then, "DIGEST": json.loads(out)["digest"], "ID": need,
            "2026": str(FiscalYear.of(TODAY).year), "2026-03-31": "2026-03-31", "2026-04-01": "2026-04-01",
            "ACCOUNT": account(), "EVENT": event, "needs.pub": str(system.folder.path / "keys/needs.pub"),
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {system.token(Role.AUDITOR, [town.code])}"}

        async def got(service: str, path: str, **query: str) -> None:
            async with httpx2.AsyncClient(base_url=system.url(service), timeout=60, headers=headers) as client:
                answer = await client.get(path, params=query)
            assert answer.status_code == 200, answer.text

        async def diff() -> None:
            await got("needs", "/diff", view="needs", earlier="2026-03-31", as_of=then)

        routes = {
            "GET /diff?view=needs&earlier=2026-03-31&as_of=2027-03-31": diff,
            "GET /events": lambda: got("portal", "/events"),
            "GET /diff": diff,
            "GET /accesses": lambda: got("portal", "/accesses"),
        }
        await drill.run("yearly-audit", instead=routes)
        assert "<svg" in Path("trace.svg").read_text()


async def test_an_auditor_with_a_copy_and_a_key_makes_a_past_board_and_proves_an_event_without_a_server(
    system: System, drill: Drill, tmp_path: Path
) -> None:
    async with Town(system, "99164") as town:
        (place,) = await town.build(districts=1)
        who = town.person(Role.TIER2_COORDINATOR, place.area)
        need = await town.need(who, place.area, people=4)
        await town.board()
        then = datetime.now(UTC).isoformat()
        shien = Shien(system)
        made = await shien.json("board", town.code, "--as-of", then)
        await town.need(who, place.area, people=7)  # later: it is in the copy, and not on the board of then
        await shien("audit", "checkpoint", "--execute", "--out", "audit", "--events")
        event = json.loads((await shien("stream", need, "--json")).splitlines()[0])["id"]
    shutil.copy(system.folder.path / "keys/needs.pub", "needs.pub")
    drill.environment |= {"SHIEN_DATA": str(tmp_path / "nothing"), "SHIEN_BOOTSTRAP_SERVERS": "127.0.0.1:9"}

    async def alone(*arguments: str, code: int = 0) -> str:
        found, out, said = await drill.shien(*arguments)
        assert found == code, (arguments, out, said)
        return out

    await alone("audit", "verify", "audit", "--key", "needs.pub")
    board = ("board", town.code, "--as-of", then, "--log", "audit")
    assert json.loads(await alone(*board, "--digest", made["digest"], "--json")) == made
    assert json.loads(await alone("board", town.code, "--log", "audit", "--json"))["board"] != made["board"]
    await alone("audit", "prove", event, "--log", "audit", "--out", "proof")
    proven = ("audit", "verify", f"proof/{event}.tlog-proof", "--copy", f"proof/{event}.json", "--key", "needs.pub")
    await alone(*proven)
    await alone("audit", "prove", str(uuid4()), "--log", "audit", code=2)
    await alone("audit", "prove", event, "--log", "proof", code=2)
    for file in Path("audit/needs").glob("*/events.jsonl"):
        file.write_bytes(file.read_bytes().replace(b'"people":4', b'"people":5'))
    await alone("audit", "verify", "audit", "--key", "needs.pub", code=1)
    await alone("audit", "prove", event, "--log", "audit", "--out", "changed")
    await alone(*[one.replace("proof/", "changed/") for one in proven], code=1)
    assert not (tmp_path / "nothing").exists()


async def test_keys_are_changed(system: System, drill: Drill) -> None:
    keys, proof = system.folder.path / "keys", system.folder.path / "proof"
    drill.names |= {"NEW.pub": str(keys / "needs.pub")}

    async def another_key() -> None:
        name = (keys / "needs.pub").read_text().split("+")[0]
        for file in ("needs.key", "needs.pub"):
            (keys / file).rename(f"old-{file}")
        new_key(name, keys / "needs.key")
        shutil.move(proof / "needs", "old-proof")

    async def made() -> None:
        await make_secrets(Path("secrets"))

    await drill.run(
        "keys-changed",
        before={"shien audit checkpoint --execute --out FIRST --events": another_key},
        instead={"make secrets": made},
        elsewhere=not_here("keys-changed"),
    )
    for last in Path("LAST/needs").glob("*/events.jsonl"):
        first = Path("FIRST/needs") / last.parent.name / last.name
        assert first.read_bytes().startswith(last.read_bytes())


async def make_secrets(folder: Path) -> None:
    """What `make secrets` does, in another folder."""
    assert "@python deploy/make_secrets.py\n" in (ROOT / "Makefile").read_text()
    process = await asyncio.create_subprocess_exec("python", str(ROOT / "deploy/make_secrets.py"), str(folder))
    assert await process.wait() == 0
    assert (folder / "needs_proof_key.pub").exists()


async def test_kafka_lost_its_data(system: System, drill: Drill) -> None:
    async with Town(system, "99165") as town:
        (place,) = await town.build(districts=1)
        await town.need(town.person(Role.TIER2_COORDINATOR, place.area), place.area)
        await town.board()  # it was in Kafka, and read from there
        kafka = system.stack.kafka
        kafka.kill()
        shutil.rmtree(system.folder.kafka)
        await kafka.start()
        drill.names |= {"SERVICE": list(SERVICES)}
        ends = {"shien kafka apply --execute": [1, 1], "shien doctor": [1]}  # it has no rights; it lost its topics
        await drill.run("kafka-lost", ends=ends)
        await town.need(town.person(Role.TIER2_COORDINATOR, place.area), place.area)
        assert (await town.board())["board"]["needs"]["open"] == 2


async def test_the_database_was_restored_from_yesterday(system: System, drill: Drill, tmp_path: Path) -> None:
    new = tmp_path / "new"
    drill.names |= {"NEW": str(new)}

    async def put_back() -> None:
        shutil.copytree(system.folder.path / "keys", new / "keys", dirs_exist_ok=True)

    elsewhere = not_here("restored-from-yesterday") | {
        "shien serve": "run in the drill of first-start", "shien up": "run here with --data and --detach",
    }  # fmt: skip
    try:
        await drill.run(
            "restored-from-yesterday", before={"shien restore FOLDER --data NEW": put_back}, elsewhere=elsewhere
        )
    finally:
        await drill.stop()
        await drill.shien("down", "--data", str(new))


async def test_the_first_start(drill: Drill, tmp_path: Path) -> None:
    drill.environment["SHIEN_DATA"] = str(tmp_path / "first")
    Path("map.geojson").write_text(json.dumps(MAP))
    Path("list.csv").write_text(LIST)

    async def made() -> None:
        await make_secrets(Path("secrets"))

    async def up() -> None:
        await drill.serve()

    await drill.run("first-start", instead={"make secrets": made, "docker compose up --wait": up},
                    before={"shien serve": drill.stop})  # fmt: skip
    await drill.stop()


async def test_an_event_is_parked(system: System, drill: Drill, tmp_path: Path) -> None:
    async with Town(system, "99163") as town:
        (place,) = await town.build(districts=1)
        code = faulty_code(tmp_path)
        file = code / "needs/projections/needs.py"
        text = file.read_text()
        wrong = "row = replace(row, people=row.people + 100)"
        assert text.count(wrong) == 1
        file.write_text(text.replace(wrong, "assert row.people != 13"))
        faulty = beside(system, tmp_path / "faulty", code)
        await system.stop("needs")
        try:
            await faulty.start()
            await record_poison(town, faulty.url, place.area)
            parked = await eventually(lambda: parked_at(drill))
            drill.names |= {
                "SUBSCRIBER": parked["subscriber"],
                "POSITION": parked["place"],
                "WHY": "二重に記録されたため",
            }
            await drill.run("an-event-is-parked", ends={"shien parked list": [1]})
        finally:
            await faulty.stop()
            await system.start("needs")
        await eventually(lambda: nothing_is_parked(drill))


async def record_poison(town: Town, url: str, area: str) -> None:
    """A need that the faulty code cannot take."""
    token = town.system.token(Role.TIER2_COORDINATOR, [area])
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
    body = {"area": area, "support_kind": "outing", "people": 13, "frequency": "weekly", "source": "coordinator"}

    async def recorded() -> bool:
        async with httpx2.AsyncClient(base_url=url, timeout=60, headers=headers) as client:
            return (await client.post("/needs", json=body)).status_code == 201

    await eventually(recorded)


async def parked_at(drill: Drill) -> Any:
    """The first parked event of needs, once there is one."""
    _, out, _ = await drill.shien("parked", "list", "--service", "needs", "--json")
    return next(iter(json.loads(out or '{"parked": []}')["parked"]), None)


async def nothing_is_parked(drill: Drill) -> bool:
    """Whether no event waits any more."""
    return (await drill.shien("parked", "list", "--service", "needs"))[0] == 0
