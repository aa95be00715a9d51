"""`shien events tail | show | export`: the events of the logs, as they are published, by what a person asks for."""

from __future__ import annotations

import asyncio
import csv
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TextIO
from uuid import UUID

import orjson
import typer

from shiendomain.accesses import AccessKind
from shienevents import Envelope, EventSearch, Record, Store, Token, events_by_id, last_events, search_events
from shienops._access_log import log_accesses
from shienops._files import new_text_file
from shienops._output import AsJson, in_japan, show, show_one, tell, wrong
from shienops.cli import Data, run, settings_of
from shienops.errors import Unknown
from shienops.imports.report import neutral
from shienops.seeing.opened import before, bounds_of, by, chosen, heads_of, opened, position_of
from shienops.stack import Stack

app = typer.Typer(help="Events of the logs 記録.", no_args_is_help=True)
_FOLLOW_SECONDS = 0.5


class Format(Enum):
    """How events are written: one JSON object a line, or a table with commas."""

    JSONL = "jsonl"
    CSV = "csv"


Services = Annotated[list[str] | None, typer.Option("--service", help="Only of these services; repeatable. [all]")]
Areas = Annotated[list[str] | None, typer.Option("--area", help="Only of streams of these areas; repeatable.")]
Types = Annotated[
    list[str] | None, typer.Option("--type", help="Only of these types, or that begin so, as needs.need_; repeatable.")
]
Streams = Annotated[list[str] | None, typer.Option("--stream", help="Only of these streams; repeatable.")]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Recorded from this time, or day, on. Without a zone: in Japan."),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="TIME", help="Recorded by this time, or to the end of this day.")
]
After = Annotated[str | None, typer.Option("--after", metavar="POSITION", help="After this position: needs.3.120,…")]
Through = Annotated[str | None, typer.Option("--through", metavar="POSITION", help="Up to this position.")]
Follow = Annotated[bool, typer.Option("--follow", help="Go on with what is recorded, until Ctrl-C.")]
Form = Annotated[Format, typer.Option("--format", help="jsonl: the published bytes, a line each; csv: a table.")]


@dataclass(frozen=True)
class Asked:
    """What a person asked for, with the words of the options."""

    areas: Sequence[str] | None
    types: Sequence[str] | None
    streams: Sequence[str] | None
    since: str | None
    until: str | None
    after: str | None = None
    through: str | None = None
    bounds: tuple[datetime | None, datetime | None] = field(init=False)
    tokens: Mapping[str, Token] = field(init=False)

    def __post_init__(self) -> None:
        given = {"--after": self.after, "--through": self.through}
        tokens = {option: position_of(text, option) for option, text in given.items() if text}
        object.__setattr__(self, "tokens", tokens)
        object.__setattr__(self, "bounds", bounds_of(self.since, self.until))
        through = tokens.get("--through", {})
        if any(seq > through.get(key, seq) for key, seq in tokens.get("--after", {}).items()):
            raise wrong(
                f"{self.through} は --after の {self.after} より前です",
                f"{self.through} is before --after {self.after}",
                "--through",
            )

    async def search(self, stores: Sequence[Store]) -> EventSearch:
        """The search in these stores, up to what they hold now."""
        since, last = self.bounds
        begin = await before(stores, since) if since else {}
        for key, seq in self.tokens.get("--after", {}).items():
            begin[key] = max(seq, begin.get(key, 0))
        until = await by(stores, last) if last else await heads_of(stores)
        if through := self.tokens.get("--through"):
            until = {key: min(seq, through.get(key, 0)) for key, seq in until.items()}
        return EventSearch(until, begin, areas=self.areas or (), types=self.types or (), streams=self.streams or ())


@app.callback()
def group() -> None:
    """Events of the logs 記録."""


