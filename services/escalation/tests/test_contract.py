"""What escalation publishes keeps its bytes and its schemas."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from escalation.decider import DECIDERS
from shiendomain.accesses import AccessKind, EscalationAccessed
from shiendomain.escalation import ProposalsMerged
from shiendomain.mergers import OriginRenewed
from shiendomain.services import TakenOver
from shienevents import Event, event_types
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
    GROWN,
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
    PROPOSAL_MOVED,
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
WITH_GROWN = {"grown_from": GROWN}
TAKEN = {"taken_over": GROWN.resource_id}
ALL_TAKEN = {"taken_over": (TakenOver(provision=1, resource_id=GROWN.resource_id),)}


def of_grown(event: ProposalsMerged | OriginRenewed) -> Event:
    """The event, with origins that grew from an activity."""
    return event.model_copy(update={"origins": tuple(one.model_copy(update=WITH_GROWN) for one in event.origins)})


EXAMPLES = (
    HELD_EVENT,
    MEETING_CORRECTED,
    MEETING_FOLLOWED,
    MEETING_WITHDRAWN,
    OWN.model_copy(update=WITH_GROWN),
    DUE_CHANGED,
    REVOKED,
    REMINDED,
    of_grown(PARTS_MERGED),
    MERGED_INTO,
    TOLD,
    UNMERGED,
    of_grown(ORIGIN_RENEWED),
    MERGE_UNDONE,
    PROPOSAL_MOVED,
    PROPOSAL_SPLIT,
    PART_MADE.model_copy(update=WITH_GROWN),
    SPLIT_UNDONE,
    PART_JOINED,
    AGREED,
    PUT_RIGHT,
    REPORTED,
    escalated().model_copy(update=WITH_GROWN),
    RECEIVED,
    RETURNED,
    DELIBERATED,
    ADOPTED,
    REJECTED,
    DEFERRED,
    WITHDRAWN,
    DESIGNED.model_copy(update={"starts_on": date(2026, 7, 1)}),
    LAUNCHED.model_copy(update=TAKEN),
    DESIGN_REVISED,
    REQUESTED,
    ADJUSTED,
    ENTRY_DECLINED,
    JOINED.model_copy(update=TAKEN),
    EXTENDED.model_copy(update=TAKEN),
    SERVICE_REVISED.model_copy(update=TAKEN),
    LEFT.model_copy(update=TAKEN),
    SERVICE_ENDED.model_copy(update=ALL_TAKEN),
    REINSTATED.model_copy(update=ALL_TAKEN),
    ACCESSED,
)


def test_events_keep_their_bytes() -> None:
    check_goldens(TYPES, HERE / "goldens", EXAMPLES)


def test_published_schemas_stay_compatible() -> None:
    check_schemas(TYPES, HERE.parent / "schemas")
