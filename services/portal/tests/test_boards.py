"""Tier 1 is the sum of tier 2: on random trees and histories, in every order in which the events may come."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from portal import views
from portal.api.pages import labels_of
from portal.boards import BoardFigures, Figure, boards_of, digest_of_boards, total
from portal.projections import VIEWS
from shiendomain.escalation import ProposalDeferred, ProposalEscalated, ProposalReceived
from shiendomain.matching import MatchConcluded, MatchOutcomeCorrected
from shiendomain.needs import (
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedUngrouped,
    NeedWithdrawn,
)
from shiendomain.registry import (
    ResourceMoved,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSuspended,
    ResourceVerificationWithdrawn,
    ResourceVerified,
)
from shiendomain.rules import Verification, WaitingBand
from shiendomain.states import IssueState, MatchState, NeedState, OutreachState, ProposalState, ResourceState
from shiendomain.vocabulary import Outcome, VerificationMethod
from shienevents import Event
from shienevents.testing import examples
from shienops._databases import Database

from .bench import TODAY, Bench, a_bench
from .world import (
    CITY,
    CONSOLIDATED,
    GAP,
    ISSUE,
    RESOURCE,
    an_id,
    area,
    behind,
    escalated,
    match_events,
    need,
    need_events,
    proposal_events,
    proposed,
    resource,
    resource_events,
)


def test_a_sum_is_the_sum_of_each_figure_and_of_nothing_zero() -> None:
    one = boards_of(["a"], [Figure("a", "needs", "open", 2), Figure("a", "people", "open", 5)])["a"]
    other = boards_of(["b"], [Figure("b", "needs", "open", 1), Figure("b", "issues", "gap", 1)])["b"]
    expected = BoardFigures.model_validate({"needs": {"open": 3}, "people": {"open": 5}, "issues": {"gap": 1}})
    assert total([one, other]) == total([other, one]) == expected
    assert total([]) == BoardFigures()


def test_a_figure_that_no_board_has_is_an_error_and_not_lost() -> None:
    with pytest.raises(ValidationError):
        boards_of(["a"], [Figure("a", "needs", "forgotten", 1)])


def test_a_board_asks_for_changes_of_every_view_that_it_counts() -> None:
    tables = set(re.findall(r"\b(?:from|join) (\w+)", views._FIGURES))
    assert {view.name for view in VIEWS} & tables | {"areas"} == {view.name for view in views.COUNTED}
    assert [view.name for view in views.COUNTED if view.counted_in is None] == []


def test_the_digest_distinguishes_boards_and_their_areas() -> None:
    some = BoardFigures.model_validate({"needs": {"open": 1}})
    assert digest_of_boards({"a": some, "b": BoardFigures()}) == digest_of_boards({"b": BoardFigures(), "a": some})
    assert digest_of_boards({"a": some, "b": BoardFigures()}) != digest_of_boards({"a": BoardFigures(), "b": some})


PERIODS = {30: False, 90: True}
"""Whether a listing of DAY still counts on TODAY, 60 days later, where it counts for so many days."""

History = tuple[list[Event], list[list[Event]]]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A tree of areas, and what happened in them: a list of events for each stream."""
    size = draw(st.integers(1, 6))
    codes = [CITY, *(f"{CITY}-{n:02}" for n in range(1, size))]
    tree: list[Event] = [area(CITY, None)]
    tree += [area(code, codes[draw(st.integers(0, n))]) for n, code in enumerate(codes[1:])]
    some = st.sampled_from(codes)
    streams: list[list[Event]] = [[CONSOLIDATED.model_copy(update={"area": draw(some)})]]
    if draw(st.booleans()):
        everybody = tuple(behind(an_id("need", n)) for n in range(6))
        streams[0].append(GAP.model_copy(update={"area": streams[0][0].area, "needs": everybody}))  # type: ignore[attr-defined]
    for n in range(draw(st.integers(0, 6))):
        need_id, where = an_id("need", n), draw(some)
        streams.append([need(need_id, where, n + 1), *_some(draw, need_events(need_id))])
        match_id = an_id("match", n)
        streams.append(
            [proposed(match_id, need_id, where), *_some(draw, match_events(match_id, need_id, where, RESOURCE))]
        )
    for n in range(draw(st.integers(0, 4))):
        streams.append(
            [resource(an_id("resource", n), draw(some)), *_some(draw, resource_events(an_id("resource", n)))]
        )
        proposal = an_id("proposal", n)
        streams.append([escalated(proposal, ISSUE, draw(some)), *_some(draw, proposal_events(proposal))])
    return tree, streams


