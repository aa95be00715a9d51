"""Mergers of proposals: random histories, in which every origin keeps exactly one current answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from escalation.api.merger import facts_of
from escalation.api.together import renews
from escalation.decider import proposal
from escalation.decider.answer import (
    AdoptProposal,
    DeferProposal,
    DeliberateProposal,
    ReceiveProposal,
    RejectProposal,
    ReturnProposal,
    WithdrawProposal,
)
from escalation.decider.answer_correction import Before, ChangeDueDate, Restored, RevokeAnswer
from escalation.decider.going_up import EscalateProposal, GapFacts, proposal_id_of
from escalation.decider.grown import ActivityFacts, grown_of
from escalation.decider.meeting import MeetingFacts
from escalation.decider.merger import due_day
from escalation.decider.merger_commands import (
    AnswerTogether,
    FollowMerged,
    LeaveMerger,
    MergeInto,
    MergeProposals,
    RenewOrigin,
    ServiceStep,
    UndoMerger,
)
from escalation.decider.proposal_state import Proposal
from escalation.decider.running_service import EndService, ReinstateService
from escalation.decider.service import DesignService, LaunchService
from escalation.projections import ProposalRow, proposals
from shiendomain.escalation import ProposalEvent, ProposalsMerged
from shiendomain.grown import GrownFrom, GrownYear
from shiendomain.proposal_history import standing
from shiendomain.rules import answered
from shiendomain.states import ProposalState as State
from shiendomain.vocabulary import NeedBehind, ServiceClass, ServiceEnd, SupportKind
from shienevents import Home, NotFound, Rejected
from shienevents.testing import an_envelope, examples

from .facts import ALL, CITY, LOWER_COUNCIL, NORTH, PATH, TODAY, UPPER_COUNCIL, WARD, uuid

ISSUES = tuple(uuid(100 + number) for number in range(3))
ORIGINS = tuple(map(proposal_id_of, ISSUES))
ENDS = (State.REJECTED, State.ENDED, State.MERGE_UNDONE)
"""The states in which a merged proposal has come to its end: each origin has its answer, and goes on by itself."""
NOTES = {"asked": "何人か", "reason": "理由"}


def activity_of(issue: UUID, participants: int) -> ActivityFacts:
    """The activity from which the proposal of an issue grew."""
    counted = {"reports": 1, "days": 30, "times": 4, "attendances": 90, "supporters": 3}
    year = GrownYear(year=2025, participants=participants, **counted)
    grown = GrownFrom(resource_id=UUID(int=issue.int + 9000), name="足の会", area=NORTH, years=(year,))
    return ActivityFacts(grown, (SupportKind.OUTING,), ended=False, service_id=None)


class Refused(Exception):
    """No commit: one of the commands was refused."""


class City:
    """The streams of all proposals and their rows: every commit is of all its commands, or of none."""

    def __init__(self) -> None:
        self.streams: dict[UUID, Proposal] = {}
        self.rows: dict[UUID, ProposalRow] = {}
        self.people: dict[UUID, int] = dict.fromkeys(ISSUES, 1)
        self.mergers = 0

    def commit(self, *commands: Any) -> None:
        """Decide each command, seeing what those before it decided."""
        streams, rows = dict(self.streams), dict(self.rows)
        for command in commands:
            try:
                decided = proposal.decide(command, streams.get(command.proposal_id, Proposal()))
            except (Rejected, NotFound) as no:
                raise Refused(str(no)) from no
            for event in decided:
                self.append(event, streams, rows)
        self.streams, self.rows = streams, rows

    def append(self, event: ProposalEvent, streams: dict[UUID, Proposal], rows: dict[UUID, ProposalRow]) -> None:
        key = event.proposal_id
        streams[key] = proposal.decider.evolve(streams.get(key, Proposal()), event)
        row = proposals.evolve(rows.get(key) or proposals.blank(key), event, an_envelope())
        assert row is not None
        rows[key] = row

    def answer(self, command: Any) -> None:
        """As the routes do: of a merged proposal, the origins are told in the same commit."""
        key = command.proposal_id
        origins = self.rows[key].origins if key in self.rows else ()
        if not origins:
            return self.commit(command)
        return self.commit(*(FollowMerged(one, key, command) for one in origins), AnswerTogether(key, command, origins))

    def needs(self, issue: UUID) -> tuple[NeedBehind, ...]:
        return (NeedBehind(need_id=UUID(int=issue.int + 1000), area=NORTH, people=self.people[issue]),)

    def escalate(self, issue: UUID) -> None:
        key, gap = proposal_id_of(issue), GapFacts(SupportKind.OUTING, self.needs(issue))
        renewed = renews(self.rows.get(key))
        held = MeetingFacts(uuid(12), LOWER_COUNCIL.council_id, (issue,), (), NORTH, TODAY)
        upper, home = (UPPER_COUNCIL,), Home(CITY, NORTH)
        activity = activity_of(issue, self.people[issue])
        command = EscalateProposal(
            key, home, issue, LOWER_COUNCIL, gap, held, PATH, upper, "足", "送迎", True, renewed, activity
        )
        asked = "足", "送迎", gap.support_kind, gap.needs, activity.grown
        self.commit(*([RenewOrigin(renewed, key, *asked)] if renewed else []), command)

    def merge(self, keys: tuple[UUID, ...]) -> UUID:
        facts = tuple(facts_of(self.rows[key]) for key in keys if key in self.rows)
        merged, due_on = uuid(5000 + self.mergers), due_day(facts)
        self.mergers += 1
        joined = [MergeInto(one.origin.proposal_id, merged, one, due_on, "同じ内容") for one in facts]
        self.commit(*joined, MergeProposals(merged, Home(CITY, WARD), facts, "足", "送迎", "同じ内容"))
        return merged

    def undo(self, key: UUID) -> None:
        origins = self.rows[key].origins if key in self.rows else ()
        left = [LeaveMerger(one, key, "異なる") for one in origins]
        self.commit(*left, UndoMerger(key, "異なる", origins))


def commands(key: UUID, number: int) -> Iterator[Any]:
    """The commands that may be given of a proposal."""
    day = TODAY + timedelta(days=number)
    held = MeetingFacts(uuid(13), UPPER_COUNCIL.council_id, (), (key,), WARD, TODAY)
    kinds = (SupportKind.OUTING,)
    yield ReceiveProposal(key, day, TODAY)
    yield ChangeDueDate(key, day, "待つ", TODAY)
    yield DeliberateProposal(key, held, PATH, TODAY, "足りる", "", "", "")
    yield DeferProposal(key, day + timedelta(days=1), TODAY, "来年度")
    yield ReturnProposal(key, "何人か")
    yield RejectProposal(key, "財源がない")
    yield AdoptProposal(key, "必要")
    yield WithdrawProposal(key, "解決")
    for answer in (State.RECEIVED, State.RETURNED, State.DELIBERATED, State.ADOPTED, State.REJECTED, State.DEFERRED):
        yield RevokeAnswer(key, answer, "誤り", gap=True)
    yield DesignService(key, uuid(7000 + number), "便", ServiceClass.VISIT_D, kinds, 200, "", TODAY)
    yield LaunchService(key, None, "NPO", (), 9, "", TODAY, TODAY, {NORTH: PATH}, ALL)
    yield EndService(key, TODAY, TODAY, ServiceEnd.NO_FUNDS, "終了")
    yield ReinstateService(key, "誤り")


def said_since_merged(row: ProposalRow) -> list[tuple[State, str]]:
    """The answers that stand of the last round, since it was merged. A service is no answer of a round."""
    said = [(one.state, one.text) for one in standing(row.rounds)]
    merged = max((n + 1 for n, (state, _) in enumerate(said) if state is State.MERGED), default=0)
    return [one for one in said[merged:] if one[0] not in (State.DESIGNED, State.LAUNCHED, State.ENDED)]


class Mergers(RuleBasedStateMachine):
    """Proposals of three councils, answered one by one and together, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.city = City()
        self.before: dict[UUID, Before] = {}

    @initialize(received=st.lists(st.booleans(), min_size=3, max_size=3))
    def begin(self, received: list[bool]) -> None:
        for number, one in enumerate(received):
            self.escalate(number, number + 1, one)

    @rule(number=st.integers(0, 2), people=st.integers(1, 9), receive=st.booleans())
    def ask(self, number: int, people: int, receive: bool) -> None:
        self.escalate(number, people, receive)

    def escalate(self, number: int, people: int, receive: bool) -> None:
        before = self.city.people[ISSUES[number]]
        try:
            self.city.people[ISSUES[number]] = people
            self.city.escalate(ISSUES[number])
        except Refused:
            self.city.people[ISSUES[number]] = before
            return
        self.before[ORIGINS[number]] = Before(State.ESCALATED, None, None)
        if receive and self.city.rows[ORIGINS[number]].state is State.ESCALATED:
            self.city.answer(ReceiveProposal(ORIGINS[number], TODAY + timedelta(days=people), TODAY))

    @rule(keys=st.permutations(ORIGINS), number=st.integers(1, 3))
    def merge(self, keys: list[UUID], number: int) -> None:
        """As they are, or, where they are not waiting, after they went up again and were received."""
        for key in keys[:number]:
            self.escalate(ORIGINS.index(key), number, receive=False)
            self.attempt(lambda key=key: self.city.answer(ReceiveProposal(key, TODAY, TODAY)))
        was = dict(self.city.streams)
        self.attempt(lambda: self.city.merge(tuple(keys[:number])))
        for key in keys[:number]:
            if self.city.streams.get(key) is not was.get(key):
                before = was[key]
                self.before[key] = Before(cast("Restored", before.state), before.due_on, before.deferred_until)

    @rule(data=st.data(), number=st.integers(0, 9))
    def answer(self, data: st.DataObject, number: int) -> None:
        """One of the commands that are taken, of a merged proposal rather than of another one."""
        rows = list(self.city.rows.values())
        merged = [row for row in rows if row.origins and row.state is not State.MERGE_UNDONE]
        if chosen := merged or rows:
            key = data.draw(st.sampled_from(chosen)).proposal_id
            given = [one for one in commands(key, number) if self.taken(lambda city, one=one: city.answer(one))]
            onward = [one for one in given if isinstance(one, ServiceStep)]
            if given:
                self.city.answer(data.draw(st.sampled_from(onward if onward and number else given)))

    @rule(which=st.integers(0, 99), step=st.integers(0, 99))
    def try_anything(self, which: int, step: int) -> None:
        if keys := list(self.city.rows):
            given = list(commands(keys[which % len(keys)], which % 9))
            self.attempt(lambda: self.city.answer(given[step % len(given)]))

    @rule(which=st.integers(0, 9))
    def undo(self, which: int) -> None:
        merged = [key for key, row in self.city.rows.items() if row.origins]
        if which >= len(merged):
            return
        was = dict(self.city.streams)
        self.attempt(lambda: self.city.undo(merged[which]))
        if was[merged[which]].state is self.city.streams[merged[which]].state:
            return
        for one in self.city.rows[merged[which]].origins:
            now = self.city.streams[one]
            assert Before(cast("Restored", now.state), now.due_on, now.deferred_until) == self.before[one]
            assert [said.state for said in standing(self.city.rows[one].rounds)].count(State.MERGED) == 0

    def attempt(self, step: Any) -> None:
        with suppress(Refused):
            step()

    @invariant()
    def a_row_says_what_the_stream_says(self) -> None:
        for key, found in self.city.streams.items():
            row = self.city.rows[key]
            assert found.state is row.state
            assert found.answer is answered(row.state, row.answer)
            assert (found.due_on, found.deferred_until) == (row.due_on, row.deferred_until)
            assert (found.state is State.MERGED) == (found.member is not None) == (row.merged_into is not None)
            assert found.awaited == row.awaited

    @invariant()
    def an_origin_has_the_one_answer_of_its_leaf(self) -> None:
        for key in ORIGINS:
            found = self.city.streams.get(key)
            if found is None or found.member is None:
                continue
            leaf = self.city.streams[found.member.merged_id]
            assert key in leaf.origins
            if leaf.state is State.RETURNED and key not in leaf.awaited:
                assert found.answer is State.ESCALATED, "it answered, and waits for the others"
                continue
            assert found.answer is leaf.state
            assert (found.due_on, found.deferred_until) == (leaf.due_on, leaf.deferred_until)
            rounds = self.city.rows[found.member.merged_id].rounds
            told = [(one.state, one.text) for one in standing(rounds)]
            assert said_since_merged(self.city.rows[key]) == told[1 if len(rounds) == 1 else 0 :]

    @invariant()
    def nobody_is_lost_or_doubled(self) -> None:
        mine = {key: self.city.needs(issue) for key, issue in zip(ORIGINS, ISSUES, strict=True)}
        by_proposal, open_leaves = dict(zip(ORIGINS, ISSUES, strict=True)), []
        for key, found in self.city.streams.items():
            if isinstance(found.escalated, ProposalsMerged) and found.state not in ENDS:
                open_leaves.append(key)
                assert [need for one in found.origins for need in mine[one]] == list(found.escalated.needs)
                grew = {key: activity_of(one, self.city.people[one]).grown for key, one in by_proposal.items()}
                assert [grew[one] for one in found.origins] == list(grown_of(found.escalated))
        behind = [one for key in open_leaves for one in self.city.streams[key].origins]
        alone = [key for key in ORIGINS if key in self.city.streams and key not in behind]
        assert len(set(behind)) == len(behind), "an origin is part of one open leaf"
        members = [key for key in ORIGINS if key in self.city.streams and self.city.streams[key].member]
        assert set(behind) <= set(members)
        counted = [row for row in self.city.rows.values() if not row.origins]
        assert sorted(map(str, [*behind, *alone])) == sorted(str(row.proposal_id) for row in counted)
        assert all(answered(row.state, row.answer).counted for row in counted)

    @invariant()
    def there_is_a_way_on(self) -> None:
        for key, row in self.city.rows.items():
            if row.origins:
                assert row.state in ENDS or self.moves(key), row.state
            elif answered(row.state, row.answer) in (State.REJECTED, State.WITHDRAWN, State.ENDED):
                self.copy().escalate(next(one for one in ISSUES if proposal_id_of(one) == key))
            elif row.merged_into is None:
                assert self.moves(key) or row.state is State.RETURNED, row.state

    def moves(self, key: UUID) -> bool:
        """Whether one of the commands is taken, that is neither a withdrawal nor a correction."""
        given = [one for one in commands(key, 3) if not isinstance(one, WithdrawProposal | RevokeAnswer)]
        return any(self.taken(lambda city, one=one: city.answer(one)) for one in given) or self.taken(
            lambda city: city.undo(key)
        )

    def taken(self, step: Any) -> bool:
        city = self.copy()
        try:
            step(city)
        except Refused:
            return False
        return True

    def copy(self) -> City:
        city = City()
        city.streams, city.rows, city.people = self.city.streams, self.city.rows, self.city.people
        city.mergers = self.city.mergers
        return city


TestMergers = Mergers.TestCase
TestMergers.settings = settings(max_examples=examples(80), stateful_step_count=40)
