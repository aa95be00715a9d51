"""The whole command line `shien`: the stack's verbs, and the mending ones."""

from __future__ import annotations

from shienops import mending
from shienops.cli import app

app.add_typer(mending.relay, name="relay")
app.add_typer(mending.store, name="store")

__all__ = ["app"]
