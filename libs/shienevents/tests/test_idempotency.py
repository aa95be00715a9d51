"""The same request sent twice happens once and answers the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from shienevents import (
    Handler,
    Idempotency,
    IdempotencyKeyReused,
    Malformed,
    Rejected,
    Store,
    StreamConflict,
    Written,
)
from shienops._databases import Database

from .world import (
    AREAS,
    TYPES,
    Command,
    Look,
    Put,
    Take,
    a_store,
    again,
    append,
    box,
    check_log,
    connected,
    keyed,
    outcome,
)


def handler(store: Store) -> Handler:
    return Handler(store, TYPES, [box])


def once(results: list[object]) -> Written:
    """The one answer all of them got: first written, then replayed."""
    answers = [result for result in results if isinstance(result, Written)]
    assert len(answers) == len(results), [repr(result) for result in results if not isinstance(result, Written)]
    assert [answer.replayed for answer in answers].count(False) == 1
    [same] = {replace(answer, replayed=False) for answer in answers}
    return same


async def test_the_same_key_and_body_fifty_times_at_once_is_one_event_and_one_answer(database: Database) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        results = await asyncio.gather(*[outcome(handle(Put("a", 5), keyed("k"))) for _ in range(50)])
        written = once(list(results))
        [record] = await check_log(store)
        assert (written.stream, written.version, written.seq, written.recorded_at) == (
            "box-a",
            1,
            1,
            record.envelope.recorded_at,
        )


async def test_the_same_request_at_two_processes_at_once_is_one_event_and_one_answer(database: Database) -> None:
    async with a_store(database) as one, again(database) as other:
        handlers = handler(one), handler(other)
        for n in range(10):
            results = await asyncio.gather(
                *[outcome(handlers[i % 2].handle(Put("a", 5), keyed(f"k{n}"))) for i in range(20)]
            )
            assert once(list(results)).version == n + 1
        assert len(await check_log(one)) == 10


async def test_the_same_append_at_once_without_a_handler_is_written_once_too(database: Database) -> None:
    async with a_store(database) as store:
        results = await asyncio.gather(
            *[outcome(store.append(append("box-a", 5, origin=keyed("k")))) for _ in range(50)]
        )
        assert once(list(results)).version == 1
        assert len(await check_log(store)) == 1


async def test_the_same_key_for_another_body_is_refused_and_nothing_is_written(database: Database) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        await handle(Put("a", 5), keyed("k", b"five"))
        for command in (Put("a", 6), Put("b", 5), Look("a"), Take("a", 99)):
            with pytest.raises(IdempotencyKeyReused) as refused:
                await handle(command, keyed("k", b"another"))
            assert refused.value.code == "idempotency_key.reused"
            assert refused.value.en.startswith("Idempotency-Key: ")
            assert refused.value.ja.startswith("Idempotency-Key: ")
        assert len(await check_log(store)) == 1


async def test_two_bodies_with_one_key_at_once_write_one_of_them_and_refuse_the_other(database: Database) -> None:
    async with a_store(database) as one, again(database) as other:
        for n in range(15):
            # the same shard and process, another process, another shard: nowhere do both succeed
            there = (one, one, other)[n % 3]
            area = AREAS[n % 2]
            results = await asyncio.gather(
                outcome(handler(one).handle(Put(f"a{n}", 1, AREAS[0]), keyed(f"k{n}", b"one"))),
                outcome(handler(there).handle(Put(f"b{n}", 1, area), keyed(f"k{n}", b"two"))),
            )
            kinds = sorted(type(result).__name__ for result in results)
            assert kinds == ["IdempotencyKeyReused", "Written"]
        assert len(await check_log(one)) == 15


async def test_the_key_of_another_principal_is_another_key(database: Database) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        results = [
            await handle(Put("a", 5), keyed("k", b"x", principal="alice")),
            await handle(Put("a", 6), keyed("k", b"y", principal="bob")),
            await handle(Put("a", 5), keyed("k", b"x", principal="alice")),
            await handle(Put("a", 6), keyed("k", b"y", principal="bob")),
        ]
        assert [(w.version, w.replayed) for w in results] == [(1, False), (2, False), (1, True), (2, True)]
        assert len(await check_log(store)) == 2


async def test_a_request_is_answered_as_first_also_when_the_state_would_say_no_by_now(database: Database) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        await handle(Put("a", 5), keyed("put"))
        first = await handle(Take("a", 5), keyed("take"))
        with pytest.raises(Rejected) as no:
            await handle(Take("a", 5), keyed("take again"))
        assert (no.value.code, no.value.facts) == ("box.short", {"held": 0})
        assert await handle(Take("a", 5), keyed("take")) == replace(first, replayed=True)
        with pytest.raises(IdempotencyKeyReused):
            await handle(Take("a", 5), keyed("take", b"another"))
        assert len(await check_log(store)) == 2


async def test_a_request_with_if_match_is_answered_as_first_although_its_version_is_stale_by_now(
    database: Database,
) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        await handle(Put("a", 5), keyed("k1"))
        first = await handle(Put("a", 6), keyed("k2"), expected=1)
        await handle(Put("a", 7), keyed("k3"))
        assert await handle(Put("a", 6), keyed("k2"), expected=1) == replace(first, replayed=True)
        with pytest.raises(StreamConflict):
            await handle(Put("a", 6), keyed("k4"), expected=1)
        assert len(await check_log(store)) == 3


async def test_a_no_keeps_no_key_so_that_the_request_may_succeed_later(database: Database) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        with pytest.raises(Rejected):
            await handle(Take("a", 5), keyed("k"))
        await handle(Put("a", 5), keyed("put"))
        assert (await handle(Take("a", 5), keyed("k"))).replayed is False
        assert len(await check_log(store)) == 2


@pytest.mark.parametrize("command", [Look("a"), Look("never seen")])
async def test_a_command_that_changes_nothing_keeps_its_answer_too(database: Database, command: Command) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        await handle(Put("a", 5), keyed("k1"))
        first = await handle(command, keyed("k2"))
        assert first.replayed is False
        await handle(Put("a", 5), keyed("k3"))
        assert await handle(command, keyed("k2")) == replace(first, replayed=True)
        with pytest.raises(IdempotencyKeyReused):
            await handle(Put("a", 1), keyed("k2", b"another"))
        assert len(await check_log(store)) == 2


async def test_a_retry_of_what_was_written_but_never_answered_gives_the_first_answer(database: Database) -> None:
    """As after a crash between commit and answer: another process gets the retry."""
    async with a_store(database) as store:
        first = await handler(store).handle(Put("a", 5), keyed("k"))
    async with again(database) as store:
        assert await handler(store).handle(Put("a", 5), keyed("k")) == replace(first, replayed=True)
        assert len(await check_log(store)) == 1


async def test_key_and_events_are_kept_in_one_commit(database: Database) -> None:
    async with a_store(database) as store, connected(database.dsn) as connection:
        await asyncio.gather(*[handler(store).handle(Put(f"b{n}", 1), keyed(f"k{n}")) for n in range(30)])
        transactions = await connection.fetch(
            "select distinct e.xmin::text, i.xmin::text from events e join idempotency i using (shard, seq)"
        )
        assert all(row[0] == row[1] for row in transactions)
        assert await connection.fetchval("select count(*) from events join idempotency using (shard, seq)") == 30


@pytest.mark.parametrize("key", ["", "x" * 256, "x" * 10_240, "a\0b", "a\nb", "a\r\nSet-Cookie: x", "\ud800", "\u202e"])
def test_a_key_that_is_empty_oversize_or_not_printable_is_malformed(key: str) -> None:
    with pytest.raises(Malformed, match="Idempotency-Key: 1 to 255 printable characters are expected"):
        Idempotency("alice", key, b"")


@pytest.mark.parametrize("principal", ["", "x" * 256, "a\0b", "a\nb", "\ud800"])
def test_a_principal_that_no_index_can_hold_is_malformed(principal: str) -> None:
    with pytest.raises(Malformed, match="principal: 1 to 255 printable characters are expected"):
        Idempotency(principal, "k", b"")


async def test_the_longest_key_and_principal_in_the_widest_characters_are_kept(database: Database) -> None:
    async with a_store(database) as store:
        origin = keyed("𠮷" * 255, principal="𠀋" * 255)
        first = await handler(store).handle(Put("a", 5), origin)
        assert await handler(store).handle(Put("a", 5), origin) == replace(first, replayed=True)


async def test_a_key_is_looked_up_without_reading_the_keys_of_others(database: Database) -> None:
    some = "select 'alice', lpad(n::text, 3, '0'), '', 's', 1, 0, n, now() from generate_series($1::int, $2::int) n"
    known = "array[row('alice', '300', '', 's', 1, 0, 1, now(), '')::idempotency]"
    asked = f"select o_known from append_events('{{}}', '{{}}', '{{}}', '{{}}', {known})"
    read = "select pg_stat_get_xact_tuples_returned('idempotency_pkey'::regclass)"
    async with a_store(database), connected(database.owner_dsn) as owner:
        await owner.execute(f"insert into idempotency {some}", 300, 300)
        await owner.execute("analyze idempotency")
        assert await owner.fetchval(asked)  # its plan is made, and kept, while one key is all there is
        await owner.execute(f"insert into idempotency {some}", 1, 299)
        async with owner.transaction():
            before = await owner.fetchval(read)
            assert await owner.fetchval(asked)
            assert await owner.fetchval(read) - before == 1