@app.command()
def tail(
    count: Annotated[int, typer.Option("--count", "-n", min=0, max=100_000, help="How many.")] = 20,
    services: Services = None,
    areas: Areas = None,
    types: Types = None,
    streams: Streams = None,
    since: Since = None,
    until: Until = None,
    follow: Follow = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show the last events. With --follow it goes on. With --json: the published bytes, a line each."""
    asked, names = Asked(areas, types, streams, since, until), chosen(services)

    async def work() -> None:
        async with opened(Stack(settings_of(data=data)), names) as stores:
            search = await asked.search(list(stores.values()))
            records = await last_events(list(stores.values()), search, count)
            writer: Callable[[Record], None] = write_line
            if as_json:
                for record in records:
                    write_line(record)
            else:
                show(("recorded_at", "type", "stream", "area", "actor", "place"), map(line_of, records))
                writer = _write_words
            if follow:
                await _follow(list(stores.values()), search, writer)

    run(work())


@app.command()
def export(
    out: Annotated[Path | None, typer.Option("--out", help="New file. [the standard output]")] = None,
    form: Form = Format.JSONL,
    services: Services = None,
    areas: Areas = None,
    types: Types = None,
    streams: Streams = None,
    since: Since = None,
    until: Until = None,
    after: After = None,
    through: Through = None,
    follow: Follow = False,
    data: Data = None,
) -> None:
    """Write all events that are asked for, by the time they were recorded. Memory does not grow with their number."""
    asked, names = Asked(areas, types, streams, since, until, after, through), chosen(services)

    async def work() -> None:
        stack = Stack(settings_of(data=data))
        async with opened(stack, names) as stores:
            search = await asked.search(list(stores.values()))
            count = 0
            with _file(out) as file:  # before the access is logged: a file that cannot be written takes nothing out
                await log_accesses(stack, names, AccessKind.EXPORT, "events export")
                write = _writer(form, file)
                async for record in search_events(list(stores.values()), search):
                    write(record)
                    count += 1
            tell(f"{count} 件", f"{count} events")
            if follow:
                with nullcontext(sys.stdout) if out is None else out.open("a", encoding="utf-8", newline="") as file:
                    await _follow(list(stores.values()), search, _writer(form, file, begin=False), file)

    run(work())


@app.command("show")
def show_event(
    event_id: Annotated[UUID, typer.Argument(metavar="EVENT", help="Id of the event.")],
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show one event whole, with its digest: SHA-256 over the published bytes. Exit 2: no log has it."""

    async def work() -> None:
        async with opened(Stack(settings_of(data=data))) as stores:
            record = (await events_by_id(list(stores.values()), [event_id])).get(event_id)
        if record is None:
            raise unknown_thing(str(event_id))
        if as_json:
            write_line(record)
        else:
            show_one(as_object(record) | {"digest": record.digest().hex(), "position": position_text(record)})

    run(work())


async def _follow(
    stores: Sequence[Store], search: EventSearch, write: Callable[[Record], None], file: TextIO | None = None
) -> None:
    while True:
        await asyncio.sleep(_FOLLOW_SECONDS)
        ends = await heads_of(stores)
        search = EventSearch(ends, search.until, areas=search.areas, types=search.types, streams=search.streams)
        async for record in search_events(stores, search):
            write(record)
        (file or sys.stdout).flush()


def unknown_thing(id_: str) -> Unknown:
    """No log has an event of this id, or about it."""
    return Unknown(
        "thing.unknown",
        f"No log knows {id_}.",
        f"{id_} は記録にありません。",
        "Copy the id from a list, or from the history of a thing.",
        "一覧または履歴に表示される ID を指定してください。",
    )


def as_object(record: Record) -> dict[str, Any]:
    """The event as its published JSON object."""
    found: dict[str, Any] = orjson.loads(record.structured())
    return found


def position_text(record: Record) -> str:
    """Where the event is, as a position."""
    return f"{record.source}.{record.envelope.shard}.{record.envelope.seq}"


def line_of(record: Record) -> tuple[object, ...]:
    """The event as a line of a table."""
    envelope = record.envelope
    return (
        envelope.recorded_at, envelope.type, envelope.stream, envelope.area, envelope.actor, position_text(record)
    )  # fmt: skip


def write_line(record: Record) -> None:
    """Write the published bytes, which are a line."""
    typer.echo(record.structured())


def _write_words(record: Record) -> None:
    typer.echo("  ".join([in_japan(record.envelope.recorded_at), *map(str, line_of(record)[1:])]))


def _file(out: Path | None) -> AbstractContextManager[TextIO]:
    return nullcontext(sys.stdout) if out is None else new_text_file(out)


def _writer(form: Format, file: TextIO, *, begin: bool = True) -> Callable[[Record], None]:
    if form is Format.JSONL:

        def write_json(record: Record) -> None:
            file.write(record.structured().decode() + "\n")

        return write_json
    table = csv.writer(file)
    if begin:
        table.writerow(("source", "store", *Envelope._fields, "data"))

    def write_row(record: Record) -> None:
        cells = (record.source, record.store, *record.envelope, record.data.decode())
        table.writerow([neutral(text) for text in map(_cell, cells)])

    return write_row


def _cell(value: object) -> str:
    return "" if value is None else str(value)
