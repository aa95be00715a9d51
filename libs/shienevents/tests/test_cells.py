"""Two deployments on one Kafka, told apart by the prefix of their topics: neither hears, reads or counts the other."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from shienevents import Contract, Service, ensure_topic
from shienops._databases import Database
from shienops.pytest_plugin import MakeDatabase

from .listening import OTHER
from .serving import a_service, log_of, put
from .test_agreement import hears, in_bytes, published
from .world import VIEWS, MatchSeen, Publisher, a_topic, foreign_record, seen_abroad, until


async def seen(publisher: Publisher, box: str, *numbers: int) -> None:
    """The other service of this deployment sees a box, in its events of these numbers."""
    event = MatchSeen(box=box)
    await publisher.publish(*(foreign_record(n, source=OTHER, event=event) for n in numbers))


async def rows_of(service: Service) -> dict[str, int]:
    async with service.snapshot() as snapshot:
        return {row.box: row.times for row in (await snapshot.rows(seen_abroad)).values()}


async def committed_by(kafka: str, group: str, heard: Publisher) -> set[str]:
    """The topics of which this group has committed offsets, once it has. A service commits when it hears something."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    topics: set[str] = set()
    numbers = count(4)

    async def any_offset() -> bool:
        await seen(heard, "more", next(numbers))
        topics.update(place.topic for place in await admin.list_consumer_group_offsets(group))
        return bool(topics)

    try:
        await until(any_offset)
    finally:
        await admin.close()
    return topics


async def test_two_deployments_on_one_kafka_never_meet(
    database: Database, make_database: MakeDatabase, kafka: str, topic_name: str
) -> None:
    """The prefix of one is the beginning of the other's, as the empty prefix is of every other."""
    one, two = f"{topic_name}.", f"{topic_name}.osaka."
    views = [*VIEWS, seen_abroad]
    async with (
        a_topic(kafka, f"{one}{OTHER}.events") as of_one,
        a_topic(kafka, f"{two}{OTHER}.events") as of_two,
        a_service(database, kafka, one, views=views) as first,
        a_service(await make_database(), kafka, two, views=views) as second,
    ):
        await asyncio.gather(
            seen(of_one, "ours", 1, 2, 3), seen(of_two, "theirs", 1, 2, 3), put(first, 1, 2, 3), put(second, 9)
        )
        await hears(first, 3)
        await hears(second, 3)
        assert await rows_of(first) == {"ours": 3}
        assert await rows_of(second) == {"theirs": 3}
        for service, prefix, heard in ((first, one, of_one), (second, two, of_two)):
            events = in_bytes(await log_of(service.store))
            assert sorted(await published(kafka, f"{prefix}needs.events")) == sorted(events)
            assert await committed_by(kafka, f"{prefix}needs", heard) == {heard.topic}
            assert (await service.health()).ready


async def test_a_name_that_kafka_takes_for_another_one_is_refused(kafka: str, topic_name: str) -> None:
    """To Kafka `.` and `_` are the same in its figures, so `osaka.` and `osaka_` cannot both be prefixes."""
    await ensure_topic(kafka, f"{topic_name}.needs.events", 1)
    with pytest.raises(Contract, match="collides"):
        await ensure_topic(kafka, f"{topic_name}_needs.events", 1)
