"""The gate before every fold: what was taken already is dropped, what is next passes, a hole stops the shard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import structlog

from ..core.envelope import Record
from ..core.errors import Stopped
from ..core.metrics import DUPLICATES, STOPPED
from ..core.positions import Point, Positions


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


# The shards a consumer has stopped, and what it does about a hole before it stops for it.
_log = structlog.get_logger(__name__)
Place = tuple[str, int]  # source and shard


class Stops:
    """A hole is looked at once more from the shard's beginning: its offsets may have lost their meaning, as when a
    topic was made anew. A hole met after that stops the shard, which goes on when what is missing comes after all.
    """

    def __init__(self, service: str) -> None:
        self.stopped: dict[Place, Stopped] = {}
        self._gauge = STOPPED.labels(service, "consumer")
        self._rescanned: set[Place] = set()
        self._rescanning: dict[Place, int] = {}  # the offset of the hole: beyond it, the rescan has not begun yet
        self._listening: set[Place] = set()  # stopped at a hole: what is missing may still come

    def __bool__(self) -> bool:
        return bool(self.stopped or self._rescanning)

    def forget(self) -> None:
        """Begin again: every shard is read from its position."""
        for held in (self.stopped, self._rescanned, self._rescanning, self._listening):
            held.clear()
        self._gauge.set(0)

    def may_pass(self, record: Record) -> bool:
        """Whether a record may go to the gate: not that of a stopped shard, and not what was read before a rescan."""
        place = (record.source, record.envelope.shard)
        if place in self._rescanning:
            if record.offset > self._rescanning[place]:
                return False
            del self._rescanning[place]
        return place not in self.stopped or place in self._listening

    def go_on(self, moved: set[Place]) -> None:
        """These shards have moved: what was missing has come."""
        self._rescanned -= moved
        for place in moved & self._listening:
            self._listening.discard(place)
            del self.stopped[place]
            self._gauge.set(len(self.stopped))
            _log.info("shard goes on", source=place[0], shard=place[1])

    def must_rescan(self, hole: Hole) -> bool:
        """Whether to read the shard again from its beginning; else it stops, once."""
        place = (hole.source, hole.shard)
        if place not in self._rescanned:
            self._rescanned.add(place)
            self._rescanning[place] = hole.offset
            _log.warning("a hole: reading the shard again from its beginning", hole=str(hole))
            return True
        if place not in self._listening:
            self._listening.add(place)
            remedy = f"delete its topic, then shien relay resend {hole.source}"
            self.stop(
                Stopped(
                    hole.source,
                    hole.shard,
                    f"number {hole.expected} is missing from the topic ({hole.found} follows)",
                    f"トピックに番号 {hole.expected} がありません（次は {hole.found}）。トピックを消して再送します",
                    remedy,
                )
            )
        return False

    def stop(self, problem: Stopped) -> None:
        """Stop a shard and say so."""
        self.stopped[problem.source, problem.shard] = problem
        self._gauge.set(len(self.stopped))
        _log.error("shard stopped", en=problem.en, ja=problem.ja)
