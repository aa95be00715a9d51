"""What escalation publishes keeps its bytes and its schemas."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from escalation.decider import DECIDERS
from shiendomain.accesses import AccessKind, EscalationAccessed
from shienevents import event_types
from shienevents.testing import check_goldens, check_schemas

from .facts import (
    ADJUSTED,
    ADOPTED,
    AGREED,
    DEFERRED,
    DELIBERATED,
    DESIGN_REVISED,
    DESIGNED,
    DUE_CHANGED,
    ENTRY_DECLINED,
    EXTENDED,
    HELD_EVENT,
    JOINED,
    LAUNCHED,
    LEFT,
    MEETING_CORRECTED,
    MEETING_FOLLOWED,
    MEETING_WITHDRAWN,
    MERGE_UNDONE,
    MERGED_INTO,
    ORIGIN_RENEWED,
    OWN,
    PART_JOINED,
    PART_MADE,
    PARTS_MERGED,
    PROPOSAL_SPLIT,
    PUT_RIGHT,
    RECEIVED,
    REINSTATED,
    REJECTED,
    REMINDED,
    REPORTED,
    REQUESTED,
    RETURNED,
    REVOKED,
    SERVICE_ENDED,
    SERVICE_REVISED,
    SPLIT_UNDONE,
    TOLD,
    UNMERGED,
    WITHDRAWN,
    escalated,
)

TYPES = event_types(DECIDERS, ())
HERE = Path(__file__).parent
ACCESSED = EscalationAccessed(
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
EXAMPLES = (
    HELD_EVENT,
    MEETING_CORRECTED,
    MEETING_FOLLOWED,
    MEETING_WITHDRAWN,
    OWN,
    DUE_CHANGED,
    REVOKED,
    REMINDED,
    PARTS_MERGED,
    MERGED_INTO,
    TOLD,
    UNMERGED,
    ORIGIN_RENEWED,
    MERGE_UNDONE,
    PROPOSAL_SPLIT,
    PART_MADE,
    SPLIT_UNDONE,
    PART_JOINED,
    AGREED,
    PUT_RIGHT,
    REPORTED,
    escalated(),
    RECEIVED,
    RETURNED,
    DELIBERATED,
    ADOPTED,
    REJECTED,
    DEFERRED,
    WITHDRAWN,
    DESIGNED.model_copy(update={"starts_on": date(2026, 7, 1)}),
    LAUNCHED,
    DESIGN_REVISED,
    REQUESTED,
    ADJUSTED,
    ENTRY_DECLINED,
    JOINED,
    EXTENDED,
    SERVICE_REVISED,
    LEFT,
    SERVICE_ENDED,
    REINSTATED,
    ACCESSED,
)


def test_events_keep_their_bytes() -> None:
    check_goldens(TYPES, HERE / "goldens", EXAMPLES)


def test_published_schemas_stay_compatible() -> None:
    check_schemas(TYPES, HERE.parent / "schemas")
