"""`shien board` and `shien diff`: what was known at a time, and what changed between two times, from the logs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from shiendomain.accesses import AccessKind
from shiendomain.areas_view import tree_of
from shiendomain.days import FIRST_DAY, JAPAN, day_of
from shiendomain.rules import STALE_AFTER_DAYS
from shienevents import (
    Moment,
    RowDifference,
    Rows,
    Source,
    Store,
    StoreSource,
    Token,
    View,
    differences,
    event_types,
    past,
    positions_at,
    replay,
)
from shienops._access_log import log_accesses
from shienops._output import tell, wrong
from shienops._words import language
from shienops.cli import Data, run, settings_of
from shienops.errors import Unknown
from shienops.log_files import LogFiles, own_postgres
from shienops.seeing.opened import opened, time_of
from shienops.settings import SERVICES
from shienops.stack import Stack

_MARKS = {"added": "+", "changed": "~", "removed": "-"}
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="Known by then: a time (without a zone: in Japan), or to the end of a day. [now]",
    ),
]
ValidAt = Annotated[
    datetime | None,
    typer.Option("--valid-at", formats=["%Y-%m-%d"], help="What was true on this day, as known by --as-of."),
]
Area = Annotated[str, typer.Argument(metavar="AREA", help="Code of the area; all below it are counted too.")]
Stale = Annotated[
    int, typer.Option("--stale-after", min=1, help="The city's days after which a verification is stale.")
]
Digest = Annotated[str | None, typer.Option("--digest", help="The digest of a board: is it the same?")]
Log = Annotated[
    Path | None,
    typer.Option("--log", metavar="FOLDER", help="A copy of the logs: no server is needed, and none is asked."),
]
ViewName = Annotated[str, typer.Argument(metavar="SERVICE.VIEW", help="For example matching.matches.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to the standard output.")]


def board(
    area: Area,
    as_of: AsOf = None,
    valid_at: ValidAt = None,
    stale_after: Stale = STALE_AFTER_DAYS,
    digest: Digest = None,
    log: Log = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Count the board of an area as it was known at a time, from the logs. Exit 1: its digest is not the one given."""
    at = _time(as_of, "--as-of")
    day = valid_at.date() if valid_at else day_of(at)

    async def work() -> None:
        if log is not None:
            files = LogFiles(log)
            async with own_postgres() as dsn:
                made = await board_of(dsn, [files], files.known(), area, at, day, stale_after)
        else:
            stack = Stack(settings_of(data=data))
            async with opened(stack, SERVICES) as stores:
                known = {key: n for store in stores.values() for key, n in (await positions_at(store, at)).seqs.items()}
                sources = [StoreSource(store, limit=1000) for store in stores.values()]
                made = await board_of(stack.dsn("portal"), sources, known, area, at, day, stale_after)
            await log_accesses(stack, ["portal"], AccessKind.PAST_READ, "board", area, as_of=at)
        if as_json:
            typer.echo(made.model_dump_json())
        else:
            show_board(made, at)
        if digest is not None and digest.strip().lower() != made.digest:
            tell("✘ 集計の照合値が違います。", "The digest is not that of the board.")
            raise typer.Exit(1)

    run(work())


async def board_of(
    dsn: str, sources: Sequence[Source], known: Token, area: str, at: datetime, day: date, stale: int
) -> Any:
    """The board, a `portal.board_answers.BoardAnswer`. Of the database at `dsn` no table is read.

    `known`: how far the sources have the logs.

    Raises `StackError` for an area that was not known then.
    """
    answers = import_module("portal.board_answers")
    views = import_module("portal.projections").VIEWS
    async with past(dsn, event_types((), views), views, sources, Moment(at), known) as seen:
        if area not in await tree_of(seen, day):
            raise _unknown_area(area, at)
        return await answers.count(seen, area, day, stale, subtree=True)


