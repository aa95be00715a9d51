"""What the five services declare: the roles of each operation, and the text of each problem code."""

from __future__ import annotations

from importlib import import_module

from shienweb import MESSAGES as SHARED
from shienweb.rights import tables_of

SERVICES = ("registry", "needs", "matching", "escalation", "portal")
RIGHTS = {f"{service}.{row.operation}": row.roles for service, rows in tables_of(SERVICES).items() for row in rows}
"""The roles by `service.operation`."""

MESSAGES = dict(SHARED)
"""The text by problem code: those that all services share, and their own."""
for _service in SERVICES:
    MESSAGES |= import_module(f"{_service}.messages").MESSAGES
