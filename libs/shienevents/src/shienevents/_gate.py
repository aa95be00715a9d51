"""The gate before every fold: what was taken already is dropped, what is next passes, a hole stops the shard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from ._envelope import Record
from ._errors import Stopped
from ._metrics import DUPLICATES
from ._positions import Point, Positions


class Hole(Exception):
    """A number is missing in a shard."""

    def __init__(self, source: str, shard: int, expected: int, found: int, offset: int = -1) -> None:
        super().__init__(f"{source} shard {shard}: {expected} is next, {found} came")
        self.source = source
        self.shard = shard
        self.expected = expected
        self.found = found
        self.offset = offset  # of the record that showed it


def admit(arrivals: Iterable[Record], positions: Positions) -> tuple[list[Record], list[Hole | Stopped]]:
    """What of the arrivals is next in its shard after `positions`, and the trouble met.

    Nothing passes a hole, but what was missing may follow it: a topic that was mended has it behind. Raises
    nothing: one shard's trouble is not another's.
    """
    points, stores = positions.points, dict(positions.stores)
    expected: dict[tuple[str, int], int] = {}
    last: dict[tuple[str, int], Record] = {}
    passed: list[Record] = []
    trouble: dict[tuple[str, int], Hole | Stopped] = {}
    dropped: list[str] = []
    for record in arrivals:
        envelope = record.envelope
        place = (record.source, envelope.shard)
        if trouble and isinstance(trouble.get(place), Stopped):
            continue
        seq = expected.get(place) or points.get(place, _START).seq + 1
        if envelope.seq == seq and stores.setdefault(record.source, record.store) == record.store:
            expected[place] = seq + 1
            last[place] = record
            passed.append(record)
            if trouble:
                trouble.pop(place, None)
            continue
        point = _point(last[place]) if place in last else points.get(place, _START)
        if (problem := _problem(record, point, stores.get(record.source))) is not None:
            trouble[place] = problem if isinstance(problem, Stopped) else trouble.get(place, problem)
        else:
            dropped.append(record.source)
    for source, count in Counter(dropped).items():
        DUPLICATES.labels(source).inc(count)
    return passed, list(trouble.values())


_START = Point()


def _point(record: Record) -> Point:
    return Point(record.envelope.seq, record.offset, record.envelope.id)


def _problem(record: Record, point: Point, known: UUID | None) -> Hole | Stopped | None:
    source, shard, seq = record.source, record.envelope.shard, record.envelope.seq
    if known not in (None, record.store):
        return Stopped(
            source,
            shard,
            f"its events come from store {record.store}, but what was taken so far came from store {known}",
            f"イベントの発行元ストアが {known} から {record.store} に変わりました。"
            f"以前の {source} のストアを復元するか、{source} を受け取る側を最初からやり直してください",
            f"restore the {source} store that was there before, or begin its consumers anew",
        )
    if seq > point.seq + 1:
        return Hole(source, shard, point.seq + 1, seq, record.offset)
    if seq == point.seq and point.id is not None and record.envelope.id != point.id:
        return Stopped(
            source,
            shard,
            f"number {seq} came twice with different events ({point.id}, {record.envelope.id}): two histories",
            f"番号 {seq} に異なる二つのイベントがあります（{point.id}, {record.envelope.id}）",
            f"shien store refill {source}",
        )
    return None
