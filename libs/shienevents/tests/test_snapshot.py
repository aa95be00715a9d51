"""Reading views: rows, the position they were true at, and their digest are of one moment; a read can wait."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import AsyncExitStack
from itertools import count

import pytest

from shienevents import BadToken, Kept, Service, Unavailable, parse_token, token_of
from shienops._databases import Database
from shienops.stack import Stack

from .serving import Look, a_service, boxes2, expected_digest, log_of, looks, opened, put, settings_for
from .test_rebuild import refusing
from .world import ALICE, VIEWS, Put, areas_filled, boxes, caught_up, prepared, reached, rows, until


async def test_what_was_written_is_visible_to_a_read_that_carries_its_token(database: Database) -> None:
    async with a_service(database) as service:
        for n in range(1, 30):
            written = await service.handle(Put("b", 1), ALICE)
            async with service.snapshot(after=token_of(written)) as snapshot:
                (row,) = (await snapshot.rows(boxes)).values()
                assert (row.held, row.touched, snapshot.stale, snapshot.behind) == (n, n, False, [])
                assert snapshot.positions.covers(parse_token(token_of(written)))
                assert snapshot.token == token_of(snapshot.positions)


async def test_a_read_in_another_process_waits_as_well(database: Database) -> None:
    async with a_service(database) as service, a_service(database) as other:
        written = await service.handle(Put("b", 5), ALICE)
        async with other.snapshot(after=token_of(written)) as snapshot:
            assert [row.held for row in (await snapshot.rows(boxes)).values()] == [5]


async def test_what_was_counted_is_kept_until_the_views_advance(database: Database) -> None:
    async with a_service(database) as service, a_service(database) as other:
        counted: list[int] = []

        async def held(by: Service, after: str, key: str) -> int:
            async with by.snapshot(after) as snapshot:

                async def count() -> int:
                    counted.append(len(counted))
                    return sum(row.held for row in (await snapshot.rows(boxes)).values())

                return await snapshot.once(key, count)

        for n in (1, 2):
            token = token_of(await service.handle(Put("b", 5), ALICE))
            for by in (service, other):
                assert [await held(by, token, key) for key in ("one", "one", "two")] == [5 * n] * 3
            assert len(counted) == 4 * n


def test_of_the_kept_values_those_used_longest_ago_are_dropped_first() -> None:
    kept: Kept[int] = Kept()
    for n in range(512):
        kept.keep(1, n, n)
    assert kept.get(1, 0) == 0
    kept.keep(1, 512, 512)
    assert [kept.get(1, n) for n in (0, 1, 2, 512)] == [0, None, 2, 512]
    kept.keep(2, "later", 3)
    assert [kept.get(1, 0), kept.get(2, 0), kept.get(2, "later")] == [None, None, 3]


async def test_a_position_not_reached_in_time_is_answered_with_what_there_is_and_says_so(database: Database) -> None:
    async with a_service(database) as service:
        await put(service, 5)
        await caught_up(service.store)
        began = time.monotonic()
        async with service.snapshot(after="needs.0.1000000", seconds=0.1) as snapshot:
            assert (snapshot.stale, len(await snapshot.rows(boxes))) == (True, 1)
        assert 0.1 <= time.monotonic() - began < 2
        async with service.snapshot() as snapshot:
            assert snapshot.stale is False


async def test_a_position_that_nobody_can_have_been_answered_is_refused_at_once(database: Database) -> None:
    async with a_service(database) as service:
        await put(service, 5)
        await caught_up(service.store)
        for token in ("needs.0.999999999999", "needs.3.1", "needs.9999.1", f"needs.0.{2**63 - 1}"):
            with pytest.raises(BadToken, match="needs"):
                async with service.snapshot(after=token, seconds=3600):
                    pass


async def test_a_position_of_a_service_that_is_not_subscribed_to_is_not_waited_for(database: Database) -> None:
    async with a_service(database) as service:
        written = await service.handle(Put("b", 5), ALICE)
        async with service.snapshot(after=f"nobody.0.1,{token_of(written)}") as snapshot:
            assert (snapshot.stale, len(await snapshot.rows(boxes))) == (False, 1)


NOT_ISSUED = (
    "needs", "needs.0", "needs.0.", "needs..1", ".0.1", "needs.0.1.2", "needs.-1.1", "needs.0.-1", "needs.0.+1",
    "needs.0.1 ", " needs.0.1", "needs.0.1\n", "needs.0.1\0", "needs\0.0.1", "needs.０.１", "needs.0.１",
    "needs.٣.1", "NEEDS.0.1", "ｎeeds.0.1", "needs.0.1e3", "needs.0.0x1", "needs.0.1_0", "needs.0.1;needs.1.1",
    "needs.10000.1",
    f"needs.0.{2**63}", f"needs.0.{10**18}{10**18}", "needs.0.1," * 1000, "x" * 10_240, "1" * 10_240,
    "' or 1=1 --", "needs.0.1\r\nX-Forged: 1", "\ud800.0.1", "{}", "a" * 32 + ".0.1",
)  # fmt: skip


async def test_a_token_this_system_did_not_issue_is_refused(database: Database) -> None:
    await prepared(database)
    service = await opened(settings_for(database))
    try:
        for token in NOT_ISSUED:
            with pytest.raises(BadToken) as refused:
                async with service.snapshot(after=token):
                    raise AssertionError(f"it was taken: {token[:100]!r}")
            assert (token, len(str(refused.value)) < 300, refused.value.code) == (token, True, "position.malformed")
    finally:
        await service.__aexit__()


def test_tokens_that_were_joined_wait_for_the_furthest() -> None:
    assert parse_token("needs.3.5,needs.3.2,registry.0.1,,needs.3.4") == {("needs", 3): 5, ("registry", 0): 1}
    assert parse_token("") == {}


async def test_position_and_digest_are_of_one_moment_under_writes(database: Database) -> None:
    found: list[Look] = []
    over = asyncio.Event()
    async with a_service(database) as service:
        await until(lambda: service.consumer.active)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(3):
                tasks.create_task(looks(service.reader, boxes, found, over))
            dice = random.Random(1)
            for n in count():
                await put(service, *(dice.randrange(9) for _ in range(8)))
                if n >= 40 and len(found) > 5:
                    break
            over.set()
        log = await log_of(service.store)
    assert [look.digest for look in found] == [expected_digest(log, look.seqs) for look in found]


async def test_a_response_reports_how_many_events_each_view_could_not_take(database: Database) -> None:
    async with a_service(database, views=[refusing(1, "b0"), areas_filled]) as service:
        await put(service, 1, 2, 3)
        await put(service, 1)
        await caught_up(service.store)
        async with service.snapshot() as snapshot:
            assert (snapshot.parked, snapshot.stale) == ({"boxes": 2}, False)


async def test_a_view_in_another_version_says_that_it_is_behind_until_it_is_rebuilt(database: Database) -> None:
    async with a_service(database) as service:
        await put(service, 1)
        await caught_up(service.store)
    async with AsyncExitStack() as stack:
        await prepared(database)
        service = await opened(settings_for(database), [boxes2, areas_filled])
        stack.push_async_exit(service)
        async with service.snapshot() as snapshot:
            assert (snapshot.behind, snapshot.stale) == (["boxes"], True)
            assert [row.filled for row in (await snapshot.rows(areas_filled)).values()] == [1]
        with pytest.raises(Unavailable):
            async with service.snapshot() as snapshot:
                await snapshot.rows(boxes2)
        await service.__aenter__()
        await until(lambda: service.consumer.active and not service.consumer.behind)
        async with service.snapshot() as snapshot:
            assert (snapshot.behind, snapshot.stale) == ([], False)
            assert [(row.held, row.times) for row in (await snapshot.rows(boxes2)).values()] == [("1", 1)]


async def test_a_reader_whose_statements_are_older_than_a_switch_is_asked_to_come_again_and_is_then_served(
    database: Database,
) -> None:
    async with a_service(database) as service:
        await put(service, 1)
        await caught_up(service.store)
        old = await opened(settings_for(database), [boxes2, areas_filled])
        sql = "select * from boxes"
        async with old.snapshot() as snapshot:
            assert len(await snapshot.fetch(sql)) == 1
    async with a_service(database, views=[boxes2, areas_filled]) as service:
        await until(lambda: service.consumer.active and not service.consumer.behind)
        outcomes = []
        for _ in range(2):
            try:
                async with old.snapshot() as snapshot:
                    outcomes.append(len(await snapshot.fetch(sql)))
            except Unavailable:
                outcomes.append(0)
        assert outcomes == [0, 1]
    await old.__aexit__()


async def test_a_view_that_was_never_built_is_unavailable_and_a_wrong_select_is_a_bug(
    database: Database,
) -> None:
    await prepared(database)
    service = await opened(settings_for(database))
    with pytest.raises(Unavailable):
        async with service.snapshot() as snapshot:
            await snapshot.rows(boxes)
    async with service:
        await until(lambda: service.consumer.active)
        with pytest.raises(Exception, match='column "nonsense" does not exist'):
            async with service.snapshot() as snapshot:
                await snapshot.fetch("select nonsense from boxes")
        assert (await reached(service.store)).seqs == {}
        assert await rows(service.store, VIEWS[0]) == {}


@pytest.mark.embedded
@pytest.mark.xdist_group("own stacks")
async def test_without_postgres_a_read_is_unavailable_at_once_and_works_again_afterwards(own_postgres: Stack) -> None:
    database = await own_postgres.create_database("needs")
    async with a_service(database) as service:
        written = await service.handle(Put("b", 5), ALICE)
        await caught_up(service.store)
        own_postgres.postgres.kill()
        for after in ("", token_of(written)):
            began = time.monotonic()
            with pytest.raises(Unavailable):
                async with service.snapshot(after=after) as snapshot:
                    await snapshot.rows(boxes)
            assert time.monotonic() - began < 2
        health = await service.health()
        assert (health.live, health.ready, health.reasons) == (True, False, [Unavailable().en])
        await own_postgres.postgres.start()

        async def ready() -> bool:
            return (await service.health()).ready

        await until(ready)
        later = await service.handle(Put("b", 1), ALICE)
        async with service.snapshot(after=token_of(later), seconds=10) as snapshot:
            assert ([row.held for row in (await snapshot.rows(boxes)).values()], snapshot.stale) == ([6], False)
