"""What may happen to a matching round: it is opened and solved at once, in one commit with all that it proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from shiendomain.rounds import RoundEvent, RoundOpened, RoundSolved
from shienevents import Decider, Home, Rejected, types_of

MOST_NEEDS = 10_000
"""of a round: all its proposals are one commit, and that takes seconds"""


@dataclass(frozen=True)
class RecordRound:
    """Record a round: over what it was opened, and how it was solved."""

    round_id: UUID
    home: Home
    opened: RoundOpened
    solved: RoundSolved


@dataclass(frozen=True)
class Round:
    """A round; `solved` once it is recorded."""

    solved: bool = False


def decide(command: RecordRound, state: Round) -> Sequence[RoundEvent]:
    """What follows from the command. A round over nobody is none."""
    if state.solved:
        return []
    if command.opened.people == 0:
        raise Rejected("round.nobody_waits", area=command.opened.area)
    check_size(command.opened.need_count)
    return [command.opened, command.solved]


def check_size(needs: int) -> None:
    """A round takes so many needs and no more. It is asked before one is solved. Raises `Rejected`."""
    if needs > MOST_NEEDS:
        raise Rejected("round.too_large", needs=needs, most=MOST_NEEDS)


def evolve(state: Round, event: RoundEvent) -> Round:
    """The round after an event."""
    match event:
        case RoundOpened():
            return state
        case RoundSolved():
            return Round(solved=True)
        case _:
            assert_never(event)


decider = Decider[RecordRound, Round, RoundEvent](
    name="round",
    commands=(RecordRound,),
    events=types_of(RoundEvent),
    stream=lambda command: command.round_id,
    home=lambda command: command.home,
    initial=Round(),
    decide=decide,
    evolve=evolve,
)
