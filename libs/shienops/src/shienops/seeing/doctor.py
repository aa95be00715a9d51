"""`shien doctor`: every prerequisite and every promise that can be checked from outside, each finding with a remedy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import typer

from shienops._output import FINDING, UNREACHABLE, AsJson, emit, show, tell
from shienops._words import language
from shienops.cli import Data, settings_of
from shienops.kafka_rights import Principal
from shienops.seeing.checking import Found, asked_of
from shienops.system import System


def doctor(as_json: AsJson = False, data: Data = None, principal: Principal = "User:{user}") -> None:
    """Check every prerequisite and every promise. Exit 1: something is wrong; 3: a database or Kafka does not answer.

    Each finding has its remedy. It only reads. The views are compared with the logs by `shien views verify`.
    """
    found = asyncio.run(asked_of(System(settings_of(data=data)), principal))
    if as_json:
        emit([one.as_object() for one in found])
    else:
        _say(found)
    if any(one.unreachable for one in found):
        raise typer.Exit(UNREACHABLE)
    if not all(one.fine for one in found):
        raise typer.Exit(FINDING)


def _say(found: Sequence[Found]) -> None:
    wrong = [one for one in found if not one.fine]
    show(("check", "result"), [(str(one.title), "✔" if one.fine else "✘") for one in found])
    for one in wrong:
        ja = language() == "ja"
        typer.echo(f"✘ {one.title}: {one.finding.ja if ja else one.finding.en}")
        typer.echo(f"  {one.remedy.ja if ja else one.remedy.en}")
    if not wrong:
        tell("問題はありません。", "Nothing is wrong.")
