"""`shien views rebuild`: the running service rebuilds a view beside its table, and serves meanwhile."""

from __future__ import annotations

from typing import Annotated

import typer

from shiendomain.accesses import AccessKind
from shienevents import ask_service, standing
from shienops._access_log import log_accesses
from shienops._output import AsJson, Execute, emit, tell, wrong
from shienops.cli import Data, run, settings_of
from shienops.keeping.asking import WAIT_SECONDS, Wait, answered, asked_by
from shienops.keeping.listing import app
from shienops.seeing.opened import chosen, opened, views_of
from shienops.stack import Stack

__all__ = ["app"]


@app.command()
def rebuild(
    service: Annotated[str, typer.Argument(help="Name of the service.")],
    view: Annotated[str, typer.Argument(help="Name of the view, as `shien views list` shows it.")],
    execute: Execute = False,
    wait: Wait = WAIT_SECONDS,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Rebuild a view from the logs. The service does it, serves the old rows meanwhile, and then switches.

    Without --execute it only says how much there is to read. Exit 3: no running process took it.
    """
    (name,) = chosen([service])
    if view not in (names := [one.name for one in views_of(name)]):
        raise wrong(
            f"{name} にビュー {view} はありません。次のいずれかを指定してください: {', '.join(names)}",
            f"{name} has no view {view}; give one of {', '.join(names)}",
            "VIEW",
        )

    async def work() -> None:
        stack = Stack(settings_of(data=data))
        async with opened(stack, [name]) as stores:
            stands = await standing(stores[name])
            events = sum(stands.positions.seqs.values())
            seconds = None
            if execute:
                await log_accesses(stack, [name], AccessKind.OPERATION, "views rebuild", f"{name}.{view}")
                id_ = await ask_service(stores[name].pool, "rebuild", view, asked_by())
                request = await answered(stores[name], id_, wait, events)
                assert request.begun_at is not None
                assert request.done_at is not None
                seconds = round((request.done_at - request.begun_at).total_seconds(), 2)
        if as_json:
            emit({"service": name, "view": view, "events": events, "rebuilt": execute, "seconds": seconds})
        else:
            _say(view, events, seconds)

    run(work())


def _say(view: str, events: int, seconds: float | None) -> None:
    if seconds is not None:
        tell(f"{view} を作り直しました（{events} 件、{seconds} 秒）。", f"{view}: {events} events in {seconds} s")
    else:
        tell(
            f"{view} を {events} 件の記録から作り直します。--execute を付けて実行してください。",
            f"{view} would be rebuilt from {events} events. Add --execute to do it.",
        )
