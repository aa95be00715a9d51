"""Splits and mergers of proposals: random histories, in which every need keeps exactly one current answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from escalation.api.merger import facts_of
from escalation.api.together import renews
from escalation.decider.answer import AdoptProposal, ReceiveProposal, RejectProposal, ReturnProposal, WithdrawProposal
from escalation.decider.answer_correction import RevokeAnswer
from escalation.decider.going_up import EscalateProposal, GapFacts, proposal_id_of
from escalation.decider.meeting import MeetingFacts
from escalation.decider.merger_commands import RenewOrigin
from escalation.decider.split import JoinPart, MakePart, SplitProposal, UndoSplit
from escalation.projections import ProposalRow
from shiendomain.proposal_history import standing
from shiendomain.rules import answered
from shiendomain.splits import PartAsked
from shiendomain.states import ProposalState as State
from shiendomain.vocabulary import NeedBehind, SupportKind
from shienevents import Home
from shienevents.testing import examples

from .facts import CITY, LOWER_COUNCIL, NORTH, PATH, TODAY, UPPER_COUNCIL, uuid
from .test_mergers import ISSUES, City, Refused, commands

UNDER_WAY = (State.ESCALATED, State.RECEIVED, State.DELIBERATED, State.DEFERRED, State.RETURNED)


class Parted(City):
    """A city in which an issue has three needs, and proposals are split as the routes do."""

    def __init__(self) -> None:
        super().__init__()
        self.made = 0

    def needs(self, issue: UUID) -> tuple[NeedBehind, ...]:
        people = self.people[issue]
        return tuple(NeedBehind(need_id=UUID(int=issue.int + 1000 * n), area=NORTH, people=people) for n in (1, 2, 3))

    def go_up(self, key: UUID) -> None:
        """The council escalates its proposal, or a part of it."""
        issue = next((one for one in ISSUES if proposal_id_of(one) == key), None) or self.rows[key].issue_id
        assert issue is not None
        gap, renewed = GapFacts(SupportKind.OUTING, self.needs(issue)), renews(self.rows.get(key))
        held = MeetingFacts(uuid(12), LOWER_COUNCIL.council_id, (issue,), (), NORTH, TODAY)
        mine = self.streams[key].part_needs if key in self.streams else None
        needs = tuple(need for need in gap.needs if mine is None or need.need_id in mine)
        home, upper = Home(CITY, NORTH), (UPPER_COUNCIL,)
        command = EscalateProposal(key, home, issue, LOWER_COUNCIL, gap, held, PATH, upper, "足", "送迎", True, renewed)
        renewal = [RenewOrigin(renewed, key, "足", "送迎", gap.support_kind, needs)] if renewed else []
        self.commit(*renewal, command)

    def split(self, key: UUID, groups: Sequence[Sequence[UUID]]) -> None:
        row = self.rows[key]
        seen, returned = facts_of(row), row.state is State.RETURNED
        parts = []
        for needs in groups:
            self.made += 1
            parts.append(
                PartAsked(proposal_id=uuid(8000 + self.made), title="部分", ask="別の支援", needs=tuple(needs))
            )
        made = [MakePart(one.proposal_id, Home(CITY, NORTH), key, one, seen, returned, "異なる") for one in parts]
        self.commit(*made, SplitProposal(key, tuple(parts), seen, "異なる", answers=not returned, speaks=returned))

    def undo_split(self, key: UUID) -> None:
        parts, parted = self.rows[key].parts, self.streams[key].parted
        returned = parted is not None and parted.state is State.RETURNED
        joined = [JoinPart(part, key, "一つで足りる") for part in parts]
        self.commit(*joined, UndoSplit(key, parts, "一つで足りる", answers=not returned, speaks=returned))

    def copy(self) -> Parted:
        city = Parted()
        vars(city).update(vars(self))
        return city


def stands(row: ProposalRow) -> State:
    return answered(row.state, row.answer)


class Splits(RuleBasedStateMachine):
    """Proposals of two councils, split, merged, answered and undone in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.city = Parted()

    def attempt(self, step: Callable[[Parted], object]) -> bool:
        """Take the step if it is not refused."""
        city = self.city.copy()
        try:
            step(city)
        except Refused:
            return False
        self.city = city
        return True

    def key(self, data: st.DataObject, *states: State) -> UUID | None:
        """One of the proposals, in one of the states if there is one."""
        rows = list(self.city.rows.values())
        chosen = [row for row in rows if row.state in states] or rows
        return data.draw(st.sampled_from(chosen)).proposal_id if chosen else None

    @initialize()
    def begin(self) -> None:
        for issue in ISSUES[:2]:
            self.city.go_up(proposal_id_of(issue))
            self.city.answer(ReceiveProposal(proposal_id_of(issue), TODAY, TODAY))

    @rule(data=st.data(), people=st.integers(1, 9), receive=st.booleans())
    def go_up(self, data: st.DataObject, people: int, receive: bool) -> None:
        key = self.key(data, State.RETURNED, State.REJECTED, State.MERGED)
        if key is None or self.city.rows[key].issue_id is None:
            return
        self.city.people = {**self.city.people, ISSUES[0]: people}
        if self.attempt(lambda city: city.go_up(key)) and receive:
            self.attempt(lambda city: city.answer(ReceiveProposal(key, TODAY, TODAY)))

    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        key = self.key(data, *UNDER_WAY)
        if key is None or self.city.rows[key].origins:
            return
        needs = [need.need_id for need in self.city.rows[key].needs]
        marks = data.draw(st.lists(st.integers(0, 2), min_size=len(needs), max_size=len(needs)))
        groups = [[need for need, mark in zip(needs, marks, strict=True) if mark == n] for n in sorted(set(marks))]
        self.attempt(lambda city: city.split(key, groups))

    @rule(data=st.data())
    def ask_back(self, data: st.DataObject) -> None:
        """A part is returned, and its council asks again."""
        parts = [key for row in self.city.rows.values() for key in row.parts]
        if parts:
            key = data.draw(st.sampled_from(parts))
            self.attempt(lambda city: city.answer(ReturnProposal(key, "何人か")))
            self.attempt(lambda city: city.go_up(key))

    @rule(data=st.data())
    def undo_split(self, data: st.DataObject) -> None:
        key, was = self.key(data, State.SPLIT), self.city
        if key is None or not self.attempt(lambda city: city.undo_split(key)):
            return
        parted, now = was.streams[key].parted, self.city.streams[key]
        assert parted is not None
        assert (now.state, now.due_on, now.deferred_until) == (parted.state, parted.due_on, parted.deferred_until)
        assert now.answers == was.streams[key].answers, "what could be revoked before can be revoked again"
        assert State.SPLIT not in [said.state for said in standing(self.city.rows[key].rounds)]

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        waiting = [row.proposal_id for row in self.city.rows.values() if row.state in UNDER_WAY and not row.origins]
        if len(waiting) > 1:
            keys = data.draw(st.lists(st.sampled_from(waiting), min_size=2, max_size=3, unique=True))
            self.attempt(lambda city: city.merge(tuple(keys)))

    @rule(data=st.data())
    def undo_merger(self, data: st.DataObject) -> None:
        merged = [row.proposal_id for row in self.city.rows.values() if row.origins]
        if merged:
            key = data.draw(st.sampled_from(merged))
            self.attempt(lambda city: city.undo(key))

    @rule(data=st.data(), number=st.integers(0, 9))
    def answer(self, data: st.DataObject, number: int) -> None:
        """One of the commands that are taken."""
        if key := self.key(data, *UNDER_WAY, State.ADOPTED, State.DESIGNED):
            given = list(commands(key, number))
            data.draw(st.sampled_from([*given, *(one for one in given if isinstance(one, _DECIDING))]))
            self.attempt(lambda city: city.answer(data.draw(st.sampled_from(given))))

    @invariant()
    def every_need_has_exactly_one_current_answer(self) -> None:
        rows = [row for row in self.city.rows.values() if not row.origins and stands(row).counted]
        for issue in ISSUES[:2]:
            if proposal_id_of(issue) not in self.city.rows:
                continue
            for need in self.city.needs(issue):
                found = [row for row in rows if need.need_id in [one.need_id for one in row.needs]]
                assert len(found) == 1, (
                    "a need is behind one proposal that has an answer of its own, or a part that has"
                )
                if merged := found[0].merged_into:
                    assert need.need_id in [one.need_id for one in self.city.rows[merged].needs]

    @invariant()
    def a_service_leads_back_to_each_of_its_needs(self) -> None:
        for row in self.city.rows.values():
            if row.state is State.LAUNCHED:
                behind = {need.need_id for key in row.origins or (row.proposal_id,) for need in self.needs_of(key)}
                assert behind == {need.need_id for need in row.needs}

    def needs_of(self, key: UUID) -> Sequence[Any]:
        return self.city.rows[key].needs

    @invariant()
    def the_parts_are_the_whole(self) -> None:
        for row in self.city.rows.values():
            assert (row.state is State.SPLIT) == bool(row.parts)
            if row.parts:
                parts = [need.need_id for part in row.parts for need in self.needs_of(part)]
                assert sorted(map(str, parts)) == sorted(str(need.need_id) for need in row.needs)

    @invariant()
    def a_row_says_what_the_stream_says(self) -> None:
        for key, found in self.city.streams.items():
            row = self.city.rows[key]
            assert (found.state, found.answer) == (row.state, stands(row))
            assert (found.due_on, found.deferred_until) == (row.due_on, row.deferred_until)
            assert row.parts == (found.parted.parts if found.parted else ())
            assert (found.part_needs is not None) == (row.split_from is not None)

    @invariant()
    def there_is_a_way_on(self) -> None:
        for key, row in self.city.rows.items():
            if row.issue_id and stands(row) in (State.RETURNED, State.REJECTED, State.WITHDRAWN, State.ENDED):
                assert key in self.waits_for_others() or self.taken(partial(Parted.go_up, key=key))
            elif row.state in UNDER_WAY:
                moves = [one for one in commands(key, 3) if not isinstance(one, WithdrawProposal | RevokeAnswer)]
                assert any(self.taken(partial(Parted.answer, command=one)) for one in moves) or row.origins

    def waits_for_others(self) -> set[UUID]:
        """Origins that answered what was asked back."""
        merged = [row for row in self.city.rows.values() if row.origins and row.state is State.RETURNED]
        return {one for row in merged for one in row.origins if one not in row.awaited}

    def taken(self, step: Callable[[Parted], object]) -> bool:
        try:
            step(self.city.copy())
        except Refused:
            return False
        return True


