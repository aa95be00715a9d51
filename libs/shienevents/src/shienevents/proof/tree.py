"""The Merkle tree of a log (RFC 6962, section 2.1): its root, and proofs that it has an entry and that it only grew.

Hashes are kept as C2SP tlog-tiles has them: level 0 has the hash of each entry, and a hash of level L is the root over
256 hashes of level L - 1. All else is computed from these. A tile is 256 hashes of a level, or fewer at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Final

HASH: Final = 32
WIDTH: Final = 256
TILE: Final = HASH * WIDTH
EMPTY: Final = sha256(b"").digest()

Read = Callable[[int, int, int], bytes]
"""(level, number of the first hash, how many): the hashes, one after another. Never more than one tile has."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\1" + left + right).digest()


def folded(hashes: bytes) -> bytes:
    """The root over 1, 2, 4, 8 … hashes."""
    while len(hashes) > HASH:
        hashes = b"".join([sha256(b"\1" + hashes[n : n + 64]).digest() for n in range(0, len(hashes), 64)])
    return hashes


def above(hashes: bytes) -> bytes:
    """The hashes of the next level: one for each full tile."""
    return b"".join([folded(hashes[n : n + TILE]) for n in range(0, len(hashes) - TILE + 1, TILE)])


class Levels:
    """All levels over the hashes of entries, in memory."""

    def __init__(self, leaves: bytes) -> None:
        self.levels = [leaves]
        while len(self.levels[-1]) >= TILE:
            self.levels.append(above(self.levels[-1]))

    def read(self, level: int, start: int, count: int) -> bytes:
        """Hashes of a level."""
        return self.levels[level][start * HASH : (start + count) * HASH]


def root(read: Read, size: int) -> bytes:
    """The root of the first `size` entries."""
    return _subtree(read, 0, size) if size else EMPTY


def _subtree(read: Read, begin: int, end: int) -> bytes:
    """The hash of the entries from `begin` up to `end`, which is a subtree of a tree."""
    count = end - begin
    if count & (count - 1) == 0:  # a full one: RFC 6962 has it begin at a multiple of its size
        level, rest = divmod(count.bit_length() - 1, 8)
        return folded(read(level, begin >> 8 * level, 1 << rest))
    middle = begin + _left(count)
    return node_hash(_subtree(read, begin, middle), _subtree(read, middle, end))


def _left(count: int) -> int:
    """The largest power of two below `count`: how many entries the left subtree has."""
    return 1 << ((count - 1).bit_length() - 1)


def inclusion(read: Read, index: int, size: int) -> Sequence[bytes]:
    """The proof that entry `index` (from 0) is in the tree of the first `size` entries (section 2.1.1)."""
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _left(end - begin)
        if index < middle:
            path.append(_subtree(read, middle, end))
            end = middle
        else:
            path.append(_subtree(read, begin, middle))
            begin = middle
    return path[::-1]


def consistency(read: Read, old: int, size: int) -> Sequence[bytes]:
    """The proof that the tree of the first `old` entries is the beginning of that of `size` (section 2.1.2)."""
    path: list[bytes] = []
    begin, end = 0, size if old else 0  # every tree begins with the empty one
    while old != end:
        middle = begin + _left(end - begin)
        if old <= middle:
            path.append(_subtree(read, middle, end))
            end = middle
        else:
            path.append(_subtree(read, begin, middle))
            begin = middle
    return [*([_subtree(read, begin, end)] if begin else []), *path[::-1]]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether the proof shows that `leaf` is entry `index` of the tree with this root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, last, found = index, size - 1, leaf
    for other in path:
        if not last:
            return False
        if first & 1 or first == last:
            found = node_hash(other, found)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            found = node_hash(found, other)
        first, last = first >> 1, last >> 1
    return not last and found == expected


def is_consistent(old: int, old_root: bytes, size: int, expected: bytes, path: Sequence[bytes]) -> bool:
    """Whether the proof shows that the one tree is the beginning of the other (RFC 9162, section 2.1.4.2)."""
    if old >= size or not old:
        return not path and (old_root == expected if old == size else not old and old_root == EMPTY)
    rest = list(path) if old & (old - 1) else [old_root, *path]
    first, last = old - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    found = found_old = rest[0] if rest else b""
    for other in rest[1:]:
        if not last:
            return False
        if first & 1 or first == last:
            found, found_old = node_hash(other, found), node_hash(other, found_old)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            found = node_hash(found, other)
        first, last = first >> 1, last >> 1
    return not last and found_old == old_root and found == expected


def tiles(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, number and width of each tile of a tree."""
    level = 0
    while count := size >> 8 * level:
        for number in range(-(-count // WIDTH)):
            yield level, number, min(WIDTH, count - number * WIDTH)
        level += 1


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Where a tile is: `tile/0/x001/x234/067`, or `tile/0/x001/x234/067.p/5` with 5 hashes."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[n : n + 3] for n in range(0, len(digits), 3)]
    name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{name}" + (f".p/{width}" if width < WIDTH else "")
