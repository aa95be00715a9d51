"""`shien audit access`: what an account looked at, took out and changed, from the logs of accesses of all services."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from shiendomain.accesses import ACCESSED
from shienevents import Store, standing
from shienops._output import AsJson, emit, show, tell, wrong
from shienops.cli import Data, run, settings_of
from shienops.seeing.opened import bounds_of, chosen, opened
from shienops.stack import Stack

Principal = Annotated[str, typer.Option("--principal", help="Id of the account, as its token has it.")]
From = Annotated[str | None, typer.Option("--from", metavar="TIME", help="From this time, or day, on.")]
To = Annotated[str | None, typer.Option("--to", metavar="TIME", help="By this time, or to the end of this day.")]
Services = Annotated[list[str] | None, typer.Option("--service", help="Only of these services; repeatable. [all four]")]

_COLUMNS = "at, kind, operation, about, purpose, as_of, area, role, body, origin, access_id"
_SEEN = f"""
    select {_COLUMNS} from accesses
    where principal = $1 and ($2::timestamptz is null or at >= $2) and ($3::timestamptz is null or at <= $3)
    order by at, access_id
"""


def access(
    principal: Principal,
    since: From = None,
    until: To = None,
    services: Services = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show what an account saw: contacts, past states, what it took out of the logs, and what it did as an operator.

    The rows are a view of the logs: `shien views verify` compares them with the events.
    """
    names = chosen(services, tuple(ACCESSED))
    bounds = bounds_of(since, until, ("--from", "--to"))
    if not principal.strip():
        raise wrong("アカウントの ID を指定してください", "give the id of an account", "--principal")

    async def work() -> None:
        found: list[dict[str, Any]] = []
        async with opened(Stack(settings_of(data=data)), names) as stores:
            for name, store in stores.items():
                found += [{"service": name, **row} for row in await seen_by(store, principal, *bounds)]
                await _warn(store)
        found.sort(key=lambda row: row["at"])
        if as_json:
            emit(found)
        else:
            titles = ("at", "service", "kind", "operation", "about", "purpose", "as_of", "area", "origin")
            show(titles, [[row[title] for title in titles] for row in found])
            tell(f"{len(found)} 件", f"{len(found)} accesses")

    run(work())


async def seen_by(store: Store, principal: str, since: datetime | None, until: datetime | None) -> list[dict[str, Any]]:
    """The accesses of an account in one service, in order; by an index. Raises `Unavailable`."""
    async with store.pool.acquire(timeout=5) as connection:
        return [dict(row) for row in await connection.fetch(_SEEN, principal, since, until)]


async def _warn(store: Store) -> None:
    stands = await standing(store)
    if behind := sum(one.head - stands.positions.point(store.service, one.shard).seq for one in stands.shards):
        tell(
            f"{store.service}: {behind} 件の記録がまだ反映されていません。",
            f"{store.service}: {behind} events are not taken yet",
        )
