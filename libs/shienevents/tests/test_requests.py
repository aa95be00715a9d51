"""What operators ask of a running service is done there, once, and is on record with what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shienevents import Positions, Request, Store, StoreSource, View, ask_service, replay, request_of, withdraw_request
from shienops._databases import Database

from .poison import BROKEN, POISON
from .serving import a_service
from .world import ALICE, TYPES, Put, a_store, boxes, caught_up, connected, digests, parked_in, until

BAD: Sequence[View[Any]] = [BROKEN["evolve raises"]]
SUBSCRIBER = boxes.subscriber


async def done(store: Store, id_: UUID) -> Request:
    """The request when it is done."""

    async def is_done() -> bool:
        found = await request_of(store.pool, id_)
        return found is not None and found.done_at is not None

    await until(is_done)
    found = await request_of(store.pool, id_)
    assert found is not None
    return found


async def place_of(store: Store, seq: int) -> tuple[tuple[str, int], int]:
    """The place of a parked event: all are of one stream."""
    async with store.pool.acquire() as connection:
        shard = await connection.fetchval("select shard from parked where seq = $1", seq)
    return (store.service, shard), seq


async def skip(store: Store, place: tuple[tuple[str, int], int], reason: str) -> Request:
    """Ask for a skip, and wait for what comes of it."""
    return await done(store, await ask_service(store.pool, "skip", SUBSCRIBER, "operator", reason=reason, place=place))


async def test_a_running_service_rebuilds_a_view_that_somebody_asks_for(database: Database) -> None:
    async with a_service(database) as service:
        await service.handle(Put("b", 5), ALICE)
        await caught_up(service.store)
        async with connected(database.dsn) as connection:
            await connection.execute("update views.boxes set held = 7")  # by somebody with rights on the database
        request = await done(service.store, await ask_service(service.store.pool, "rebuild", "boxes", "operator"))
        assert (request.failed, request.share) == (False, 1.0)
        async with service.snapshot() as seen:
            assert [row.held for row in (await seen.rows(boxes)).values()] == [5]


async def test_a_request_that_cannot_be_done_says_why_and_the_next_one_is_taken(database: Database) -> None:
    async with a_service(database) as service:
        pool = service.store.pool
        wrong = await done(service.store, await ask_service(pool, "rebuild", "nothing", "operator"))
        assert wrong.failed
        assert "no view is called 'nothing'" in wrong.outcome["en"]
        assert not (await done(service.store, await ask_service(pool, "rebuild", "boxes", "operator"))).failed


async def test_a_request_that_nobody_has_begun_can_be_taken_back(database: Database) -> None:
    async with a_store(database) as store:
        id_ = await ask_service(store.pool, "rebuild", "boxes", "operator")
        assert await withdraw_request(store.pool, id_)
        assert await request_of(store.pool, id_) is None
        assert not await withdraw_request(store.pool, id_)


async def test_a_skipped_event_is_passed_over_for_good_and_every_look_says_so(database: Database) -> None:
    async with a_service(database, views=BAD) as service:
        store = service.store
        for amount in (1, POISON, 2):
            await service.handle(Put("b", amount), ALICE)
        await caught_up(store)
        assert [seq for _, _, seq, _ in await parked_in(store)] == [2, 3]

        later, first = [await skip(store, await place_of(store, seq), "r") for seq in (3, 2)]
        assert "not the first parked event of its stream" in later.outcome["en"]
        assert first.outcome == {"skipped": 1, "taken": 1, "left": 0}

        async with service.snapshot() as seen:
            assert [row.held for row in (await seen.rows(boxes)).values()] == [3]
            assert seen.parked == {"boxes": 1}
        async with connected(database.dsn) as connection:
            kept = await connection.fetchrow("select seq, reason, asked_by, first_error from skipped")
            rows = await connection.fetch("select subscriber, source, shard, seq from skipped")
        assert kept is not None
        assert (kept["seq"], kept["reason"], kept["asked_by"]) == (2, "r", "operator")
        assert "ZeroDivisionError" in kept["first_error"]

        await service.rebuild("boxes")
        assert await parked_in(store) == []
        heads = Positions.at({(store.service, shard): seq for shard, seq in enumerate(await store.heads())})
        again = await replay(TYPES, BAD, [StoreSource(store)], heads, skipped={tuple(row) for row in rows})
        assert again.digests == await digests(store, *BAD)
        assert (await replay(TYPES, BAD, [StoreSource(store)], heads)).digests != again.digests
    async with a_service(database, views=BAD) as service:
        await service.handle(Put("b", 4), ALICE)
        await caught_up(service.store)
        assert await parked_in(service.store) == []


async def test_the_record_of_what_was_skipped_is_neither_changed_nor_deleted_by_the_service(database: Database) -> None:
    async with a_store(database), connected(database.dsn) as connection:
        rights = await connection.fetchval(
            "select array[has_table_privilege('skipped', 'update'), has_table_privilege('skipped', 'delete')]"
        )
    assert rights == [False, False]


async def test_a_skip_without_a_reason_is_refused_by_the_database(database: Database) -> None:
    async with a_service(database, views=BAD) as service:
        await service.handle(Put("b", POISON), ALICE)
        await caught_up(service.store)
        assert (await skip(service.store, await place_of(service.store, 1), "")).failed
        assert len(await parked_in(service.store)) == 1
