"""The state machine of every thing that has states, as data: the one source for the rules' tests, pages and drawings.

    shape.py       what a machine and its steps are
    needs.py, matching.py, escalation.py, registry.py, network.py   the machines, as tables
    drawing.py     a machine as a drawing (Mermaid) and as a table, and the page of all of them
    exploring.py   for tests: walks all that the rules of a service allow, and compares it with a machine

The rules themselves are in the deciders of the services. Their tests walk through them and hold them to these tables.
"""

from .escalation import ENTRY, MEETING, PROPOSAL, SELF_HELP, SERVICE
from .matching import MATCH, OFFER
from .needs import ISSUE, NEED, SURVEY
from .network import COUNCIL, INFORMATION, OUTREACH, PARTNERSHIP, POST
from .registry import CONTACT, PLACE, RESOURCE, VENUE
from .shape import START, STAYS, Edge, Machine, Note, Step

MACHINES = (
    RESOURCE,
    VENUE,
    PLACE,
    CONTACT,
    COUNCIL,
    POST,
    OUTREACH,
    PARTNERSHIP,
    INFORMATION,
    SURVEY,
    NEED,
    ISSUE,
    OFFER,
    MATCH,
    MEETING,
    PROPOSAL,
    SERVICE,
    ENTRY,
    SELF_HELP,
)
"""All machines, in the order of the services."""

__all__ = [
    "CONTACT",
    "COUNCIL",
    "ENTRY",
    "INFORMATION",
    "ISSUE",
    "MACHINES",
    "MATCH",
    "MEETING",
    "NEED",
    "OFFER",
    "OUTREACH",
    "PARTNERSHIP",
    "PLACE",
    "POST",
    "PROPOSAL",
    "RESOURCE",
    "SELF_HELP",
    "SERVICE",
    "START",
    "STAYS",
    "SURVEY",
    "VENUE",
    "Edge",
    "Machine",
    "Note",
    "Step",
]
