"""What matching publishes keeps its bytes and its schemas."""

from __future__ import annotations

from pathlib import Path

from matching.decider import DECIDERS
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
            ended(),
            corrected(freed=-1),
            found(),
            unmatched_in_round(),
            OPENED,
            SOLVED,
            offered(),
            noted_acceptance(),
            released((MATCH, RESOURCE), (OTHER_MATCH, OTHER_RESOURCE), moved_to=SOUTH),
        ],
    )


def test_published_schemas_stay_compatible() -> None:
    check_schemas(TYPES, HERE.parent / "schemas")
