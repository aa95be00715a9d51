"""`shien relay resend` and `shien store refill`, as an operator uses them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shienevents import Actor, Append, Event, Home, Origin, Relay, Store, migrate
from shienevents.core.ids import new_id
from shienevents.kafka.broker import ensure_topic, last_records
from shienops._databases import Database
from shienops.stack import Stack

from .commands import command

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("own stacks"), pytest.mark.timeout(400)]

TOPIC = "needs.events"


class NoteTaken(Event, wire="needs.note_taken.v1"):
    """A note was recorded."""

    text: str


async def shien(stack: Stack, *arguments: str) -> tuple[int, str, str]:
    """Run `shien`. Return the exit code, stdout and stderr."""
    done = command([*arguments, "--data", stack.folder.path], {"COLUMNS": "200"})
    return done.returncode, done.stdout, done.stderr


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while True:
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)


async def write(store: Store, *texts: str, after: int = 0) -> None:
    await store.append(
        Append(
            stream="s",
            expected=after,
            shard=0,
            home=Home("131016", "a"),
            events=[NoteTaken(text=text) for text in texts],
            ids=[new_id() for _ in texts],
            origin=Origin(Actor("coordinator", "test")),
        )
    )


async def relayed(store: Store, stack: Stack, sent: int) -> None:
    relay = Relay(store, stack.bootstrap_servers, TOPIC, recheck_seconds=0.2)
    task = asyncio.create_task(relay.run())
    await until(lambda: relay.state.shards[0].sent == sent and relay.state.active)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def recreate(stack: Stack) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics([TOPIC])

        async def gone() -> bool:
            return TOPIC not in await admin.list_topics()

        await until(gone)
        await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    finally:
        await admin.close()
    await ensure_topic(stack.bootstrap_servers, TOPIC, 1)


async def last_number(stack: Stack) -> int:
    last = (await last_records(stack.bootstrap_servers, TOPIC, [0]))[0]
    return int(json.loads(last.value or b"")["sequence"]) if last else 0


async def test_the_verbs_repair_a_stopped_shard(own_stack: Stack, tmp_path: Path) -> None:
    database = await own_stack.create_database("needs")
    await migrate(database.owner_dsn, service="needs", writer="needs", shards=1)
    store = await Store.open(database.dsn)
    try:
        await write(store, "1", "2", "3")
        await relayed(store, own_stack, 3)
        nothing = "no shard lost an event; nothing was changed\n"
        assert await shien(own_stack, "relay", "resend", "needs") == (0, nothing, "")

        # The topic is created again: after resend the relay continues.
        await recreate(own_stack)
        relay = Relay(store, own_stack.bootstrap_servers, TOPIC, recheck_seconds=0.2)
        task = asyncio.create_task(relay.run())
        await until(lambda: relay.state.shards[0].stopped is not None)
        stopped = relay.state.shards[0].stopped
        assert stopped is not None
        assert stopped.remedy == "shien relay resend needs"
        said = "shard 0: the relay continues after number 0 (3 events)\n"
        code, out, err = await shien(own_stack, *stopped.remedy.split()[1:])
        assert (code, out) == (0, said)
        assert "--execute" in err
        assert relay.state.shards[0].stopped is not None, "a dry run changes nothing"
        code, out, err = await shien(own_stack, *stopped.remedy.split()[1:], "--execute")
        assert (code, out) == (0, said)
        await until(lambda: relay.state.shards[0].stopped is None and relay.state.shards[0].sent == 3)

        async def all_there() -> bool:
            return await last_number(own_stack) == 3

        await until(all_there)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

        # The store is restored from an older backup: refill copies the other events back.
        async with store.pool.acquire() as connection:
            everything = await connection.fetch("select * from events order by seq")
        await as_owner(database.owner_dsn, "delete from events where seq > 1", "delete from relayed")
        relay = Relay(store, own_stack.bootstrap_servers, TOPIC, recheck_seconds=0.2)
        task = asyncio.create_task(relay.run())
        await until(lambda: relay.state.shards[0].stopped is not None)
        stopped = relay.state.shards[0].stopped
        assert stopped is not None
        assert stopped.remedy.startswith("shien store refill needs")
        said = "shard 0: 2 copied back, 0 set aside, last number 3\n"
        code, out, err = await shien(own_stack, "store", "refill", "needs")
        assert (code, out) == (0, said)
        assert "--execute" in err
        async with store.pool.acquire() as connection:
            assert await connection.fetchval("select count(*) from events") == 1, "a dry run changes nothing"
        assert await shien(own_stack, "store", "refill", "needs", "--execute") == (0, said, "")
        async with store.pool.acquire() as connection:
            assert await connection.fetch("select * from events order by seq") == everything
        await write(store, "4", after=3)
        await until(lambda: relay.state.shards[0].stopped is None and relay.state.shards[0].sent == 4)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        said = "shard 0: 0 copied back, 0 set aside, last number 4\n"
        assert await shien(own_stack, "store", "refill", "needs", "--execute") == (0, said, "")

        # The store has events of its own: refill needs a file for them, and does not overwrite a file.
        await as_owner(database.owner_dsn, "delete from events where seq > 2", "delete from relayed")
        await write(store, "other", after=2)
        code, out, err = await shien(own_stack, "store", "refill", "needs")
        assert (code, out) == (1, "")
        english, japanese = err.splitlines()
        assert english.startswith("shien: needs shard 0 stopped: from record 3 on the store holds other events than")
        assert "shien store refill needs --set-aside FILE" in english
        assert re.match(r"shien: needs のシャード 0 を停止しました", japanese)
        aside = tmp_path / "aside.jsonl"
        said = "shard 0: 2 copied back, 1 set aside, last number 4\n"
        assert await shien(own_stack, "store", "refill", "needs", "--set-aside", str(aside), "--execute") == (
            0,
            said,
            "",
        )
        assert len(aside.read_text().splitlines()) == 1
        code, out, err = await shien(own_stack, "store", "refill", "needs", "--set-aside", str(aside))
        assert (code, out) == (1, "")
        assert "exists already; name a new file" in err

        # Without Kafka, without Postgres, and for an unknown service there is a message in both languages.
        own_stack.kafka.kill()
        for verb in (["relay", "resend", "needs"], ["store", "refill", "needs"]):
            code, out, err = await shien(own_stack, *verb)
            assert (code, out) == (3, "")
            english, japanese = err.splitlines()
            assert re.fullmatch(
                r"shien: Kafka does not answer \(.*\)\. Start it \(shien up\) and run this again", english
            )
            assert japanese == "shien: Kafka が応答しません。起動してから（shien up）もう一度実行してください"
    finally:
        await store.close()
    own_stack.postgres.kill()
    for verb in (["relay", "resend", "needs"], ["store", "refill", "needs"]):
        code, out, err = await shien(own_stack, *verb)
        assert (code, out) == (3, "")
        english, japanese = err.splitlines()
        assert english.startswith("shien: the database does not answer")
        assert japanese.startswith("shien: データベースが応答しません")


async def as_owner(dsn: str, *statements: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_service_without_a_database_is_reported(stack: Stack, database: Database) -> None:
    for verb in ("relay resend", "store refill"):
        code, out, err = await shien(stack, *verb.split(), database.name)  # created but not migrated
        assert (code, out, "Traceback" in err, len(err.splitlines())) == (1, "", False, 2), err
        code, out, err = await shien(stack, *verb.split(), "nobody")
        assert (code, out, "Traceback" in err) == (2, "", False), err
