"""`shien audit`: make the proof of the logs, copy it, verify it, and sign it as a second party.

Exit codes: 0 fine, 1 something was found, 2 an argument is wrong, 3 a database or a server does not answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from shiendomain.accesses import AccessKind
from shienevents import Prover, Proving, Store, published, verified_store
from shienevents.proof.files import EVENTS, LogFiles, MissingTile, copied, logs_in
from shienevents.proof.notes import LOG, WITNESS, NoteError, opened
from shienevents.proof.verifying import Verified
from shienevents.proof.witnessing import witnessed
from shienops._access_log import log_accesses
from shienops._audit_answers import busy, found, needs, run, show, unknown_event, write
from shienops._audited import place_of, say_without_key, service_of, verified_copies, without_key
from shienops._files import new_file, new_folder, writing
from shienops._log_at import LogAt
from shienops._one_event import event_in, prove_event, verified_event
from shienops._output import FINDING
from shienops._words import Said
from shienops.cli import Data, settings_of
from shienops.proof_keys import keys_folder, new_key, private_key, proof_folder, public_key
from shienops.seeing.opened import chosen
from shienops.seeing.opened import opened as stores_of
from shienops.stack import Stack

app = typer.Typer(help="The proof of the logs 監査（記録の証明）.", no_args_is_help=True)
_PATIENCE_SECONDS = 30.0

AsJson = Annotated[bool, typer.Option("--json", help="Write what was found as JSON to the standard output.")]
Only = Annotated[list[str] | None, typer.Option("--service", help="Only this service; repeatable. [all four]")]
Proof = Annotated[Path | None, typer.Option("--proof", help="Folder of the services' proof. [DATA/proof]")]
Keys = Annotated[Path | None, typer.Option("--keys", help="Folder of SERVICE.key and SERVICE.pub. [DATA/keys]")]
Public = Annotated[list[Path] | None, typer.Option("--key", help="File of a log's public key; repeatable.")]
Execute = Annotated[bool, typer.Option("--execute", help="Do it. Without this, show what would be done.")]


@app.command()
def checkpoint(
    execute: Execute = False,
    out: Annotated[Path | None, typer.Option("--out", help="Copy checkpoints and tiles into this folder.")] = None,
    events: Annotated[bool, typer.Option("--events", help="With --out: the published events, too.")] = False,
    service: Only = None,
    proof: Proof = None,
    keys: Keys = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show the last checkpoint of every shard; sign new ones (--execute); copy the logs as files (--out)."""

    async def work() -> int:
        stack, rows, code = Stack(settings_of(data=data)), [], 0
        for name in chosen(service):
            folder = proof_folder(stack.folder.path, proof) / name
            key = keys_folder(stack.folder.path, keys) / f"{name}.key"
            if out is not None and events:  # before the signature, which then covers it
                new_folder(out)
                await log_accesses(stack, [name], AccessKind.EXPORT, "audit checkpoint")
            async with _store(stack, name) as store:
                if execute:
                    code = max(code, await _signed(store, Proving(folder, private_key(key))))
                public, heads = public_key(key.with_suffix(".pub")), await store.heads()
                for shard, log in ((n, LogFiles(folder / str(n))) for n in range(store.shards)):
                    if (note := log.checkpoint()) is None:
                        continue
                    last, _ = opened(note, [public])
                    rows.append({"log": last.origin, "size": last.size, "root": last.root.hex(),
                                 "after": heads[shard] - last.size})  # fmt: skip
                    if out is not None:
                        await _copy_out(store, shard, log, out / name / str(shard), events)
        write(as_json, {"checkpoints": rows}, [
            str(Said("{log}: {size} 件、+{after}", "{log}: {size} events, +{after}")).format(**row) for row in rows
        ])  # fmt: skip
        return code

    run(work())


@app.command()
def verify(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of copied logs, or a proof of one event. Without: the stores.")
    ] = None,
    key: Public = None,
    since: Annotated[Path | None, typer.Option("--since", help="An earlier copy, which the log must continue.")] = None,
    copy: Annotated[
        Path | None, typer.Option("--copy", help="The events of one log as you have them, one Kafka value a line.")
    ] = None,
    witness: Annotated[
        list[Path] | None, typer.Option("--witness", help="Public key of a witness who must have signed; repeatable.")
    ] = None,
    service: Only = None,
    proof: Proof = None,
    keys: Keys = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Verify the logs: with a folder from its files alone, without one the events of the stores. Exit 1: tampered."""

    async def work() -> int:
        public = [public_key(file) for file in key or ()]
        if since is not None and not list(logs_in(since)):
            raise needs("--since", "a folder with logs", "ログのフォルダー")
        if folder is None:
            stack = Stack(settings_of(data=data))
            logs = [one async for one in _live(stack, chosen(service), proof, keys, key, since)]
        elif not public:
            raise needs("--key", "the public key of the log", "ログの公開鍵")
        elif folder.is_file():
            return verified_event(folder, copy, public, as_json)
        else:
            logs = verified_copies(folder, public, [public_key(file) for file in witness or ()], since, copy)
        return show(logs, as_json)

    run(work())


@app.command()
def prove(
    event: Annotated[UUID, typer.Argument(help="Id of the event.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for EVENT.tlog-proof and EVENT.json.")] = Path(),
    log: Annotated[
        Path | None, typer.Option("--log", help="Copied logs with their events: no server is asked.")
    ] = None,
    service: Only = None,
    proof: Proof = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Make the proof that one event is in the log: two files, which `verify` checks with the public key alone."""

    async def work() -> int:
        if log is not None:
            if (copy := event_in(log, event)) is None:
                raise unknown_event(event)
            return await prove_event(event, *copy, out, as_json, None)
        stack = Stack(settings_of(data=data))
        for name in chosen(service):
            async with _store(stack, name) as store:
                if (place := await place_of(stack, name, event)) is None:
                    continue
                shard, seq = place
                value = (await store.read(shard, seq - 1, 1))[0].structured()
            files = LogFiles(proof_folder(stack.folder.path, proof) / name / str(shard))
            return await prove_event(event, files, seq, value, out, as_json, stack)
        raise unknown_event(event)

    run(work())


