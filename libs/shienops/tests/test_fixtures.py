"""The fixtures that all other tests use."""

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shienops import Database, Stack


async def test_only_the_owner_of_a_database_can_create_tables(database: Database) -> None:
    owner = await asyncpg.connect(database.owner_dsn)
    writer = await asyncpg.connect(database.dsn)
    try:
        await owner.execute("CREATE TABLE events (a int); GRANT SELECT, INSERT ON events TO " + database.name)
        await writer.execute("INSERT INTO events VALUES (1)")
        await writer.execute("CREATE TABLE views.needs (a int)")
        for refused in ("UPDATE events SET a = 2", "DELETE FROM events", "CREATE TABLE other (a int)"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await writer.execute(refused)
    finally:
        await owner.close()
        await writer.close()


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
