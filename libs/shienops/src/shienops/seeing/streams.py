"""`shien stream ID` and `shien trace ID`: the history of a thing with the cause of each event, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.tree import Tree

from shiendomain.accesses import AccessKind
from shiendomain.areas import AreaTree, Territory
from shiendomain.days import JAPAN
from shienevents import NotFound, Record, Service, events_about, events_by_id
from shienops._access_log import log_accesses
from shienops._files import new_text_file
from shienops._output import AsJson, in_japan, show, tell
from shienops._words import language
from shienops.cli import Data, run, settings_of
from shienops.seeing.events import position_text, unknown_thing, write_line
from shienops.seeing.opened import opened, views_of
from shienops.stack import Stack
from shienweb import ServiceProcessSettings

Svg = Annotated[Path | None, typer.Option("--svg", help="Draw the trace into this file.")]


def stream(
    thing: Annotated[str, typer.Argument(metavar="ID", help="Id of a thing, or the name of a stream.")],
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show the whole history of a thing: every event of its stream, each with its cause.

    With --json: the published bytes, a line each; `causationid` is the id of the cause.

    What has no stream of its own (a match) is found by the events that name it. Exit 2: no log knows it.
    """

    async def work() -> None:
        stack = Stack(settings_of(data=data))
        async with opened(stack) as stores:
            records = await events_about(list(stores.values()), thing.strip())
            ids = {one.envelope.causation for one in records if one.envelope.causation}
            causes = await events_by_id(list(stores.values()), ids)
        if sources := {one.source for one in records}:
            await log_accesses(stack, sources, AccessKind.EXPORT, "stream", thing)
        if as_json:
            for record in records:
                write_line(record)
        elif records:
            show(
                ("recorded_at", "version_number", "type", "actor", "place", "cause"),
                [
                    (one.envelope.recorded_at, one.envelope.version, one.envelope.type, one.envelope.actor,
                     position_text(one), _cause_text(one, causes))
                    for one in records
                ],
            )  # fmt: skip
        if not records:
            raise unknown_thing(thing)

    run(work())


def _cause_text(record: Record, causes: Mapping[UUID, Record]) -> str:
    if record.envelope.causation is None:
        return ""
    cause = causes.get(record.envelope.causation)
    return f"{cause.envelope.type} {position_text(cause)}" if cause else str(record.envelope.causation)


def trace(
    thing: Annotated[UUID, typer.Argument(metavar="ID", help="Id of a need, issue, proposal, service, resource, …")],
    svg: Svg = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show what came of a thing through all services, as a tree of causes; --svg draws it. Exit 2: it is unknown.

    It is the trace of the portal, without the limit of a territory, from the views of the portal.
    """

    async def work() -> None:
        stack = Stack(settings_of(data=data))
        found = await traced(stack, thing)
        if found is None:
            raise unknown_thing(str(thing))
        with nullcontext() if svg is None else new_text_file(svg, replace=True) as file:
            await log_accesses(stack, ["portal"], AccessKind.EXPORT, "trace", str(thing))
            if file is not None:
                file.write(found.drawing())
        if svg is not None:
            tell(f"{svg} に書きました。", f"{svg} is written.")
        if as_json:
            typer.echo(found.model_dump_json())
        else:
            for root in trees(found.events):
                Console(highlight=False, soft_wrap=True).print(root)

    run(work())


async def traced(stack: Stack, thing: UUID) -> Any:
    """The trace, a `portal.traces.Trace`; None for what no event names. Raises `Unavailable`."""
    common = ServiceProcessSettings(dsn=stack.dsn("portal"), bootstrap_servers=stack.bootstrap_servers)
    service = await Service.open(common.parts(), views=views_of("portal"))
    try:
        async with service.snapshot() as seen:
            day = datetime.now(UTC).astimezone(JAPAN).date()
            rows = await seen.fetch("select distinct area from trail union select area from needs")
            everywhere = tuple(sorted(row["area"] for row in rows if row["area"]))
            territory = Territory(everywhere, everywhere)
            return await import_module("portal.traces").trace(seen, thing, territory, AreaTree((), day))
    except NotFound:
        return None
    finally:
        await service.__aexit__()


def trees(events: Sequence[Any]) -> list[Tree]:
    """The events under their causes, in the language of the locale. A cause that is not among them is not shown."""
    nodes = {event.id: Tree(_sentence(event)) for event in events}
    roots = []
    for event in events:
        if event.causation in nodes:
            nodes[event.causation].add(nodes[event.id])
        else:
            roots.append(nodes[event.id])
    return roots


def _sentence(event: Any) -> str:
    words = event.ja if language() == "ja" else event.en
    return f"{in_japan(event.occurred_at)}  {event.source}  {words}".replace("[", "\\[")
