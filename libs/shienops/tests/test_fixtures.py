"""The fixtures that all other tests use."""

from contextlib import suppress

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shienops import Database, Stack
from shienops.pytest_plugin import MakeDatabase

ACTS = {
    "read": "select from events",
    "add": "insert into events values (1)",
    "change": "update events set a = 2",
    "take away": "delete from events",
    "empty": "truncate events",
    "alter": "alter table events add column b int",
    "make": "create table other (a int)",
    "make a view": "create table views.other (a int)",
}
OF_A_SERVICE = {"read", "add", "make a view"}


async def may(dsn: str, place: Database) -> set[str] | None:
    """What the role of this DSN may do in a database; None where it is not let in."""
    try:
        connection = await asyncpg.connect(dsn, database=place.name)
    except asyncpg.InsufficientPrivilegeError:
        return None
    found = set()
    for act, sql in ACTS.items():
        with suppress(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"begin; {sql}")
            found.add(act)
        await connection.execute("rollback")
    await connection.close()
    return found


async def test_a_role_may_do_its_own_work_in_its_own_database_and_nothing_in_another(
    make_database: MakeDatabase,
) -> None:
    """Role × database × act: as Kafka's users have theirs."""
    both = [await make_database(), await make_database()]
    for each in both:
        owner = await asyncpg.connect(each.owner_dsn)
        await owner.execute(f"create table events (a int); grant select, insert on events to {each.name}")
        await owner.close()
    for one in both:
        for place in both:
            assert await may(one.dsn, place) == (OF_A_SERVICE if one is place else None)
            assert await may(one.owner_dsn, place) == (set(ACTS) if one is place else None)


async def test_the_shared_kafka_keeps_a_record(kafka: str, topic_name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic_name, 3, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True) as producer:
        await producer.send_and_wait(topic_name, b"one", partition=2)
    async with AIOKafkaConsumer(topic_name, bootstrap_servers=kafka, auto_offset_reset="earliest") as consumer:
        assert (await consumer.getone()).value == b"one"


async def test_japanese_text_is_lower_cased_and_ordered_by_code_point(database: Database) -> None:
    connection = await asyncpg.connect(database.dsn)
    try:
        rows = await connection.fetch("SELECT x FROM unnest(ARRAY['山', 'ア', 'あ', 'a']) AS x ORDER BY x")
        assert [row["x"] for row in rows] == ["a", "あ", "ア", "山"]
    finally:
        await connection.close()


async def test_the_stack_and_the_kafka_fixture_use_the_same_kafka(stack: Stack, kafka: str) -> None:
    assert stack.bootstrap_servers == kafka
    assert [part.name for part in stack.status()] == ["Postgres", "Kafka"]


@pytest.mark.xdist_group("seen by xdist")
def test_the_scheduler_uses_test_groups(request: pytest.FixtureRequest) -> None:
    """Incompatible versions of pytest and xdist ignore groups without an error."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("groups matter to the workers of --dist loadgroup")
    assert request.node.nodeid.endswith("@seen by xdist")
