"""The whole command line `shien`: the stack's verbs, the system's, the imports and the mending ones."""

from __future__ import annotations

from shienops import importing, mending
from shienops.serving import app

app.add_typer(importing.app, name="import")
app.add_typer(mending.relay, name="relay")
app.add_typer(mending.store, name="store")

__all__ = ["app"]
