"""`shien views list | drop-old`: the views of every service, and the tables that none of them uses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from shiendomain.accesses import AccessKind
from shienevents import Standing, Store, View, drop_fold, standing
from shienops._access_log import log_accesses
from shienops._output import AsJson, Execute, emit, show, tell
from shienops._words import WORDS
from shienops.cli import Data, run, settings_of
from shienops.errors import StackError
from shienops.seeing.opened import chosen, heads_of, opened, views_of
from shienops.stack import Stack

app = typer.Typer(help="Views ビュー（集計用の表）.", no_args_is_help=True)
_REBUILT = re.compile(r"(.+)__[0-9a-f]{8}")

Services = Annotated[list[str] | None, typer.Option("--service", help="Only of these services; repeatable. [all]")]


@app.callback()
def group() -> None:
    """Views ビュー（集計用の表）."""


@app.command("list")
def list_views(services: Services = None, as_json: AsJson = False, data: Data = None) -> None:
    """List the views: version, rows, how many events they have not taken, and what is parked or skipped for them."""
    names = chosen(services)

    async def work() -> None:
        async with opened(Stack(settings_of(data=data))) as stores:
            heads = await heads_of(stores.values())
            found = [row for name in names for row in await _listed(stores[name], views_of(name), heads)]
        if as_json:
            emit(found)
        else:
            titles = ("service", "view", "version", "rows", "behind", "parked", "skipped", "built", "state")
            show(titles, [[*(row[title] for title in titles[:-1]), _state(row)] for row in found])

    run(work())


def _state(row: Mapping[str, Any]) -> str:
    share = "" if row["share"] is None else f" {row['share']:.0%}"
    return f"{WORDS[row['state']]}{share}"


async def _listed(
    store: Store, views: Sequence[View[Any]], heads: Mapping[tuple[str, int], int]
) -> list[dict[str, Any]]:
    stands, found = await standing(store), []
    async with store.pool.acquire(timeout=5) as connection:
        shares = {
            row["subject"]: row["share"]
            for row in await connection.fetch(
                "select subject, share from requests where act = 'rebuild' and done_at is null and begun_at is not null"
            )
        }
        for view in views:
            version, built = stands.views.get(view.name, (None, None))
            rows = await connection.fetchval(f"select count(*) from {view.name}") if version is not None else None
            share = shares.get(view.name)
            state = "live" if version == view.version else "waiting"
            found.append(
                {
                    "service": store.service, "view": view.name, "version": version, "code": view.version,
                    "rows": rows, "behind": _behind(stands, view, heads),
                    "parked": sum(n for (who, _, _), n in stands.parked.items() if who == view.subscriber),
                    "skipped": sum(1 for who, *_ in stands.skipped if who == view.subscriber), "built": built,
                    "state": state if share is None else "rebuilding", "share": share,
                }
            )  # fmt: skip
    return found


def _behind(stands: Standing, view: View[Any], heads: Mapping[tuple[str, int], int]) -> int:
    heard = {event.wire.partition(".")[0] for event in view.subscribes_to}
    return sum(
        max(0, seq - stands.positions.point(source, shard).seq)
        for (source, shard), seq in heads.items()
        if source in heard
    )


@app.command("drop-old")
def drop_old(
    services: Services = None,
    kept_folds: Annotated[bool, typer.Option("--kept-folds", help="Also what is kept for reads of the past.")] = False,
    execute: Execute = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Drop the tables that no view uses: of views taken out of the code, and of rebuilds that were interrupted.

    Without --execute it only names them. A rebuild drops the table it replaces by itself. --kept-folds: folds are a
    cache; without them the next read of a past takes longer.
    """
    names = chosen(services)

    async def work() -> None:
        found = []
        stack = Stack(settings_of(data=data))
        async with opened(stack, names) as stores:
            for name, store in stores.items():
                unused = old_tables(await standing(store), views_of(name), await _rebuilding(store))
                folds = await _folds(store) if kept_folds else []
                all_ = [*unused, *(f"kept_folds.{fold}" for fold in folds)]
                found += [{"service": name, "table": table, "dropped": execute} for table in all_]
                if execute and all_:
                    what = ", ".join(all_)
                    await log_accesses(stack, [name], AccessKind.OPERATION, "views drop-old", what)
                    await _drop(store, unused, folds)
        if as_json:
            emit(found)
        else:
            show(("service", "table"), [(row["service"], row["table"]) for row in found])
        if found and not execute:
            tell("--execute を付けて実行すると削除します。", "Nothing was dropped; --execute drops them.")

    run(work())


async def _drop(store: Store, tables: Sequence[str], folds: Sequence[str]) -> None:
    """Raises `StackError` for a fold that a read of the past uses; a read is forgotten after ten minutes."""
    async with store.pool.acquire(timeout=5) as connection:
        if tables:
            await connection.execute(f"drop table {', '.join(f'views.{table}' for table in tables)}")
        if used := [fold for fold in folds if not await drop_fold(connection, fold)]:
            raise StackError(
                "folds.used",
                f"Kept folds that a read of the past uses were not dropped: {', '.join(used)}.",
                f"過去の照会で使用中のため、削除しなかったものがあります: {'、'.join(used)}",
                "Try again in ten minutes, or restart the service.",
                "10分後に再度実行するか、サービスを再起動してください。",
            )


async def _folds(store: Store) -> list[str]:
    async with store.pool.acquire(timeout=5) as connection:
        return [row["name"] for row in await connection.fetch("select name from kept_folds.folds order by at")]


async def _rebuilding(store: Store) -> set[str]:
    async with store.pool.acquire(timeout=5) as connection:
        rows = await connection.fetch("select subject from requests where act = 'rebuild' and done_at is null")
    return {row["subject"] for row in rows}


def old_tables(stands: Standing, views: Sequence[View[Any]], rebuilding: set[str]) -> list[str]:
    """The tables that nothing uses. That of a rebuild that may be under way is not among them."""
    names = {view.name for view in views}
    live = {view.name for view in views if stands.views.get(view.name, (0,))[0] == view.version}
    unused = []
    for table in stands.tables:
        rebuilt = _REBUILT.fullmatch(table)
        if rebuilt is None:
            is_old = table not in names and table not in stands.views
        else:
            is_old = rebuilt[1] not in names or rebuilt[1] in live - rebuilding
        if is_old:
            unused.append(table)
    return unused
