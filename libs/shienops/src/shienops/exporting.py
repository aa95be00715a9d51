"""`shien export ocel`: the log of a city as an object-centric event log (OCEL 2.0, JSON), for process mining.

The logs of the services are read in the order of recording, a page of each shard at a time, and written as they are
read; of what was read before, only the ids of things are kept. Who acted is a role and a body; no text is written.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shiendomain.accesses import AccessKind
from shiendomain.days import JAPAN
from shienevents import positions_at
from shienops._access_log import log_accesses
from shienops._import_run import municipality_of
from shienops._ocel import Written, write
from shienops.cli import Data, run, settings_of
from shienops.errors import Unknown
from shienops.reporting import City
from shienops.seeing.opened import opened, time_of
from shienops.settings import SERVICES
from shienops.stack import Stack

app = typer.Typer(help="Write the log for other programs. 記録の書出し。", no_args_is_help=True)

Out = Annotated[Path | None, typer.Option("--out", help="File to write. [ocel_CODE.json]")]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="TIME", help="Recorded by this time, or to the end of this day. [now]"),
]


@app.callback()
def export() -> None:
    """Write the log for other programs. 記録の書出し。"""


@app.command()
def ocel(city: City, out: Out = None, until: Until = None, data: Data = None) -> None:
    """Write what happened in a municipality as OCEL 2.0 (JSON): events, the things they are about, and their relations.

    It can be replayed against the state machines of docs/states.json.
    """

    async def work() -> None:
        code = municipality_of(city)
        moment = time_of(until, "--until", end=True).astimezone(JAPAN) if until else datetime.now(JAPAN)
        path = out or Path(f"ocel_{code}.json")
        stack = Stack(settings_of(data=data))
        async with opened(stack, SERVICES) as stores:
            ends = {name: (await positions_at(store, moment)).seqs for name, store in stores.items()}
            logged = partial(log_accesses, stack, stores, AccessKind.EXPORT, "export ocel", city=code)
            written = await write(path, stores, ends, code, logged)
        if not written.events:
            raise _nothing(code, moment)
        _say(written, path)

    run(work())


def _say(written: Written, path: Path) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"✔ イベント {written.events} 件、対象 {written.objects} 件: {path}", markup=False)
    console.print(f"  {written.events} events, {written.objects} objects", markup=False)


def _nothing(city: str, moment: datetime) -> Exception:
    return Unknown(
        "city.unknown",
        f"Nothing of the municipality {city} was recorded by {moment:%Y-%m-%d %H:%M}.",
        f"{moment:%Y-%m-%d %H:%M} までに、市町村 {city} の記録はありません。",
        "Check --city and --until.",
        "--city と --until を確認してください。",
    )
