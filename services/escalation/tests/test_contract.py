"""What escalation publishes keeps its bytes and its schemas."""

from __future__ import annotations

from pathlib import Path

from escalation.decider import DECIDERS
from shienevents import event_types
from shienevents.testing import check_goldens, check_schemas

from .facts import (
    ADOPTED,
    AGREED,
    DEFERRED,
    DELIBERATED,
    DESIGNED,
    DUE_CHANGED,
    HELD_EVENT,
    LAUNCHED,
    MEETING_CORRECTED,
    MEETING_WITHDRAWN,
    OWN,
    PUT_RIGHT,
    RECEIVED,
    REJECTED,
    REPORTED,
    RETURNED,
    REVOKED,
    WITHDRAWN,
    escalated,
)

TYPES = event_types(DECIDERS, ())
HERE = Path(__file__).parent
EXAMPLES = (
    HELD_EVENT,
    MEETING_CORRECTED,
    MEETING_WITHDRAWN,
    OWN,
    DUE_CHANGED,
    REVOKED,
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
    DESIGNED,
    LAUNCHED,
)


def test_events_keep_their_bytes() -> None:
    check_goldens(TYPES, HERE / "goldens", EXAMPLES)


def test_published_schemas_stay_compatible() -> None:
    check_schemas(TYPES, HERE.parent / "schemas")