def diff(
    view: ViewName,
    between: Annotated[
        tuple[str, str], typer.Option("--between", metavar="TIME TIME", help="Two times, or days to their ends.")
    ],
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show which rows of a view were added, changed and removed between two times, from the logs."""
    first, second = (_time(text, "--between") for text in between)
    if first > second:
        raise wrong(
            f"{between[0]} は {between[1]} より後です。早い日時を先に指定してください",
            f"{between[0]} is after {between[1]}; give the earlier time first",
            "--between",
        )

    async def work() -> None:
        found = _view(view)
        stack = Stack(settings_of(data=data))
        async with opened(stack, heard_by(found)) as stores:
            before, after = [await rows_at(found, stores, at) for at in (first, second)]
        about = f"{view} {first.isoformat()}"
        await log_accesses(stack, [view.partition(".")[0]], AccessKind.PAST_READ, "diff", about, as_of=second)
        _show_difference(differences(before, after), as_json=as_json)

    run(work())


def heard_by(view: View[Any]) -> list[str]:
    """The services whose events a view is made of."""
    return sorted({event.wire.partition(".")[0] for event in view.subscribes_to})


async def rows_at(view: View[Any], stores: Mapping[str, Store], at: datetime) -> Rows:
    """The rows of a view as they were known at a time, by key."""
    known = {name: (await positions_at(stores[name], at)).seqs for name in heard_by(view)}
    sources = [StoreSource(stores[name], limit=1000) for name, seqs in known.items() if seqs]
    moment = Moment(at)
    until = moment.within({key: seq for seqs in known.values() for key, seq in seqs.items()})
    replayed = await replay(event_types((), [view]), [view], sources, until, moment.holds)
    return {key: row for key, row in replayed.rows[view.name].items() if row is not None}


def _time(text: str | None, option: str) -> datetime:
    if text is None:
        return datetime.now(UTC)
    found, now = time_of(text, option, end=True), datetime.now(UTC)
    if day_of(found) < FIRST_DAY or found > now:
        last = now.astimezone(JAPAN).isoformat(timespec="seconds")
        if len(text) == len("2026-03-31") and day_of(found) == day_of(now):  # its answer would be another one tonight
            raise wrong(
                f"{text} はまだ終わっていません。現在までの内容は {last} と指定してください",
                f"{text} has not ended yet. For what was known until now, give {last}",
                option,
            )
        raise wrong(
            f"{FIRST_DAY} から現在（{last}）までの日時か、終わった日を、2026-03-31 のように指定してください（{text}）",
            f"{text}: a time from {FIRST_DAY} to now ({last}), or a day that has ended is expected, like 2026-03-31",
            option,
        )
    return found.astimezone(UTC)


def _view(name: str) -> View[Any]:
    """The view of this name. Raises `StackError` for another one, which names those that there are."""
    service, _, wanted = name.partition(".")
    known = import_module(f"{service}.projections").VIEWS if service in SERVICES else ()
    views: dict[str, View[Any]] = {view.name: view for view in known}
    if wanted not in views:
        raise Unknown(
            "view.unknown",
            f"There is no view {name!r}.",
            f"ビュー {name!r} はありません。",
            f"Choose one of: {', '.join([f'{service}.{one}' for one in views] or [f'{s}.…' for s in SERVICES])}.",
            f"次から選んでください: {'、'.join([f'{service}.{one}' for one in views] or SERVICES)}",
        )
    return views[wanted]


def show_board(made: Any, at: datetime) -> None:
    """Write a `portal.board_answers.BoardAnswer` as a table, or that there is nothing on it; and its digest."""
    title = f"{made.name}（{made.area}）  {made.day}"
    table = Table(title=title, title_justify="left", show_header=False)
    for justify in ("left", "left", "right"):
        table.add_column(justify=justify)
    labels = import_module("portal.api.pages").labels_in(language())
    sections = import_module("portal.rendering").SECTIONS
    if language() == "en":
        sections = import_module("portal.page_words").SECTIONS_EN
    for section, figures in made.board.model_dump().items():
        for name, label in labels[section].items():
            table.add_row(sections[section], label, str(figures[name]))
    if any(figure for figures in made.board.model_dump().values() for figure in figures.values()):
        Console().print(table)
    else:
        typer.echo(title)
        tell("この地域には、まだ何も記録されていませんでした。", "Nothing had been recorded in this area yet.")
    tell(f"{_shown(at)} までに記録されていた内容", f"What had been recorded by {_shown(at)}")
    tell(f"照合値 {made.digest}", f"digest {made.digest}")


def _shown(at: datetime) -> str:
    """A moment whole, so that --as-of understands it again: the board of another microsecond may be another."""
    return at.astimezone(JAPAN).isoformat(" ")


def _show_difference(found: Sequence[RowDifference], *, as_json: bool) -> None:
    for one in found:
        if as_json:
            sys.stdout.write(json.dumps(one._asdict(), ensure_ascii=False) + "\n")
        else:
            typer.echo(f"{_MARKS[one.what]} {one.key}")
            for name, (old, new) in one.fields.items():
                if one.what == "changed":
                    typer.echo(f"    {name}: {_text(old)} → {_text(new)}")
    counts = {what: sum(one.what == what for one in found) for what in _MARKS}
    tell(
        f"追加 {counts['added']} 行、変更 {counts['changed']} 行、削除 {counts['removed']} 行",
        f"{counts['added']} rows added, {counts['changed']} changed, {counts['removed']} removed",
    )


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _unknown_area(area: str, at: datetime) -> Unknown:
    return Unknown(
        "area.unknown",
        f"There was no area {area} at {_shown(at)}.",
        f"{_shown(at)} の時点で、地域 {area} はありません。",
        "Check the code, or ask for a later time.",
        "コードを確かめるか、後の日時を指定してください。",
    )
