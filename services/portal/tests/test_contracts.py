"""The event of the portal keeps its bytes and its published schema."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from portal.decider import DECIDERS
from shiendomain.accesses import AccessKind, PortalAccessed
from shienevents import event_types
from shienevents.testing import check_goldens, check_schemas

HERE = Path(__file__).parent
ACCESSED = PortalAccessed(
    access_id=UUID(int=7),
    kind=AccessKind.PAST_READ,
    area="272108-01",
    principal="auditor-1",
    role="auditor",
    body="監査委員事務局",
    operation="show_board",
    about="/boards/272108-01",
    as_of=datetime(2026, 3, 31, 15, tzinfo=UTC),
    origin="192.0.2.7",
)
OWN = event_types(DECIDERS, ())


def test_it_writes_who_looked_and_nothing_else() -> None:
    assert set(OWN) == {PortalAccessed}


def test_events_keep_their_bytes() -> None:
    check_goldens(OWN, HERE / "goldens", [ACCESSED])


def test_published_schemas_stay_compatible() -> None:
    check_schemas(OWN, HERE.parent / "schemas")
