"""`shien handover`: the document of a past hand-over, folded again from the logs, and whether it is the same."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console

from shiendomain.accesses import AccessKind
from shienevents import Moment, Store, StoreSource, Token, event_types, past, positions_at, replay
from shienops._access_log import log_accesses
from shienops.cli import Data, run, settings_of
from shienops.errors import StackError, Unknown
from shienops.seeing.opened import opened
from shienops.settings import SERVICES
from shienops.stack import Stack

Id = Annotated[UUID, typer.Argument(metavar="ID", help="Id of the hand-over, as it is printed on the document.")]
Digest = Annotated[
    str | None, typer.Option("--digest", help="The digest that is printed on the document: is it the same?")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write the document to the standard output, as the portal does.")]


def handover(hand_over_id: Id, digest: Digest = None, as_json: AsJson = False, data: Data = None) -> None:
    """Rebuild the document of a hand-over (引継書) from the log. Exit 1: its digest is not the one given."""

    async def work() -> None:
        stack = Stack(settings_of(data=data))
        async with opened(stack, SERVICES) as stores:
            made = await rebuilt(stack.dsn("portal"), stores, hand_over_id)
        await log_accesses(stack, ["portal"], AccessKind.PAST_READ, "handover", str(hand_over_id))
        if as_json:
            sys.stdout.buffer.write(made.json_bytes())
            sys.stdout.buffer.flush()
        _say(made, digest)
        if not _same(made, digest):
            raise typer.Exit(1)

    run(work())


async def rebuilt(dsn: str, stores: Mapping[str, Store], hand_over_id: UUID) -> Any:
    """The document, a `portal.hand_over_documents.HandOverDocument`. Of the database at `dsn` no table is read.

    Raises `StackError` for an unknown hand-over, or when the log ends before the position of its document.
    """
    documents = import_module("portal.hand_over_documents")
    row = await _recorded(stores["registry"], hand_over_id)
    moment = documents.moment_of(row)
    known = await _known(stores, moment)
    if any(known.get(key, 0) < seq for key, seq in moment.position.items()):
        raise _not_reached(hand_over_id)
    types = event_types((), documents.FOLDED)
    sources = [StoreSource(store, limit=1000) for store in stores.values()]
    async with past(dsn, types, documents.FOLDED, sources, moment, known) as seen:
        return await documents.document_of(seen, row)


async def _recorded(registry: Store, hand_over_id: UUID) -> Any:
    """The hand-over as the log of the registry has it."""
    view = import_module("portal.projections").hand_overs
    until = await positions_at(registry, datetime.now(UTC))
    found = await replay(event_types((), [view]), [view], [StoreSource(registry, limit=1000)], until)
    row = found.rows[view.name].get(hand_over_id)
    if row is None:
        raise _unknown(hand_over_id)
    return row


async def _known(stores: Mapping[str, Store], moment: Moment) -> Token:
    """What the stores hold of the services that the moment names, and of others what was recorded by then."""
    known: dict[tuple[str, int], int] = {}
    for name, store in stores.items():
        if name in moment.named:
            known |= {(name, shard): seq for shard, seq in enumerate(await store.heads())}
        else:
            known |= (await positions_at(store, moment.at)).seqs
    return known


def _same(made: Any, digest: str | None) -> bool:
    return digest is None or digest.strip().lower() == made.digest


def _say(made: Any, digest: str | None) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    document = made.document
    console.print(f"{document.name}の引継書（{made.handed_over_on} の引継ぎ、{document.day} 現在）", markup=False)
    console.print(f"  Hand-over of {made.handed_over_on}, {document.name}, as of {document.day}", markup=False)
    for part in document.parts:
        console.print(f"  {part.title} {part.total} 件", markup=False)
    console.print(f"  照合値 / digest  {made.digest}", markup=False)
    if digest is None:
        console.print("  引継書の照合値を --digest で指定すると、同じかどうかを確かめます。", markup=False)
        console.print("  Give the digest that is printed on the document as --digest to compare.", markup=False)
    elif _same(made, digest):
        console.print("✔ 引継書の照合値と同じです。\n  The digest is that of the document.", markup=False)
    else:
        console.print("✘ 引継書の照合値と違います。\n  The digest is not that of the document.", markup=False)


def _unknown(hand_over_id: UUID) -> StackError:
    return Unknown(
        "hand_over.unknown",
        f"The log has no hand-over {hand_over_id}.",
        f"引継ぎ {hand_over_id} はログにありません。",
        "Copy the id that is printed at the end of the document.",
        "引継書の末尾にある番号を指定してください。",
    )


def _not_reached(hand_over_id: UUID) -> StackError:
    return StackError(
        "hand_over.not_reached",
        f"The log ends before the position of the document of hand-over {hand_over_id}.",
        f"引継ぎ {hand_over_id} の引継書の位置まで、ログがありません。",
        "If the database was restored from a backup, run shien store refill first. Else undo the hand-over, and record "
        "it with the position that is printed on the document.",
        "データベースを復元した場合は、先に shien store refill を実行してください。そうでなければ、引継ぎを取り消し、"
        "引継書の末尾にある位置を指定して記録し直してください。",
    )