_DECIDING = (AdoptProposal, RejectProposal, ReturnProposal)
TestSplits = Splits.TestCase
TestSplits.settings = settings(max_examples=examples(60), stateful_step_count=30)

WHOLE = proposal_id_of(ISSUES[0])


def received() -> Parted:
    city = Parted()
    city.go_up(WHOLE)
    city.answer(ReceiveProposal(WHOLE, TODAY, TODAY))
    return city


def split() -> tuple[Parted, UUID, UUID]:
    """One part has two of the needs, the other one the third."""
    city = received()
    one, two, three = (need.need_id for need in city.needs(ISSUES[0]))
    city.split(WHOLE, [[one, two], [three]])
    first, second = city.rows[WHOLE].parts
    return city, first, second


def refused(step: Callable[[], object]) -> str:
    with pytest.raises(Refused) as no:
        step()
    return str(no.value)


def test_each_need_is_behind_exactly_one_part() -> None:
    city = received()
    one, two, three = (need.need_id for need in city.needs(ISSUES[0]))
    assert "need_unknown" in refused(partial(city.split, WHOLE, [[one, two, three], [uuid(5)]]))
    for groups in ([[one], [two]], [[one, two], [two, three]]):
        assert "needs_not_divided" in refused(partial(city.split, WHOLE, groups))
    for groups in ([[one, two, three]], [[one, two, three], []]):
        assert "parts_without_needs" in refused(partial(city.split, WHOLE, groups))