@app.command()
def witness(
    folder: Annotated[Path, typer.Argument(help="Folder of copied logs.")],
    key: Public = None,
    with_: Annotated[Path | None, typer.Option("--with", help="Private key of the witness.")] = None,
    kept: Annotated[Path, typer.Option("--kept", help="Folder of what this witness signed before.")] = Path("kept"),
    execute: Execute = False,
    as_json: AsJson = False,
) -> None:
    """Sign checkpoints as a second party, if the logs only grew since the last ones signed. Exit 1: one did not."""

    async def work() -> int:
        if not key or with_ is None:
            raise needs("--key, --with", "the log's public key and the witness's own", "ログの公開鍵と証人の鍵")
        public, own, code, rows = [public_key(file) for file in key], private_key(with_), 0, []
        if not (logs := list(logs_in(folder))):
            raise needs(str(folder), "a folder with logs", "ログのフォルダー")
        say_without_key(sorted(others := without_key(logs, public)))
        for log in (one for one in logs if str(one.folder) not in others):
            try:
                size = log.size()
                note = witnessed(log, public, own, kept, int(time.time()), keep=execute)
            except (NoteError, MissingTile) as error:
                code = found(error, str(log.folder))
                continue
            if execute:
                log.conclude(note, size)
            rows.append({"log": note.partition("\n")[0], "size": size, "signed": execute, "checkpoint": note})
        write(as_json, {"checkpoints": rows}, [f"✔ {row['log']} {row['size']}" for row in rows])
        return code

    run(work())


@app.command("copy")
def copy_(
    url: Annotated[str, typer.Argument(help="Where a log is served: http://HOST/log/SHARD")],
    folder: Annotated[Path, typer.Argument(help="Folder for its files. What is there already is not read again.")],
    as_json: AsJson = False,
) -> None:
    """Copy the checkpoint and the tiles of a log from a service into a folder."""

    async def work() -> int:
        with LogAt(url) as log:
            size = copied(log, folder).size()
        write(as_json, {"folder": str(folder), "size": size}, [f"✔ {folder} {size}"])
        return 0

    run(work())


@app.command("key")
def key_(
    name: Annotated[str, typer.Argument(help="Name of the key, such as city.example.jp/needs.")],
    file: Annotated[Path, typer.Argument(help="New file for the private key; .pub beside it gets the public one.")],
    as_witness: Annotated[bool, typer.Option("--witness", help="A key of a witness.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a key that signs the log of a service, or a witness's. The private file is as secret as the log is long."""

    async def work() -> int:
        public = str(new_key(name, file, WITNESS if as_witness else LOG).public)
        write(as_json, {"file": str(file), "public": public}, [public])
        return 0

    run(work())


async def _signed(store: Store, proving: Proving) -> int:
    """Sign what the store has, and say what hinders it; the exit code."""
    prover, deadline = Prover(store, proving), time.monotonic() + _PATIENCE_SECONDS
    while not await prover.turn():
        if time.monotonic() > deadline:
            raise busy(proving.folder)
        await asyncio.sleep(0.2)
    for why in prover.stopped.values():
        found(why)
    return FINDING if prover.stopped else 0


async def _copy_out(store: Store, shard: int, log: LogFiles, to: Path, events: bool) -> None:
    with writing(to):
        copy = copied(log, to)
    if events:
        with new_file(to / EVENTS, replace=True) as file:
            async for _, value in published(store, shard, copy.size()):
                file.write(value + b"\n")


async def _live(
    stack: Stack,
    names: Sequence[str],
    proof: Path | None,
    keys: Path | None,
    given: Sequence[Path] | None,
    since: Path | None,
) -> AsyncIterator[Verified]:
    """The log of every shard that has one, with the events of its store."""
    for name in names:
        async with _store(stack, name) as store:
            public = [public_key(file) for file in given or [keys_folder(stack.folder.path, keys) / f"{name}.pub"]]
            if given and len(names) > 1 and name not in {service_of(key) for key in public}:
                say_without_key([name])
                continue
            for shard in range(store.shards):
                log = LogFiles(proof_folder(stack.folder.path, proof) / name / str(shard))
                earlier = since / name / str(shard) if since else None
                if log.checkpoint() or (earlier and earlier.exists()) or (await store.heads())[shard]:
                    yield await verified_store(store, shard, log, public, earlier)


@asynccontextmanager
async def _store(stack: Stack, name: str) -> AsyncIterator[Store]:
    async with stores_of(stack, [name]) as stores:
        yield stores[name]
