"""Two deployments on one secured Kafka, and `shien` in each of them: what one loses, mends and shows is its own."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from shienevents import Brokers, KafkaDenied, migrate
from shienevents.kafka.broker import last_records
from shienops._databases import Database
from shienops.kafka_rights import OPERATOR
from shienops.pytest_plugin import MakeDatabase
from shienops.settings import SERVICES

from .secured import BESIDE, PREFIX, Secured
from .test_kafka_rights import ALLOWED, read
from .test_kafka_rights import write as send_to
from .test_repair import write
from .test_secured_repair import City, lost, sent

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("secured")]


async def city_with(secured: Secured, database: Database, folder: Path, prefix: str, *notes: str) -> City:
    """A deployment whose users have their rights and whose service has sent these notes."""
    folder.mkdir()
    city = City(secured, database, folder, prefix)
    await migrate(database.owner_dsn, service="needs", writer=database.name, shards=1)
    city.said("kafka", "apply", "--execute", user="admin")
    await lost(secured.brokers(), city.topic)  # of the test before
    city.said("kafka", "apply", "--execute", user="admin")
    async with city.store() as store:
        await write(store, *notes)
    await city.relayed(sent(len(notes)))
    return city


@pytest.fixture
async def cities(secured: Secured, make_database: MakeDatabase, tmp_path: Path) -> tuple[City, City]:
    """Two deployments with streams of the same name. The prefix of one is the beginning of the other's."""
    return (
        await city_with(secured, await make_database(), tmp_path / "one", PREFIX, "1", "2", "3"),
        await city_with(secured, await make_database(), tmp_path / "two", BESIDE, "4", "5"),
    )


async def last_of(city: City) -> int:
    """The number of the last event in the topic."""
    last = (await last_records(city.secured.brokers(), city.topic, [0]))[0]
    return int(json.loads(last.value or b"")["sequence"]) if last else 0


async def test_no_user_of_a_deployment_may_do_anything_in_another(cities: tuple[City, City]) -> None:
    few = asyncio.Semaphore(16)
    users, services = ("needs", "portal", OPERATOR), ("needs", "portal")

    async def tried(act: str, brokers: Brokers, other: str) -> str:
        async with few:
            try:
                await acts[act](brokers, other)
            except KafkaDenied:
                return ""
            return f"{brokers.security.kafka_user} may {act} {other}"

    acts = {act.__name__: act for act in ALLOWED}
    ways = ((PREFIX, BESIDE), (BESIDE, PREFIX), (PREFIX, ""))
    found = await asyncio.gather(
        *(
            tried(act, cities[0].secured.brokers(f"{mine}{user}"), f"{theirs}{service}")
            for mine, theirs in ways
            for act in acts
            for user in users
            for service in services
        )
    )
    assert [one for one in found if one] == []
    for city in cities:
        assert city.said("kafka", "plan", user="admin") == "nothing to change / 変更はありません\n"


async def test_what_shien_shows_is_of_its_own_deployment(cities: tuple[City, City]) -> None:
    for city, texts in zip(cities, (["1", "2", "3"], ["4", "5"]), strict=True):
        lines = json.loads(city.said("lag", "--service", "needs", "--json"))
        assert {line["group"] for line in lines} == {f"{city.prefix}needs"}
        heard = ("needs", "registry", "matching", "escalation")
        assert {line["topic"] for line in lines} == {f"{city.prefix}{service}.events" for service in heard}
        checks = {one["check"]: one["fine"] for one in json.loads(city.shien("doctor", "--json").stdout)}
        assert (checks["kafka rights"], checks["needs: topic"]) == (True, True)
        events = city.said("events", "tail", "--service", "needs", "--type", "needs.note_taken", "--json").splitlines()
        assert [json.loads(event)["data"]["text"] for event in events] == texts


async def test_a_topic_that_one_lost_is_sent_and_read_again_and_the_other_notices_nothing(
    cities: tuple[City, City], make_database: MakeDatabase, tmp_path: Path
) -> None:
    one, two = cities
    await lost(one.secured.brokers(), one.topic)
    one.said("kafka", "apply", "--execute", user="admin")
    assert two.said("relay", "resend", "needs", "--execute") == "no shard lost an event; nothing was changed\n"
    assert one.said("relay", "resend", "needs", "--execute").endswith("after number 0 (3 events)\n")
    await one.relayed(sent(3))
    assert (await last_of(one), await last_of(two)) == (3, 2)
    for city, count in ((one, 3), (two, 2)):
        folder = tmp_path / f"new of {count}"
        folder.mkdir()
        new = City(city.secured, await make_database(), folder, city.prefix)
        await migrate(new.database.owner_dsn, service="needs", writer=new.database.name, shards=1)
        said = f"shard 0: {count} copied back, 0 set aside, last number {count}\n"
        assert new.said("store", "refill", "needs", "--execute") == said
        assert await new.events() == await city.events()


async def test_a_cell_lets_the_portal_of_another_one_read_its_topics_and_nothing_else(
    cities: tuple[City, City],
) -> None:
    one, two = cities
    portal, tools = f"{PREFIX}portal", f"{PREFIX}{OPERATOR}"
    needed = {
        f"User:{user}: READ on TOPIC {BESIDE}{service}.events"
        for user in (portal, tools)
        for service in SERVICES
        if service != "portal"
    }
    one.settings["SHIEN_CELLS"] = f"too={BESIDE}=https://too.example"
    plan = json.loads(one.said("kafka", "plan", "--json", user="admin"))
    assert (set(plan["others"]["too"]), plan["give"], plan["take"]) == (needed, [], [])
    assert "the cell too gives it (SHIEN_HEARD_BY there)" in one.said("kafka", "plan", user="admin")
    checks = {check["check"]: check for check in json.loads(one.shien("doctor", "--json").stdout)}
    assert "SHIEN_HEARD_BY" in checks["cell too: rights"]["remedy"]["en"]
    assert checks["kafka rights"]["fine"]

    two.settings["SHIEN_HEARD_BY"] = f"{portal},{tools}"
    assert set(json.loads(two.said("kafka", "plan", "--json", user="admin"))["give"]) == needed
    two.said("kafka", "apply", "--execute", user="admin")
    for city in cities:  # neither takes what the other one gave
        assert city.said("kafka", "plan", user="admin") == "nothing to change / 変更はありません\n"
    await read(one.secured.brokers(portal), f"{BESIDE}needs")
    with pytest.raises(KafkaDenied):
        await send_to(one.secured.brokers(portal), f"{BESIDE}needs")
    with pytest.raises(KafkaDenied):
        await read(one.secured.brokers(f"{PREFIX}needs"), f"{BESIDE}needs")
    checks = {check["check"]: check for check in json.loads(one.shien("doctor", "--json").stdout)}
    assert checks["cell too: rights"]["fine"]

    del one.settings["SHIEN_CELLS"]  # it is not to be heard any more
    assert set(json.loads(one.said("kafka", "apply", "--execute", "--json", user="admin"))["take"]) == needed
    with pytest.raises(KafkaDenied):
        await read(one.secured.brokers(portal), f"{BESIDE}needs")


def test_no_name_of_a_service_ends_with_another_one() -> None:
    """So two prefixes never give the same topic, group or user."""
    names = (*SERVICES, OPERATOR)
    assert not [(a, b) for a in names for b in names if a != b and a.endswith(b)]
