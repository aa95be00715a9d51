"""What a command writes: data to the standard output, as JSON or as a table, and all else to stderr."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import structlog
import typer
from rich.console import Console
from rich.table import Table

from shiendomain.days import JAPAN
from shienops._words import TITLES, Said

FINE, FINDING, USAGE, UNREACHABLE = 0, 1, 2, 3

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to the standard output.")]
Execute = Annotated[bool, typer.Option("--execute", help="Do it. Without this, only say what would be done.")]


def log_to_stderr(*_: object) -> structlog.PrintLogger:
    """Where the library's log lines go: the standard output is for data."""
    return structlog.PrintLogger(sys.stderr)


def emit(value: object) -> None:
    """Write one JSON value. Times are RFC 3339, ids are text, and a dataclass is an object."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return str(value)


def show(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table. Titles are keys of `TITLES`, or stand for themselves."""
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(str(TITLES.get(title, title)), overflow="fold")
    for row in rows:
        table.add_row(*map(_cell, row))
    # A file or a pipe has no width: each line stays whole there.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 1000
    Console(highlight=False, markup=False, width=width).print(table)


def show_one(found: Mapping[str, object]) -> None:
    """Write the fields of one object, a line each."""
    for name, value in found.items():
        text = json.dumps(value, ensure_ascii=False, default=_plain) if isinstance(value, dict) else _cell(value)
        typer.echo(f"{TITLES.get(name, name)}: {text}")


def _cell(value: object) -> str:
    if value is None:
        return ""
    return in_japan(value) if isinstance(value, datetime) else str(value)


def in_japan(moment: datetime) -> str:
    """A moment for a person, to the second: in Japan, with the zone, so that an option understands it again."""
    return moment.astimezone(JAPAN).isoformat(" ", "seconds")


def tell(ja: str, en: str) -> None:
    """Write a sentence to stderr, in the language of the locale."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(str(Said(ja, en)), markup=False)


def wrong(ja: str, en: str, option: str) -> typer.BadParameter:
    """A wrong argument: the command ends with code 2."""
    return typer.BadParameter(str(Said(ja, en)), param_hint=option)
