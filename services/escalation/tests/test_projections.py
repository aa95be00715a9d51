"""What the views show, and that the order across streams does not matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st

from escalation.projections import (
    Behind,
    EntryRow,
    IssueRow,
    NeedNow,
    ProposalRow,
    Provided,
    ProviderRow,
    ServiceRow,
    entries,
    issues,
    needs,
    proposals,
    providers,
    services,
)
from escalation.reactions import REACTIONS
from shiendomain.needs import (
    IssueMoved,
    NeedMet,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedWithdrawn,
)
from shiendomain.proposal_history import Rounds, rounds_after
from shiendomain.registry import ProviderMoved
from shiendomain.services import resource_of
from shiendomain.states import EntryState, ProposalState, ServiceState
from shiendomain.vocabulary import (
    AgeBand,
    FailureReason,
    Frequency,
    ResourceEnd,
    ServiceClass,
    ServiceEnd,
    SourceKind,
    SupportKind,
    TargetKind,
)
from shienevents import Envelope, Event
from shienevents.testing import FoldScenario, Streams, an_envelope, check_fold_laws

from .facts import (
    ADDED,
    ADJUSTED,
    ADOPTED,
    CLOSED,
    CONSOLIDATED,
    CORRECTED,
    COUNCIL,
    DECLARED,
    DEFERRED,
    DELIBERATED,
    DESIGN_REVISED,
    DESIGNED,
    DUE_CHANGED,
    ENTRY,
    ENTRY_DECLINED,
    EXTENDED,
    IN_NORTH,
    ISSUE,
    JOINED,
    LATER,
    LAUNCHED,
    LEFT,
    LOWER_COUNCIL,
    MEETING,
    MERGE_UNDONE,
    MERGED,
    MERGED_INTO,
    NEEDS,
    NORTH,
    NPO,
    ORIGIN_RENEWED,
    OWN,
    PART_JOINED,
    PART_MADE,
    PARTS_MERGED,
    PROPOSAL,
    PROPOSAL_MOVED,
    PROPOSAL_SPLIT,
    PROVIDER_WITHDRAWN,
    RAISED,
    RECEIVED,
    REINSTATED,
    REJECTED,
    REMINDED,
    REMOVED,
    REOPENED,
    REQUESTED,
    RETURNED,
    REVOKED,
    SERVICE,
    SERVICE_ENDED,
    SERVICE_REVISED,
    SOUTH,
    SPLIT,
    SPLIT_UNDONE,
    TODAY,
    TOLD,
    UNMERGED,
    UPPER,
    UPPER_COUNCIL,
    UPPER_MEETING,
    WARD,
    WITHDRAWN,
    WITHDRAWN_GAP,
    escalated,
    established,
    registered,
    renamed,
    uuid,
)

THREAD = an_envelope().correlation
HOME_AREA = an_envelope().area
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
    "grown_from": None,
    "origins": [],
    "due_dates": [],
    "reminders": [],
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


ISSUE_MOVED = IssueMoved(issue_id=ISSUE, from_area=NORTH, area=SOUTH, needs=(BEHIND[0].need_id,), reason="再編")


def test_a_proposal_is_shown_in_the_area_to_which_it_moved_with_its_needs() -> None:
    there = tuple(need.moved(SOUTH) for need in BEHIND)
    moved = replace(SENT, version=2, area=SOUTH, needs=there, need_areas=(SOUTH,), moved_for="校区の再編")
    FoldScenario(proposals).given(escalated(), PROPOSAL_MOVED).then(moved)


def test_an_issue_is_shown_in_the_area_to_which_it_moved_with_the_needs_that_went() -> None:
    row: IssueRow = issues.blank(ISSUE)
    for event in (CONSOLIDATED, RAISED, DECLARED, ISSUE_MOVED):
        row = issues.evolve(row, event, an_envelope()) or row
    assert (row.area, row.needs) == (SOUTH, (BEHIND[0].moved(SOUTH), *BEHIND[1:]))


MOVED = ProviderMoved(provider_id=NPO, from_area=NORTH, area=SOUTH, reason="南の団体だった")


def test_a_provider_is_known_where_it_was_registered_last() -> None:
    FoldScenario(providers).given(registered(NPO), registered(NPO, SOUTH)).then(
        ProviderRow(provider_id=NPO, area=SOUTH, name="NPO 北")
    )
    FoldScenario(providers).given(registered(NPO), renamed(NPO)).then(
        ProviderRow(provider_id=NPO, area=NORTH, name="NPO 南")
    )
    FoldScenario(providers).given(registered(NPO), MOVED).then(ProviderRow(provider_id=NPO, area=SOUTH, name="NPO 北"))


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
            missing=DECLARED.missing,
            support_kind=SupportKind.OUTING,
            needs=BEHIND,
            correlation=THREAD,
        )
    )


def test_an_issue_shows_what_became_of_it() -> None:
    seen = FoldScenario(issues).given(CONSOLIDATED, RAISED, DECLARED)
    gap = IssueRow(
        issue_id=ISSUE, area=NORTH, council_id=COUNCIL, title="買い物に行けない", gap=True,
        raised_on=date(2026, 4, 1), gap_on=date(2026, 4, 1), missing=DECLARED.missing,
        support_kind=SupportKind.OUTING, needs=BEHIND, correlation=THREAD,
    )  # fmt: skip
    seen.given(CORRECTED).then(replace(gap, title="通院の足", council_id=UPPER))
    seen.given(WITHDRAWN_GAP).then(replace(gap, gap=False, gap_on=None, missing=()))
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
            reason="必要",
            service_id=SERVICE,
            service_name="北おでかけ便",
            launched_on=TODAY,
        )
    )


def test_a_proposal_shows_the_end_of_its_service_and_forgets_it_when_it_goes_up_again() -> None:
    begun = (escalated(), RECEIVED, ADOPTED, DESIGNED)
    launched = FoldScenario(proposals).given(*begun, IN_NORTH)
    seen = answered(
        RECEIVED,
        ADOPTED,
        version=5,
        state=ProposalState.LAUNCHED,
        due_on=TODAY,
        reason="必要",
        service_id=SERVICE,
        service_name="北おでかけ便",
        launched_on=TODAY,
    )
    launched.given(REQUESTED, JOINED, EXTENDED, SERVICE_REVISED, LEFT).then(replace(seen, version=10))
    launched.given(SERVICE_ENDED).then(replace(seen, version=6, state=ProposalState.ENDED))
    launched.given(SERVICE_ENDED, REINSTATED).then(replace(seen, version=7))
    rounds = (*answered(RECEIVED, ADOPTED).rounds, SECOND)
    up = replace(SENT, version=7, rounds=rounds, times_escalated=2, escalated_on=date(2026, 6, 1))
    launched.given(SERVICE_ENDED, again(7)).then(up)
    given_up = FoldScenario(proposals).given(*begun, SERVICE_ENDED, REINSTATED)
    given_up.then(replace(seen, version=6, state=ProposalState.DESIGNED, launched_on=None))


BY_NORTH = Provided(1, resource_of(SERVICE), None, "NPO 北", (NORTH,), 10, 200, "毎週火曜", TODAY, BEHIND[:2])
BY_SOUTH = Provided(2, resource_of(SERVICE, 2), None, "NPO 南", (SOUTH,), 5, 200, "毎週金曜", LATER, BEHIND[2:])
DRAWN_UP = ServiceRow(
    service_id=SERVICE,
    version=1,
    proposal_id=PROPOSAL,
    area=HOME_AREA,
    areas=(HOME_AREA,),
    name="北おでかけ便",
    service_class=ServiceClass.VISIT_D,
    support_kinds=(SupportKind.OUTING,),
    fee_yen=200,
    criteria="要支援者",
    starts_on=date(2026, 4, 1),
    correlation=THREAD,
)


def test_a_service_shows_its_design_and_what_each_provider_gives() -> None:
    FoldScenario(services).given(DESIGNED).then(DRAWN_UP)
    FoldScenario(services).given(DESIGNED, DESIGN_REVISED).then(
        replace(DRAWN_UP, version=2, fee_yen=300, reason="燃料費")
    )
    running = replace(
        DRAWN_UP,
        version=3,
        state=ServiceState.RUNNING,
        launched_on=TODAY,
        areas=(HOME_AREA, NORTH, SOUTH) if NORTH > HOME_AREA else (NORTH, SOUTH, HOME_AREA),
        provisions=(BY_NORTH, BY_SOUTH),
        reached=tuple(need.need_id for need in (*BY_NORTH.needs, *BY_SOUTH.needs)),
    )
    both = FoldScenario(services).given(DESIGNED, IN_NORTH, JOINED)
    both.then(running)
    both.given(LEFT).then(
        replace(
            running,
            version=4,
            reached=tuple(need.need_id for need in BY_NORTH.needs),
            provisions=(
                BY_NORTH,
                replace(BY_SOUTH, left_on=LATER, left_because=ResourceEnd.PROVIDER_WITHDREW, note="引退"),
            ),
        )
    )
    wider = replace(BY_NORTH, service_areas=(NORTH, SOUTH), needs=BEHIND)
    reached = tuple(need.need_id for need in BEHIND)
    both.given(EXTENDED).then(replace(running, version=4, provisions=(wider, BY_SOUTH), reached=reached))
    dearer = replace(BY_NORTH, fee_yen=300)
    both.given(SERVICE_REVISED).then(replace(running, version=4, reason="燃料費", provisions=(dearer, BY_SOUTH)))
    both.given(REQUESTED, ADJUSTED, ENTRY_DECLINED).then(replace(running, version=6))


def test_a_service_shows_its_end_until_that_was_a_mistake() -> None:
    over = FoldScenario(services).given(DESIGNED, SERVICE_ENDED)
    over.then(
        replace(
            DRAWN_UP,
            version=2,
            state=ServiceState.ENDED,
            ended_on=LATER,
            ended_because=ServiceEnd.NO_FUNDS,
            note="補助が終わった",
        )
    )
    over.given(REINSTATED).then(replace(DRAWN_UP, version=3, reason="別のサービスだった"))
    begun = replace(
        DRAWN_UP,
        version=2,
        state=ServiceState.RUNNING,
        launched_on=TODAY,
        areas=tuple(sorted((HOME_AREA, NORTH))),
        provisions=(BY_NORTH,),
        reached=tuple(need.need_id for need in BY_NORTH.needs),
    )
    launched = FoldScenario(services).given(DESIGNED, IN_NORTH)
    launched.then(begun)
    ended = replace(begun, version=3, state=ServiceState.ENDED, reached=(), ended_on=LATER)
    because = replace(ended, ended_because=ServiceEnd.NO_FUNDS, note="補助が終わった")
    launched.given(SERVICE_ENDED).then(because)
    launched.given(SERVICE_ENDED, REINSTATED).then(replace(begun, version=4, reason="別のサービスだった"))


def test_an_entry_shows_what_came_of_it() -> None:
    asked = EntryRow(
        entry_id=ENTRY,
        proposal_id=PROPOSAL,
        service_id=SERVICE,
        area=HOME_AREA,
        provider_name="NPO 南",
        asked="週二回なら担える",
        requested_on=TODAY,
    )
    FoldScenario(entries).given(REQUESTED).then(asked)
    adjusted = replace(asked, state=EntryState.ADJUSTED, terms="燃料費を補助する", adjusted_on=TODAY)
    FoldScenario(entries).given(REQUESTED, ADJUSTED).then(adjusted)
    FoldScenario(entries).given(REQUESTED, ENTRY_DECLINED).then(
        replace(asked, state=EntryState.DECLINED, reason="運転手がいない")
    )
    FoldScenario(entries).given(REQUESTED, ADJUSTED, JOINED).then(replace(adjusted, state=EntryState.JOINED))
    FoldScenario(entries).given(REQUESTED, LAUNCHED).then(asked)


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


def test_a_proposal_that_was_split_names_its_parts_until_it_is_one_again() -> None:
    parted = FoldScenario(proposals).given(escalated(), RECEIVED, PROPOSAL_SPLIT)
    row = answered(RECEIVED, PROPOSAL_SPLIT, state=ProposalState.SPLIT, reason="外出が難しい人がいる")
    parted.then(replace(row, parts=(uuid(71), uuid(72))))
    again = answered(RECEIVED, PROPOSAL_SPLIT, SPLIT_UNDONE, state=ProposalState.DEFERRED)
    parted.given(SPLIT_UNDONE).then(replace(again, due_on=TODAY, deferred_until=date(2026, 6, 1)))


def test_a_part_is_where_its_original_was_and_waits_as_long() -> None:
    row = proposals.evolve(proposals.blank(PROPOSAL), PART_MADE, an_envelope())
    assert row is not None
    assert (row.state, row.split_from, row.due_on) == (ProposalState.RECEIVED, uuid(73), TODAY)
    assert (row.issue_id, row.council_id, row.times_escalated) == (ISSUE, COUNCIL, 1)
    assert row.escalated_on == PART_MADE.waiting_since
    assert [need.need_id for need in row.needs] == [NEEDS[0].need_id]
    joined = proposals.evolve(row, PART_JOINED, an_envelope(version=2))
    assert joined is not None
    assert (joined.state, joined.reason) == (ProposalState.SPLIT_UNDONE, "一つの事業で足りる")


def test_escalation_reacts_to_nothing() -> None:
    assert REACTIONS == ()


def prefix(*events: Event) -> st.SearchStrategy[list[Event]]:
    """The beginning of a stream; every other time the whole of it, so that its last event is met."""
    return st.one_of(st.just(list(events)), st.integers(0, len(events)).map(lambda n: list(events[:n])))


PROPOSALS = st.one_of(
    prefix(escalated(), RECEIVED, DELIBERATED, ADOPTED, DESIGNED, LAUNCHED),
    prefix(escalated(), RECEIVED, RETURNED, escalated(round=2), WITHDRAWN),
    prefix(escalated(), RECEIVED, DEFERRED, PROPOSAL_MOVED, REJECTED),
    prefix(
        escalated(),
        RECEIVED,
        ADOPTED,
        DESIGNED,
        DESIGN_REVISED,
        REQUESTED,
        IN_NORTH,
        ADJUSTED,
        JOINED,
        EXTENDED,
        SERVICE_REVISED,
        LEFT,
        SERVICE_ENDED,
        REINSTATED,
    ),
    prefix(escalated(), RECEIVED, ADOPTED, DESIGNED, REQUESTED, ENTRY_DECLINED),
    prefix(escalated(), RECEIVED, REMINDED, RETURNED, escalated(round=2), RECEIVED, REMINDED),
    prefix(escalated(), RECEIVED, DUE_CHANGED, DELIBERATED, ADOPTED, REVOKED, REJECTED),
    prefix(OWN.model_copy(update={"proposal_id": PROPOSAL}), RECEIVED),
    prefix(escalated(), RECEIVED, MERGED_INTO, TOLD, DUE_CHANGED, REVOKED, UNMERGED),
    prefix(escalated(), RECEIVED, DELIBERATED, PROPOSAL_SPLIT, SPLIT_UNDONE, ADOPTED),
    prefix(PART_MADE, DELIBERATED, RETURNED, escalated(round=2), RECEIVED, PART_JOINED),
    prefix(
        PARTS_MERGED, RETURNED, ORIGIN_RENEWED.model_copy(update={"awaited": (ISSUE,)}), ORIGIN_RENEWED, MERGE_UNDONE
    ),
)
HISTORIES: st.SearchStrategy[Streams] = st.tuples(
    PROPOSALS,
    st.permutations([CORRECTED, ADDED, REMOVED, SPLIT, MERGED, WITHDRAWN_GAP, CLOSED, REOPENED, ISSUE_MOVED]).map(
        lambda later: [CONSOLIDATED, RAISED, DECLARED, *later]
    ),
    prefix(established(LOWER_COUNCIL)),
    prefix(established(UPPER_COUNCIL)),
    prefix(registered(NPO), MOVED, registered(NPO, SOUTH), renamed(NPO), PROVIDER_WITHDRAWN),
)


def test_providers_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(providers, HISTORIES)


def test_issues_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(issues, HISTORIES)


def test_proposals_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(proposals, HISTORIES)


def of_need(need_id: UUID) -> list[Event]:
    facts = {"people": 5, "frequency": Frequency.WEEKLY}
    rest = {"age_band": AgeBand.ANY, "weekdays": (), "fee_ceiling_yen": None, "note": ""}
    of_match = {"need_id": need_id, "match_id": uuid(90), "resource_id": uuid(91), "service_id": None}
    return [
        NeedRecorded(need_id=need_id, area=NORTH, support_kind=SupportKind.OUTING, source=SourceKind.SURVEY, **facts),
        NeedRevised(need_id=need_id, **facts | rest | {"people": 9}),
        NeedPartlyMet(**of_match, people_helped=3),
        NeedMet(**of_match, people_helped=9),
        NeedReopened(need_id=need_id, match_id=uuid(90), reason=FailureReason.PROVIDER_WITHDREW),
        NeedWithdrawn(need_id=need_id, reason="転居"),
        NeedReinstated(need_id=need_id, reason="別のニーズだった"),
    ]


def test_how_many_people_of_a_need_wait_now_is_known() -> None:
    recorded, revised, partly, met, reopened, withdrawn, reinstated = of_need(PROPOSAL)
    seen = FoldScenario(needs)
    found = []
    for event in (recorded, revised, partly, met, reopened, withdrawn, reinstated):
        seen = seen.given(event)
        found.append(seen)
    now = NeedNow(need_id=PROPOSAL, people=9)
    found[0].then(replace(now, people=5, waiting=5))
    found[1].then(replace(now, waiting=9))
    found[2].then(replace(now, helped={str(uuid(90)): 3}, waiting=6))
    found[3].then(replace(now, helped={str(uuid(90)): 9}, met=True, waiting=0))
    found[4].then(replace(now, waiting=9))
    found[5].then(replace(now, withdrawn=True, waiting=0))
    found[6].then(replace(now, waiting=9))
    check_fold_laws(needs, st.just([of_need(uuid(n)) for n in (1, 2)]), examples=10)


def test_services_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(services, HISTORIES)


def test_entries_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(entries, HISTORIES)