def test_tier1_splits_what_it_has_and_a_council_what_was_asked_back() -> None:
    city = received()
    row = city.rows[WHOLE]
    needs = [need.need_id for need in row.needs]
    parts = tuple(
        PartAsked(proposal_id=uuid(8100 + n), title="部分", ask="支援", needs=some)
        for n, some in enumerate(((needs[0],), tuple(needs[1:])))
    )
    command = SplitProposal(WHOLE, parts, facts_of(row), "異なる", answers=False, speaks=True)
    assert "split_by_tier1" in refused(lambda: city.commit(command))
    city.answer(ReturnProposal(WHOLE, "何人か"))
    asked = replace(command, seen=facts_of(city.rows[WHOLE]), answers=True, speaks=False)
    assert "not_your_council" in refused(lambda: city.commit(asked))
    assert "origins_changed" in refused(lambda: city.commit(replace(command, speaks=True)))
    city.split(WHOLE, [needs[:1], needs[1:]])
    assert [city.rows[part].state for part in city.rows[WHOLE].parts] == [State.RETURNED] * 2


def test_parts_are_answered_one_by_one_and_not_the_whole() -> None:
    city, first, second = split()
    assert "proposal.split" in refused(lambda: city.answer(AdoptProposal(WHOLE, "必要")))
    assert "proposal.split" in refused(lambda: city.go_up(WHOLE))
    city.answer(RejectProposal(first, "財源がない"))
    city.answer(ReturnProposal(second, "何人か"))
    city.go_up(second)
    assert [city.rows[key].state for key in (WHOLE, first, second)] == [State.SPLIT, State.REJECTED, State.ESCALATED]
    assert [need.need_id for need in city.rows[second].needs] == [city.needs(ISSUES[0])[2].need_id]
    assert city.rows[second].times_escalated == 2


