"""Every view of the portal, as a fold: what it shows, and that it keeps the laws of a fold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st

from portal.projections import (
    EVERYTHING,
    VIEWS,
    activity_reports,
    area_shapes,
    cohorts,
    councils,
    hand_overs,
    in_vain,
    information,
    issues,
    matches,
    meetings,
    mentions,
    needs,
    outreach,
    partnerships,
    places,
    posts,
    proposals,
    providers,
    resources,
    rounds,
    self_help,
    trail,
    venues,
)
from portal.projections.development import CohortRow, PlaceRow, VenueRow
from portal.projections.hand_overs import HandOverRow
from portal.projections.matches import MatchRow
from portal.projections.needs import IssueRow, NeedRow
from portal.projections.proposals import ProposalRow
from portal.projections.resources import ResourceRow
from portal.projections.sentences import Sentence, describe
from portal.projections.sentences.development import VENUE_JA
from portal.projections.sentences.registry import DETAILS_JA
from portal.projections.surveys import surveys
from portal.projections.trail import MentionRow, TrailRow
from shiendomain.area_mappings import area_mappings, last_moves
from shiendomain.areas_view import areas_view
from shiendomain.escalation import ProposalMoved
from shiendomain.freshness_view import freshness_view
from shiendomain.listing_checks import ListingChecks
from shiendomain.matching import MatchConcluded, MatchDeclined, MatchEnded
from shiendomain.proposal_history import Rounds, rounds_after
from shiendomain.registry import CoordinatorHandedOver, ResourceDetails, VenueDetails
from shiendomain.states import (
    IssueState,
    MatchState,
    NeedState,
    PlaceState,
    ProposalState,
    ResourceState,
    VenueState,
)
from shiendomain.vocabulary import (
    EndReason,
    FailureReason,
    NeedSource,
    Outcome,
    SourceKind,
    SupportKind,
    VerificationMethod,
)
from shienevents import Event, View
from shienevents.testing import FoldScenario, Streams, an_envelope, check_fold_laws

from .world import (
    CITY,
    COHORT,
    CONSOLIDATED,
    COUNCIL,
    DAY,
    DETAILS,
    FOUND,
    GAP,
    ISSUE,
    ISSUE_EVENTS,
    KITCHEN,
    MATCH,
    MERGED_PROPOSAL,
    MOVED,
    NEED,
    NO_MATCH,
    NORTH,
    OWN_PROPOSAL,
    PART_JOINED,
    PART_PROPOSAL,
    PLACE,
    PLACEMENT,
    PROPOSAL,
    RAISED,
    RESOURCE,
    ROOM,
    ROUND,
    ROUND_OPENED,
    ROUND_SOLVED,
    SEARCH,
    SERVICE,
    SINGLE,
    SOUTH,
    TRAINING,
    VENUE,
    an_id,
    cohort_events,
    escalated,
    everything,
    match_events,
    merged,
    merger_events,
    need,
    need_events,
    offered,
    part,
    place_events,
    proposal_events,
    proposed,
    resource,
    resource_events,
    secured,
    split_events,
    trained,
    venue_events,
)


def stream(first: Event | None, rest: Sequence[Event]) -> st.SearchStrategy[list[Event]]:
    """A stream: how it began, and then anything."""
    return st.lists(st.sampled_from(list(rest)), max_size=5).map(lambda more: [*([first] if first else []), *more])


def things(kind: str) -> tuple[UUID, UUID]:
    return an_id(kind, 1), an_id(kind, 2)


STREAMS: dict[str, st.SearchStrategy[Streams]] = {
    "needs": st.tuples(*(stream(need(one), need_events(one)) for one in things("need"))),
    "issues": st.tuples(stream(CONSOLIDATED, [RAISED, GAP, *ISSUE_EVENTS])),
    "resources": st.tuples(*(stream(resource(one), resource_events(one)) for one in things("resource"))),
    "matches": st.tuples(*(stream(proposed(one), match_events(one, NEED, NORTH, RESOURCE)) for one in things("match"))),
    "proposals": st.tuples(
        *(
            stream(
                escalated(one),
                [
                    escalated(one, round_=2),
                    *proposal_events(one),
                    *merger_events(one)[:-3],
                    *split_events(one),
                    ProposalMoved(proposal_id=one, from_area=NORTH, area=SOUTH, reason="再編"),
                ],
            )
            for one in things("proposal")
        ),
        stream(OWN_PROPOSAL, proposal_events(OWN_PROPOSAL.proposal_id)),
        stream(part(), [*proposal_events(PART_PROPOSAL), PART_JOINED]),
        stream(merged(), [*proposal_events(MERGED_PROPOSAL), *merger_events(MERGED_PROPOSAL)[-3:]]),
    ),
    "cohorts": st.tuples(*(stream(trained(one), cohort_events(one)) for one in things("cohort"))),
    "venues": st.tuples(*(stream(secured(one), venue_events(one)) for one in things("venue"))),
    "places": st.tuples(*(stream(offered(one), place_events(one)) for one in things("place"))),
    "everything": st.tuples(*(stream(None, everything()) for _ in range(2))),
}


@pytest.mark.parametrize(
    "view", [needs, resources, matches, proposals, cohorts, venues, places], ids=lambda view: view.name
)
def test_a_view_of_things_keeps_the_laws_of_a_fold(view: View[object]) -> None:  # type: ignore[type-var]
    check_fold_laws(view, STREAMS[view.name], examples=60)


def test_the_view_of_rounds_keeps_the_laws_of_a_fold() -> None:
    check_fold_laws(rounds, st.tuples(st.just([ROUND_OPENED, ROUND_SOLVED])))
    check_fold_laws(in_vain, st.tuples(stream(NO_MATCH, [NO_MATCH])))


def test_the_view_of_issues_keeps_the_laws_of_a_fold() -> None:
    check_fold_laws(issues, STREAMS["issues"])


OF_PLACES = [
    areas_view, area_shapes, councils, meetings, self_help, providers, outreach, partnerships, information,
    posts, hand_overs, activity_reports, freshness_view, surveys, area_mappings,
]  # fmt: skip


@pytest.mark.parametrize("view", OF_PLACES, ids=lambda view: view.name)
def test_a_view_of_places_keeps_the_laws_of_a_fold(view: View[object]) -> None:  # type: ignore[type-var]
    check_fold_laws(view, st.tuples(stream(None, [event for event in SINGLE if isinstance(event, view.subscribes_to)])))


def test_the_view_of_last_moves_keeps_the_laws_of_a_fold() -> None:
    moves = [event for event in everything() if isinstance(event, last_moves.subscribes_to)]
    check_fold_laws(last_moves, st.tuples(stream(None, moves)))


@pytest.mark.parametrize("view", [trail, mentions], ids=lambda view: view.name)
def test_the_trail_keeps_the_laws_of_a_fold(view: View[object]) -> None:  # type: ignore[type-var]
    halves = st.permutations(everything()).map(lambda events: (events[::2], events[1::2]))
    check_fold_laws(view, halves, examples=30)


def test_a_sentence_about_a_match_has_the_reason_and_the_note() -> None:
    which: dict[str, Any] = {"match_id": MATCH, "need_id": NEED, "need_area": NORTH, "resource_id": RESOURCE}
    why, note = FailureReason.NOT_SUITABLE, "車椅子に対応していない"
    declined = MatchDeclined(**which, reason=why, note=note)
    assert describe(declined).ja == f"マッチングを辞退（{why.ja}：{note}）"
    assert describe(declined.model_copy(update={"note": ""})).ja == f"マッチングを辞退（{why.ja}）"
    failed = MatchConcluded(**which, outcome=Outcome.NOT_HELPED, people_helped=0, people_freed=3, reason=why, note=note)
    assert describe(failed).ja.endswith(f"、0人、{why.ja}：{note}）")
    helped = failed.model_copy(update={"outcome": Outcome.HELPED, "people_helped": 3, "reason": None, "note": ""})
    assert describe(helped).ja.endswith(f"（{Outcome.HELPED.ja}、3人）")
    ended = MatchEnded(**which, reason=EndReason.NO_LONGER_NEEDED, ended_on=DAY, people_freed=1, note="転居")
    assert describe(ended).ja == f"支援を終了（{EndReason.NO_LONGER_NEEDED.ja}：転居）"


def test_every_event_of_the_contracts_is_in_the_trail_and_says_a_sentence() -> None:
    assert {type(event) for event in everything()} == set(EVERYTHING)
    for event in everything():
        described = describe(event)
        assert re.search("[ぁ-んァ-ン一-龥]", described.ja), event
        assert described.en.isascii() or re.sub("[ぁ-んァ-ン一-龥々]", "", described.en).isascii(), event
        assert described.subject is None or described.mentions[0] == described.subject
        assert len(set(described.mentions)) == len(described.mentions)


def test_a_search_that_found_a_resource_is_described_as_well() -> None:
    described = describe(FOUND)
    expected = Sentence("適合する資源あり", "A match was found", MATCH, (MATCH, NEED, RESOURCE), NORTH)
    assert described == expected


def test_every_field_of_a_listing_has_its_word() -> None:
    assert list(DETAILS_JA) == list(ResourceDetails.model_fields)
    assert list(VENUE_JA) == list(VenueDetails.model_fields)


def test_every_id_an_event_names_of_a_thing_in_the_thread_is_mentioned() -> None:
    """An id that a sentence forgot would cut the way from a need to its answer."""
    named = (
        "need_id", "issue_id", "resource_id", "match_id", "search_id", "proposal_id", "service_id", "meeting_id",
        "council_id", "coordinator_id", "successor_id", "provider_id", "outreach_id", "partnership_id",
        "information_id", "from_council", "into", "merged", "successor", "split_from",
    )  # fmt: skip
    for event in everything():
        ids = {getattr(event, name) for name in named if getattr(event, name, None)}
        behind = (*getattr(event, "needs", ()), *getattr(event, "for_needs", ()))
        ids |= {getattr(one, "need_id", one) for one in behind}
        assert ids <= set(describe(event).mentions), event


def test_no_view_is_without_its_laws() -> None:
    tested = {"needs", "resources", "matches", "proposals", "issues", "areas", "area_shapes", "councils", "meetings"}
    tested |= {"providers", "outreach", "partnerships", "posts", "cohorts", "venues", "places", "activity_reports"}
    tested |= {"freshness_promises", "hand_overs", "information", "self_help", "services", "rounds", "in_vain"}
    tested |= {"area_mappings", "last_moves", "surveys"}
    assert {view.name for view in VIEWS} == tested | {"trail", "mentions", "accesses"}  # a row for each event


CORRELATION = an_envelope().correlation
A_NEED = NeedRow(
    need_id=NEED, area=NORTH, support_kind=SupportKind.OUTING, source=NeedSource.COORDINATOR, people=3,
    people_waiting=3, recorded_on=DAY, version=1, correlation=CORRELATION,
)  # fmt: skip


def waited(row: NeedRow) -> NeedRow:
    """The row as all of it happened on one day."""
    people = row.people_waiting if row.state.unanswered else 0
    return replace(row, waited=({"on": str(DAY), "people": people},))


def test_a_need_is_grouped_matched_met_and_reopened() -> None:
    revised, grouped, ungrouped, matched, partly, met, reopened, withdrawn, reinstated, *corrected = need_events(NEED)
    seen = FoldScenario(needs).given(need())
    seen.then(waited(A_NEED))
    seen.given(revised).then(waited(replace(A_NEED, people=5, people_waiting=5, version=2)))
    seen = seen.given(grouped)
    in_issue = replace(A_NEED, issue_id=ISSUE, state=NeedState.GROUPED, version=2)
    seen.then(waited(in_issue))
    seen.given(ungrouped).then(waited(replace(A_NEED, version=3)))
    seen.given(matched, ungrouped).then(waited(replace(A_NEED, state=NeedState.MATCHED, match_id=MATCH, version=4)))
    seen = seen.given(matched)
    held = replace(in_issue, state=NeedState.MATCHED, match_id=MATCH, version=3)
    seen.then(waited(held))
    some = replace(in_issue, helped={str(MATCH): 1}, people_helped=1, people_waiting=2, version=4)
    seen.given(partly).then(waited(some))
    helped = replace(
        held, state=NeedState.MET, service_id=SERVICE, helped={str(MATCH): 3}, people_helped=3, people_waiting=0,
        version=4,
    )  # fmt: skip
    seen.given(met).then(waited(helped))
    seen.given(met, reopened).then(waited(replace(in_issue, version=5)))
    seen.given(met, withdrawn).then(waited(replace(helped, state=NeedState.WITHDRAWN, version=5)))
    seen.given(withdrawn, reinstated).then(waited(replace(in_issue, match_id=MATCH, version=5)))
    meals = replace(A_NEED, support_kind=SupportKind.MEALS, version=2)
    FoldScenario(needs).given(need(), corrected[0]).then(waited(meals))
    heard = replace(A_NEED, source=NeedSource.CONSULTATION, version=2)
    FoldScenario(needs).given(need(), corrected[1]).then(waited(heard))
    FoldScenario(needs).given(need(), corrected[2]).then(waited(replace(A_NEED, area=CITY, version=2)))


def test_an_issue_becomes_a_gap() -> None:
    raised = IssueRow(
        issue_id=ISSUE, area=NORTH, council_id=GAP.council_id, title=RAISED.title, raised_on=DAY, needs=(NEED,),
        version=2,
    )  # fmt: skip
    seen = FoldScenario(issues).given(CONSOLIDATED, RAISED)
    seen.then(raised)
    gap = replace(raised, state=IssueState.GAP, support_kind=SupportKind.OUTING, gap_on=DAY, version=3)
    seen.given(GAP).then(gap)
    corrected, added, removed, split, merged, withdrawn, closed, reopened, moved = ISSUE_EVENTS
    seen.given(GAP, withdrawn).then(replace(raised, version=4))
    seen.given(corrected).then(replace(raised, title="通院の足", version=3))
    two = replace(raised, needs=(NEED, MOVED.need_id), version=3)
    seen.given(added).then(two)
    seen.given(merged).then(two)
    seen.given(added, removed).then(replace(raised, version=4))
    seen.given(added, split).then(replace(raised, version=4))
    seen.given(added, closed).then(replace(two, state=IssueState.CLOSED, version=4))
    seen.given(added, closed, reopened).then(replace(raised, version=5))
    seen.given(GAP, closed, reopened).then(replace(gap, version=5))
    seen.given(moved).then(replace(raised, area=SOUTH, version=3))


def test_a_resource_is_verified_suspended_and_wants_verifying_after_it_resumed() -> None:
    _, verified, withdrawn, suspended, resumed, retired, reinstated, moved, corrected = resource_events(RESOURCE)
    listed = ResourceRow(
        resource_id=RESOURCE, area=NORTH, name=DETAILS.name, support_kinds=DETAILS.support_kinds,
        service_class=DETAILS.service_class, service_areas=(CITY,), capacity=10, source=SourceKind.COORDINATOR,
        registered_on=DAY, checked_fields=ListingChecks.of(DETAILS).fields, version=1,
    )  # fmt: skip
    seen = FoldScenario(resources).given(resource())
    seen.then(listed)
    seen.given(moved).then(replace(listed, area=CITY, version=2))
    seen.given(corrected).then(replace(listed, source=SourceKind.SURVEY, version=2))
    known = replace(
        listed, state=ResourceState.VERIFIED, checked_days={"": str(DAY)}, checked_by={"": "phone"}, verified_on=DAY,
        verified_by=VerificationMethod.PHONE,
    )  # fmt: skip
    seen.given(verified).then(replace(known, version=2))
    seen.given(verified, withdrawn).then(replace(listed, checked_fields=("fee", "name"), version=3))
    seen = seen.given(verified, suspended)
    seen.then(replace(known, state=ResourceState.SUSPENDED, version=3))
    seen.given(resumed).then(replace(listed, version=4))
    seen.given(retired).then(replace(known, state=ResourceState.RETIRED, version=4))
    seen.given(retired, reinstated).then(replace(listed, version=5))


@pytest.mark.parametrize("outcome", Outcome)
def test_a_concluded_match_says_what_came_of_it(outcome: Outcome) -> None:
    accepted, declined, lapsed, *concluded = match_events(MATCH, NEED, NORTH, RESOURCE)
    row = MatchRow(
        match_id=MATCH, need_id=NEED, need_area=NORTH, resource_id=RESOURCE, people=3, proposed_on=DAY, version=2
    )
    seen = FoldScenario(matches).given(proposed())
    seen.given(accepted).then(replace(row, state=MatchState.ACCEPTED))
    seen.given(declined).then(replace(row, state=MatchState.DECLINED))
    seen.given(lapsed).then(replace(row, state=MatchState.LAPSED))
    event = concluded[list(Outcome).index(outcome)]
    known = replace(row, state=MatchState.CONCLUDED, outcome=outcome, people_helped=2)
    seen.given(event).then(known)
    seen.given(event, lapsed).then(replace(known, state=MatchState.LAPSED, version=3))


def rounds_of(*events: Any) -> Rounds:
    """The rounds of a proposal after these events."""
    rounds: Rounds = ()
    for event in events:
        rounds = rounds_after(rounds, *(event if isinstance(event, tuple) else (event, an_envelope())))
    return rounds


def test_a_proposal_waits_from_its_first_escalation_and_again_after_an_end() -> None:
    received, returned, _, _, rejected, deferred, _, designed, launched, *serving = proposal_events(PROPOSAL)
    *changes, ended, undone, later_due, revoked, reminded = serving
    later = an_envelope(occurred_at=an_envelope().occurred_at.replace(month=8), version=4)
    first = ProposalRow(
        proposal_id=PROPOSAL, area=NORTH, target_area=CITY, council_id=COUNCIL, issue_id=ISSUE, title="買物に行けない",
        support_kind=SupportKind.OUTING, needs=(NEED,), need_areas=(NORTH,), escalated_on=DAY, round=1, version=1,
    )  # fmt: skip
    seen = FoldScenario(proposals).given(escalated())

    def shows(*events: Any, **row: Any) -> None:
        rounds = rounds_of(escalated(), *events)
        seen.given(*events).then(replace(first, rounds=rounds, version=len(events) + 1, **row))

    due, until = date(2026, 6, 1), date(2027, 4, 1)
    shows()
    shows(received, state=ProposalState.RECEIVED, due_on=due)
    shows(received, later_due, state=ProposalState.RECEIVED, due_on=date(2026, 7, 1))
    shows(received, reminded, state=ProposalState.RECEIVED, due_on=due, reminded_on=DAY)
    shows(received, returned, state=ProposalState.RETURNED)
    shows(received, returned, (escalated(round_=2), later), round=2)
    shows(received, deferred, state=ProposalState.DEFERRED, due_on=due, deferred_until=until)
    shows(received, rejected, revoked, state=ProposalState.RECEIVED, due_on=due)
    shows(deferred, rejected, (escalated(round_=2), later), round=2, escalated_on=date(2026, 8, 1))
    served = {"service_id": SERVICE, "service_name": "おでかけ便", "services": (SERVICE,)}
    shows(designed, state=ProposalState.DESIGNED, **served)
    shows(designed, launched, state=ProposalState.LAUNCHED, launched_on=DAY, **served)
    shows(designed, launched, *changes, state=ProposalState.LAUNCHED, launched_on=DAY, **served)
    shows(designed, launched, ended, state=ProposalState.ENDED, launched_on=DAY, **served)
    shows(designed, launched, ended, undone, state=ProposalState.LAUNCHED, launched_on=DAY, **served)
    shows(designed, ended, undone, state=ProposalState.DESIGNED, **served)
    other = an_id("service", 2)
    again = {**served, "service_id": other, "services": (SERVICE, other), "state": ProposalState.DESIGNED}
    second = designed.model_copy(update={"service_id": other})
    up = {"round": 2, "escalated_on": date(2026, 8, 1)}
    shows(designed, ended, (escalated(round_=2), later), second, **again, **up)


def test_supporters_venues_and_places_are_shown_as_they_are_now() -> None:
    corrected, gave_up, placed, ended, right, elsewhere, gone = cohort_events(COHORT)
    row = CohortRow(
        cohort_id=COHORT, area=NORTH, title="担い手養成講座", held_on=DAY, support_kinds=TRAINING.support_kinds,
        held_by="北校区社協", trained=8, unplaced=8,
    )  # fmt: skip
    seen = FoldScenario(cohorts)
    seen.given(trained(), corrected).then(row)
    now = replace(row, placements={str(PLACEMENT): 3}, placed=3, gave_up=1, unplaced=4)
    seen.given(trained(), placed, gave_up, ended).then(now)
    seen.given(trained(), placed, gave_up, ended, right).then(
        replace(now, placements={str(PLACEMENT): 2}, placed=2, unplaced=5)
    )
    seen.given(trained(), elsewhere).then(replace(row, area=CITY))
    seen.given(trained(), gone).then()
    revised, released, again, elsewhere, gone = venue_events(VENUE)
    room = VenueRow(
        venue_id=VENUE, area=NORTH, first_secured_on=ROOM.secured_on, name="北公民館", schedule="毎週火曜", fee="無料",
        capacity=30, accessibility=ROOM.accessibility, owner="北自治会",
    )  # fmt: skip
    FoldScenario(venues).given(secured(), revised).then(room)
    FoldScenario(venues).given(secured(), revised, released).then(replace(room, state=VenueState.RELEASED))
    FoldScenario(venues).given(secured(), revised, released, again).then(replace(room, again=True))
    FoldScenario(venues).given(secured(), revised, elsewhere).then(replace(room, area=CITY))
    FoldScenario(venues).given(secured(), gone).then()
    filled, fewer, closed, reopened, elsewhere, gone = place_events(PLACE)
    kitchen = PlaceRow(
        place_id=PLACE, area=NORTH, offered_by="北サロン連絡会", offered_on=KITCHEN.offered_on,
        participation=KITCHEN.participation, activity="会食会の調理", schedule="第2木曜", wanted=3, filled=2,
    )  # fmt: skip
    FoldScenario(places).given(offered(), gone).then()
    FoldScenario(places).given(offered(), filled).then(kitchen)
    FoldScenario(places).given(offered(), filled, filled).then(replace(kitchen, filled=4, state=PlaceState.FILLED))
    FoldScenario(places).given(offered(), filled, fewer).then(replace(kitchen, filled=1))
    shut = replace(kitchen, closed=True, state=PlaceState.CLOSED)
    FoldScenario(places).given(offered(), filled, closed).then(shut)
    FoldScenario(places).given(offered(), filled, closed, reopened).then(kitchen)
    FoldScenario(places).given(offered(), filled, elsewhere).then(replace(kitchen, area=CITY))


@pytest.mark.parametrize(("said", "area"), [(SOUTH, SOUTH), (None, NORTH)])
def test_the_document_of_a_hand_over_is_of_the_area_that_the_post_had_then(said: str | None, area: str) -> None:
    """An older hand-over does not say it: then it is the area in which the post was assigned."""
    envelope = an_envelope(area=NORTH)
    over = CoordinatorHandedOver(coordinator_id=COUNCIL, on=date(2026, 9, 30), area=said)
    row = hand_overs.evolve(HandOverRow(hand_over_id=envelope.id), over, envelope)
    assert row is not None
    assert row.area == area


def test_the_trail_describes_a_search_without_a_match_in_the_area_of_the_need() -> None:
    envelope = an_envelope(area="131016:03", type=NO_MATCH.wire, stream="search-1", actor="tier2_coordinator/北包括")
    FoldScenario(trail).given((NO_MATCH, envelope)).then(
        TrailRow(
            id=envelope.id, recorded_at=envelope.recorded_at, occurred_at=envelope.occurred_at, source="matching",
            type="matching.no_match_found.v1", stream="search-1", version=1, area=NORTH, correlation=CORRELATION,
            role="tier2_coordinator", body="北包括", subject=SEARCH, mentions=(SEARCH, NEED, ROUND, RESOURCE),
            ja="適合する資源なし（空きがない・対象地域に含まれない）",
            en="No match was found: No free places, Area not served",
        )
    )  # fmt: skip
    FoldScenario(mentions).given((NO_MATCH, envelope)).then(
        *(
            MentionRow(mentioned=one, event=envelope.id, type=NO_MATCH.wire, recorded_at=envelope.recorded_at)
            for one in (SEARCH, NEED, ROUND, RESOURCE)
        )
    )
