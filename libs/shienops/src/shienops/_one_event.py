"""One event: found in copied logs, proved with two files, and verified from them with the public key alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from shiendomain.accesses import AccessKind
from shienevents.proof.files import EVENTS, LogFiles, MissingTile, logs_in
from shienevents.proof.notes import NoteError, PublicKey
from shienevents.proof.proofs import proof_of, proven
from shienops._access_log import log_accesses
from shienops._audit_answers import found, needs, write
from shienops._files import new_folder, write_file
from shienops.stack import Stack


def event_in(folder: Path, event: UUID) -> tuple[LogFiles, int, bytes] | None:
    """The log that an event is in, among copied ones with their events; its number, and its published bytes.

    Raises `Wrong` where there is no log with its events.
    """
    if not (logs := [log for log in logs_in(folder) if (log.folder / EVENTS).exists()]):
        raise needs("--log", "a folder with logs and their events", "記録の本文を含むログのフォルダー")
    name = str(event).encode()
    for log in logs:
        with (log.folder / EVENTS).open("rb") as lines:
            for line in (one.rstrip(b"\n") for one in lines if name in one):
                if seq := _number_of(line, event):
                    return log, seq, line
    return None


def _number_of(line: bytes, event: UUID) -> int:
    """The number of this event in its log; 0 when the line is another event, or none."""
    try:
        said = json.loads(line)
        return int(said["sequence"]) if said["id"] == str(event) else 0
    except (ValueError, KeyError, TypeError):
        return 0


async def prove_event(
    event: UUID, log: LogFiles, seq: int, value: bytes, out: Path, as_json: bool, stack: Stack | None
) -> int:
    """Write the two files of the proof; the exit code.

    `stack`: the deployment that the event was taken from, whose log of accesses gets it; None: from copied logs.
    """
    name, shard = log.folder.resolve().parts[-2:]
    try:
        text = proof_of(log, seq)
    except (NoteError, MissingTile) as error:
        return found(error, "" if stack else str(log.folder))
    new_folder(out)
    if stack is not None:
        await log_accesses(stack, [name], AccessKind.EXPORT, "audit prove", str(event))
    write_file(out / f"{event}.tlog-proof", text.encode())
    write_file(out / f"{event}.json", value)
    row = {
        "event": str(event),
        "service": name,
        "shard": int(shard) if shard.isdecimal() else None,
        "seq": seq,
        "proof": text,
    }
    write(as_json, row, [f"{out / f'{event}.tlog-proof'}\n{out / f'{event}.json'}"])
    return 0


def verified_event(proof: Path, value: Path | None, keys: Sequence[PublicKey], as_json: bool) -> int:
    """Verify the proof of one event; the exit code. Raises `NoteError`."""
    if value is None:
        raise needs("--copy", "the file of the event", "記録のファイル")
    last, seq = proven(proof.read_text(), value.read_bytes().rstrip(b"\n"), keys)
    write(as_json, {"log": last.origin, "seq": seq, "size": last.size}, [f"✔ {last.origin}: {seq} / {last.size}"])
    return 0
