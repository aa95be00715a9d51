"""`shien backup` and `shien restore`: all services of a deployment at one moment, into a folder and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer

from shiendomain.accesses import AccessKind
from shienops._access_log import log_accesses
from shienops._backup import back_up, unfinished
from shienops._manifest import ServiceCopy
from shienops._output import AsJson, Execute, emit, show, tell
from shienops._pace import Pace
from shienops._restore import Target, checked, restore, targets
from shienops.cli import Data, run, settings_of
from shienops.proof_keys import proof_folder
from shienops.stack import Stack

Proof = Annotated[Path | None, typer.Option("--proof", help="Folder of the services' proof. [DATA/proof]")]


def backup(
    out: Annotated[Path, typer.Option("--out", help="New folder for the backup.")],
    proof: Proof = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Copy the databases of all services as they were at one moment, while they run, and the proof of the logs.

    Contacts are in it: keep it as they are kept. Passwords and keys are not, and views are folded again.
    """
    stack = Stack(settings_of(data=data))

    async def log() -> None:  # when the folder is there: one that cannot be made takes nothing out
        await log_accesses(stack, stack.settings.services, AccessKind.EXPORT, "backup")

    async def work() -> None:
        for left in unfinished(out):
            tell(
                f"{left} は途中で終わったバックアップです。連絡先を含みます。ほかに実行中のバックアップがなければ"
                "削除してください。",
                f"{left} is of a backup that did not end. Contacts are in it: delete it, unless it is being made now.",
            )
        pace = Pace("バックアップ中", "backing up")
        services = await back_up(_owners(stack), out, proof_folder(stack.folder.path, proof), pace, log)
        _say(services, as_json=as_json, folder=out)
        tell(f"{out} に保存しました（{pace.seconds:.1f} 秒）。", f"saved in {out} ({pace.seconds:.1f} s)")

    run(work())


def restore_(
    folder: Annotated[Path, typer.Argument(help="Folder that `shien backup` made.")],
    execute: Execute = False,
    proof: Proof = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Bring a backup into the empty databases of a new place, and compare every table with it.

    Without --execute the files are compared with their digests, and it says what the new place holds. Exit 1: it would
    be refused. The services fold their views when they start.
    """
    stack = Stack(settings_of(data=data))

    async def work() -> None:
        if not execute:
            services = checked(folder)
            tell("ファイルに破損はありません。", "every file is whole.")
            found = await targets(services, _owners(stack))
            _say(services, as_json=as_json, folder=folder, found=found)
            if refused := next((one.refused for one in found.values() if one.refused), None):
                raise refused
            tell("--execute を付けると復元します。", "Add --execute to restore it.")
            return
        pace = Pace("復元中", "restoring")
        owners = _owners(stack)
        writers = {name: unquote(urlsplit(stack.dsn(name)).username or "") for name in owners}
        services = await restore(folder, owners, writers, proof_folder(stack.folder.path, proof), pace)
        _say(services, as_json=as_json, folder=folder)
        tell(
            f"復元し、すべての表を照合しました（{pace.seconds:.1f} 秒）。サービスを起動してください（shien serve）。",
            f"restored, and every table compared ({pace.seconds:.1f} s). Start the services: shien serve",
        )

    run(work())


def _owners(stack: Stack) -> dict[str, str]:
    return {name: stack.owner_dsn(name) for name in stack.settings.services}


def _say(
    services: dict[str, ServiceCopy], *, as_json: bool, folder: Path, found: Mapping[str, Target] | None = None
) -> None:
    rows: list[dict[str, object]] = [
        {
            "service": name,
            "events": sum(one.heads),
            "rows": sum(copy.rows for copy in one.tables.values()),
            "bytes": sum(copy.bytes for copy in one.tables.values()),
        }
        for name, one in services.items()
    ]
    titles = ["service", "events", "rows", "bytes"]
    if found is not None:
        titles += ["there", "result"]
        for row, target in zip(rows, found.values(), strict=True):
            row |= {"there": target.events, "refused": target.refused and target.refused.code}
            row["result"] = "✘" if target.refused else "✔"
    if as_json:
        emit({"folder": folder, "services": [{k: v for k, v in row.items() if k != "result"} for row in rows]})
    else:
        show(titles, [[row[title] for title in titles] for row in rows])
