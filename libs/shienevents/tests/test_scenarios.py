"""Given / when / then: what passes, and what each failure says."""

from __future__ import annotations

import doctest
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from pydantic import field_validator

from shienevents.core.decider import Decider, Reaction
from shienevents.core.envelope import Envelope, Home
from shienevents.core.errors import NotFound, Rejected
from shienevents.core.events import Event
from shienevents.core.view import Row, View
from shienevents.testing import FoldScenario, ReactionScenario, Scenario, _scenarios, an_envelope

NEED = UUID(int=1)


class NeedRecorded(Event, wire="needs.need_recorded.v1"):
    need_id: UUID
    people: int


class NeedWithdrawn(Event, wire="needs.need_withdrawn.v1"):
    need_id: UUID
    reason: str


class Unrelated(Event, wire="needs.unrelated.v1"):
    need_id: UUID


@dataclass(frozen=True)
class Record:
    need_id: UUID
    people: int


@dataclass(frozen=True)
class Withdraw:
    need_id: UUID
    reason: str


Command = Record | Withdraw
State = tuple[str, int]


def decide(command: Command, state: State) -> Sequence[NeedRecorded | NeedWithdrawn]:
    match command, state[0]:
        case Record(), "unknown":
            return [NeedRecorded(need_id=command.need_id, people=command.people)]
        case Record(), _:
            raise Rejected("need.recorded_before", people=state[1])
        case Withdraw(), "unknown":
            raise NotFound("need.unknown")
        case Withdraw(), "withdrawn":
            return []
        case _:
            return [NeedWithdrawn(need_id=command.need_id, reason=getattr(command, "reason", ""))]


def evolve(state: State, event: NeedRecorded | NeedWithdrawn) -> State:
    match event:
        case NeedRecorded():
            if event.people < 0:
                raise ValueError("nobody")
            return "open", event.people
        case NeedWithdrawn():
            return "withdrawn", state[1]


DECIDER = Decider[Command, State, NeedRecorded | NeedWithdrawn](
    name="need",
    commands=(Record, Withdraw),
    events=(NeedRecorded, NeedWithdrawn),
    stream=lambda command: command.need_id,
    home=lambda command: Home("131016", "131016:03"),
    initial=("unknown", 0),
    decide=decide,
    evolve=evolve,
)
need = Scenario(DECIDER)
recorded = NeedRecorded(need_id=NEED, people=2)
withdrawn = NeedWithdrawn(need_id=NEED, reason="moved")


def failure(run: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        run()
    return str(caught.value)


def test_a_rule_reads_as_one_line() -> None:
    need.given().when(Record(NEED, 2)).then(recorded)
    need.given(recorded).when(Withdraw(NEED, "moved")).then(withdrawn)
    need.given(recorded, withdrawn).when(Withdraw(NEED, "moved")).then()
    need.given(recorded).when(Record(NEED, 3)).then_rejected("need.recorded_before", people=2)
    need.given().when(Withdraw(NEED, "moved")).then_not_found("need.unknown")


def test_given_adds_to_what_was_given_and_leaves_the_scenario_as_it_was() -> None:
    begun = need.given(recorded)
    begun.given(withdrawn).when(Withdraw(NEED, "again")).then()
    begun.when(Withdraw(NEED, "moved")).then(withdrawn)


def test_another_value_is_shown_line_by_line_with_what_led_to_it() -> None:
    outcome = need.given(recorded).when(Withdraw(NEED, "moved"))
    assert failure(lambda: outcome.then(NeedWithdrawn(need_id=NEED, reason="died"))) == (
        "given\n"
        "    NeedRecorded\n"
        "        need_id = UUID('00000000-0000-0000-0000-000000000001')\n"
        "        people = 2\n"
        "when\n"
        "    Withdraw\n"
        "        need_id = UUID('00000000-0000-0000-0000-000000000001')\n"
        "        reason = 'moved'\n"
        "then\n"
        "  - expected, + got\n"
        "    NeedWithdrawn\n"
        "        need_id = UUID('00000000-0000-0000-0000-000000000001')\n"
        "  -     reason = 'died'\n"
        "  +     reason = 'moved'"
    )


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        ([], ["  - nothing", "  + NeedRecorded"]),
        ([recorded, withdrawn], ["  - NeedWithdrawn", "  -     reason = 'moved'"]),
        ([withdrawn], ["  - NeedWithdrawn", "  + NeedRecorded"]),
    ],
)
def test_too_few_too_many_and_other_events_fail(expected: list[Any], lines: list[str]) -> None:
    said = failure(lambda: need.when(Record(NEED, 2)).then(*expected)).splitlines()
    assert [line for line in lines if line not in said] == []