def again(city: Parted, key: UUID) -> None:
    """It is asked back, and goes up again."""
    city.answer(ReturnProposal(key, "何人か"))
    city.go_up(key)
    city.answer(ReceiveProposal(key, TODAY, TODAY))


def test_a_split_is_undone_until_a_part_is_decided_merged_or_went_up_again() -> None:
    def steps(city: Parted, first: UUID, second: UUID) -> Sequence[Callable[[], object]]:
        other = proposal_id_of(ISSUES[1])
        city.go_up(other)
        city.answer(ReceiveProposal(other, TODAY, TODAY))
        return (
            lambda: city.answer(AdoptProposal(first, "必要")),
            lambda: city.answer(RejectProposal(second, "財源がない")),
            lambda: city.merge((second, other)),
            lambda: again(city, second),
        )

    for number in range(4):
        city, first, second = split()
        steps(city, first, second)[number]()
        assert "part_went_on" in refused(partial(city.undo_split, WHOLE))
    city, first, second = split()
    city.answer(ReturnProposal(second, "何人か"))
    city.undo_split(WHOLE)
    states = [city.rows[key].state for key in (WHOLE, first, second)]
    assert states == [State.RECEIVED, State.SPLIT_UNDONE, State.SPLIT_UNDONE]
    assert "not_split" in refused(lambda: city.undo_split(WHOLE))
    assert "wrong_state" in refused(lambda: city.answer(AdoptProposal(first, "必要")))


def test_a_merged_proposal_is_not_split() -> None:
    city = received()
    other = proposal_id_of(ISSUES[1])
    city.go_up(other)
    city.answer(ReceiveProposal(other, TODAY, TODAY))
    merged = city.merge((WHOLE, other))
    needs = [need.need_id for need in city.rows[WHOLE].needs]
    assert "proposal.merged" in refused(lambda: city.split(WHOLE, [needs[:1], needs[1:]]))
    seen = facts_of(city.rows[WHOLE])
    command = SplitProposal(merged, (), seen, "異なる", answers=True, speaks=True)
    assert "merged_split" in refused(lambda: city.commit(command))
