"""The proof of a store on a real Postgres: it follows the log, never goes back, and tells what was done to the log."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from prometheus_client import REGISTRY

from shienevents import Contract
from shienevents.core.metrics import CHECKPOINT_AT
from shienevents.proof.files import LogFiles, copied
from shienevents.proof.notes import Checkpoint, PrivateKey, opened
from shienevents.proof.tree import leaf_hash, root
from shienevents.proof.verifying import verified_folder
from shienevents.proving.comparing import published, verified_store
from shienevents.proving.prover import Prover, Proving
from shienevents.write.store import Store
from shienops._databases import Database
from shienops.stack import Stack

from .relaying import opened as opened_store
from .relaying import until, write

KEY = PrivateKey("example.org/needs", 1, bytes(range(32)))
Superuser = asyncpg.Connection


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    store = await opened_store(database)
    yield store
    await store.close()


@pytest.fixture
async def superuser(postgres: Stack, database: Database) -> AsyncIterator[Superuser]:
    """Somebody with full rights on the database."""
    connection = await asyncpg.connect(postgres.admin_dsn, database=database.name)
    yield connection
    await connection.close()


@pytest.fixture
def proving(tmp_path: Path) -> Proving:
    return Proving(tmp_path / "proof", KEY)


def size(proving: Proving, shard: int = 0) -> int:
    return proving.log(shard).size()


async def test_the_leaves_are_the_published_bytes_and_a_new_start_goes_on(store: Store, proving: Proving) -> None:
    await write(store, 0, "one", *map(str, range(300)))
    await write(store, 2, "two", "a", "b")
    assert await Prover(store, proving).turn()
    assert [size(proving, shard) for shard in range(3)] == [300, 0, 2]
    records = await store.read(0, 0, 1000)
    assert proving.log(0).leaves(300) == b"".join(leaf_hash(record.structured()) for record in records)
    await write(store, 0, "one", *map(str, range(600)), after=300)
    copied(proving.log(0), proving.folder / "before")
    prover = Prover(store, proving)
    assert await prover.turn()
    assert (size(proving), prover.stopped) == (900, {})
    found = [await verified_store(store, shard, proving.log(shard), [KEY.public]) for shard in (0, 2)]
    assert [(one.log, one.events, one.findings) for one in found] == [
        ("example.org/needs/0", 900, []), ("example.org/needs/2", 2, []),
    ]  # fmt: skip
    assert (await verified_store(store, 0, proving.log(0), [KEY.public], proving.folder / "before")).findings == []
    assert [value async for _, value in published(store, 2)] == [r.structured() for r in await store.read(2, 0, 9)]


async def test_a_checkpoint_waits_while_another_process_signs(store: Store, proving: Proving) -> None:
    await write(store, 0, "one", "a")
    proving.folder.mkdir()
    with (proving.folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert not await Prover(store, proving).turn()
    assert proving.log(0).checkpoint() is None
    assert await Prover(store, proving).turn()
    assert size(proving) == 1


async def test_a_folder_that_cannot_be_written_is_told_and_waited_for(store: Store, proving: Proving) -> None:
    proving.folder.write_text("a file where the folder should be")
    CHECKPOINT_AT.clear()
    prover = Prover(store, proving)
    running = asyncio.create_task(prover.run())
    await until(lambda: bool(prover.notices))
    assert "no checkpoints are made" in prover.notices[0]
    shown = REGISTRY.get_sample_value("shien_proof_checkpoint_timestamp_seconds", {"service": store.service})
    assert shown == 0, "an alert needs a value also where none was ever made"
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_checkpoint_never_goes_back(store: Store, proving: Proving, superuser: Superuser) -> None:
    prover = Prover(store, proving)
    await write(store, 0, "one", *map(str, range(10)))
    await write(store, 1, "two", "a")
    await prover.turn()
    note = proving.log(0).checkpoint()
    await superuser.execute("create table kept as select * from events")
    await superuser.execute("delete from events where shard = 0 and seq > 6")
    await write(store, 1, "two", "b", after=1)
    assert await prover.turn()
    assert proving.log(0).checkpoint() == note
    assert size(proving, 1) == 2, "the other shards go on"
    (why,) = prover.stopped.values()
    assert "ends with number 6, but 10 events were signed" in why.en
    assert "shien store refill needs" in why.ja
    await write(store, 0, "one", *"abcdef", after=6)  # as if nothing had been: another number 10
    await prover.turn()
    assert proving.log(0).checkpoint() == note
    assert "event number 10 in its store is not the one that was signed" in prover.stopped[0].en
    await superuser.execute("delete from events where shard = 0; insert into events select * from kept where shard = 0")
    await prover.turn()
    assert prover.stopped == {}


async def test_tiles_that_were_lost_are_made_again_and_a_checkpoint_of_another_key_is_not_continued(
    store: Store, proving: Proving
) -> None:
    await write(store, 0, "one", *map(str, range(600)))
    await Prover(store, proving).turn()
    for lost in ("tile/0/001", "tile/1/000.p/2"):
        (proving.folder / "0" / lost).unlink()
    await write(store, 0, "one", "more", after=600)
    await Prover(store, proving).turn()
    assert (await verified_store(store, 0, proving.log(0), [KEY.public])).findings == []
    assert size(proving) == 601
    other = Prover(store, Proving(proving.folder, PrivateKey("example.org/needs", 1, bytes(range(5, 37)))))
    await other.turn()
    assert "is not of this key" in other.stopped[0].en


async def edit(superuser: Superuser, store: Store) -> None:
    await superuser.execute(
        "update events set data = convert_to(replace(convert_from(data, 'UTF8'), 'three', 'eight'), 'UTF8') "
        "where shard = 0 and seq = 3"
    )


async def delete(superuser: Superuser, store: Store) -> None:
    await superuser.execute("delete from events where shard = 0 and seq = 3")


async def delete_and_close_the_gap(superuser: Superuser, store: Store) -> None:
    await delete(superuser, store)
    await superuser.execute(
        "update events set seq = seq + 1000 where shard = 0 and seq > 3; "
        "update events set seq = seq - 1001 where shard = 0 and seq > 1000"
    )


async def insert(superuser: Superuser, store: Store) -> None:
    await superuser.execute(
        "update events set seq = seq + 1000, version = version + 1000 where shard = 0 and seq > 2; "
        "update events set seq = seq - 999, version = version - 999 where shard = 0 and seq > 1000; "
        "insert into events select shard, 3, gen_random_uuid(), type, stream, 3, occurred_at, recorded_at, actor, "
        "municipality, area, correlation, causation, depth, traceparent, data from events where shard = 0 and seq = 2"
    )


async def reorder(superuser: Superuser, store: Store) -> None:
    await superuser.execute(
        "update events set seq = 1003 where shard = 0 and seq = 3; update events set seq = 3 where shard = 0 and "
        "seq = 4; update events set seq = 4 where shard = 0 and seq = 1003"
    )


async def truncate(superuser: Superuser, store: Store) -> None:
    await superuser.execute("delete from events where shard = 0 and seq > 2")


async def fork(superuser: Superuser, store: Store) -> None:
    await truncate(superuser, store)
    await write(store, 0, "one", "drei", "vier", "fünf", after=2)


async def nothing(superuser: Superuser, store: Store) -> None:
    """Only the checkpoint and the tiles are changed."""


async def test_a_key_that_was_replaced_in_its_file_signs_without_a_restart_and_the_one_before_no_more(
    store: Store, tmp_path: Path
) -> None:
    file, new = tmp_path / "needs.key", PrivateKey("example.org/needs-2", 1, bytes(range(1, 33)))
    file.write_text(f"{KEY}\n")
    prover = Prover(store, Proving.of(tmp_path / "proof", file))
    log = prover.proving.log(0)
    await write(store, 0, "one", "a")
    await prover.turn()
    signed = log.checkpoint()
    await write(store, 0, "one", "b", after=1)
    file.write_text("half of a key")
    with pytest.raises(Contract, match=r"needs\.key: this is no private key"):
        await prover.turn()
    file.write_text(f"{new}\n")
    await prover.turn()
    assert "is not of this key" in prover.stopped[0].en
    assert log.checkpoint() == signed, "what was signed stays until somebody moves it away"
    (tmp_path / "proof").rename(tmp_path / "kept")
    await prover.turn()
    assert prover.stopped == {}
    checkpoint, _ = opened(log.checkpoint() or "", [new.public])
    assert (checkpoint.origin, checkpoint.size) == ("example.org/needs-2/0", 2)


async def test_tampering_by_somebody_with_full_rights_on_the_database_is_found_7_of_7(
    store: Store, proving: Proving, superuser: Superuser, tmp_path: Path
) -> None:
    await write(store, 0, "one", "one", "two", "three", "four", "five")
    await Prover(store, proving).turn()
    await superuser.execute("create table kept as select * from events")
    ids = [str(record.envelope.id) for record in await store.read(0, 0, 9)]

    async def found(
        tamper: Callable[[Superuser, Store], Awaitable[None]], log: LogFiles
    ) -> list[tuple[str, int | None, str | None]]:
        await superuser.execute("truncate events; insert into events select * from kept")
        await tamper(superuser, store)
        one = await verified_store(store, 0, log, [KEY.public])
        return [(finding.code, finding.seq, finding.event) for finding in one.findings]

    ours = proving.log(0)
    assert await found(nothing, ours) == []
    assert await found(edit, ours) == [("event.changed", 3, ids[2])]
    assert await found(delete, ours) == [("event.missing", 3, None)]
    assert await found(delete_and_close_the_gap, ours) == [("event.changed", 3, ids[3]), ("log.shorter", 5, None)]
    (one,) = await found(insert, ours)
    assert (one[:2], one[2] not in ids) == (("event.changed", 3), True)
    assert await found(reorder, ours) == [("event.changed", 3, ids[3])]
    assert await found(truncate, ours) == [("log.shorter", 3, None)]
    (one,) = await found(fork, ours)
    assert (one[:2], one[2] not in ids) == (("event.changed", 3), True)

    # Whoever changed the events also makes the proof anew, with a key of their own.
    theirs = Proving(tmp_path / "theirs", PrivateKey(KEY.name, 1, bytes(range(3, 35))))
    await found(edit, ours)
    await Prover(store, theirs).turn()
    assert await found(edit, theirs.log(0)) == [("checkpoint.not_signed", None, None)]
    # With the checkpoint that was signed beside their tiles.
    (theirs.folder / "0/checkpoint").write_text(ours.checkpoint() or "")
    assert await found(edit, theirs.log(0)) == [("tile.changed", None, None)]


async def test_a_fork_that_was_signed_with_the_key_of_the_log_is_told_by_an_earlier_copy(
    store: Store, proving: Proving, superuser: Superuser, tmp_path: Path
) -> None:
    """Even who has the key cannot show one log today and another one tomorrow to somebody who kept a copy."""
    await write(store, 0, "one", "one", "two", "three", "four", "five")
    await Prover(store, proving).turn()
    await fork(superuser, store)
    other = Proving(tmp_path / "other", KEY)
    await Prover(store, other).turn()
    assert (await verified_store(store, 0, other.log(0), [KEY.public])).findings == []
    found = await verified_store(store, 0, other.log(0), [KEY.public], proving.folder / "0")
    assert [(one.code, one.seq) for one in found.findings] == [("log.forked", 3)]
    (one,) = verified_folder(other.folder, [KEY.public], since=proving.folder)
    assert [(finding.code, finding.seq) for finding in one.findings] == [("log.forked", 3)]


async def test_a_long_backlog_is_signed_in_parts(store: Store, proving: Proving) -> None:
    await write(store, 0, "one", *map(str, range(1300)))
    await Prover(store, proving, most=512).turn()
    checkpoint, _ = opened(proving.log(0).checkpoint() or "", [KEY.public])
    assert checkpoint == Checkpoint("example.org/needs/0", 1300, root(proving.log(0).reading(1300), 1300))
    assert (await verified_store(store, 0, proving.log(0), [KEY.public])).findings == []
