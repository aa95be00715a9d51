"""What a store promises: dense numbers, versions, times that never go back, and refusals that hit only their own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import asyncpg
import pytest

from shienevents import (
    Contract,
    EventTooLarge,
    Home,
    Malformed,
    Origin,
    Positions,
    Store,
    StoreSource,
    StreamConflict,
    Unavailable,
    Written,
)
from shienevents.core.ids import new_id
from shienevents.postgres.pool import borrowed, close_pool, open_pool
from shienops._databases import Database
from shienops.pytest_plugin import MakeDatabase

from .world import (
    ALICE,
    AREAS,
    SHARDS,
    BoxFilled,
    a_store,
    again,
    append,
    check_log,
    connected,
    keyed,
    outcome,
    prepared,
)


def place(written: object) -> tuple[str, int, int, int]:
    assert isinstance(written, Written), repr(written)
    return written.stream, written.version, written.shard, written.seq


def names(results: list[object]) -> list[str]:
    return [type(result).__name__ for result in results]


async def test_an_append_answers_where_it_came_to_stand_and_is_read_back_whole(database: Database) -> None:
    async with a_store(database) as store:
        origin = replace(
            ALICE,
            occurred_at=datetime(2026, 4, 1, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=9))),
            causation=UUID(int=5),
            depth=2,
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        begun = datetime.now(UTC)
        one = append("box-a", 5, 6, shard=2, origin=origin)
        written = await store.append(one)
        ended = datetime.now(UTC)
        assert place(written) == ("box-a", 2, 2, 2)
        assert (written.source, written.replayed) == ("needs", False)
        assert begun <= written.recorded_at <= ended
        records = await store.read_stream("box-a")
        assert [(r.source, r.store, r.data, r.offset) for r in records] == [
            ("needs", store.id, b'{"amount":5,"box":"box-a"}', -1),
            ("needs", store.id, b'{"amount":6,"box":"box-a"}', -1),
        ]
        assert [r.envelope._asdict() for r in records] == [
            {
                "id": one.ids[n],
                "type": "needs.box_filled.v1",
                "stream": "box-a",
                "version": n + 1,
                "shard": 2,
                "seq": n + 1,
                "occurred_at": origin.occurred_at,
                "recorded_at": written.recorded_at,
                "actor": "coordinator/sasaeria-1",
                "municipality": "272108",
                "area": AREAS[2],
                "correlation": one.ids[0],
                "causation": UUID(int=5),
                "depth": 2,
                "traceparent": origin.traceparent,
            }
            for n in range(2)
        ]
        assert await store.read(2, 0, 10) == records


async def test_numbers_are_dense_per_shard_and_versions_per_stream_under_concurrent_writers(database: Database) -> None:
    async with a_store(database) as one, again(database) as other:

        async def client(n: int) -> None:
            store, version = (one, other)[n % 2], 0
            for i in range(12):
                amounts = range(i % 3 + 1)
                written = await store.append(append(f"box-{n}", *amounts, after=version, shard=n % 3))
                version += len(amounts)
                assert written.version == version

        await asyncio.gather(*[client(n) for n in range(24)])
        records = await check_log(one)
        assert len(records) == 24 * 24
        assert await one.heads() == [192, 192, 192]


async def test_the_numbers_are_in_the_order_of_the_commits(database: Database) -> None:
    """An append that began after another was answered has a higher number, whichever process made it."""
    async with a_store(database) as one, again(database) as other:
        for n in range(20):
            written = await (one, other)[n % 2].append(append(f"box-{n}", 1))
            assert written.seq == n + 1


async def test_recorded_at_never_goes_back_when_the_clock_did(database: Database) -> None:
    async with a_store(database) as store:
        future = datetime(2099, 1, 1, tzinfo=UTC)
        await store.append(append("box-a", 1))
        await store.append(append("box-b", 1, shard=1))
        async with connected(database.owner_dsn) as owner:  # as if the clock had been right in 2099
            await owner.execute(
                "insert into events select shard, 2, $1, type, 'box-x', 1, occurred_at, $2, actor, municipality, "
                "area, correlation, causation, depth, traceparent, data from events where shard = 0 and seq = 1",
                new_id(),
                future,
            )
        ahead = await store.append(append("box-c", 1))
        assert (ahead.seq, ahead.recorded_at) == (3, future)
        assert (await store.append(append("box-d", 1, shard=1))).recorded_at < future
        await check_log(store)


async def test_a_stale_and_a_future_version_are_refused_alone_and_the_rest_of_the_group_stands(
    database: Database,
) -> None:
    async with a_store(database) as store:
        await store.append(append("box-a", 1, 2))
        results = await asyncio.gather(
            outcome(store.append(append("box-b", 1))),
            outcome(store.append(append("box-a", 9, after=1))),
            outcome(store.append(append("box-c", 1, after=4))),
            outcome(store.append(append("box-d", 1, shard=1))),
            outcome(store.append(append("box-a", 3, after=2))),
        )
        assert names(list(results)) == ["Written", "StreamConflict", "StreamConflict", "Written", "Written"]
        assert isinstance(results[1], StreamConflict)
        assert results[1].stream == "box-a"
        assert {r.envelope.stream: r.envelope.version for r in await check_log(store)} == {
            "box-a": 3,
            "box-b": 1,
            "box-d": 1,
        }


async def test_of_many_with_the_same_expected_version_in_one_group_exactly_one_is_written(database: Database) -> None:
    async with a_store(database) as store:
        results = await asyncio.gather(*[outcome(store.append(append("box-a", n))) for n in range(20)])
        assert sorted(names(list(results))) == ["StreamConflict"] * 19 + ["Written"]
        assert len(await check_log(store)) == 1


async def test_a_chain_of_appends_for_one_stream_in_one_transaction(database: Database) -> None:
    async with a_store(database) as store:
        async with store.pool.acquire() as connection, connection.transaction():
            results = await store.append_within(
                connection,
                [
                    append("box-a", 1, 2, shard=1),
                    append("box-b", 7, shard=0),
                    append("box-a", 3, after=2, shard=1),
                    append("box-a", 4, after=3, shard=1),
                ],
            )
            assert [place(r) for r in results] == [
                ("box-a", 2, 1, 2),
                ("box-b", 1, 0, 1),
                ("box-a", 3, 1, 3),
                ("box-a", 4, 1, 4),
            ]
        assert len(await check_log(store)) == 5


async def test_a_chain_whose_beginning_is_refused_is_refused_whole_and_its_neighbours_are_not(
    database: Database,
) -> None:
    async with a_store(database) as store:
        await store.append(append("box-a", 1))
        async with store.pool.acquire() as connection, connection.transaction():
            results = await store.append_within(
                connection, [append("box-a", 2), append("box-a", 3, after=7), append("box-b", 1)]
            )
        assert names(list(results)) == ["StreamConflict", "StreamConflict", "Written"]
        assert len(await check_log(store)) == 2


async def test_a_right_append_is_not_refused_because_of_a_wrong_one_before_it_in_its_group(database: Database) -> None:
    async with a_store(database) as store:
        await store.append(append("box-a", 1, 2, 3))
        async with store.pool.acquire() as connection, connection.transaction():
            results = await store.append_within(
                connection, [append("box-a", 9, after=1), append("box-a", 4, after=3), append("box-a", 5, after=4)]
            )
        assert names(list(results)) == ["StreamConflict", "Written", "Written"]
        assert [r.data for r in await store.read_stream("box-a")][3:] == [
            b'{"amount":4,"box":"box-a"}',
            b'{"amount":5,"box":"box-a"}',
        ]


async def test_a_future_version_beside_a_right_one_of_its_stream_leaves_no_hole_in_the_versions(
    database: Database,
) -> None:
    async with a_store(database) as store:
        for first, second in (("box-a", 5), ("box-b", 2)):
            results = await asyncio.gather(
                outcome(store.append(append(first, 1))), outcome(store.append(append(first, 9, after=second)))
            )
            assert names(list(results)) == ["Written", "StreamConflict"]
        assert [r.envelope.version for r in await check_log(store)] == [1, 1]


async def test_an_append_without_events_writes_nothing_but_checks_the_version(database: Database) -> None:
    async with a_store(database) as store:
        assert place(await store.append(append("box-a"))) == ("box-a", 0, 0, 0)
        await store.append(append("box-a", 1))
        assert place(await store.append(append("box-a", after=1))) == ("box-a", 1, 0, 1)
        with pytest.raises(StreamConflict):
            await store.append(append("box-a"))
        assert len(await check_log(store)) == 1


async def test_an_event_too_large_for_the_topic_is_refused_alone(database: Database) -> None:
    async with a_store(database, limit_bytes=200) as store:
        large = append("box-large", 1)
        large = replace(large, events=[BoxFilled(box="x" * 200, amount=1)])
        results = await asyncio.gather(
            outcome(store.append(append("box-a", 1))),
            outcome(store.append(large)),
            outcome(store.append(append("box-b", 1))),
        )
        assert names(list(results)) == ["Written", "EventTooLarge", "Written"]
        assert isinstance(results[1], EventTooLarge)
        assert results[1].en == "needs.box_filled.v1: 221 bytes, at most 200 are taken; shorten its texts"
        assert "needs.box_filled.v1" in results[1].ja
        fits = replace(append("box-fits", 1), events=[BoxFilled(box="x" * 179, amount=1)])
        assert len(fits.events[0].data()) == 200
        await store.append(fits)
        assert len(await check_log(store)) == 3


async def test_the_largest_event_the_store_takes_by_default_fits_a_topic_of_default_settings(
    database: Database,
) -> None:
    async with a_store(database) as store:
        one = replace(append("box-a", 1), events=[BoxFilled(box="x" * (900_000 - 21), amount=1)])
        assert len(one.events[0].data()) == 900_000
        await store.append(one)
        with pytest.raises(EventTooLarge):
            await store.append(replace(append("b", 1), events=[BoxFilled(box="x" * (900_001 - 21), amount=1)]))


async def test_text_with_nul_is_refused_alone(database: Database) -> None:
    async with a_store(database) as store:
        bad = replace(append("box-n", 1), events=[BoxFilled(box="a\0b", amount=1)])
        results = await asyncio.gather(
            outcome(store.append(append("box-a", 1))), outcome(store.append(bad)), outcome(store.append(append("b", 1)))
        )
        assert names(list(results)) == ["Written", "Malformed", "Written"]
        assert len(await check_log(store)) == 2


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(lambda: append("box-\0", 1), id="a stream with NUL"),
        pytest.param(lambda: append("box-\ud800", 1), id="a stream with a lone surrogate"),
        pytest.param(lambda: replace(append("x", 1), origin=replace(ALICE, depth=40_000)), id="too deep"),
        pytest.param(lambda: append("s" * 10_000_000, 1), id="a stream no index can hold"),
        pytest.param(lambda: append("x", 1, origin=keyed("k", principal="p" * 10_000_000)), id="a huge principal"),
        pytest.param(lambda: append("x", 1, origin=keyed("k", principal="p\0")), id="a principal with NUL"),
        pytest.param(lambda: replace(append("x", 1), ids=[]), id="an event without an id"),
        pytest.param(lambda: replace(append("x", 1), expected=2**31), id="a version beyond what is stored"),
    ],
)
async def test_what_the_database_refuses_is_reported_to_its_own_caller_only(database: Database, bad: object) -> None:
    async with a_store(database) as store:

        async def make() -> Written:
            return await store.append(bad())  # type: ignore[operator]

        results = await asyncio.gather(
            outcome(store.append(append("box-a", 1))), outcome(make()), outcome(store.append(append("box-b", 1)))
        )
        assert isinstance(results[1], Exception)
        assert not isinstance(results[1], Unavailable)
        assert names([results[0], results[2]]) == ["Written", "Written"]
        assert len(await check_log(store)) == 2


async def test_an_event_id_used_twice_is_reported_to_its_own_caller_and_the_others_in_the_group_succeed(
    database: Database,
) -> None:
    async with a_store(database) as store:
        twice = new_id()
        first = await store.append(append("box-a", 1, ids=[twice]))
        results = await asyncio.gather(
            outcome(store.append(append("box-b", 1, shard=1))),
            outcome(store.append(append("box-c", 1, shard=1, ids=[twice]))),
            outcome(store.append(append("box-d", 1, shard=1))),
        )
        assert names(list(results)) == ["Written", "UniqueViolationError", "Written"]
        assert [(r.envelope.stream, r.envelope.seq) for r in await check_log(store)] == [
            (first.stream, 1),
            ("box-b", 1),
            ("box-d", 2),
        ]


async def test_an_event_id_used_twice_within_one_group_is_written_once(database: Database) -> None:
    async with a_store(database) as store:
        twice = new_id()
        results = await asyncio.gather(
            *[outcome(store.append(append(f"box-{n}", 1, shard=n % 3, ids=[twice]))) for n in range(6)]
        )
        assert sorted(names(list(results))) == ["UniqueViolationError"] * 5 + ["Written"]
        assert len(await check_log(store)) == 1


async def test_a_stream_begun_in_two_shards_at_once_is_a_conflict_for_one(database: Database) -> None:
    """Two processes that begin a stream in different areas do not meet in a lock, but in the unique key."""
    async with a_store(database) as one, again(database) as other:
        for n in range(10):
            results = await asyncio.gather(
                outcome(one.append(append(f"box-{n}", 1, shard=0))),
                outcome(other.append(append(f"box-{n}", 1, shard=1))),
            )
            assert sorted(names(list(results))) == ["StreamConflict", "Written"]
        assert len(await check_log(one)) == 10


async def test_read_gives_the_next_ones_of_a_shard_up_to_the_limit(database: Database) -> None:
    async with a_store(database) as store:
        await store.append(append("box-a", *range(7), shard=1))
        await store.append(append("box-b", 1, shard=0))
        assert [r.envelope.seq for r in await store.read(1, 0, 3)] == [1, 2, 3]
        assert [r.envelope.seq for r in await store.read(1, 5, 3)] == [6, 7]
        assert await store.read(1, 7, 3) == []
        assert await store.read(2, 0, 3) == []
        assert await store.heads() == [1, 7, 0]


async def test_read_gives_no_more_once_there_are_so_many_bytes_and_at_least_one_event(database: Database) -> None:
    async with a_store(database) as store:
        for n in range(5):
            events = [BoxFilled(box="x" * 979, amount=1)]  # each has 1,000 bytes
            await store.append(replace(append(f"box-{n}", 1, shard=1), events=events))
            await store.append(replace(append(f"other-{n}", 1, shard=0), events=events))
        counts = {size: len(await store.read(1, 0, 10, size)) for size in (1, 1000, 1001, 2000, 3500, 5000)}
        assert counts == {1: 1, 1000: 1, 1001: 2, 2000: 2, 3500: 4, 5000: 5}
        both = await asyncio.gather(store.read(1, 1, 10, 1500), store.read(0, 2, 2, 9000))
        assert [[r.envelope.seq for r in one] for one in both] == [[2, 3], [3, 4]]


async def test_large_events_are_read_a_few_at_a_time(database: Database) -> None:
    async with a_store(database) as store:
        large = BoxFilled(box="x" * 890_000, amount=1)
        for n in range(12):
            await store.append(replace(append(f"box-{n}", 1, shard=n % SHARDS), events=[large]))
        source, parts = StoreSource(store), list[int]()
        await source.start(Positions())
        while sum(parts) < 12:
            parts.append(len(await source.next()))
        await source.stop()
        assert max(parts) <= 6, "two of each shard have more than a third of 4 MiB"


async def test_load_gives_a_stream_with_its_birthplace_and_version_zero_where_there_is_none(
    database: Database,
) -> None:
    async with a_store(database) as store:
        await store.append(append("box-a", 1, 2, shard=1))
        loaded, absent = await asyncio.gather(store.load("box-a"), store.load("box-z"))
        assert (loaded.version, loaded.shard, loaded.home) == (2, 1, Home("272108", AREAS[1]))
        assert [(stored.type, stored.data) for stored in loaded.events] == [
            ("needs.box_filled.v1", b'{"amount":1,"box":"box-a"}'),
            ("needs.box_filled.v1", b'{"amount":2,"box":"box-a"}'),
        ]
        [first, *_] = await store.read_stream("box-a")
        assert {stored.correlation for stored in loaded.events} == {first.envelope.correlation}
        assert (absent.version, absent.shard, absent.home, list(absent.events)) == (0, None, None, [])
        assert await store.read_stream("box-z") == []


async def test_a_load_by_a_name_that_is_no_text_affects_no_other(database: Database) -> None:
    async with a_store(database) as store:
        await store.append(append("box-a", 1))
        results = await asyncio.gather(
            outcome(store.load("box-a")), outcome(store.load("box-\0")), outcome(store.load("box-b"))
        )
        assert names(list(results)) == ["Loaded", "CharacterNotInRepertoireError", "Loaded"]


async def test_listeners_are_notified_of_each_commit_until_they_are_taken_off(database: Database) -> None:
    async with a_store(database) as store:
        heard: list[tuple[int, int]] = []

        def listen(shard: int, seq: int) -> None:
            heard.append((shard, seq))

        store.on_append(listen)
        await store.append(append("box-a", 1, 2, shard=1))
        async with store.pool.acquire() as connection, connection.transaction():
            [written] = await store.append_within(connection, [append("box-b", 1)])
            assert heard == [(1, 2)]
        assert isinstance(written, Written)
        store.notify(written)
        store.off_append(listen)
        await store.append(append("box-c", 1))
        assert heard == [(1, 2), (0, 1)]


FORBIDDEN = """
update events set data = ''
delete from events
truncate events
drop table events
alter table events add column x int
create table public.mine (x int)
update store set service = 'mine'
delete from store
insert into store (service, shards) values ('mine', 1)
update idempotency set seq = 1
update relayed set seq = 1
update batches set number = 1
update leases set number = 1
delete from migrations
drop function append_events
""".strip().splitlines()


async def test_the_services_role_may_only_insert_into_the_log(database: Database) -> None:
    async with a_store(database) as store, connected(database.dsn) as writer:
        await store.append(append("box-a", 1))
        refused = [sql for sql in FORBIDDEN if await refuses(writer, sql)]
        assert refused == FORBIDDEN
        assert len(await check_log(store)) == 1


async def refuses(writer: asyncpg.Connection[asyncpg.Record], sql: str) -> bool:
    return isinstance(await outcome(writer.execute(sql)), asyncpg.InsufficientPrivilegeError)


async def test_a_database_without_tables_is_refused_with_the_remedy(database: Database) -> None:
    with pytest.raises(Contract, match="the database has no event tables yet; run the migrations first"):
        await Store.open(database.dsn)


async def test_a_database_that_does_not_answer_is_unavailable(database: Database) -> None:
    with pytest.raises(Unavailable):
        await Store.open("postgresql://nobody@127.0.0.1:1/none")


async def test_two_stores_have_two_ids(make_database: MakeDatabase) -> None:
    async with a_store(await make_database()) as one, a_store(await make_database()) as other:
        assert one.id != other.id


async def test_postgres_ends_a_statement_itself_a_little_later_than_its_client_would(database: Database) -> None:
    for scans, ended_after in ((False, "15s"), (True, "65s")):
        pool = await open_pool(database.dsn, size=1, scans=scans)
        async with borrowed(pool) as connection:
            assert await connection.fetchval("show statement_timeout") == ended_after
        await pool.close()


async def test_a_connection_that_is_never_given_back_does_not_keep_a_pool_open(database: Database) -> None:
    pool = await open_pool(database.dsn, size=2)
    lent = await pool.acquire()
    await close_pool(pool, seconds=0.1)
    for used in (lent, pool):
        with pytest.raises(asyncpg.InterfaceError):
            await used.fetchval("select 1")


async def test_answers_to_keys_are_forgotten_only_when_they_are_old(database: Database) -> None:
    async with a_store(database) as store:
        first = await store.append(append("box-a", 1, origin=keyed("k1")))
        assert await store.forget_answers(first.recorded_at) == 0
        again_ = await store.append(append("box-a", 1, origin=keyed("k1")))
        assert again_ == replace(first, replayed=True)
        assert await store.forget_answers(datetime.now(UTC) + timedelta(seconds=1)) == 1
        with pytest.raises(StreamConflict):
            await store.append(append("box-a", 1, origin=keyed("k1")))


@pytest.mark.parametrize(
    "when",
    [
        datetime(1, 1, 1, tzinfo=UTC),  # the driver's word for "for ever ago"
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9))),  # before the first year, in UTC
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=9))),
    ],
)
def test_a_moment_that_has_no_utc_or_means_infinity_to_the_driver_is_malformed(when: datetime) -> None:
    with pytest.raises(Malformed, match="occurred_at"):
        Origin(ALICE.actor, occurred_at=when)


async def test_the_first_and_the_last_times_that_are_taken_can_be_stored_and_read(database: Database) -> None:
    zone = timezone(timedelta(hours=14))
    async with a_store(database) as store:
        times = [datetime(2, 1, 1, tzinfo=zone), datetime(9998, 12, 31, 23, 59, 59, 999999, tzinfo=zone)]
        for n, when in enumerate(times):
            await store.append(append(f"box-{n}", 1, origin=replace(ALICE, occurred_at=when)))
        assert [r.envelope.occurred_at for r in await check_log(store)] == times


async def test_waiting_appends_whose_caller_is_cancelled_do_not_affect_the_others(
    database: Database,
) -> None:
    async with a_store(database) as store:
        tasks = [asyncio.create_task(store.append(append(f"box-{n}", 1))) for n in range(40)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert names(list(results)) == ["CancelledError", "Written"] * 20
        records = await check_log(store)  # what was given up may be written or not, but wholly
        assert {f"box-{n}" for n in range(1, 40, 2)} <= {r.envelope.stream for r in records}


async def test_a_closed_store_says_so_to_every_caller(database: Database) -> None:
    await prepared(database)
    store = await Store.open(database.dsn)
    await store.append(append("box-a", 1))
    await store.close()
    results = [await outcome(store.append(append("box-b", 1))), await outcome(store.load("box-a"))]
    assert names(list(results)) == ["Unavailable", "Unavailable"]
