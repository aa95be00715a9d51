"""Each shard's records are taken once and in order: duplicates are dropped, a gap in the numbers stops the shard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import structlog

from ..core.cells import with_source
from ..core.envelope import Record
from ..core.errors import Stopped
from ..core.metrics import DUPLICATES, STOPPED
from ..core.positions import Point, Positions, ShardKey

_log = structlog.get_logger(__name__)
_START = Point()


class SequenceGap(Exception):
    """A number is missing in a shard. `offset` is that of the record that showed it."""

    def __init__(self, source: str, shard: int, expected: int, found: int, offset: int = -1) -> None:
        super().__init__(f"{source} shard {shard}: {expected} is next, {found} came")
        self.source = source
        self.shard = shard
        self.expected = expected
        self.found = found
        self.offset = offset


class _Shard:
    """A shard while a batch is deduplicated: the last event taken, the number that is next, and its store."""

    __slots__ = ("expected", "last", "problem", "store")

    def __init__(self, last: Point, store: UUID | None) -> None:
        self.last: Point | Record = last
        self.expected = last.seq + 1
        self.store = store
        self.problem: SequenceGap | Stopped | None = None

    def point(self) -> Point:
        """Where the shard stands."""
        last = self.last
        return last if isinstance(last, Point) else Point(last.envelope.seq, last.offset, last.envelope.id)


def deduplicate(records: Iterable[Record], positions: Positions) -> tuple[list[Record], list[SequenceGap | Stopped]]:
    """The records that are next in their shards after `positions`, and the problems met.

    Nothing passes a gap, but what was missing may come after it: so it is in a topic that was repaired. Raises
    nothing: a problem of one shard does not concern another.
    """
    stores = dict(positions.stores)
    shards: dict[ShardKey, _Shard] = {}
    taken: list[Record] = []
    dropped: list[str] = []
    key, shard = ("", -1), _Shard(_START, None)  # of the record before: most follow one of their own shard
    for record in records:
        source, store, envelope, _, _ = record
        if envelope.shard != key[1] or source != key[0]:
            key = (source, envelope.shard)
            shard = shards.setdefault(key, _Shard(positions.point(*key), stores.get(source)))
        if isinstance(shard.problem, Stopped):
            continue
        if envelope.seq == shard.expected and (shard.store or stores.setdefault(source, store)) == store:
            shard.last, shard.store, shard.problem = record, store, None
            shard.expected += 1
            taken.append(record)
        elif (problem := _problem(record, shard.point(), stores.get(source))) is None:
            dropped.append(source)
        elif shard.problem is None or isinstance(problem, Stopped):
            shard.problem = problem
    for source, count in Counter(dropped).items():
        DUPLICATES.labels(source).inc(count)
    return taken, [shard.problem for shard in shards.values() if shard.problem]


def _problem(record: Record, point: Point, known: UUID | None) -> SequenceGap | Stopped | None:
    source, shard, seq = record.source, record.envelope.shard, record.envelope.seq
    if known not in (None, record.store):
        return Stopped(
            source,
            shard,
            f"its events come from store {record.store}, but what was taken so far came from store {known}",
            f"イベントの発行元ストアが {known} から {record.store} に変わりました。"
            f"以前の {source} のストアを復元するか、{source} を受け取る側を最初からやり直してください",
            f"restore the {source} store that was there before, or begin its consumers again from the start",
        )
    if seq > point.seq + 1:
        return SequenceGap(source, shard, point.seq + 1, seq, record.offset)
    if seq == point.seq and point.id is not None and record.envelope.id != point.id:
        return Stopped(
            source,
            shard,
            f"number {seq} came twice with different events ({point.id}, {record.envelope.id}): two histories",
            f"番号 {seq} に異なる二つのイベントがあります（{point.id}, {record.envelope.id}）",
            with_source("shien store refill", source),
        )
    return None


class StoppedShards:
    """The shards a consumer has stopped, and what it does about a gap before it stops a shard for it.

    The shard is read once more from its beginning: its offsets may have lost their meaning, as when a topic was made
    again. A gap met after that stops the shard. It continues when what is missing comes after all.
    """

    def __init__(self, service: str) -> None:
        self.stopped: dict[ShardKey, Stopped] = {}
        self._gauge = STOPPED.labels(service, "consumer")
        self._rescanned: set[ShardKey] = set()
        self._rescanning: dict[ShardKey, int] = {}  # the gap's offset: beyond it, the rescan has not begun yet
        self._awaiting: set[ShardKey] = set()  # stopped at a gap: what is missing may still come

    def __bool__(self) -> bool:
        return bool(self.stopped or self._rescanning)

    def reset(self) -> None:
        """Forget everything: every shard is read from its position again."""
        for held in (self.stopped, self._rescanned, self._rescanning, self._awaiting):
            held.clear()
        self._gauge.set(0)

    def may_pass(self, record: Record) -> bool:
        """Whether a record may be taken: not one of a stopped shard, and not one read before a rescan began."""
        key = (record.source, record.envelope.shard)
        if key in self._rescanning:
            if record.offset > self._rescanning[key]:
                return False
            del self._rescanning[key]
        return key not in self.stopped or key in self._awaiting

    def resume(self, moved: set[ShardKey]) -> None:
        """These shards have moved: what was missing has come."""
        self._rescanned -= moved
        for key in moved & self._awaiting:
            self._awaiting.discard(key)
            del self.stopped[key]
            self._gauge.set(len(self.stopped))
            _log.info("shard resumed", source=key[0], shard=key[1])

    def must_rescan(self, gap: SequenceGap) -> bool:
        """Whether to read the shard again from its beginning; if that was done already, it stops, once."""
        key = (gap.source, gap.shard)
        if key not in self._rescanned:
            self._rescanned.add(key)
            self._rescanning[key] = gap.offset
            _log.warning("sequence gap: reading the shard again from its beginning", gap=str(gap))
            return True
        if key not in self._awaiting:
            self._awaiting.add(key)
            self.stop(
                Stopped(
                    gap.source,
                    gap.shard,
                    f"number {gap.expected} is missing from the topic ({gap.found} follows)",
                    f"トピックに番号 {gap.expected} がありません（次は {gap.found}）。トピックを消して再送します",
                    "delete its topic, then " + with_source("shien relay resend", gap.source),
                )
            )
        return False

    def stop(self, problem: Stopped) -> None:
        """Stop a shard and log why."""
        self.stopped[problem.source, problem.shard] = problem
        self._gauge.set(len(self.stopped))
        _log.error("shard stopped", en=problem.en, ja=problem.ja)


def too_many_parked(service: str, subscriber: str, source: str, shard: int, count: int) -> Stopped:
    """Why a shard stops of which so many events are parked for one subscriber."""
    return Stopped(
        source,
        shard,
        f"{count} of its events are parked for {subscriber}: more than a few bad ones",
        f"{subscriber} で {count} 件のイベントが保留になっています。{subscriber} を直して {service} を"
        "起動し直すと、順に処理されます",
        f"repair {subscriber} and start {service} again; it then takes them in order",
    )
