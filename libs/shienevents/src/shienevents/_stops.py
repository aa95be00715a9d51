"""The shards a consumer has stopped, and what it does about a hole before it stops for it."""

from __future__ import annotations

import structlog

from ._envelope import Record
from ._errors import Stopped
from ._gate import Hole
from ._metrics import STOPPED

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
