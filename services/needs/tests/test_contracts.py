"""The events of needs keep their bytes and their published schemas."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from needs.decider import DECIDERS
from shiendomain.accesses import AccessKind, NeedsAccessed
from shiendomain.needs import NeedsEvent
from shiendomain.vocabulary import ByMapping
from shienevents import Event, event_types, types_of
from shienevents.testing import check_goldens, check_schemas

from .facts import (
    ADDED,
    BATCH,
    CLOSED,
    CLOSED_ISSUE,
    CONSOLIDATED,
    CORRECTED,
    CORRECTED_ISSUE,
    CORRECTED_SURVEY,
    DECLARED,
    GAP_WITHDRAWN,
    GROUPED,
    ISSUE_MOVED,
    MATCHED,
    MERGED,
    MET,
    MISTAKEN,
    MOVED,
    OPENED,
    PARTLY_MET,
    RAISED,
    RECORDED,
    REINSTATED,
    REMOVED,
    REOPENED,
    REOPENED_ISSUE,
    REOPENED_SURVEY,
    REVISED,
    REVISED_SURVEY,
    SOURCE_CORRECTED,
    SPLIT,
    SURVEY_MOVED,
    SURVEY_WITHDRAWN,
    UNGROUPED,
)

HERE = Path(__file__).parent
ACCESSED = NeedsAccessed(
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
OWN = event_types(DECIDERS, ())
MATCHES: list[Event] = [MATCHED, PARTLY_MET, MET, REOPENED]
OF_NEEDS: list[Event] = [RECORDED, REVISED, GROUPED, UNGROUPED, *MATCHES, MISTAKEN, REINSTATED, CORRECTED]
OF_NEEDS += [SOURCE_CORRECTED, MOVED]
OF_ISSUES: list[Event] = [CONSOLIDATED, RAISED, CORRECTED_ISSUE, ADDED, REMOVED, SPLIT, MERGED, ISSUE_MOVED]
ENDS: list[Event] = [DECLARED, GAP_WITHDRAWN, CLOSED_ISSUE, REOPENED_ISSUE]
OF_SURVEYS: list[Event] = [
    OPENED,
    REVISED_SURVEY,
    CLOSED,
    CORRECTED_SURVEY,
    REOPENED_SURVEY,
    SURVEY_MOVED,
    SURVEY_WITHDRAWN,
]


def by_mapping(event: Event) -> Event:
    """The event, if it moves something, as a mapping of an ended area writes it."""
    named = "by_mapping" in type(event).model_fields
    return event.model_copy(update={"by_mapping": ByMapping(mapping_id=UUID(int=43))}) if named else event


EXAMPLES = list(map(by_mapping, [*OF_NEEDS, BATCH, *OF_ISSUES, *ENDS, *OF_SURVEYS, ACCESSED]))


def test_every_event_of_the_contract_is_written_by_some_decider() -> None:
    assert set(OWN) == {*types_of(NeedsEvent), NeedsAccessed}


def test_events_keep_their_bytes() -> None:
    check_goldens(OWN, HERE / "goldens", EXAMPLES)


def test_published_schemas_stay_compatible() -> None:
    check_schemas(OWN, HERE.parent / "schemas")