def _some(draw: st.DrawFn, events: Sequence[Event]) -> list[Event]:
    return draw(st.lists(st.sampled_from(list(events)), max_size=3))


@pytest.fixture
def bench(database: Database) -> Iterator[Bench]:
    with a_bench(database) as found:
        yield found


def numbered(streams: Sequence[list[Event]], order: Sequence[int]) -> list[tuple[Event, int]]:
    """The events of the streams in this order of streams, each stream in its own order."""
    following = [iter(enumerate(stream, start=1)) for stream in streams]
    return [(event, version) for version, event in (next(following[n]) for n in order)]


def test_tier_1_is_the_sum_of_tier_2_whatever_happened_and_in_whatever_order_it_is_read(bench: Bench) -> None:
    @settings(max_examples=examples(40), database=None, suppress_health_check=list(HealthCheck))
    @given(histories(), st.data())
    def holds(history: History, data: st.DataObject) -> None:
        tree, streams = history
        streams = [*([one] for one in tree), *streams]
        orders = st.permutations([n for n, stream in enumerate(streams) for _ in stream])
        period = data.draw(st.sampled_from(sorted(PERIODS)))
        first = bench.counted(numbered(streams, data.draw(orders)), stale_after_days=period)
        second = bench.counted(numbered(streams, data.draw(orders)), stale_after_days=period)
        assert first == second
        boards = {row.area: row.board for row in first.areas}
        assert set(boards) == {one.area for one in tree}  # type: ignore[attr-defined]
        assert first.board == total(boards.values())
        for code, board in boards.items():
            assert counts(board) == +expected(streams, {code}, period), code
        assert counts(first.board) == +expected(streams, set(boards), period)

    holds()


def test_a_ring_of_parents_ends(bench: Bench) -> None:
    ring = [(area(CITY, f"{CITY}-02"), 1), (area(f"{CITY}-01", CITY), 1), (area(f"{CITY}-02", f"{CITY}-01"), 1)]
    assert [row.area for row in bench.counted(ring).areas] == [CITY, f"{CITY}-01", f"{CITY}-02"]


def test_days_decide_which_resource_is_stale_how_long_a_proposal_waits_and_whether_it_is_overdue(bench: Bench) -> None:
    def in_city(n: int) -> Event:
        return resource(an_id("resource", n), CITY)

    def verified(n: int, days: int) -> Event:
        on = TODAY - timedelta(days=days)
        return ResourceVerified(resource_id=an_id("resource", n), verified_on=on, method=VerificationMethod.PHONE)

    def received(n: int, due: int) -> Event:
        return ProposalReceived(proposal_id=an_id("proposal", n), due_on=TODAY + timedelta(days=due))

    def deferred(n: int, until: int) -> Event:
        return ProposalDeferred(proposal_id=an_id("proposal", n), until=TODAY + timedelta(days=until), reason="来年度")

    board = bench.counted(
        [
            (area(CITY, None), 1), *((in_city(n), 1) for n in (1, 2, 3)), (verified(1, 30), 2), (verified(2, 31), 2),
            *((escalated(an_id("proposal", n), where=CITY), 1) for n in range(1, 6)),
            (received(1, 0), 2), (received(2, -1), 2), (deferred(3, 0), 2), (deferred(4, -1), 2),
        ]
    ).board  # fmt: skip
    assert board.resources.model_dump() == {"unverified": 0, "fresh": 1, "stale": 2, "suspended": 0, "retired": 0}
    assert board.proposal_ages.model_dump() == {"to_30": 0, "to_90": 5, "longer": 0, "overdue": 2}


def test_figures_of_states_are_called_by_the_labels_of_the_states() -> None:
    assert labels_of("needs") == {state.value: state.ja for state in NeedState}
    assert labels_of("issues") == {state.value: state.ja for state in IssueState} | {"answered": "サービスで対応中"}
    assert labels_of("proposals") == {state.value: state.ja for state in ProposalState if state.counted}
    matched = [state for state in MatchState if state is not MatchState.CONCLUDED]
    assert labels_of("matches") == {word.value: word.ja for word in (*matched, *Outcome)}
    listed = [state for state in ResourceState if not state.in_use]
    assert labels_of("resources") == {word.value: word.ja for word in (*Verification, *listed)}
    bands = {band.value: band.ja for band in WaitingBand}
    assert labels_of("proposal_ages") == bands | {"overdue": "期限超過"}
    asked = {state.value: f"働きかけ（{state.ja}）" for state in OutreachState if state is not OutreachState.WITHDRAWN}
    assert asked.items() <= labels_of("network").items()


