"""Tests of a service's pure parts, with no database, no broker and no event loop.

- `Scenario`, `ReactionScenario`, `FoldScenario`: given / when / then; whole values, in order
- `an_envelope`: an envelope where a test needs one
- `check_fold_laws`: what every view must keep, on histories that hypothesis makes up
- `check_goldens`: every version an event ever had keeps its bytes and stays readable
- `examples`: how many examples a property is tried on, where each change is tested and in a long run
- `check_schemas`: published schemas change only in ways that old readers and old data can take

The rulebook of a decider reads like this:

    need = Scenario(decider)

    def test_a_need_is_withdrawn_with_a_reason() -> None:
        need.given(recorded).when(WithdrawNeed(NEED, "moved away")).then(NeedWithdrawn(reason="moved away"))

    def test_withdrawing_twice_changes_nothing() -> None:
        need.given(recorded, withdrawn).when(WithdrawNeed(NEED, "moved away")).then()

    def test_an_unknown_need_cannot_be_withdrawn() -> None:
        need.given().when(WithdrawNeed(NEED, "moved away")).then_not_found("need.unknown")

It needs `pip install shienevents[testing]` (hypothesis).
"""

from __future__ import annotations

from ._depth import DEPTH, examples
from ._fold_laws import Streams, check_fold_laws
from ._goldens import check_goldens
from ._scenarios import (
    Answer,
    FoldScenario,
    Outcome,
    ReactionScenario,
    RecordedEvent,
    Scenario,
    an_envelope,
)
from ._schemas import check_schemas

__all__ = [
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
