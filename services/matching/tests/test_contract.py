"""What matching publishes keeps its bytes and its schemas."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from matching.decider import DECIDERS
from shiendomain.accesses import AccessKind, MatchingAccessed
from shienevents import event_types
from shienevents.testing import check_goldens, check_schemas

from .facts import (
    MATCH,
    OPENED,
    OTHER_MATCH,
    OTHER_RESOURCE,
    RESOURCE,
    ROUND,
    SERVICE,
    SOLVED,
    SOUTH,
    accepted,
    concluded,
    corrected,
    declined,
    ended,
    found,
    lapsed,
    noted,
    noted_acceptance,
    offered,
    proposed,
    released,
    unmatched_in_round,
)

TYPES = event_types(DECIDERS, ())
HERE = Path(__file__).parent
ACCESSED = MatchingAccessed(
    access_id=UUID(int=7),
    kind=AccessKind.PAST_READ,
    area="272108-01",
    principal="auditor-1",
    role="auditor",
    body="監査委員事務局",
    operation="show_board",
    about="/board",
    purpose="",
    as_of=datetime(2026, 3, 31, 15, tzinfo=UTC),
    origin="192.0.2.7",
)


def test_events_keep_their_bytes() -> None:
    check_goldens(
        TYPES,
        HERE / "goldens",
        [
            noted(service_id=SERVICE),
            proposed().model_copy(update={"round_id": ROUND}),
            accepted(),
            declined(),
            lapsed(),
            concluded(helped=0).model_copy(update={"ongoing": False}),
            ended().model_copy(update={"with_need": True}),
            corrected(freed=-1),
            found(),
            unmatched_in_round(),
            OPENED,
            SOLVED,
            offered(),
            noted_acceptance(),
            released((MATCH, RESOURCE), (OTHER_MATCH, OTHER_RESOURCE), moved_to=SOUTH),
            ACCESSED,
        ],
    )


def test_published_schemas_stay_compatible() -> None:
    check_schemas(TYPES, HERE.parent / "schemas")
