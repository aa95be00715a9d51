"""The complete command line `shien`: stack, system, demonstration, imports, what operators see, keep and repair."""

from __future__ import annotations

import signal

import structlog

from shienops import auditing, exporting, importing, kafka_rights, moving_areas, repair, verifying
from shienops._output import log_to_stderr
from shienops.access_history import access
from shienops.demo.command import demo
from shienops.handing_over import handover
from shienops.importing_needs import needs
from shienops.keeping import backup, listing, parked, rebuild, verify
from shienops.looking_back import board, diff
from shienops.reporting import report
from shienops.seeing import doctor, events, standing, streams
from shienops.serving import app

assert rebuild.app is verify.app is listing.app

app.command()(demo)
app.command()(report)
app.command()(handover)
app.command()(board)
app.command()(diff)
app.command()(backup.backup)
app.command("restore")(backup.restore_)
for verb in (doctor.doctor, standing.lag, standing.outbox, standing.leases, streams.stream, streams.trace):
    app.command()(verb)
importing.app.command()(needs)
auditing.app.command()(access)
app.add_typer(importing.app, name="import")
app.add_typer(exporting.app, name="export")
app.add_typer(moving_areas.app, name="areas")
app.add_typer(events.app, name="events")
app.add_typer(listing.app, name="views")
app.add_typer(parked.app, name="parked")
app.add_typer(repair.relay, name="relay")
app.add_typer(repair.store, name="store")
app.add_typer(verifying.app, name="match")
app.add_typer(auditing.app, name="audit")
app.add_typer(kafka_rights.app, name="kafka")

__all__ = ["app", "main"]


def main() -> None:
    """The command `shien`. When the work is over, so is its exit code: SIGTERM does not change it any more."""
    structlog.configure(logger_factory=log_to_stderr)
    try:
        app()
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
