"""The door `shienevents.testing`."""

from __future__ import annotations

import shienevents.testing


def test_the_door_shows_exactly_these_names_and_each_is_documented() -> None:
    assert shienevents.testing.__all__ == [
        "DEPTH",
        "Answer",
        "FoldScenario",
        "Outcome",
        "ReactionScenario",
        "RecordedEvent",
        "Scenario",
        "Streams",
        "an_envelope",
        "check_fold_laws",
        "check_goldens",
        "check_schemas",
        "examples",
    ]
    undocumented = [name for name in shienevents.testing.__all__ if not getattr(shienevents.testing, name).__doc__]
    assert undocumented == []
