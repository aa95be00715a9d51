"""What an audit is about: the logs that the given keys are of, and the place of one event."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from shienevents import open_connection
from shienevents.proof.files import LogFiles, logs_in
from shienevents.proof.notes import PublicKey
from shienevents.proof.verifying import Verified, verified_folder
from shienops._audit_answers import needs
from shienops._output import tell
from shienops.stack import Stack


def without_key(logs: Sequence[LogFiles], keys: Sequence[PublicKey]) -> set[str]:
    """The folders of the logs that nothing connects with one of these keys, when others are.

    A log is of a key when its folder, its name or a signature says so: one that was replaced is still asked about.
    """
    of_none = {str(log.folder) for log in logs if not any(_is_of(log, key) for key in keys)}
    return set() if len(of_none) == len(logs) else of_none


def service_of(key: PublicKey) -> str:
    """The service whose logs a key signs: the last part of its name."""
    return key.name.rpartition("/")[2]


def say_without_key(folders: Sequence[str]) -> None:
    """Name each log that was not looked at."""
    for folder in folders:
        tell(f"− {folder}: 公開鍵の指定がないため、確認していません", f"− {folder}: not checked: no key")


def verified_copies(
    folder: Path, keys: Sequence[PublicKey], witnesses: Sequence[PublicKey], since: Path | None, copy: Path | None
) -> list[Verified]:
    """Verify the logs in a folder that the keys are of. Raises `Wrong` where there is none, or several for a `copy`."""
    there = list(logs_in(folder))
    if not there or (copy and len(there) > 1):
        raise needs(str(folder), "a folder with one log, or with logs", "ログのフォルダー")
    others = without_key(there, keys)
    say_without_key(sorted(others))
    found = verified_folder(folder, keys, witnesses=witnesses, since=since, copy=copy)
    return [one for one in found if one.log not in others]


async def place_of(stack: Stack, name: str, event: UUID) -> tuple[int, int] | None:
    """The shard and the number of an event."""
    connection = await open_connection(stack.dsn(name), command_seconds=30)
    try:
        row = await connection.fetchrow("select shard, seq from events where id = $1", event)
    finally:
        await connection.close()
    return tuple(row) if row else None


def _is_of(log: LogFiles, key: PublicKey) -> bool:
    note = log.checkpoint() or ""
    return service_of(key) == log.folder.parent.name or note.startswith(f"{key.name}/") or f"\n— {key.name} " in note
