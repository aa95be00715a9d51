"""From the same history the portal and the service that owns a thing see the same state, days and numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import escalation.projections
import matching.projections
import needs.projections
import registry.projections
from portal.projections import VIEWS
from shienevents import View
from shienevents.testing import RecordedEvent, Streams, an_envelope, examples

from .test_projections import STREAMS

SHARED = {
    "needs": ("area", "support_kind", "people", "state", "issue_id", "match_id", "service_id", "version"),
    "issues": ("area", "council_id", "title", "needs", "state", "version"),
    "matches": ("need_id", "need_area", "resource_id", "state", "outcome", "people_helped", "version"),
    "proposals": ("area", "target_area", "issue_id", "state", "escalated_on", "due_on", "deferred_until", "version"),
    "resources": (
        "area", "state", "name", "service_areas", "capacity", "registered_on", "verified_on", "verified_by", "version",
    ),
}  # fmt: skip
"""By view, the columns that boards of both services count by, and the thing's own facts."""

OWNERS = {"needs": needs, "issues": needs, "matches": matching, "proposals": escalation, "resources": registry}


@pytest.mark.parametrize("name", SHARED)
def test_both_services_see_the_same_in_every_history(name: str) -> None:
    @settings(max_examples=examples(100), database=None)
    @given(STREAMS[name], st.lists(st.integers(0, 200), min_size=30, max_size=30))
    def holds(streams: Streams, days: list[int]) -> None:
        later = iter(days)
        history = [
            (event, _nth(version, next(later)))
            for stream in streams
            for version, event in enumerate(stream, 1)
            if not isinstance(event, tuple)
        ]
        assert _shared(_named(VIEWS, name), history, name) == _shared(
            _named(OWNERS[name].projections.VIEWS, name), history, name
        )

    holds()


def _nth(version: int, days: int) -> Any:
    envelope = an_envelope(version=version)
    return envelope._replace(occurred_at=envelope.occurred_at + timedelta(days=days))


def _named(views: Any, name: str) -> View[Any]:
    return next(view for view in views if view.name == name)


def _shared(view: View[Any], history: list[RecordedEvent], name: str) -> dict[Any, dict[str, Any]]:
    """The rows that the view has after this history, with the shared columns only."""
    rows: dict[Any, Any] = {}
    for event, envelope in history:
        if isinstance(event, view.subscribes_to):
            for key in view.keys(event, envelope):
                rows[key] = view.evolve(rows.get(key, view.blank(key)), event, envelope)
    return {key: {column: getattr(row, column) for column in SHARED[name]} for key, row in rows.items()}
