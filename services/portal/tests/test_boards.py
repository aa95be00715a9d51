"""Tier 1 is the sum of tier 2: on random trees and histories, in every order in which the events may come."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from portal.board_answers import BoardAnswer, count
from portal.boards import Board, Figure, boards_of, digest_of_boards, total
from portal.projections import VIEWS
from shiendomain.escalation import ProposalEscalated
from shiendomain.needs import NeedGrouped, NeedMatched, NeedMet, NeedReopened, NeedRevised, NeedWithdrawn
from shiendomain.registry import ResourceRetired, ResourceSuspended, ResourceVerified
from shienevents import Event, Positions, Snapshot, migrate
from shienevents.postgres.pool import Pool, open_pool
from shienevents.testing import an_envelope
from shienevents.views.fold import fold
from shienevents.views.tables import Table, TableRows
from shienops._databases import Database

from .world import (
    CITY,
    CONSOLIDATED,
    DAY,
    GAP,
    ISSUE,
    RESOURCE,
    an_id,
    area,
    escalated,
    match_events,
    need,
    need_events,
    proposal_events,
    proposed,
    resource,
    resource_events,
)

TODAY = DAY + timedelta(days=60)


def test_a_sum_is_the_sum_of_each_figure_and_of_nothing_zero() -> None:
    one = boards_of(["a"], [Figure("a", "needs", "open", 2), Figure("a", "people", "open", 5)])["a"]
    other = boards_of(["b"], [Figure("b", "needs", "open", 1), Figure("b", "issues", "gaps", 1)])["b"]
    expected = Board.model_validate({"needs": {"open": 3}, "people": {"open": 5}, "issues": {"gaps": 1}})
    assert total([one, other]) == total([other, one]) == expected
    assert total([]) == Board()


def test_a_figure_that_no_board_has_is_an_error_and_not_lost() -> None:
    with pytest.raises(ValidationError):
        boards_of(["a"], [Figure("a", "needs", "forgotten", 1)])


def test_the_digest_tells_boards_and_their_areas_apart() -> None:
    some = Board.model_validate({"needs": {"open": 1}})
    assert digest_of_boards({"a": some, "b": Board()}) == digest_of_boards({"b": Board(), "a": some})
    assert digest_of_boards({"a": some, "b": Board()}) != digest_of_boards({"a": Board(), "b": some})


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
        streams[0].append(GAP.model_copy(update={"area": streams[0][0].area}))  # type: ignore[attr-defined]
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


class Bench:
    """The portal's tables, filled and counted without a consumer."""

    def __init__(self, runner: asyncio.Runner, pool: Pool) -> None:
        self._runner = runner
        self._pool = pool

    def counted(self, events: Iterable[tuple[Event, int]], area: str = CITY) -> BoardAnswer:
        """The board after these events, each with its version."""
        heard = [
            (event, an_envelope(id=UUID(int=n), type=event.wire, version=version))
            for n, (event, version) in enumerate(events)
        ]
        return self._runner.run(self._counted(heard, area))

    async def _counted(self, heard: Sequence[Any], area: str) -> BoardAnswer:
        tables = {view.name: Table(view) for view in VIEWS}
        async with self._pool.acquire() as connection:
            moment = connection.transaction()
            await moment.start()
            try:
                for view in VIEWS:
                    share = [one for one in heard if isinstance(one[0], view.subscribes_to)]
                    await fold(view, share, TableRows(connection, tables))
                seen = Snapshot(connection, Positions(), stale=False, behind=(), parked={})
                return await count(seen, area, TODAY, 30, subtree=True)
            finally:
                await moment.rollback()


@contextmanager
def a_bench(database: Database) -> Iterator[Bench]:
    async def opened() -> Pool:
        await migrate(database.owner_dsn, service="portal", writer=database.name, shards=1)
        pool = await open_pool(database.dsn, size=1)
        async with pool.acquire() as connection:
            for view in VIEWS:
                await Table(view).create(connection)
        return pool

    with asyncio.Runner() as runner:
        pool = runner.run(opened())
        try:
            yield Bench(runner, pool)
        finally:
            runner.run(pool.close())


@pytest.fixture
def bench(database: Database) -> Iterator[Bench]:
    with a_bench(database) as found:
        yield found


def numbered(streams: Sequence[list[Event]], order: Sequence[int]) -> list[tuple[Event, int]]:
    """The events of the streams in this order of streams, each stream in its own order."""
    following = [iter(enumerate(stream, start=1)) for stream in streams]
    return [(event, version) for version, event in (next(following[n]) for n in order)]


