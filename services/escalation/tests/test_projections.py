"""What the views show, and that the order across streams does not matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import strategies as st

from escalation.projections import (
    Behind,
    IssueRow,
    ProposalRow,
    ProviderRow,
    issues,
    proposals,
    providers,
)
from escalation.reactions import REACTIONS
from shiendomain.proposal_history import Rounds, rounds_after
from shiendomain.states import ProposalState
from shiendomain.vocabulary import SupportKind, TargetKind
from shienevents import Envelope, Event
from shienevents.testing import FoldScenario, Streams, an_envelope, check_fold_laws

from .facts import (
    ADDED,
    ADOPTED,
    CLOSED,
    CONSOLIDATED,
    CORRECTED,
    COUNCIL,
    DECLARED,
    DEFERRED,
    DELIBERATED,
    DESIGNED,
    DUE_CHANGED,
    ISSUE,
    LAUNCHED,
    LOWER_COUNCIL,
    MEETING,
    MERGED,
    NEEDS,
    NORTH,
    NPO,
    OWN,
    PROPOSAL,
    RAISED,
    RECEIVED,
    REJECTED,
    REMOVED,
    REOPENED,
    RETURNED,
    REVOKED,
    SERVICE,
    SOUTH,
    SPLIT,
    TODAY,
    UPPER,
    UPPER_COUNCIL,
    UPPER_MEETING,
    WARD,
    WITHDRAWN,
    WITHDRAWN_GAP,
    escalated,
    established,
    registered,
)

THREAD = an_envelope().correlation
BEHIND = tuple(Behind(need.need_id, need.area, need.people) for need in NEEDS)
ROUND = {
    "round": 1,
    "escalated_on": "2026-04-01",
    "council_id": str(COUNCIL),
    "meeting_id": str(MEETING),
    "target": {"kind": "council", "area": WARD, "council_id": str(UPPER)},
    "title": "買い物の足",
    "ask": "週一回の送迎",
    "support_kind": "outing",
    "needs": [need.model_dump(mode="json") for need in NEEDS],
    "answers": [],
    "due_dates": [],
}
SENT = ProposalRow(
    proposal_id=PROPOSAL,
    version=1,
    state=ProposalState.ESCALATED,
    area=NORTH,
    issue_id=ISSUE,
    council_id=COUNCIL,
    target_kind=TargetKind.COUNCIL,
    target_area=WARD,
    target_council_id=UPPER,
    title="買い物の足",
    ask="週一回の送迎",
    support_kind=SupportKind.OUTING,
    needs=BEHIND,
    need_areas=(NORTH, SOUTH),
    rounds=(ROUND,),
    meetings=(MEETING,),
    times_escalated=1,
    escalated_on=date(2026, 4, 1),
    correlation=THREAD,
)


def test_a_provider_is_known_where_it_was_registered_last() -> None:
    FoldScenario(providers).given(registered(NPO), registered(NPO, SOUTH)).then(
        ProviderRow(provider_id=NPO, area=SOUTH)
    )


def test_an_issue_shows_its_needs_its_council_and_its_gap() -> None:
    FoldScenario(issues).given(CONSOLIDATED, RAISED, DECLARED).then(
        IssueRow(
            issue_id=ISSUE,
            area=NORTH,
            council_id=COUNCIL,
            title="買い物に行けない",
            raised_on=date(2026, 4, 1),
            gap=True,
            gap_on=date(2026, 4, 1),
            support_kind=SupportKind.OUTING,
            needs=BEHIND,
            correlation=THREAD,
        )
    )


def test_an_issue_shows_what_became_of_it() -> None:
    seen = FoldScenario(issues).given(CONSOLIDATED, RAISED, DECLARED)
    gap = IssueRow(
        issue_id=ISSUE, area=NORTH, council_id=COUNCIL, title="買い物に行けない", gap=True,
        raised_on=date(2026, 4, 1), gap_on=date(2026, 4, 1),
        support_kind=SupportKind.OUTING, needs=BEHIND, correlation=THREAD,
    )  # fmt: skip
    seen.given(CORRECTED).then(replace(gap, title="通院の足", council_id=UPPER))
    seen.given(WITHDRAWN_GAP).then(replace(gap, gap=False, gap_on=None))
    seen.given(REMOVED).then(replace(gap, needs=BEHIND[1:]))
    seen.given(SPLIT).then(replace(gap, needs=BEHIND[1:]))
    seen.given(REMOVED, ADDED).then(replace(gap, needs=(*BEHIND[1:], BEHIND[0])))
    seen.given(REMOVED, MERGED).then(replace(gap, needs=(*BEHIND[1:], BEHIND[0])))
    seen.given(CLOSED).then(replace(gap, closed=True))
    seen.given(CLOSED, REOPENED).then(replace(gap, needs=BEHIND[:1]))


def answered(*answers: Any, version: int = 0, **more: Any) -> ProposalRow:
    """The row of the first round after these answers."""
    rounds: Rounds = (ROUND,)
    for number, event in enumerate(answers, start=2):
        rounds = rounds_after(rounds, event, an_envelope(version=number))
    return replace(SENT, version=version or len(answers) + 1, rounds=rounds, **more)


def test_a_proposal_shows_what_became_of_it() -> None:
    FoldScenario(proposals).given(escalated()).then(SENT)
    FoldScenario(proposals).given(escalated(), RECEIVED, DELIBERATED, ADOPTED, DESIGNED, LAUNCHED).then(
        answered(
            RECEIVED,
            DELIBERATED,
            ADOPTED,
            version=6,
            state=ProposalState.LAUNCHED,
            meetings=(MEETING, UPPER_MEETING),
            due_on=TODAY,
            deliberations=1,
            design=DESIGNED.model_dump(mode="json"),
            launch=LAUNCHED.model_dump(mode="json"),
            reason="必要",
            service_id=SERVICE,
            service_name="北おでかけ便",
            launched_on=TODAY,
        )
    )


AGAIN = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def again(version: int) -> tuple[Event, Envelope]:
    """Escalated again, two months after the first time."""
    return escalated(round=2), an_envelope(version=version, occurred_at=AGAIN)


SECOND = {**ROUND, "round": 2, "escalated_on": "2026-06-01"}


def test_a_proposal_escalated_again_after_a_return_has_waited_since_the_first_time() -> None:
    returned = FoldScenario(proposals).given(escalated(), RECEIVED, RETURNED)
    row = answered(RECEIVED, RETURNED, state=ProposalState.RETURNED, reason="何人が使うか")
    returned.then(row)
    returned.given(again(4)).then(replace(SENT, version=4, rounds=(*row.rounds, SECOND), times_escalated=2))


@pytest.mark.parametrize(
    ("end", "met"),
    [((RECEIVED, DELIBERATED, DEFERRED, REJECTED), 2), ((RECEIVED, DELIBERATED, WITHDRAWN), 2), ((WITHDRAWN,), 1)],
)
def test_a_proposal_escalated_again_after_an_end_waits_from_that_day(end: tuple[Any, ...], met: int) -> None:
    version = len(end) + 2
    rounds = (*answered(*end).rounds, SECOND)
    FoldScenario(proposals).given(escalated(), *end, again(version)).then(
        replace(
            SENT,
            version=version,
            rounds=rounds,
            meetings=(MEETING, UPPER_MEETING)[:met],
            times_escalated=2,
            escalated_on=date(2026, 6, 1),
        )
    )


def test_escalation_reacts_to_nothing() -> None:
    assert REACTIONS == ()


def prefix(*events: Event) -> st.SearchStrategy[list[Event]]:
    """The beginning of a stream; every other time the whole of it, so that its last event is met."""
    return st.one_of(st.just(list(events)), st.integers(0, len(events)).map(lambda n: list(events[:n])))


PROPOSALS = st.one_of(
    prefix(escalated(), RECEIVED, DELIBERATED, ADOPTED, DESIGNED, LAUNCHED),
    prefix(escalated(), RECEIVED, RETURNED, escalated(round=2), WITHDRAWN),
    prefix(escalated(), RECEIVED, DEFERRED, REJECTED),
    prefix(escalated(), RECEIVED, DUE_CHANGED, DELIBERATED, ADOPTED, REVOKED, REJECTED),
    prefix(OWN.model_copy(update={"proposal_id": PROPOSAL}), RECEIVED),
)
HISTORIES: st.SearchStrategy[Streams] = st.tuples(
    PROPOSALS,
    st.permutations([CORRECTED, ADDED, REMOVED, SPLIT, MERGED, WITHDRAWN_GAP, CLOSED, REOPENED]).map(
        lambda later: [CONSOLIDATED, RAISED, DECLARED, *later]
    ),
    prefix(established(LOWER_COUNCIL)),
    prefix(established(UPPER_COUNCIL)),
    prefix(registered(NPO), registered(NPO, SOUTH)),
)


def test_providers_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(providers, HISTORIES)


def test_issues_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(issues, HISTORIES)


def test_proposals_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(proposals, HISTORIES)
