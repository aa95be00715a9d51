"""`shien parked list | show | replay | skip`: events that a view or a reaction could not take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
import typer

from shiendomain.accesses import AccessKind
from shienevents import Store, ask_service
from shienops._access_log import log_accesses
from shienops._output import FINDING, AsJson, Execute, emit, show, show_one, tell, wrong
from shienops._reasons import reason_of
from shienops.cli import Data, run, settings_of
from shienops.errors import StackError, Unknown
from shienops.keeping.asking import WAIT_SECONDS, Wait, answered, asked_by
from shienops.keeping.listing import Services
from shienops.seeing.opened import chosen, opened, position_of, subscribers_of
from shienops.stack import Stack

app = typer.Typer(help="Parked events 保留.", no_args_is_help=True)

Service = Annotated[str, typer.Argument(help="Name of the service that parked it.")]
Subscriber = Annotated[str, typer.Argument(help="Who could not take it, as `shien parked list` shows it.")]
Place = Annotated[str, typer.Argument(metavar="POSITION", help="Of the event, as `shien parked list` shows it.")]

_COLUMNS = "subscriber, source, shard, seq, stream, type, reason, at"


@app.callback()
def group() -> None:
    """Parked events 保留."""


@app.command("list")
def list_parked(services: Services = None, as_json: AsJson = False, data: Data = None) -> None:
    """List what is parked: the first of each stream with its error, then those that wait behind it. Exit 1: there are.

    What was skipped is listed with it: who asked for it, and why.
    """
    names = chosen(services)

    async def work() -> None:
        async with opened(Stack(settings_of(data=data)), names) as stores:
            parked = [row for store in stores.values() for row in await _parked(store)]
            skipped = [row for store in stores.values() for row in await _skipped(store)]
        if as_json:
            emit({"parked": parked, "skipped": skipped})
        else:
            titles = ("service", "subscriber", "place", "type", "reason")
            show(titles, [[row[title] for title in titles] for row in parked])
            if skipped:
                show((*titles[:-1], "skipped"), [[*[row[title] for title in titles]] for row in skipped])
        if parked:
            raise typer.Exit(FINDING)

    run(work())


async def _parked(store: Store) -> list[dict[str, Any]]:
    async with store.pool.acquire(timeout=5) as connection:
        rows = await connection.fetch(f"select {_COLUMNS} from parked order by subscriber, source, shard, seq")
    return [_as_object(store, row) for row in rows]


async def _skipped(store: Store) -> list[dict[str, Any]]:
    async with store.pool.acquire(timeout=5) as connection:
        rows = await connection.fetch(f"select {_COLUMNS}, first_error, asked_by from skipped order by at")
    return [_as_object(store, row) for row in rows]


def _as_object(store: Store, row: Any) -> dict[str, Any]:
    place = f"{row['source']}.{row['shard']}.{row['seq']}"
    found = {name: value for name, value in row.items() if name not in ("source", "shard", "seq")}
    return {"service": store.service, "place": place, **found}


@app.command("show")
def show_parked(
    service: Service, subscriber: Subscriber, place: Place, as_json: AsJson = False, data: Data = None
) -> None:
    """Show a parked event with its data and its error; events hold no contacts. Exit 2: it is not parked."""
    (name,) = chosen([service])
    source, shard, seq = _one(place)

    async def work() -> None:
        async with opened(Stack(settings_of(data=data)), [name]) as stores:
            async with stores[name].pool.acquire(timeout=5) as connection:
                row = await connection.fetchrow(
                    f"select {_COLUMNS}, envelope, data from parked "
                    "where subscriber = $1 and source = $2 and shard = $3 and seq = $4",
                    subscriber,
                    source,
                    shard,
                    seq,
                )
            found = None if row is None else _as_object(stores[name], row)
        if found is None:
            raise _not_parked(subscriber, place)
        found |= {"envelope": orjson.loads(found["envelope"]) | {"data": None}, "data": _read(found["data"])}
        if as_json:
            emit(found)
        else:
            show_one(found)

    run(work())


def _read(data: bytes) -> Any:
    """What is parked may be no JSON at all."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return data.decode(errors="backslashreplace")


