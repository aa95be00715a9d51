"""Positions: what was taken, as bytes for the table and as tokens for people's requests."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shienevents import LONGEST_TOKEN, MOST_SHARDS, BadToken, Contract, Positions, Written, parse_token, token_of
from shienevents.core.positions import Point, check_room

from .world import ABROAD, AREAS, foreign_record

sources = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
places = st.tuples(sources, st.integers(0, 1023))
points = st.builds(
    Point, st.integers(1, 2**63 - 1), st.one_of(st.just(-1), st.integers(0, 2**40)), st.one_of(st.none(), st.uuids())
)
positions = st.builds(
    Positions, st.dictionaries(places, points, max_size=20), st.dictionaries(sources, st.uuids(), max_size=4)
)


def written(source: str, shard: int, seq: int) -> Written:
    return Written(source, "box-a", 1, shard, seq, datetime(2026, 4, 1, tzinfo=UTC))


@given(positions)
def test_what_is_kept_in_the_table_comes_back_whole(held: Positions) -> None:
    back = Positions.decode(held.encode())
    assert (back.points, back.stores) == (held.points, held.stores)


@given(positions)
def test_a_token_names_every_point_and_is_covered_by_its_positions(held: Positions) -> None:
    token = token_of(held)
    assert dict(parse_token(token)) == held.seqs
    assert held.covers(parse_token(token))


def test_positions_move_over_records_and_a_copy_moves_alone() -> None:
    held = Positions()
    first, second = foreign_record(1), foreign_record(2)._replace(offset=7)
    held.take([first, second, foreign_record(1, area=AREAS[2])])
    copy = held.copy()
    copy.take([foreign_record(3)])
    assert held.seqs == {("needs", 0): 2, ("needs", 2): 1}
    assert copy.seqs == {("needs", 0): 3, ("needs", 2): 1}
    assert held.point("needs", 0) == Point(2, 7, second.envelope.id)
    assert held.point("needs", 1) == Point(0, -1, None)
    assert held.stores == {"needs": ABROAD}


def test_a_token_of_several_writes_names_the_furthest_of_each_shard() -> None:
    places = [("needs", 3, 120), ("needs", 3, 119), ("matching", 0, 5), ("needs", 10, 1)]
    token = token_of(*[written(*place) for place in places])
    assert token == "matching.0.5,needs.3.120,needs.10.1"
    assert parse_token(token) == {("matching", 0): 5, ("needs", 3): 120, ("needs", 10): 1}
    assert parse_token("") == {}


def test_covering_is_per_shard() -> None:
    held = Positions({("needs", 0): Point(5), ("needs", 1): Point(2)})
    assert held.covers({})
    assert held.covers({("needs", 0): 5, ("needs", 1): 1})
    assert held.covers({("needs", 7): 0})
    assert not held.covers({("needs", 0): 6})
    assert not held.covers({("needs", 2): 1})
    assert not held.covers({("matching", 0): 1})


def test_the_longest_token_of_the_largest_deployment_is_taken() -> None:
    services = ("escalation", "matching", "needs", "portal", "registry")
    longest = {(service, shard): 9_999_999_999 for service in services for shard in range(MOST_SHARDS)}
    assert parse_token(token_of(longest)) == longest
    assert len(token_of(longest)) > LONGEST_TOKEN * 0.8, "no more shards than these are allowed for a reason"


def test_what_is_too_far_ahead_is_found_by_shard() -> None:
    held = Positions({("needs", 0): Point(5), ("needs", 1): Point(2)})
    assert held.beyond({("needs", 0): 15, ("needs", 1): 12, ("matching", 3): 10}, 10) is None
    assert held.beyond({("needs", 0): 15, ("needs", 1): 13}, 10) == ("needs", 1)
    assert held.beyond({("needs", 2): 11}, 10) == ("needs", 2)


FORGED = [
    "needs", "needs.3", "needs.3.", ".3.120", "needs..120", "needs.3.120.1", "needs.-3.120", "needs.3.-1", "needs.+3.1",
    "needs.3.1_000", "needs.3. 120", " needs.3.120", "needs.3.120 ", "needs.3.120\n", "\nneeds.3.120", "NEEDS.3.120",
    "needs.３.120", "needs.3.１２０", "needs.3.٣", "needs.3.1e3", "needs.3.0x1", "needs.3.1.0", "nee ds.3.1",
    "needs;3;1", "needs.3.9223372036854775808", "needs.3.99999999999999999999", "needs.12345.1",
    "need\0s.3.1", "needs.3.1\0",
    "needs.3.120;drop table events", "{}", "null", "%00", "\ud800.3.1", "𠮷.3.1", "needs.3.120\r\nX-Role: admin",
    "x" * 32 + ".3.1", "needs.3.1," * 500, "needs.3.120," + "\u202e",
]  # fmt: skip


@pytest.mark.parametrize("text", FORGED)
def test_a_forged_token_is_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(BadToken) as refused:
        parse_token(text)
    assert refused.value.code == "position.malformed"
    assert refused.value.en.startswith("position: ")
    assert refused.value.ja.startswith("position: ")
    assert not {"\n", "\r", "\0"} & set(refused.value.en + refused.value.ja)
    assert len(refused.value.en) < 300


@given(st.text(max_size=40))
def test_any_text_is_a_token_or_refused(text: str) -> None:
    try:
        token = parse_token(text)
    except BadToken:
        return
    assert all(isinstance(seq, int) and 0 <= seq < 2**63 for seq in token.values())


@pytest.mark.parametrize("text", ["needs.3.5,needs.3.120", "needs.3.120,needs.3.5"])
def test_a_token_that_names_a_shard_twice_is_the_furthest_or_refused(text: str) -> None:
    """It must not wait for less than it names."""
    with contextlib.suppress(BadToken):
        assert parse_token(text) == {("needs", 3): 120}


def test_the_largest_number_there_can_be_is_a_token() -> None:
    assert parse_token("needs.1023.9223372036854775807") == {("needs", 1023): 2**63 - 1}


def test_a_token_of_all_services_and_shards_fits_where_it_is_taken() -> None:
    everything = {
        (source, shard): Point(2**40, 1, UUID(int=1))
        for source in ("registry", "needs", "matching", "escalation", "portal")
        for shard in range(12)
    }
    assert parse_token(token_of(Positions(everything))) == dict.fromkeys(everything, 2**40)


def test_with_sources_of_several_cells_a_token_names_each_source_once() -> None:
    reached = {("needs", 1): 5, ("needs", 3): 7, ("needs@osaka", 2): 9, ("registry@osaka", 0): 1}
    assert token_of(reached) == "needs.1.5-0-7,needs@osaka.2.9,registry@osaka.0.1"
    assert Positions.at(parse_token(token_of(reached))).seqs == reached


@given(st.dictionaries(st.tuples(sources, st.integers(0, 31)), st.integers(1, 10**10), min_size=1, max_size=20))
def test_a_token_of_several_cells_comes_back_whole(reached: dict[tuple[str, int], int]) -> None:
    seqs = reached | {("needs@osaka", 4): 2}
    assert Positions.at(parse_token(token_of(seqs))).seqs == dict(sorted(seqs.items()))


@pytest.mark.parametrize(("shards", "cells"), [(1, 30), (3, 17), (6, 9), (12, 5), (32, 1)])
def test_so_many_other_cells_fit_into_a_position(shards: int, cells: int) -> None:
    services = ("registry", "needs", "matching", "escalation")
    own = ["portal", *services]

    def with_cells(count: int) -> list[str]:
        return own + [f"{service}@cell{n:05}" for n in range(count) for service in services]

    check_room(with_cells(cells), shards)
    with pytest.raises(Contract, match=f"a position has room for {cells}: leave some out"):
        check_room(with_cells(cells + 1), shards)


def test_one_cell_of_the_most_shards_always_fits() -> None:
    check_room([f"service{n}" for n in range(5)], MOST_SHARDS)
