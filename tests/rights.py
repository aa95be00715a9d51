"""Who may do what, as the routes of the five services say it: the roles by `service.operation`."""

from __future__ import annotations

from shienweb.rights import tables_of

SERVICES = ("registry", "needs", "matching", "escalation", "portal")
RIGHTS = {f"{service}.{row.operation}": row.roles for service, rows in tables_of(SERVICES).items() for row in rows}
