"""The whole command line `shien`: the stack, the system, the demonstration, imports, mending."""

from __future__ import annotations

from shienops import importing, mending
from shienops.demo.command import demo
from shienops.serving import app

app.command()(demo)
app.add_typer(importing.app, name="import")
app.add_typer(mending.relay, name="relay")
app.add_typer(mending.store, name="store")

__all__ = ["app"]
