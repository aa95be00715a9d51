"""`shien serve` and `shien token`: the complete system on this machine, and tokens for it."""

from __future__ import annotations

from typing import Annotated

import typer

from shienops._mending import Mender
from shienops._output import wrong
from shienops._running import bring_up
from shienops._screen import print_error
from shienops.cli import Data, Port, app, run, settings_of
from shienops.errors import StackError
from shienops.system import MOST_WORKERS, System
from shienops.tokens import demo_token, require_local_parts
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
    jwks: Annotated[
        str | None, typer.Option(help="Public keys of the issuer, a file or URL; default: the demo key.")
    ] = None,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="Show on every page that the data is synthetic.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            min=0, max=MOST_WORKERS, help="Processes that work beside the one that answers, for each service. [0: none]"
        ),
    ] = None,
    detach: Annotated[bool, typer.Option(help="Return when all are ready; `shien down` stops them.")] = False,
) -> None:
    """Start the stack and the five services, or what is missing of them. Without --detach, run until Ctrl-C.

    A part that ends is started again. It gives up when the disk is full, or when a part ends again and again.
    """
    settings = settings_of(
        data=data,
        portal_port=portal_port,
        registry_port=registry_port,
        needs_port=needs_port,
        matching_port=matching_port,
        escalation_port=escalation_port,
        jwks=jwks,
        synthetic=synthetic or None,
        workers=workers,
        die_with_parent=not detach,
    )
    system = System(settings)
    run(bring_up(system, detach=detach, mend=Mender(system).mend))


@app.command()
def token(
    role: Annotated[Role, typer.Option(help="Role of the token.")],
    areas: Annotated[
        list[str], typer.Option(help="Area codes; areas below them are included. Repeatable, or separated by commas.")
    ],
    body: Annotated[str, typer.Option(help="Name of the organisation, never of a person.")] = "demo",
    subject: Annotated[str, typer.Option(help="Name of the account.")] = "demo",
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 31, help="Lifetime in hours.")] = 12,
    data: Data = None,
) -> None:
    """Print a bearer token for the system of this folder. The system must run on this machine."""
    settings = settings_of(data=data)
    codes = [code.strip() for text in areas for code in text.split(",") if code.strip()]
    if not codes:
        raise wrong("地域コードを 1 つ以上指定してください", "give at least one area code", "--areas")
    try:
        require_local_parts(settings)
        text = demo_token(settings.data, role, codes, body=body, subject=subject, seconds=round(hours * 3600))
    except StackError as error:
        print_error(error)
        raise typer.Exit(1) from None
    typer.echo(text)
