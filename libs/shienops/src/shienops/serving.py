"""`shien serve` and `shien token`: the whole system on this machine, and tokens for it."""

from __future__ import annotations

from typing import Annotated

import typer

from shienops._screen import complain
from shienops.cli import Data, Port, app, bring_up, run, settings_of
from shienops.errors import StackError
from shienops.system import System
from shienops.tokens import demo_token, refuse_elsewhere
from shienweb import Role

__all__ = ["app"]


@app.command()
def serve(
    data: Data = None,
    portal_port: Port = None,
    registry_port: Port = None,
    needs_port: Port = None,
    matching_port: Port = None,
    escalation_port: Port = None,
    jwks: Annotated[str | None, typer.Option(help="The issuer's keys; else those of `shien token`.")] = None,
    synthetic: Annotated[bool, typer.Option("--synthetic", help="Every page says that the data are made up.")] = False,
    detach: Annotated[bool, typer.Option(help="Return when all are ready; `shien down` ends it.")] = False,
) -> None:
    """Start the stack and the five services; without --detach, stay until Ctrl-C."""
    settings = settings_of(
        data=data,
        portal_port=portal_port,
        registry_port=registry_port,
        needs_port=needs_port,
        matching_port=matching_port,
        escalation_port=escalation_port,
        jwks=jwks,
        synthetic=synthetic or None,
        die_with_parent=not detach,
    )
    run(bring_up(System(settings), detach=detach))


@app.command()
def token(
    role: Annotated[Role, typer.Option(help="In which role.")],
    areas: Annotated[list[str], typer.Option(help="Area codes; what lies below them counts. Repeatable, or commas.")],
    body: Annotated[str, typer.Option(help="The organisation; never a person's name.")] = "demo",
    subject: Annotated[str, typer.Option(help="The account.")] = "demo",
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 31, help="How long it holds.")] = 12,
    data: Data = None,
) -> None:
    """Print a bearer token for the system of this folder, on loopback only."""
    settings = settings_of(data=data)
    codes = [code.strip() for text in areas for code in text.split(",") if code.strip()]
    if not codes:
        raise typer.BadParameter("区域コードを 1 つ以上 / at least one area code", param_hint="--areas")
    try:
        refuse_elsewhere(settings)
        text = demo_token(settings.data, role, codes, body=body, subject=subject, seconds=round(hours * 3600))
    except StackError as error:
        complain(error)
        raise typer.Exit(1) from None
    typer.echo(text)
