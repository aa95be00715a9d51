"""Deciders fold a stream into state and name the stream of a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from shienevents.core.decider import Decider
from shienevents.core.envelope import Home
from shienevents.core.errors import Malformed
from shienevents.core.events import Event


class Added(Event, wire="tests.added.v1"):
    many: int


@dataclass(frozen=True)
class Add:
    name: str
    many: int


def decide(command: Add, state: tuple[int, ...]) -> Sequence[Added]:
    return [Added(many=command.many)]


DECIDER = Decider[Add, tuple[int, ...], Added](
    name="sum",
    commands=(Add,),
    events=(Added,),
    stream=lambda command: command.name,
    home=lambda command: Home("131016", "131016:03"),
    initial=(),
    decide=decide,
    evolve=lambda state, event: (*state, event.many),
)


def test_state_is_folded_in_order_from_the_initial_one() -> None:
    assert DECIDER.state([Added(many=1), Added(many=2)]) == (1, 2)
    assert DECIDER.state([]) == ()


def test_a_stream_id_begins_with_the_category() -> None:
    assert DECIDER.stream_id(Add("a", 1)) == "sum-a"


@pytest.mark.parametrize("name", ["a\0", "a\n", "x" * 252, "\ud800", "\u202e"])
def test_a_stream_id_that_the_log_cannot_hold_or_a_line_cannot_show_is_refused(name: str) -> None:
    with pytest.raises(Malformed, match="stream id"):
        DECIDER.stream_id(Add(name, 1))
