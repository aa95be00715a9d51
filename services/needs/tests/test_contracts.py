"""The events of needs keep their bytes and their published schemas."""

from __future__ import annotations

from pathlib import Path

from needs.main import OWN
from shiendomain.needs import IssueEvent, NeedEvent, SurveyEvent
from shienevents import Event, EventTypes
from shienevents.testing import check_goldens, check_schemas

from .facts import (
    CLOSED,
    CONSOLIDATED,
    DECLARED,
    GROUPED,
    MATCHED,
    MET,
    OPENED,
    RAISED,
    RECORDED,
    REOPENED,
    REVISED,
    WITHDRAWN,
)

HERE = Path(__file__).parent
OF_NEEDS: list[Event] = [RECORDED, REVISED, GROUPED, MATCHED, MET, REOPENED, WITHDRAWN]
EXAMPLES = [*OF_NEEDS, CONSOLIDATED, RAISED, DECLARED, OPENED, CLOSED]


def test_every_event_of_the_contract_is_written_by_some_decider() -> None:
    contract = {*NeedEvent.__args__, *IssueEvent.__args__, *SurveyEvent.__args__}
    assert set(OWN) == contract


def test_events_keep_their_bytes() -> None:
    check_goldens(EventTypes(OWN), HERE / "goldens", EXAMPLES)


def test_published_schemas_stay_compatible() -> None:
    check_schemas(EventTypes(OWN), HERE.parent / "schemas")
