"""A service opens, works, and ends without leaving anything behind."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from shienevents import Contract, Event, Service, Unavailable, token_of
from shienops._databases import Database

from .serving import a_service, opened, put, settings_for
from .world import (
    ALICE,
    VIEWS,
    BoxFilled,
    BoxLost,
    BoxTaken,
    MatchSeen,
    Put,
    boxes,
    caught_up,
    connected,
    digests,
    prepared,
    replayed,
    seen_abroad,
    until,
)


async def sessions(database: Database) -> int:
    """How many sessions the service's role has on its database, ours not counted."""
    async with connected(database.dsn) as connection:
        return int(
            await connection.fetchval(
                "select count(*) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()"
            )
        )


# The maintenance loop deletes it, after it has looked at what is parked.
AN_OLD_ANSWER = (
    "insert into idempotency (principal, key, fingerprint, stream, version, shard, seq, recorded_at) "
    "values ('p', 'k', 'f', 's', 1, 0, 1, now() - interval '8 days')"
)


async def maintained(service: Service) -> bool:
    async with service.store.pool.acquire() as connection:
        return bool(await connection.fetchval("select not exists (select from idempotency)"))


async def nothing_is_left(database: Database) -> None:
    assert asyncio.all_tasks() == {asyncio.current_task()}

    async def none() -> bool:
        return await sessions(database) == 0

    await until(none)


async def test_a_service_works_and_ends_with_no_task_and_no_connection_left(
    database: Database, kafka: str, topic_name: str
) -> None:
    async with a_service(database, kafka, topic_name) as service:
        written = await service.handle(Put("b", 5), ALICE)
        async with service.snapshot(after=token_of(written)) as snapshot:
            assert [row.held for row in (await snapshot.rows(boxes)).values()] == [5]
        await until(lambda: service.relay.state.shards[written.shard].sent == 1)
        assert len(asyncio.all_tasks()) > 3
    await nothing_is_left(database)


async def test_a_service_that_was_never_started_can_be_closed_and_one_that_fails_ends(database: Database) -> None:
    await prepared(database)
    service = await opened(settings_for(database))
    await service.__aexit__()
    await nothing_is_left(database)
    with pytest.raises(RuntimeError, match="the body failed"):
        async with await opened(settings_for(database)):
            raise RuntimeError("the body failed")
    await nothing_is_left(database)


async def test_a_service_started_again_goes_on_where_it_was(database: Database) -> None:
    for n in range(1, 4):
        async with a_service(database) as service:
            await put(service, 1, 2, 3)
            await caught_up(service.store)
            assert await digests(service.store) == await replayed(service.store)
            async with service.snapshot() as snapshot:
                assert sorted(row.held for row in (await snapshot.rows(boxes)).values()) == [n, 2 * n, 3 * n]
    await nothing_is_left(database)


async def test_of_two_services_on_one_database_one_folds_and_the_other_takes_over(database: Database) -> None:
    async with a_service(database) as second:
        async with a_service(database) as first:
            await asyncio.gather(*(put(service, *range(20)) for service in (first, second)), return_exceptions=True)
            await caught_up(first.store)
            assert sorted([first.consumer.active, second.consumer.active]) == [False, True]
            assert await digests(first.store) == await replayed(first.store)
        await put(second, 1, 1, 1, name="later")
        await caught_up(second.store)
        assert second.consumer.active
        assert await digests(second.store) == await replayed(second.store)


async def test_upkeep_is_done_by_the_process_with_the_active_consumer_only(database: Database) -> None:
    await prepared(database)
    done: list[Service] = []

    async def note(service: Service) -> None:
        done.append(service)

    settings = settings_for(database)
    async with await opened(settings, upkeep=[note]) as one:
        await until(lambda: bool(done))
        async with await opened(settings, upkeep=[note]) as other:
            await put(one, 1)
            await caught_up(other.store)
            assert (one.consumer.active, other.consumer.active) == (True, False)
    assert set(done) == {one}


async def test_a_database_without_tables_is_refused_in_a_sentence(database: Database) -> None:
    with pytest.raises(Contract, match="the database has no event tables yet; run the migrations first"):
        await opened(settings_for(database))
    await nothing_is_left(database)


async def test_a_database_of_another_service_is_refused_before_anything_is_written(database: Database) -> None:
    await prepared(database, service="registry")
    with pytest.raises(
        Contract, match=r"database of registry, and decider box writes needs\.box_filled\.v1; check dsn"
    ):
        await opened(settings_for(database))
    await nothing_is_left(database)


async def test_what_a_service_knows_and_reads_follows_from_its_deciders_views_and_reactions(database: Database) -> None:
    await prepared(database)
    async with a_service(database, views=[*VIEWS, seen_abroad]) as service:
        assert service.subscribed_to == ("matching",)  # itself it reads from its own store
        assert set(service.types) == {BoxFilled, BoxTaken, BoxLost, MatchSeen}
    async with a_service(database) as service:
        assert service.subscribed_to == ()


async def test_a_subscriber_that_reads_a_wire_type_as_another_class_is_refused_at_start(database: Database) -> None:
    await prepared(database)
    twin = replace(seen_abroad, subscribes_to=(type("MatchSeen", (Event,), {}, wire=MatchSeen.wire),))
    with pytest.raises(Contract, match=r"two classes for wire type matching\.match_seen\.v1"):
        await opened(settings_for(database), [seen_abroad, twin])
    await nothing_is_left(database)


async def test_a_database_that_is_away_is_unavailable(database: Database) -> None:
    settings = settings_for(Database(database.name, "postgresql://nobody@127.0.0.1:9/none", database.owner_dsn))
    with pytest.raises(Unavailable):
        await opened(settings)


async def test_parked_events_of_a_reaction_this_code_does_not_have_are_left_for_the_code_that_has_it(
    database: Database,
) -> None:
    async with a_service(database) as service:
        await put(service, 1)
        await caught_up(service.store)
        async with service.store.pool.acquire() as connection:
            await connection.execute(
                "insert into parked (subscriber, source, shard, seq, stream, type, reason, envelope, data) "
                "select 'of_tomorrow', 'needs', shard, seq, stream, type, 'why', '[]', data from events"
            )
            await connection.execute(AN_OLD_ANSWER)
    async with a_service(database) as service:
        await until(lambda: service.consumer.active)
        with pytest.raises(
            Contract, match=r"no subscriber is called 'of_tomorrow'; there are .'boxes@1', 'areas_filled@1'"
        ):
            await service.replay_parked("of_tomorrow")
        await until(lambda: maintained(service))
        async with service.store.pool.acquire() as connection:
            assert await connection.fetchval("select count(*) from parked where subscriber = 'of_tomorrow'") == 1