def counts(board: BoardFigures) -> Counter[tuple[str, str]]:
    """The figures that `expected` works out too, without zeros."""
    found = {
        (section, name): n
        for section, figures in board.model_dump().items()
        if section in ("resources", "needs", "people", "matches", "proposals")
        for name, n in figures.items()
    }
    return +Counter(found)


def expected(streams: Sequence[list[Event]], areas: set[str], period: int) -> Counter[tuple[str, str]]:
    """The figures worked out by hand from the history: none of the portal's folding and none of its SQL."""
    found: Counter[tuple[str, str]] = Counter()
    gap = any(isinstance(event, type(GAP)) for stream in streams for event in stream)
    for first, *rest in streams:
        where = getattr(first, "need_area", None) or first.area  # type: ignore[attr-defined]
        where = next((one.area for one in reversed(rest) if isinstance(one, NeedMoved | ResourceMoved)), where)
        if where not in areas:
            continue
        kind = first.wire.split(".")[1]
        if kind == "need_recorded":
            _expect_need(found, first, rest, gap)
        elif kind == "match_proposed":
            _expect_match(found, rest)
        elif kind == "resource_registered":
            found["resources", _expected_resource(rest, period)] += 1
        elif isinstance(first, ProposalEscalated):
            found["proposals", _expected_proposal(rest)] += 1
    return found


def _expected_proposal(rest: Sequence[Event]) -> str:
    """What it was called after its last event; what happens to a running service leaves it as it was."""
    state, launched = "escalated", False
    for event in rest:
        match event.wire.removeprefix("escalation.").removesuffix(".v1").split("_"):
            case ["answer", "revoked"]:
                state = event.state.value  # type: ignore[attr-defined]
            case ["proposal", state] | ["service", ("designed" | "launched" | "ended") as state]:
                launched = launched or state == "launched"
            case ["service", "reinstated"]:
                state = "launched" if launched else "designed"
    return state


def _expect_need(found: Counter[tuple[str, str]], first: Any, rest: Sequence[Event], gap: bool) -> None:
    people, helped, grouped, state = first.people, 0, False, "open"
    for event in rest:
        match event:
            case NeedRevised():
                people = event.people
            case NeedGrouped():
                grouped = True
            case NeedUngrouped():
                grouped = False
            case NeedMatched():
                state = "matched"
            case NeedPartlyMet():
                state, helped = "withdrawn" if state == "withdrawn" else "open", event.people_helped
            case NeedMet():
                state, helped = "met", event.people_helped
            case NeedReopened():
                state, helped = "withdrawn" if state == "withdrawn" else "open", 0
            case NeedWithdrawn():
                state = "withdrawn"
            case NeedReinstated():
                state = "open"
    state = ("gap" if gap else "grouped") if state == "open" and grouped else state
    found["needs", state] += 1
    in_state = {"met": helped, "withdrawn": people}.get(state, max(0, people - helped))
    found["people", state] += in_state
    found["people", "helped"] += helped


def _expect_match(found: Counter[tuple[str, str]], rest: Sequence[Event]) -> None:
    last = rest[-1] if rest else None
    if isinstance(last, MatchConcluded | MatchOutcomeCorrected):
        found["matches", last.outcome.value] += 1
    else:
        found["matches", last.wire.split("_")[1].removesuffix(".v1") if last else "proposed"] += 1


def _expected_resource(rest: Sequence[Event], period: int) -> str:
    ended, verified = "", False
    for event in rest:
        match event:
            case ResourceRevised() | ResourceVerificationWithdrawn():
                verified = False
            case ResourceVerified():
                ended, verified = "", True
            case ResourceSuspended():
                ended = "suspended"
            case ResourceResumed() | ResourceReinstated():
                ended, verified = "", False
            case ResourceRetired():
                ended = "retired"
    if ended:
        return ended
    if not PERIODS[period]:
        return "stale"
    return "fresh" if verified else "unverified"
