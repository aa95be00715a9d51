"""The Merkle tree against a second implementation of RFC 6962, and known values."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shienevents.proof.tree import (
    EMPTY,
    Levels,
    consistency,
    inclusion,
    is_consistent,
    is_included,
    leaf_hash,
    root,
    tile_path,
    tiles,
)
from shienevents.testing import examples

from . import rfc6962

MOST = 600
ENTRIES = [b"entry %d" % n for n in range(MOST)]
LEAVES = b"".join(map(leaf_hash, ENTRIES))
TREE = Levels(LEAVES)

# Sizes around full tiles and powers of two are where a tree goes wrong.
sizes = st.one_of(st.integers(1, MOST), st.sampled_from([1, 2, 3, 255, 256, 257, 511, 512, 513]))


def test_the_tree_of_nothing_is_the_hash_of_nothing() -> None:
    assert root(TREE.read, 0) == EMPTY == rfc6962.mth([]) == sha256(b"").digest()


def test_known_roots_of_the_test_data_of_certificate_transparency() -> None:
    entries = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                              "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
    tree = Levels(b"".join(map(leaf_hash, entries)))
    assert root(tree.read, 1).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root(tree.read, 8).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@settings(max_examples=examples(50))
@given(sizes)
def test_a_root_is_that_of_the_second_implementation(size: int) -> None:
    assert root(TREE.read, size) == rfc6962.mth(ENTRIES[:size])


@settings(max_examples=examples(50))
@given(sizes, st.data())
def test_a_proof_of_inclusion_is_that_of_the_second_implementation_and_shows_its_entry_only(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = inclusion(TREE.read, index, size)
    expected = rfc6962.mth(ENTRIES[:size])
    assert list(path) == rfc6962.path(index, ENTRIES[:size])
    assert is_included(leaf_hash(ENTRIES[index]), index, size, path, expected)
    other = data.draw(st.integers(0, size))
    assert is_included(leaf_hash(ENTRIES[index]), other, size, path, expected) == (other == index)
    assert not is_included(leaf_hash(b"another"), index, size, path, expected)
    assert not is_included(leaf_hash(ENTRIES[index]), index, size, [*path, EMPTY], expected)
    assert not path or not is_included(leaf_hash(ENTRIES[index]), index, size, path[:-1], expected)


@settings(max_examples=examples(50))
@given(sizes, st.data())
def test_a_proof_of_consistency_is_that_of_the_second_implementation_and_shows_its_trees_only(
    size: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, size))
    path = consistency(TREE.read, old, size)
    before, now = rfc6962.mth(ENTRIES[:old]), rfc6962.mth(ENTRIES[:size])
    assert list(path) == rfc6962.proof(old, ENTRIES[:size])
    assert is_consistent(old, before, size, now, path)
    assert not is_consistent(old, leaf_hash(b"another"), size, now, path)
    assert not is_consistent(old, before, size, leaf_hash(b"another"), path)
    assert not is_consistent(old, before, size, now, [*path, EMPTY])
    assert not path or not is_consistent(old, before, size, now, path[:-1])
    assert is_consistent(size, now, old, before, path) == (old == size)


def test_the_root_of_a_small_tree_proves_nothing_of_a_larger_one() -> None:
    one, two = root(TREE.read, 1), root(TREE.read, 2)
    assert is_included(one, 0, 1, [], one)
    assert not is_included(one, 0, 5, [], one)
    assert not is_consistent(1, one, 5, two, consistency(TREE.read, 1, 2))


def test_every_tree_begins_with_the_empty_one() -> None:
    assert consistency(TREE.read, 0, 5) == []
    assert is_consistent(0, EMPTY, 5, root(TREE.read, 5), [])
    assert not is_consistent(0, root(TREE.read, 1), 5, root(TREE.read, 5), [])


@settings(max_examples=examples(50))
@given(st.integers(1, 300_000))
@example(70_000)
@example(256)
def test_the_tiles_of_a_tree_are_those_of_the_specification(size: int) -> None:
    last = {level: (number, width) for level, number, width in tiles(size)}
    for level, (number, width) in last.items():
        count = size // 256**level
        assert (number, width) == ((count - 1) // 256, (count - 1) % 256 + 1)
    assert size // 256 ** (max(last) + 1) == 0


def test_the_example_of_the_specification() -> None:
    found = list(tiles(70_000))
    assert len(found) == 273 + 1 + 1 + 1 + 1
    assert [tile for tile in found if tile[2] < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]


@pytest.mark.parametrize(
    ("tile", "expected"),
    [
        ((0, 1234067, 256), "tile/0/x001/x234/067"),
        ((2, 7, 256), "tile/2/007"),
        ((0, 999, 5), "tile/0/999.p/5"),
        ((1, 1000, 1), "tile/1/x001/000.p/1"),
    ],
)
def test_a_tile_is_where_the_specification_has_it(tile: tuple[int, int, int], expected: str) -> None:
    assert tile_path(*tile) == expected
