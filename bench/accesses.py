"""accesses_2m_s: `shien audit access` for an account, over five years of a city of 300,000 people.

300 accounts look at what is kept apart 1,100 times a day: 2,000,000 accesses, a fiftieth of them of one account.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from bench.figures import Figure
from bench.fixture import SHARDS
from bench.looking_back import AREAS, CITY
from shiendomain.accesses import AccessKind, RegistryAccessed
from shiendomain.accesses_view import accesses_view
from shienevents import Service, ServiceSettings, migrate
from shienops import Stack

ACCESSES = int(os.environ.get("SHIEN_BENCH_ACCESSES", "2000000"))
YEARS = ("2021-04-01", "2026-03-31")
ASKED, OFTEN = "account-0", 50
_AWAY = "127.0.0.1:9"
_ACCESS = UUID(int=1)
_EVENT = RegistryAccessed(
    access_id=_ACCESS, kind=AccessKind.CONTACT_READ, area=AREAS[0], principal="account-x", role="tier2_coordinator",
    body="sasaeria-1", operation="show_contact", about=f"/contacts/{_ACCESS}", purpose="liaison", origin="10.0.0.1",
)  # fmt: skip
# $1 and $2: from which to which access, $3: the event's type, $4: areas, $5: its data, $6: how many there will be.
_WRITE = f"""
insert into events
select (n % {SHARDS})::smallint, n / {SHARDS} + 1, uuidv7(), $3, 'access-' || access, 1, at, at, 'bench/bench',
       '{CITY}', area, uuidv7(), null, 0, null, convert_to(replace(replace(replace(
           $5, '{_ACCESS}', access::text), 'account-x', 'account-' || account), '{AREAS[0]}', area), 'UTF8')
from (
    select n, md5('access' || n)::uuid as access, ($4::text[])[1 + n % {SHARDS}] as area,
           case when n % {OFTEN} = 0 then 0 else 1 + n % 299 end as account,
           '{YEARS[0]}'::timestamptz + n * (interval '1825 days' / $6::bigint) as at
    from generate_series($1::bigint, $2::bigint - 1) n
) facts
"""
_BARE = "select * from views.accesses where principal = $1 and at >= $2 and at < $3 order by at"


async def run(stack: Stack, figures: dict[str, Figure]) -> None:
    """Measure once: the command, with its start; the floor is the bare SELECT of the same rows."""
    database = await stack.create_database("registry")
    await migrate(database.owner_dsn, service="registry", writer="registry", shards=SHARDS)
    count = ACCESSES // SHARDS * SHARDS
    await _write(database.owner_dsn, count)
    settings = ServiceSettings(dsn=database.dsn, bootstrap_servers=_AWAY)
    async with (
        await Service.open(settings, views=[accesses_view("registry")]) as service,
        service.snapshot(await service.acknowledged(), seconds=900) as seen,
    ):
        assert not seen.stale
    connection = await asyncpg.connect(database.dsn)
    bounds = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in YEARS]
    begun = time.perf_counter()
    rows = await connection.fetch(_BARE, ASKED, *bounds)
    floor = time.perf_counter() - begun
    await connection.close()
    begun = time.perf_counter()
    found = await _asked(stack)
    figures["accesses_2m_s"].add(time.perf_counter() - begun, floor)
    assert len(rows) > count // OFTEN * 0.99
    assert abs(len(found) - len(rows)) <= count // OFTEN // 365, "a day in Japan begins nine hours earlier"


async def _write(owner_dsn: str, count: int) -> None:
    connection = await asyncpg.connect(owner_dsn)
    try:
        await connection.execute("set synchronous_commit = off")
        for begin in range(0, count, 120_000):
            end = min(count, begin + 120_000)
            arguments = (_EVENT.wire, AREAS, _EVENT.model_dump_json(), count)
            await connection.execute(_WRITE, begin, end, *arguments, timeout=300)
        await connection.execute("analyze events")
    finally:
        await connection.close()


async def _asked(stack: Stack) -> list[object]:
    """What the command says, as a person calls it."""
    asked = ("audit", "access", "--principal", ASKED, "--from", YEARS[0], "--to", YEARS[1], "--service", "registry")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from shienops.main import main; main()", *asked, "--json",
        "--data", str(stack.folder.path), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0, "the command failed"
    found: list[object] = json.loads(out)
    return found
