"""The complete command line `shien`: stack, system, demonstration, imports and repair."""

from __future__ import annotations

from shienops import exporting, importing, kafka_rights, repair, verifying
from shienops.demo.command import demo
from shienops.handing_over import handover
from shienops.importing_needs import needs
from shienops.reporting import report
from shienops.serving import app

app.command()(demo)
app.command()(report)
app.command()(handover)
importing.app.command()(needs)
app.add_typer(importing.app, name="import")
app.add_typer(exporting.app, name="export")
app.add_typer(repair.relay, name="relay")
app.add_typer(repair.store, name="store")
app.add_typer(verifying.app, name="match")
app.add_typer(kafka_rights.app, name="kafka")

__all__ = ["app"]
