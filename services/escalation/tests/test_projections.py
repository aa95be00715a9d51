"""What the views show, and that the order across streams does not matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import strategies as st

from escalation.projections import (
    Attended,
    Behind,
    IssueRow,
    MeetingRow,
    ProposalRow,
    ProviderRow,
    issues,
    meetings,
    proposals,
    providers,
)
from escalation.reactions import REACTIONS
from shiendomain.registry import ProviderMoved
from shiendomain.states import ProposalState
from shiendomain.vocabulary import BodyKind, SupportKind, TargetKind, Tier
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
    HELD_EVENT,
    ISSUE,
    LAUNCHED,
    LOWER_COUNCIL,
    MEETING,
    MERGED,
    NEEDS,
    NORTH,
    NPO,
    PROPOSAL,
    RAISED,
    RECEIVED,
    REJECTED,
    REMOVED,
    REOPENED,
    RETURNED,
    SERVICE,
    SOUTH,
    SPLIT,
    TODAY,
    UPPER,
    UPPER_COUNCIL,
    WARD,
    WITHDRAWN,
    WITHDRAWN_GAP,
    escalated,
    established,
    registered,
)

THREAD = an_envelope().correlation
BEHIND = tuple(Behind(need.need_id, need.area, need.people) for need in NEEDS)
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
    times_escalated=1,
    escalated_on=date(2026, 4, 1),
    correlation=THREAD,
)


MOVED = ProviderMoved(provider_id=NPO, from_area=NORTH, area=SOUTH, reason="南の団体だった")


def test_a_provider_is_known_where_it_was_registered_last() -> None:
    FoldScenario(providers).given(registered(NPO), registered(NPO, SOUTH)).then(
        ProviderRow(provider_id=NPO, area=SOUTH)
    )
    FoldScenario(providers).given(registered(NPO), MOVED).then(ProviderRow(provider_id=NPO, area=SOUTH))


def test_an_issue_shows_its_needs_its_council_and_its_gap() -> None:
    FoldScenario(issues).given(CONSOLIDATED, RAISED, DECLARED).then(
        IssueRow(
            issue_id=ISSUE,
            area=NORTH,
            council_id=COUNCIL,
            title="買い物に行けない",
            gap=True,
            support_kind=SupportKind.OUTING,
            needs=BEHIND,
            correlation=THREAD,
        )
    )


def test_an_issue_shows_what_became_of_it() -> None:
    seen = FoldScenario(issues).given(CONSOLIDATED, RAISED, DECLARED)
    gap = IssueRow(
        issue_id=ISSUE, area=NORTH, council_id=COUNCIL, title="買い物に行けない", gap=True,
        support_kind=SupportKind.OUTING, needs=BEHIND, correlation=THREAD,
    )  # fmt: skip
    seen.given(CORRECTED).then(replace(gap, title="通院の足", council_id=UPPER))
    seen.given(WITHDRAWN_GAP).then(replace(gap, gap=False))
    seen.given(REMOVED).then(replace(gap, needs=BEHIND[1:]))
    seen.given(SPLIT).then(replace(gap, needs=BEHIND[1:]))
    seen.given(REMOVED, ADDED).then(replace(gap, needs=(*BEHIND[1:], BEHIND[0])))
    seen.given(REMOVED, MERGED).then(replace(gap, needs=(*BEHIND[1:], BEHIND[0])))
    seen.given(CLOSED).then(replace(gap, closed=True))
    seen.given(CLOSED, REOPENED).then(replace(gap, needs=BEHIND[:1]))


def test_a_meeting_is_shown_whole() -> None:
    FoldScenario(meetings).given(HELD_EVENT).then(
        MeetingRow(
            meeting_id=MEETING,
            version=1,
            council_id=COUNCIL,
            area=NORTH,
            tier=Tier.TIER2,
            held_on=TODAY,
            issues=(ISSUE,),
            attendance=(Attended(BodyKind.NPO, 2),),
            minutes="移動支援について",
            correlation=THREAD,
        )
    )


def test_a_proposal_shows_what_became_of_it() -> None:
    FoldScenario(proposals).given(escalated()).then(SENT)
    FoldScenario(proposals).given(escalated(), RECEIVED, DELIBERATED, ADOPTED, DESIGNED, LAUNCHED).then(
        replace(
            SENT,
            version=6,
            state=ProposalState.LAUNCHED,
            due_on=TODAY,
            deliberations=1,
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


def test_a_proposal_escalated_again_after_a_return_has_waited_since_the_first_time() -> None:
    returned = FoldScenario(proposals).given(escalated(), RECEIVED, RETURNED)
    returned.then(replace(SENT, version=3, state=ProposalState.RETURNED, reason="何人が使うか"))
    returned.given(again(4)).then(replace(SENT, version=4, times_escalated=2))


@pytest.mark.parametrize("end", [(RECEIVED, DELIBERATED, DEFERRED, REJECTED), (RECEIVED, DELIBERATED, WITHDRAWN)])
def test_a_proposal_escalated_again_after_an_end_waits_from_that_day(end: tuple[Event, ...]) -> None:
    version = len(end) + 2
    FoldScenario(proposals).given(escalated(), *end, again(version)).then(
        replace(SENT, version=version, times_escalated=2, escalated_on=date(2026, 6, 1))
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
)
HISTORIES: st.SearchStrategy[Streams] = st.tuples(
    PROPOSALS,
    st.permutations([CORRECTED, ADDED, REMOVED, SPLIT, MERGED, WITHDRAWN_GAP, CLOSED, REOPENED]).map(
        lambda later: [CONSOLIDATED, RAISED, DECLARED, *later]
    ),
    prefix(HELD_EVENT),
    prefix(established(LOWER_COUNCIL)),
    prefix(established(UPPER_COUNCIL)),
    prefix(registered(NPO), MOVED, registered(NPO, SOUTH)),
)


def test_providers_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(providers, HISTORIES)


def test_issues_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(issues, HISTORIES)


def test_meetings_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(meetings, HISTORIES)


def test_proposals_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(proposals, HISTORIES)