def test_events_in_another_order_fail() -> None:
    twice = Scenario(replace(DECIDER, decide=lambda command, state: [recorded, withdrawn]))
    twice.when(Record(NEED, 2)).then(recorded, withdrawn)
    assert "+ NeedRecorded" in failure(lambda: twice.when(Record(NEED, 2)).then(withdrawn, recorded))


def test_a_no_where_events_were_expected_names_the_no() -> None:
    said = failure(lambda: need.given(recorded).when(Record(NEED, 2)).then(recorded))
    assert "  + Rejected 'need.recorded_before'" in said


def test_events_where_a_no_was_expected_are_shown() -> None:
    said = failure(lambda: need.when(Record(NEED, 2)).then_rejected("need.full", limit=1))
    assert "  - Rejected 'need.full'\n  -     limit = 1\n  + NeedRecorded" in said


@pytest.mark.parametrize(
    ("code", "facts"),
    [("need.other", {"people": 2}), ("need.recorded_before", {}), ("need.recorded_before", {"people": 3})],
)
def test_a_no_with_another_code_or_other_facts_fails(code: str, facts: dict[str, object]) -> None:
    said = failure(lambda: need.given(recorded).when(Record(NEED, 2)).then_rejected(code, **facts))
    assert "need.recorded_before" in said.split("- expected, + got")[1]


def test_not_found_and_rejected_are_distinguished_because_their_answers_differ() -> None:
    said = failure(lambda: need.when(Withdraw(NEED, "moved")).then_rejected("need.unknown"))
    assert said.endswith("  - Rejected 'need.unknown'\n  + NotFound 'need.unknown'")
    said = failure(lambda: need.given(recorded).when(Record(NEED, 1)).then_not_found("need.recorded_before", people=2))
    assert "  - NotFound" in said


def test_a_decision_that_its_own_state_cannot_take_fails() -> None:
    with pytest.raises(ValueError, match="nobody") as caught:
        need.when(Record(NEED, -1)).then(NeedRecorded(need_id=NEED, people=-1))
    assert caught.value.__notes__[0].startswith("evolve raised on event 1 of those decided: NeedRecorded(")


def test_a_history_that_the_state_cannot_take_fails_where_it_happens() -> None:
    with pytest.raises(ValueError, match="nobody") as caught:
        need.given(recorded, NeedRecorded(need_id=NEED, people=-1)).when(Withdraw(NEED, "moved"))
    assert caught.value.__notes__[0].startswith("evolve raised on event 2 of those given: ")


def test_a_decider_with_a_clock_or_random_ids_inside_fails() -> None:
    ticking = itertools.count()
    impure = Scenario(
        replace(DECIDER, decide=lambda command, state: [recorded.model_copy(update={"people": next(ticking)})])
    )
    assert failure(lambda: impure.when(Record(NEED, 2))) == (
        "decide is not pure: run twice, it differs\n"
        "  - expected, + got\n"
        "    NeedRecorded\n"
        "        need_id = UUID('00000000-0000-0000-0000-000000000001')\n"
        "  -     people = 0\n"
        "  +     people = 1"
    )


class Stripped(Event, wire="needs.stripped.v1"):
    note: str

    @field_validator("note")
    @classmethod
    def without_spaces(cls, note: str) -> str:
        return note.strip()


def test_an_event_that_would_not_come_back_from_its_bytes_fails() -> None:
    wrong: Any = Stripped.model_construct(note=" a ")
    loose = Scenario(
        replace(DECIDER, events=(Stripped,), decide=lambda command, state: [wrong], evolve=lambda state, event: state)
    )
    assert failure(lambda: loose.when(Record(NEED, 2)).then(wrong)).endswith("  -     note = ' a '\n  +     note = 'a'")