def test_tier_1_is_the_sum_of_tier_2_whatever_happened_and_in_whatever_order_it_was_heard(bench: Bench) -> None:
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(histories(), st.data())
    def holds(history: History, data: st.DataObject) -> None:
        tree, streams = history
        streams = [*([one] for one in tree), *streams]
        orders = st.permutations([n for n, stream in enumerate(streams) for _ in stream])
        first = bench.counted(numbered(streams, data.draw(orders)))
        second = bench.counted(numbered(streams, data.draw(orders)))
        assert first == second
        boards = {row.area: row.board for row in first.areas}
        assert set(boards) == {one.area for one in tree}  # type: ignore[attr-defined]
        assert first.board == total(boards.values())
        for code, board in boards.items():
            assert counts(board) == +expected(streams, {code}), code
        assert counts(first.board) == +expected(streams, set(boards))

    holds()


def test_a_ring_of_parents_ends(bench: Bench) -> None:
    ring = [(area(CITY, f"{CITY}-02"), 1), (area(f"{CITY}-01", CITY), 1), (area(f"{CITY}-02", f"{CITY}-01"), 1)]
    assert [row.area for row in bench.counted(ring).areas] == [CITY, f"{CITY}-01", f"{CITY}-02"]


def test_days_decide_what_is_fresh_how_old_a_proposal_is_and_whether_it_is_overdue(bench: Bench) -> None:
    verified = ResourceVerified(resource_id=RESOURCE, verified_on=TODAY - timedelta(days=30), method="phone")
    late = verified.model_copy(update={"verified_on": TODAY - timedelta(days=31), "resource_id": an_id("resource", 2)})
    received, *_ = proposal_events(an_id("proposal", 1))
    overdue = received.model_copy(update={"due_on": TODAY - timedelta(days=1)})
    due = received.model_copy(update={"due_on": TODAY, "proposal_id": an_id("proposal", 2)})
    events: list[tuple[Event, int]] = [
        (area(CITY, None), 1), (resource(), 1), (verified, 2), (resource(an_id("resource", 2)), 1), (late, 2),
        (escalated(where=CITY), 1), (overdue, 2), (escalated(an_id("proposal", 2), where=CITY), 1), (due, 2),
    ]  # fmt: skip
    board = bench.counted([(one, n) for one, n in events if not isinstance(one, type(resource()))]).board
    assert board.proposal_ages.model_dump() == {"upto_30": 0, "upto_90": 2, "over_90": 0, "overdue": 1}
    here = {"area": CITY}
    moved = [(one.model_copy(update=here) if isinstance(one, type(resource())) else one, n) for one, n in events]
    figures = bench.counted(moved).board.resources
    assert (figures.fresh, figures.stale) == (1, 1)


def counts(board: Board) -> Counter[tuple[str, str]]:
    """The figures that `expected` works out too, without zeros."""
    found = {
        (section, name): n
        for section, figures in board.model_dump().items()
        if section in ("resources", "needs", "people", "matches", "proposals")
        for name, n in figures.items()
    }
    return +Counter(found)


def expected(streams: Sequence[list[Event]], areas: set[str]) -> Counter[tuple[str, str]]:
    """The figures worked out by hand from the history: none of the portal's folding and none of its SQL."""
    found: Counter[tuple[str, str]] = Counter()
    gap = any(event == GAP.model_copy(update={"area": event.area}) for [first, *rest] in streams for event in rest
              if isinstance(event, type(GAP)))  # fmt: skip
    for first, *rest in streams:
        where = getattr(first, "need_area", None) or first.area  # type: ignore[attr-defined]
        if where not in areas:
            continue
        kind = first.wire.split(".")[1]
        if kind == "need_recorded":
            _expect_need(found, first, rest, gap)
        elif kind == "match_proposed":
            last = rest[-1].wire.split("_")[1].removesuffix(".v1") if rest else "proposed"
            found["matches", rest[-1].outcome.value if last == "concluded" else last] += 1  # type: ignore[attr-defined]
        elif kind == "resource_registered":
            found["resources", _expected_resource(rest)] += 1
        elif isinstance(first, ProposalEscalated):
            last = rest[-1].wire.split("_")[1].removesuffix(".v1") if rest else "escalated"
            found["proposals", last] += 1
    return found


def _expect_need(found: Counter[tuple[str, str]], first: Any, rest: Sequence[Event], gap: bool) -> None:
    people, grouped, state, helped = first.people, False, "open", 0
    for event in rest:
        match event:
            case NeedRevised():
                people = event.people
            case NeedGrouped():
                grouped = True
            case NeedMatched():
                state = "matched"
            case NeedMet():
                state, helped = "met", event.people_helped
            case NeedReopened():
                state, helped = "open", 0
            case NeedWithdrawn():
                state = "withdrawn"
    state = ("gap" if gap else "grouped") if state == "open" and grouped else state
    found["needs", state] += 1
    found["people", state] += people
    found["people", "helped"] += helped


def _expected_resource(rest: Sequence[Event]) -> str:
    last = next((one for one in reversed(rest) if not one.wire.startswith("registry.resource_revised")), None)
    match last:
        case ResourceVerified():
            old = TODAY - last.verified_on > timedelta(days=30)
            return "stale" if old else "fresh"
        case ResourceSuspended():
            return "suspended"
        case ResourceRetired():
            return "retired"
        case _:
            return "registered"
