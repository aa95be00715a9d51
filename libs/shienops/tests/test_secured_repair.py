"""Backup, restore, resend and refill where Kafka has TLS, users and an authorizer, as the user `operator`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import TopicPartition

from shienevents import Brokers, Difference, KafkaAway, Relay, Right, Store, change_rights, migrate, open_connection
from shienevents.kafka.broker import administrator, last_records
from shienevents.kafka.fetcher import Fetcher
from shienevents.kafka.rights import Kind, Operation
from shienops._databases import Database
from shienops.kafka_rights import OPERATOR
from shienops.pytest_plugin import MakeDatabase

from .commands import Done, command
from .secured import PREFIX, Secured
from .test_repair import until, write

pytestmark = [
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.xdist_group("secured"),
]

TOPIC = f"{PREFIX}needs.events"
SERVICE, TOOLS = f"{PREFIX}needs", f"{PREFIX}{OPERATOR}"


class City:
    """One service on the secured broker, and `shien` with the settings of its deployment."""

    def __init__(self, secured: Secured, database: Database, folder: Path, prefix: str = PREFIX) -> None:
        self.secured, self.database = secured, database
        self.prefix, self.topic = prefix, f"{prefix}needs.events"
        for name, dsn in (("needs_dsn", database.dsn), ("needs_owner_dsn", database.owner_dsn)):
            (folder / name).write_text(dsn)
        self.settings = {
            "SHIEN_DATA": str(folder), "SHIEN_DSN_FOLDER": str(folder), "SHIEN_SERVICES": "needs", "SHIEN_SHARDS": "1",
            "SHIEN_TOPIC_PREFIX": prefix, "SHIEN_SERVICE_URL": "http://127.0.0.1:9/{service}", "COLUMNS": "300",
        }  # fmt: skip

    def shien(self, *arguments: str | Path, user: str = "") -> Done:
        brokers = self.secured.brokers(user or f"{self.prefix}{OPERATOR}")
        kafka = {"SHIEN_BOOTSTRAP_SERVERS": brokers.servers, **brokers.security.environment()}
        return command(arguments, {**self.settings, **kafka})

    def said(self, *arguments: str | Path, user: str = "") -> str:
        done = self.shien(*arguments, user=user)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def looked(self, backup: Path) -> tuple[list[dict[str, Any]], int]:
        """What `shien restore` says of each service without --execute, and its exit code."""
        done = self.shien("restore", backup, "--json")
        return json.loads(done.stdout)["services"], done.returncode

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        store = await Store.open(self.database.dsn)
        try:
            yield store
        finally:
            await store.close()

    async def relayed(self, holds: Callable[[Relay], bool]) -> Relay:
        """Relay as the service does, with its own user, until this holds."""
        async with self.store() as store:
            relay = Relay(store, self.secured.brokers(f"{self.prefix}needs"), self.topic, recheck_seconds=0.2)
            task = asyncio.create_task(relay.run())
            await until(lambda: holds(relay))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return relay

    async def as_owner(self, *statements: str) -> None:
        connection = await open_connection(self.database.owner_dsn)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    async def events(self) -> list[bytes]:
        async with self.store() as store, store.pool.acquire() as connection:
            return [row["data"] for row in await connection.fetch("select data from events order by shard, seq")]


def sent(number: int) -> Callable[[Relay], bool]:
    return lambda relay: relay.state.active and relay.state.shards[0].sent == number


async def lost(brokers: Brokers, topic: str = TOPIC) -> None:
    async with administrator(brokers, 60) as admin:
        await admin.delete_topics([topic])
        while topic in await admin.list_topics():  # noqa: ASYNC110 - Kafka sends no notice
            await asyncio.sleep(0.02)


@pytest.fixture
async def city(secured: Secured, database: Database, tmp_path: Path) -> City:
    """Three events, in the store and in the topic, and every user with its rights."""
    city = City(secured, database, tmp_path)
    await migrate(database.owner_dsn, service="needs", writer=database.name, shards=1)
    city.said("kafka", "apply", "--execute", user="admin")
    await lost(secured.brokers())  # of the test before
    city.said("kafka", "apply", "--execute", user="admin")
    async with city.store() as store:
        await write(store, "1", "2", "3")
    await city.relayed(sent(3))
    return city


async def read_on(reader: Fetcher) -> None:
    """Take what comes, for ever."""
    while True:
        await reader.wait()
        if reader.ready:
            reader.take(None, lambda _, messages: len(list(messages)))


async def test_a_password_that_is_changed_in_kafka_and_then_in_its_file_needs_no_restart(city: City) -> None:
    brokers = city.secured.brokers(SERVICE)
    file = brokers.security.kafka_password_file
    assert file is not None
    async with city.store() as store:
        relay = Relay(store, brokers, TOPIC, recheck_seconds=0.2)
        reader = Fetcher(brokers, {TopicPartition(TOPIC, 0): 0})
        await reader.start(30)
        task = asyncio.create_task(relay.run())
        try:
            await until(lambda: sent(3)(relay))
            await city.secured.with_password(SERVICE, "another one")
            await write(store, "4", after=3)
            await until(lambda: "SHIEN_KAFKA_PASSWORD_FILE" in (relay.state.trouble or ""))
            file.write_text("another one")
            await until(lambda: sent(4)(relay))
            with pytest.raises(KafkaAway):  # whereupon a consumer makes another one, with the password of now
                await read_on(reader)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await reader.close()


async def test_a_topic_that_was_lost_is_sent_again(city: City) -> None:
    assert city.said("relay", "resend", "needs") == "no shard lost an event; nothing was changed\n"
    await lost(city.secured.brokers())
    refused = city.shien("relay", "resend", "needs")
    assert (refused.returncode, "shien kafka apply" in refused.stderr) == (3, True), "the operator makes no topic"
    city.said("kafka", "apply", "--execute", user="admin")
    said = "shard 0: the relay continues after number 0 (3 events)\n"
    assert city.said("relay", "resend", "needs") == said
    assert city.said("relay", "resend", "needs", "--execute") == said
    await city.relayed(sent(3))
    last = (await last_records(city.secured.brokers(TOOLS), TOPIC, [0]))[0]
    assert last is not None
    assert int(json.loads(last.value or b"")["sequence"]) == 3


async def test_a_store_that_is_older_than_its_topic_or_empty_is_filled_from_it(
    city: City, make_database: MakeDatabase, tmp_path: Path
) -> None:
    everything = await city.events()
    await city.as_owner("delete from events where seq > 1", "delete from relayed")
    relay = await city.relayed(lambda relay: relay.state.shards[0].stopped is not None)
    stopped = relay.state.shards[0].stopped
    assert stopped is not None
    assert stopped.remedy == "shien store refill needs"
    assert city.said("store", "refill", "needs", "--execute") == "shard 0: 2 copied back, 0 set aside, last number 3\n"
    assert await city.events() == everything
    (tmp_path / "new").mkdir()
    new = City(city.secured, await make_database(), tmp_path / "new")
    await migrate(new.database.owner_dsn, service="needs", writer=new.database.name, shards=1)
    assert new.said("store", "refill", "needs", "--execute") == "shard 0: 3 copied back, 0 set aside, last number 3\n"
    assert await new.events() == everything
    await new.relayed(sent(3))


async def test_a_backup_comes_back_and_its_store_goes_on_where_the_topic_is(
    city: City, make_database: MakeDatabase, tmp_path: Path
) -> None:
    city.said("backup", "--out", tmp_path / "backup")
    everything = await city.events()
    assert len(everything) == 4, "who made the backup is in the log"
    (tmp_path / "new").mkdir()
    new = City(city.secured, await make_database(), tmp_path / "new")
    for _ in range(2):  # a look changes nothing, so that the next one sees the same
        ((looked,), code) = new.looked(tmp_path / "backup")
        assert (looked["events"], looked["there"], looked["refused"], code) == (4, 0, None, 0)
    ((looked,), code) = city.looked(tmp_path / "backup")
    assert (looked["there"], looked["refused"], code) == (4, "restore.not_empty", 1)
    new.said("restore", tmp_path / "backup", "--execute")
    assert await new.events() == everything
    assert new.looked(tmp_path / "backup")[1] == 1
    await new.relayed(sent(4))


async def test_the_doctor_names_each_right_that_is_missing_and_what_gives_it(city: City) -> None:
    def found(user: str = TOOLS) -> dict[str, dict[str, Any]]:
        said = {one["check"]: one for one in json.loads(city.shien("doctor", "--json", user=user).stdout)}
        names = ("kafka rights", "kafka rights of others", "needs: topic")
        return {name: said[name] for name in names if name in said and not said[name]["fine"]}

    assert found() == {}
    assert "kafka rights" in found(f"{PREFIX}portal"), "only the operator sees the rights of all"
    taken = (
        Right(f"User:{SERVICE}", Kind.TOPIC, TOPIC, Operation.WRITE),
        Right(f"User:{SERVICE}", Kind.GROUP, SERVICE, Operation.READ),
        Right(f"User:{TOOLS}", Kind.TOPIC, TOPIC, Operation.READ),
        Right(f"User:{TOOLS}", Kind.TOPIC, TOPIC, Operation.DESCRIBE_CONFIGS),
    )
    await change_rights(city.secured.brokers(), Difference((), taken))
    wrong = found()
    assert [one["unreachable"] for one in wrong.values()] == [False, False]
    rights, topic = wrong.values()
    for language in ("ja", "en"):
        assert all(str(right) in rights["finding"][language] for right in taken)
        assert "shien kafka apply --execute" in rights["remedy"][language]
        assert "shien kafka plan" in topic["finding"][language]
    city.said("kafka", "apply", "--execute", user="admin")
    assert found() == {}
    forger = Right("User:nobody", Kind.TOPIC, TOPIC, Operation.WRITE)
    await change_rights(city.secured.brokers(), Difference((forger,), ()))
    (others,) = found().values()
    assert str(forger) in others["finding"]["ja"]
    assert "--take" in others["remedy"]["en"]
    await change_rights(city.secured.brokers(), Difference((), (forger,)))
    assert found() == {}
