"""backup_1m and restore_1m: a store's events into a folder and back, against the bare COPY of the same rows."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from bench.figures import Figure
from bench.fixture import Fixture, make_fixture, write_history
from shienops import Stack
from shienops._backup import back_up
from shienops._restore import restore

EVENTS = int(os.environ.get("SHIEN_BENCH_BACKUP", "1000000"))


async def run(stack: Stack, figures: dict[str, Figure]) -> None:
    """Measure once."""
    fixture = await make_fixture(stack, "bench_backup")
    await write_history(fixture, EVENTS)
    with tempfile.TemporaryDirectory(prefix="shien-bench-") as folder:
        floor = await _by_hand(fixture, Path(folder) / "bare.copy")
        out = Path(folder) / "backup"
        begun = time.perf_counter()
        services = await back_up({"needs": fixture.owner_dsn}, out)
        figures["backup_1m"].add(time.perf_counter() - begun, floor)
        assert sum(services["needs"].heads) == EVENTS
        new = await stack.create_database(f"{fixture.name}_new")
        begun = time.perf_counter()
        await restore(out, {"needs": new.owner_dsn}, {"needs": new.name})
        figures["restore_1m"].add(time.perf_counter() - begun, floor)
    await fixture.store.close()


async def _by_hand(fixture: Fixture, file: Path) -> float:
    """Seconds of a COPY into a file: without order, digests and other tables."""
    connection = await fixture.owner()
    try:
        begun = time.perf_counter()
        await connection.copy_from_table("events", output=file, format="binary")
        return time.perf_counter() - begun
    finally:
        await connection.close()
