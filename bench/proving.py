"""proof_1m: the events of a store hashed and signed, against the same rows read and hashed in a loop by hand."""

from __future__ import annotations

import os
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from bench.figures import Figure
from bench.fixture import SHARDS, Fixture, make_fixture, write_history
from shienevents import Prover, Proving, verified_store
from shienevents.proof.notes import PrivateKey
from shienops import Stack

EVENTS = int(os.environ.get("SHIEN_BENCH_PROOF", "1000000"))


async def run(stack: Stack, figures: dict[str, Figure]) -> None:
    """Measure once."""
    fixture = await make_fixture(stack, "bench_proof")
    await write_history(fixture, EVENTS)
    heads = await fixture.store.heads()
    floor = await _by_hand(fixture)
    with tempfile.TemporaryDirectory(prefix="shien-bench-") as folder:
        proving = Proving(Path(folder), PrivateKey.new("bench/needs"))
        begun = time.perf_counter()
        assert await Prover(fixture.store, proving).turn()
        figures["proof_1m"].add(time.perf_counter() - begun, floor)
        assert [proving.log(shard).size() for shard in range(SHARDS)] == heads
        begun = time.perf_counter()
        for shard in range(SHARDS):
            found = await verified_store(fixture.store, shard, proving.log(shard), [proving.key.public])
            assert not found.findings, found
        figures["proof_verify_1m"].add(time.perf_counter() - begun, floor)
    await fixture.store.close()


async def _by_hand(fixture: Fixture) -> float:
    """Seconds to read the data of all rows in order, and hash it: without envelope, tree, files and signature."""
    begun = time.perf_counter()
    for shard in range(SHARDS):
        after = 0
        while rows := await fixture.store.pool.fetch(
            "select seq, data from events where shard = $1 and seq > $2 order by seq limit 5000", shard, after
        ):
            for row in rows:
                sha256(row["data"]).digest()
            after = rows[-1]["seq"]
    return time.perf_counter() - begun
