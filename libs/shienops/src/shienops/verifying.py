"""`shien match verify`: the certificate of a matching round, made again from the logs and checked without a solver."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console

from shienevents import Positions, Store, StoreSource, event_types, open_connection, parse_token, replay
from shienops._files import write_file
from shienops._output import FINDING
from shienops.cli import Data, run, settings_of
from shienops.errors import StackError, Unknown
from shienops.seeing.opened import opened
from shienops.settings import SERVICES
from shienops.stack import Stack

app = typer.Typer(help="Matching rounds 一括マッチング.", no_args_is_help=True)

Id = Annotated[UUID, typer.Argument(metavar="ROUND", help="Id of the round, as GET /rounds lists it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write what was found as JSON to the standard output.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write the certificate, made again, into this file.")]
Restore = Annotated[bool, typer.Option("--restore", help="Keep the certificate again where its table lost it.")]


@dataclass(frozen=True)
class Checked:
    """A round that was checked: its events, the bytes of its certificate made again, and what is wrong."""

    opened: Any
    solved: Any
    certificate: bytes
    findings: Sequence[str]

    def as_object(self) -> dict[str, Any]:
        """As one JSON object."""
        return {
            "round": str(self.opened.round_id),
            "area": self.opened.area,
            "day": self.opened.day.isoformat(),
            "positions": self.opened.positions,
            "objective": self.solved.objective,
            "pairs": self.solved.pairs,
            "certificate": self.solved.certificate,
            "proven": not self.findings,
            "findings": list(self.findings),
        }


@app.callback()
def group() -> None:
    """Matching rounds 一括マッチング."""


@app.command()
def verify(round_id: Id, as_json: AsJson = False, out: Out = None, restore: Restore = False, data: Data = None) -> None:
    """Check that no other matching of a round would have been worth more. Exit 1: it is not proven.

    The inputs are made again from the logs at the round's positions, and its certificate is checked without a solver.
    Exit 2: no such round, or a wrong argument. Exit 3: the databases do not answer.
    """

    async def work() -> None:
        stack = Stack(settings_of(data=data))
        async with opened(stack, SERVICES) as stores:
            checked = await checked_round(stores, stack.dsn("matching"), round_id, restore=restore)
        if out is not None and checked.certificate:
            await asyncio.to_thread(write_file, out, checked.certificate)
        if as_json:
            typer.echo(json.dumps(checked.as_object(), ensure_ascii=False, indent=1))
        else:
            _say(checked)
        if checked.findings:
            raise typer.Exit(FINDING)

    run(work())


async def checked_round(stores: Mapping[str, Store], dsn: str, round_id: UUID, *, restore: bool = False) -> Checked:
    """Check a round against the logs, and against the certificate that is kept in the database at `dsn`.

    Raises `StackError` for a round that the log does not have.
    """
    matching, projections = stores["matching"], import_module("matching.projections")
    types = event_types(import_module("matching.decider").DECIDERS, projections.VIEWS)
    records = await matching.read_stream(f"round-{round_id}")
    if not records:
        raise _unknown(round_id)
    opened: Any
    opened, solved = (types.parse(record.envelope.type, record.data) for record in records)
    until = Positions.at(parse_token(opened.positions))
    heads = {name: await store.heads() for name, store in stores.items()}
    for (name, shard), seq in until.seqs.items():
        if heads[name][shard] < seq:
            return Checked(opened, solved, b"", [f"the log of {name} ends before the position of the round"])
    sources = [StoreSource(stores[name], limit=1000) for name in sorted({name for name, _ in until.seqs})]
    then = await replay(types, projections.VIEWS, sources, until)
    rows = {name: list(found.values()) for name, found in then.rows.items()}
    now = Positions.at({("matching", shard): seq for shard, seq in enumerate(heads["matching"])})
    later = await replay(types, [projections.matches], [StoreSource(matching, limit=1000)], now)
    certificate, findings = import_module("matching.rounds.checking").rebuilt(
        opened, solved, records[0].envelope.municipality, rows, later.rows["matches"].values()
    )
    body = import_module("matching.rounds.certificate").canonical(certificate)
    findings += await _kept(dsn, round_id, body, restore=restore and not findings)
    return Checked(opened, solved, body, findings)


async def _kept(dsn: str, round_id: UUID, body: bytes, *, restore: bool) -> list[str]:
    """What is wrong with the certificate that is kept."""
    certificates = import_module("matching.certificates")
    connection = await open_connection(dsn, command_seconds=30)
    try:
        if restore:
            await certificates.keeping(round_id, body)(connection)
        found = await certificates.kept(connection, round_id)
    except zlib.error:
        return ["the certificate that is kept cannot be read"]
    finally:
        await connection.close()
    if found is None:
        return ["no certificate is kept; --restore keeps the one made again from the log"]
    return [] if found == body else ["the certificate that is kept is another one than the log gives"]


def _say(checked: Checked) -> None:
    console = Console(highlight=False, soft_wrap=True)
    opened, solved = checked.opened, checked.solved
    console.print(f"一括マッチング {opened.round_id}（{opened.area}、{opened.day}）", markup=False)
    console.print(
        f"  打診 {solved.pairs} 件、{solved.people_proposed} 人。未対応 {solved.people_unserved} 人", markup=False
    )
    console.print(f"  {solved.pairs} proposals for {solved.people_proposed} people; {solved.people_unserved} are left")
    console.print(f"  照合値 / digest  {solved.certificate}", markup=False)
    for finding in checked.findings:
        console.print(f"✘ {finding}", markup=False)
    if checked.findings:
        console.print("✘ 証明できません。\n  Not proven.", markup=False)
    else:
        console.print("✔ これより評価点の高い組合せはありません（記録から再計算して確認）。", markup=False)
        console.print(f"  No other matching is worth more than its {solved.objective} points.", markup=False)


def _unknown(round_id: UUID) -> StackError:
    return Unknown(
        "round.unknown",
        f"The log has no round {round_id}.",
        f"一括マッチング {round_id} は記録にありません。",
        "Copy its id from GET /rounds or from the page of rounds.",
        "一括マッチングの一覧にある ID を指定してください。",
    )
