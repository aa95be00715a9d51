"""Where a projection stands: per source and shard, the last event it has taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import orjson

from .cells import CELL, cell_of
from .envelope import Record, Written
from .errors import BadToken, Contract

SERVICE = re.compile(r"[a-z][a-z0-9]{0,30}")  # how a service may be called
MOST_SHARDS = 32
"""Of a deployment: more would make positions that do not fit into `LONGEST_TOKEN`."""
LONGEST_TOKEN = 4096
"""Characters of a token: of five services of `MOST_SHARDS` shards, each of ten thousand million events.

Published events have a field of this length, and proxies take headers of some thousand bytes. Who hears several cells
writes shorter: see `token_of`.
"""
_LARGEST = 10**10  # the number of an event for which there is room
_ENTRY = re.compile(
    rf"({SERVICE.pattern}(?:@{CELL.pattern})?)\.([0-9]{{1,4}})\."
    rf"([0-9]{{1,19}}(?:-[0-9]{{1,19}}){{0,{MOST_SHARDS - 1}}})"
)


ShardKey = tuple[str, int]
"""A source and the number of one of its shards."""

Token = Mapping[ShardKey, int]


class Point(NamedTuple):
    """The last event taken of one shard: its seq and id, and its Kafka offset (-1 when read from a store)."""

    seq: int = 0
    offset: int = -1
    id: UUID | None = None


class Positions:
    """Points by (source, shard), and the store each source was read from."""

    def __init__(
        self, points: Mapping[ShardKey, Point] | None = None, stores: Mapping[str, UUID] | None = None
    ) -> None:
        self.points = dict(points or {})
        self.stores = dict(stores or {})

    @classmethod
    def at(cls, token: Token) -> Positions:
        """The positions that a token names; it tells neither offsets nor stores."""
        return cls({key: Point(seq) for key, seq in token.items() if seq})

    def copy(self) -> Positions:
        """A copy that can be moved on its own."""
        return Positions(self.points, self.stores)

    def point(self, source: str, shard: int) -> Point:
        """The point of one shard; seq 0 before its first event."""
        return self.points.get((source, shard), _NOWHERE)

    def take(self, batch: Iterable[Record]) -> None:
        """Move over a batch, in order within each shard."""
        for key, record in {(record.source, record.envelope.shard): record for record in batch}.items():
            self.points[key] = Point(record.envelope.seq, record.offset, record.envelope.id)
            self.stores[record.source] = record.store

    def beyond(self, token: Token, ahead: int) -> ShardKey | None:
        """The first shard of which the token names an event that is more than `ahead` further than these points."""
        return next((key for key, seq in sorted(token.items()) if seq > self.point(*key).seq + ahead), None)

    def covers(self, token: Token) -> bool:
        """Whether everything the token names has been taken."""
        return all(self.point(*key).seq >= seq for key, seq in token.items())

    @property
    def seqs(self) -> dict[ShardKey, int]:
        """The position without offsets: what answers carry and what replays are compared at."""
        return {key: point.seq for key, point in sorted(self.points.items()) if point.seq}

    def encode(self) -> bytes:
        """JSON for the table of batches."""
        points = [[source, shard, *point] for (source, shard), point in self.points.items()]
        return orjson.dumps({"points": points, "stores": self.stores}, default=str)

    @classmethod
    def decode(cls, data: bytes) -> Positions:
        """The inverse of `encode`."""
        value = orjson.loads(data)
        points = {
            (source, shard): Point(seq, offset, UUID(id_) if id_ else None)
            for source, shard, seq, offset, id_ in value["points"]
        }
        return cls(points, {source: UUID(store) for source, store in value["stores"].items()})


_NOWHERE = Point()


def token_of(*known: Written | Positions | Token) -> str:
    """The position reached, as a token: `source.shard.seq` joined by commas. A read that carries it waits for it.

    With sources of several cells it would be too long: there `source.shard.seq-seq-…` names consecutive shards.
    """
    reached: dict[ShardKey, int] = {}
    for one in known:
        named = one.seqs if isinstance(one, Positions) else one
        seqs = {(named.source, named.shard): named.seq} if isinstance(named, Written) else named
        for key, seq in seqs.items():
            reached[key] = max(seq, reached.get(key, 0))
    if any(cell_of(source) for source, _ in reached):
        return ",".join(_runs(reached))
    return ",".join(f"{source}.{shard}.{seq}" for (source, shard), seq in sorted(reached.items()))


def _runs(reached: Token) -> Iterable[str]:
    """For each source its first shard, and the numbers from there on; 0 is before the first event."""
    for source in sorted({source for source, _ in reached}):
        shards = sorted(shard for name, shard in reached if name == source)
        seqs = (str(reached.get((source, shard), 0)) for shard in range(shards[0], shards[-1] + 1))
        yield f"{source}.{shards[0]}.{'-'.join(seqs)}"


def check_room(sources: Sequence[str], shards: int) -> None:
    """Raise `Contract` when positions of these sources would not fit into a token."""
    cells = sorted({cell_of(source) for source in sources} - {""})
    for count in range(len(cells) + 1):
        heard = {"", *cells[:count]}
        whole = {(source, shard): _LARGEST for source in sources if cell_of(source) in heard for shard in range(shards)}
        if count and len(token_of(whole)) > LONGEST_TOKEN:
            raise Contract(
                f"SHIEN_CELLS names {len(cells)} cells, and with {shards} shards a position has room for "
                f"{count - 1}: leave some out, or set up one more portal for them",
                f"SHIEN_CELLS に {len(cells)} 個のセルがありますが、シャード数が {shards} のときは {count - 1} 個まで"
                "です。セルを減らすか、もう一つのポータルに分けてください",
            )


def parse_token(text: str) -> Token:
    """The position a token names. Raises `BadToken`."""
    if len(text) > LONGEST_TOKEN:
        raise BadToken(f"at most {LONGEST_TOKEN} characters are expected")
    token: dict[ShardKey, int] = {}
    for entry in filter(None, text.split(",")):
        match = _ENTRY.fullmatch(entry)
        seqs = [int(seq) for seq in match[3].split("-")] if match else []
        if match is None or max(seqs) >= 2**63:
            raise BadToken(f"{entry[:40]!r} is not like needs.3.120")
        for shard, seq in enumerate(seqs, int(match[2])):
            key = match[1], shard
            token[key] = max(seq, token.get(key, 0))  # a client that holds several tokens may join them
    return token
