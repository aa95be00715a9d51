"""The events of needs keep their bytes and their published schemas."""

from __future__ import annotations

from pathlib import Path

from needs.decider import DECIDERS
from shiendomain.needs import NeedsEvent
from shienevents import Event, event_types, types_of
from shienevents.testing import check_goldens, check_schemas

from .facts import (
    CLOSED,
    CONSOLIDATED,
    CORRECTED,
    CORRECTED_SURVEY,
    DECLARED,
    GROUPED,
    MATCHED,
    MET,
    OPENED,
    PARTLY_MET,
    RAISED,
    RECORDED,
    REINSTATED,
    REOPENED,
    REVISED,
    WITHDRAWN,
)

HERE = Path(__file__).parent
OWN = event_types(DECIDERS, ())
MATCHES: list[Event] = [MATCHED, PARTLY_MET, MET, REOPENED]
OF_NEEDS: list[Event] = [RECORDED, REVISED, GROUPED, *MATCHES, WITHDRAWN, REINSTATED, CORRECTED]
EXAMPLES = [*OF_NEEDS, CONSOLIDATED, RAISED, DECLARED, OPENED, CLOSED, CORRECTED_SURVEY]


def test_every_event_of_the_contract_is_written_by_some_decider() -> None:
    assert set(OWN) == set(types_of(NeedsEvent))


def test_events_keep_their_bytes() -> None:
    check_goldens(OWN, HERE / "goldens", EXAMPLES)


def test_published_schemas_stay_compatible() -> None:
    check_schemas(OWN, HERE.parent / "schemas")
