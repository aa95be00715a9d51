"""The log of accesses (閲覧記録): who looked at what is kept apart, took records out, or changed how a service runs.

An access is an event in a stream of its own, in the log of the service where it was. It says nothing of what was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from shienevents import Decider, Event, Home

from .vocabulary import AreaCode
from .words import Word

WHOLE: Final = Home("whole", "whole")
"""The home of an access that is about a whole service and no area. It is no area's code: those are six digits."""


class AccessKind(Word):
    """What kind of access it was. Other reads are not logged."""

    CONTACT_READ = "contact_read", "連絡先の閲覧", "Contact read"
    PAST_READ = "past_read", "過去の時点の閲覧", "Past state read"
    EXPORT = "export", "記録の書出し", "Records taken out"
    OPERATION = "operation", "運用操作", "Operation"


AccessText = Annotated[str, StringConstraints(max_length=300)]


class Access(BaseModel):
    """An access. `principal`: the id of the account, as its token or the machine has it; never a name.

    `operation`: what was called. `about`: its path without parameters, or the thing it was done to. `purpose`: that of
    the contact. `as_of`: the moment that was asked about. `origin`: the address or machine it came from.
    """

    access_id: UUID
    kind: AccessKind
    area: AreaCode
    principal: AccessText
    role: AccessText
    body: AccessText
    operation: AccessText
    about: AccessText = ""
    purpose: AccessText = ""
    as_of: datetime | None = None
    origin: AccessText = ""


class RegistryAccessed(Access, Event, wire="registry.accessed.v1"):
    """Somebody looked, took records out or operated, in the registry."""


class NeedsAccessed(Access, Event, wire="needs.accessed.v1"):
    """Somebody looked, took records out or operated, in the needs service."""


class MatchingAccessed(Access, Event, wire="matching.accessed.v1"):
    """Somebody looked, took records out or operated, in the matching service."""


class EscalationAccessed(Access, Event, wire="escalation.accessed.v1"):
    """Somebody looked, took records out or operated, in the escalation service."""


class PortalAccessed(Access, Event, wire="portal.accessed.v1"):
    """Somebody looked at a past state, or operated, in the portal."""


Accessed = RegistryAccessed | NeedsAccessed | MatchingAccessed | EscalationAccessed | PortalAccessed

ACCESSED: Final[Mapping[str, type[Accessed]]] = {
    "registry": RegistryAccessed, "needs": NeedsAccessed, "matching": MatchingAccessed,
    "escalation": EscalationAccessed, "portal": PortalAccessed,
}  # fmt: skip
"""The event of each service."""


@dataclass(frozen=True)
class LogAccess:
    """Log an access before what was asked for is answered."""

    home: Home
    access: Access


def access_decider(service: str) -> Decider[LogAccess, None, Accessed]:
    """Each access is a stream of its own: it is appended without a read, and nothing follows it."""
    event = ACCESSED[service]

    def decide(command: LogAccess, _: None) -> Sequence[Accessed]:
        return [event(**dict(command.access))]

    return Decider[LogAccess, None, Accessed](
        name="access",
        commands=(LogAccess,),
        events=(event,),
        stream=lambda command: command.access.access_id,
        home=lambda command: command.home,
        initial=None,
        decide=decide,
        evolve=lambda state, _: state,
    )