@app.command()
def replay(
    service: Service,
    subscriber: Subscriber,
    execute: Execute = False,
    wait: Wait = WAIT_SECONDS,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Give a subscriber its parked events again, in order: after a repair. The running service does it."""
    _ask(service, subscriber, execute=execute, wait=wait, as_json=as_json, data=data)


@app.command()
def skip(
    service: Service,
    subscriber: Subscriber,
    place: Place,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record. No person's name.")],
    execute: Execute = False,
    wait: Wait = WAIT_SECONDS,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Never give a subscriber this event, and give it those that wait behind it. It is recorded with the reason.

    It must be the first parked one of its stream. The log keeps the event; each answer from the view says for good
    that one is missing; a new version of the view takes it again.
    """
    _ask(
        service,
        subscriber,
        place=_one(place),
        reason=reason_of(reason),
        execute=execute,
        wait=wait,
        as_json=as_json,
        data=data,
    )


def _ask(
    service: str,
    subscriber: str,
    *,
    execute: bool,
    wait: float,
    as_json: bool,
    data: Any,
    place: tuple[str, int, int] | None = None,
    reason: str = "",
) -> None:
    (name,) = chosen([service])

    async def work() -> None:
        stack = Stack(settings_of(data=data))
        async with opened(stack, [name]) as stores:
            waiting = _waiting(name, subscriber, place, await _parked(stores[name]))
            outcome = None
            if execute:
                key = None if place is None else ((place[0], place[1]), place[2])
                act = "replay" if place is None else "skip"
                await log_accesses(stack, [name], AccessKind.OPERATION, f"parked {act}", f"{name} {subscriber}")
                id_ = await ask_service(stores[name].pool, act, subscriber, asked_by(), reason=reason, place=key)  # type: ignore[arg-type]
                outcome = (await answered(stores[name], id_, wait)).outcome
        if as_json:
            emit({"service": name, "subscriber": subscriber, "parked": len(waiting), "outcome": outcome})
        elif outcome is None:
            tell(
                f"{subscriber} の {len(waiting)} 件が対象です。--execute を付けて実行してください。",
                f"{len(waiting)} events are parked for {subscriber}. Add --execute to do it.",
            )
        else:
            taken, left, skipped = (outcome.get(name, 0) for name in ("taken", "left", "skipped"))
            tell(
                f"処理 {taken} 件、読み飛ばし {skipped} 件、保留のまま {left} 件。",
                f"{taken} taken, {skipped} skipped, {left} stay parked.",
            )

    run(work())


def _waiting(
    service: str, subscriber: str, place: tuple[str, int, int] | None, parked: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What is parked for the subscriber. Refused as the running service would: who or what is not there."""
    waiting = [row for row in parked if row["subscriber"] == subscriber]
    if not waiting and subscriber not in (names := subscribers_of(service)):
        raise wrong(
            f"{service} に受け手 {subscriber} はありません。次のいずれかを指定してください: {', '.join(names)}",
            f"{service} has no subscriber {subscriber}; give one of {', '.join(names)}",
            "SUBSCRIBER",
        )
    if place is not None:
        text = "{}.{}.{}".format(*place)
        stream = next((row["stream"] for row in waiting if row["place"] == text), None)
        if stream is None:
            raise _not_parked(subscriber, text)
        if text != next(row["place"] for row in waiting if row["stream"] == stream):
            raise _not_first(subscriber, text)
    return waiting


def _not_parked(subscriber: str, place: str) -> Unknown:
    return Unknown(
        "parked.unknown",
        f"{place} is not parked for {subscriber}.",
        f"{place} は {subscriber} で保留になっていません。",
        "Copy it from shien parked list.",
        "shien parked list に表示される位置を指定してください。",
    )


def _not_first(subscriber: str, place: str) -> StackError:
    return StackError(
        "parked.not_first",
        f"{place} is not the first parked event of its stream for {subscriber}.",
        f"{place} は、{subscriber} のストリームで最初に保留になった出来事ではありません。",
        "See shien parked list, and name the first one of the stream.",
        "shien parked list で確認し、ストリームの最初のものを指定してください。",
    )


def _one(place: str) -> tuple[str, int, int]:
    found: Sequence[tuple[tuple[str, int], int]] = list(position_of(place, "POSITION").items())
    if len(found) != 1:
        raise wrong("位置を 1 つ指定してください", "give one position", "POSITION")
    (((source, shard), seq),) = found
    return source, shard, seq
