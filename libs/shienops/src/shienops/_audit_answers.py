"""What `shien audit` says: its exit codes, what it found, and what it needs."""

from __future__ import annotations

import json
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import asyncpg
import typer
from rich.console import Console

from shienevents import ShienError, Unavailable
from shienevents.proof.files import MissingTile
from shienevents.proof.notes import NoteError
from shienevents.proof.verifying import Verified
from shienops._files import about_a_file, unwritable
from shienops._output import FINDING, UNREACHABLE
from shienops._screen import print_error
from shienops._words import Said
from shienops.cli import worked
from shienops.errors import NoAnswer, StackError, Unknown, Wrong


def run(work: Coroutine[Any, Any, int]) -> NoReturn:
    """Do the work of a command, and end with its exit code."""
    try:
        raise typer.Exit(worked(work))
    except StackError as error:
        print_error(error)
        code = error.exit_code
    except (NoteError, MissingTile) as error:
        code = found(error)
    except ShienError as error:
        code = found(error)
        code = UNREACHABLE if isinstance(error, Unavailable) else code
    except (OSError, asyncpg.PostgresConnectionError) as error:
        if isinstance(error, OSError) and about_a_file(error):
            print_error(unwritable(error.filename or "", error))
            raise typer.Exit(FINDING) from None
        _console().print(f"shien: {error}", markup=False)
        code = UNREACHABLE
    raise typer.Exit(code)


def found(error: Exception, log: str = "") -> int:
    """Say what was found, and in which log; the exit code."""
    en, ja = getattr(error, "en", "") or str(error), getattr(error, "ja", "")
    place = f"{log}: " if log else ""
    _console().print(f"✘ {place}{en}" + (f"\n  {place}{ja}" if ja else ""), markup=False)
    return FINDING


def write(as_json: bool, value: object, lines: Sequence[str]) -> None:
    """Write data to the standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1) if as_json else "\n".join(lines))


def show(all_: Sequence[Verified], as_json: bool) -> int:
    """Write what was verified; the exit code."""
    write(as_json, {"logs": [_row(one) for one in all_]}, [line for one in all_ for line in lines_of(one)])
    return FINDING if any(one.findings for one in all_) else 0


def lines_of(one: Verified) -> list[str]:
    """What was verified of a log, for a person, in the language of the locale."""
    if one.findings or not one.checkpoint:
        return [f"✘ {one.log}: {Said(finding.ja, finding.en)}" for finding in one.findings]
    size, count = one.checkpoint.size, one.events
    compared = Said("", "") if count is None else Said(f"、照合した記録 {count} 件", f", {count} events compared")
    said = Said(f"署名のとおり {size} 件{compared.ja}", f"{size} events as signed{compared.en}")
    return [f"✔ {one.log}: {said}"]


def _row(one: Verified) -> dict[str, Any]:
    return {
        "log": one.log,
        "size": one.checkpoint.size if one.checkpoint else None,
        "root": one.checkpoint.root.hex() if one.checkpoint else None,
        "signed_by": list(one.signed_by),
        "events": one.events,
        "findings": [
            {"code": finding.code, "seq": finding.seq, "event": finding.event, "ja": finding.ja, "en": finding.en}
            for finding in one.findings
        ],
    }


def needs(option: str, what_en: str, what_ja: str) -> Wrong:
    """An option lacks, or names something else than it should."""
    return Wrong(
        "audit.option",
        f"{option}: {what_en} is expected.",
        f"{option}: {what_ja}を指定してください。",
        "`shien audit --help` lists the options.",
        "`shien audit --help` で指定方法を確認できます。",
    )


def unknown_event(event: UUID) -> Unknown:
    """No store has the event."""
    return Unknown(
        "audit.unknown_event",
        f"No log has an event {event}.",
        f"記録 {event} はどのログにもありません。",
        "Copy the id from the history of a stream.",
        "履歴に表示される ID を指定してください。",
    )


def busy(folder: Path) -> StackError:
    """Another process makes checkpoints in the folder, and does not end."""
    return NoAnswer(
        "audit.busy",
        f"Another process makes checkpoints in {folder}.",
        f"{folder} では別の処理がチェックポイントを作成しています。",
        "Wait until it is done and run this again; a service signs by itself every ten seconds.",
        "終わってからもう一度実行してください。起動中のサービスは 10 秒ごとに自動で署名します。",
    )


def _console() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)