def test_commands_and_events_that_are_not_declared_fail() -> None:
    stranger: Any = Unrelated(need_id=NEED)
    assert failure(lambda: need.when(stranger)) == "Unrelated is not among the commands of decider 'need'"
    assert failure(lambda: need.given(stranger).when(Record(NEED, 1))) == (
        "Unrelated (given) is not among the events of decider 'need'"
    )
    undeclared = Scenario(replace(DECIDER, decide=lambda command, state: [stranger]))
    assert failure(lambda: undeclared.when(Record(NEED, 1)).then(stranger)) == (
        "Unrelated (decided) is not among the events of decider 'need'"
    )


def react(event: NeedRecorded, envelope: Envelope) -> Sequence[Withdraw]:
    return [Withdraw(event.need_id, envelope.area)] if event.people > 1 else []


reaction = ReactionScenario(Reaction(name="withdraw_large", subscribes_to=(NeedRecorded,), react=react))


def test_a_reaction_reads_as_one_line() -> None:
    reaction.when(recorded).then(Withdraw(NEED, "131016:03"))
    reaction.when(recorded, an_envelope(area="131016:05")).then(Withdraw(NEED, "131016:05"))
    reaction.when(NeedRecorded(need_id=NEED, people=1)).then()


def test_an_event_that_a_reaction_does_not_subscribe_to_leads_to_nothing() -> None:
    reaction.when(withdrawn).then()


def test_other_commands_are_shown_line_by_line() -> None:
    said = failure(lambda: reaction.when(recorded).then(Withdraw(NEED, "elsewhere")))
    assert said.endswith("  -     reason = 'elsewhere'\n  +     reason = '131016:03'")
    assert said.startswith("when\n    NeedRecorded\n")


def test_a_reaction_that_is_not_pure_fails() -> None:
    ticking = itertools.count()
    impure = Reaction(name="odd", subscribes_to=(NeedRecorded,), react=lambda event, envelope: [next(ticking)])
    assert failure(lambda: ReactionScenario(impure).when(recorded)).startswith("reaction 'odd' is not pure")


class Need(Row, key=("need_id",)):
    need_id: UUID
    people: int = 0
    seen: int = 0


def need_keys(event: Any, envelope: Envelope) -> Sequence[UUID]:
    return [event.need_id]


def need_evolve(row: Need, event: NeedRecorded | NeedWithdrawn, envelope: Envelope) -> Need | None:
    match event:
        case NeedRecorded():
            return replace(row, people=event.people, seen=envelope.version)
        case NeedWithdrawn():
            return None


needs = FoldScenario(View("needs", 1, Need, (NeedRecorded, NeedWithdrawn), need_keys, need_evolve))
OTHER = UUID(int=2)


def test_a_fold_reads_as_one_line() -> None:
    needs.given().then()
    needs.given(recorded).then(Need(need_id=NEED, people=2, seen=1))
    needs.given(recorded, withdrawn).then()
    needs.given(recorded).given(withdrawn, recorded).then(Need(need_id=NEED, people=2, seen=3))
    needs.given((recorded, an_envelope(version=7))).then(Need(need_id=NEED, people=2, seen=7))


def test_rows_are_compared_whole_and_in_the_order_of_their_keys() -> None:
    both = needs.given(NeedRecorded(need_id=OTHER, people=1), recorded)
    both.then(Need(need_id=NEED, people=2, seen=2), Need(need_id=OTHER, people=1, seen=1))
    both.then(Need(need_id=OTHER, people=1, seen=1), Need(need_id=NEED, people=2, seen=2))
    said = failure(lambda: both.then(Need(need_id=NEED, people=2, seen=2)))
    assert "  +     need_id = UUID('00000000-0000-0000-0000-000000000002')" in said


def test_an_event_that_a_view_does_not_subscribe_to_is_skipped() -> None:
    needs.given(Unrelated(need_id=NEED)).then()


def test_two_rows_expected_with_one_key_are_a_mistake_in_the_test() -> None:
    row = Need(need_id=NEED)
    assert failure(lambda: needs.given(recorded).then(row, row)) == "two of the rows expected have the same key"


def test_default_envelopes_form_one_stream() -> None:
    history = needs.given(recorded).given(withdrawn).history
    assert [(envelope.version, envelope.seq, envelope.type) for _, envelope in history] == [
        (1, 1, "needs.need_recorded.v1"),
        (2, 2, "needs.need_withdrawn.v1"),
    ]
    assert history[0][1].id != history[1][1].id
    assert history[0][1].recorded_at < history[1][1].recorded_at


def test_the_examples_in_the_documentation_run() -> None:
    assert doctest.testmod(_scenarios).failed == 0
