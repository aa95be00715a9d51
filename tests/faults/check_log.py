"""Promises 1 and 3: numbers are dense in the store and in Kafka alike, and both hold the same events and bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from .complaints import Complaint, complain
from .history import Kept, Sent, Stored


def check_store(kept: Kept) -> list[Complaint]:
    """Numbers of shards, versions of streams, times, and one shard for each area and stream."""
    return [
        *complain("store.seq", _seqs(kept)),
        *complain("store.versions", _versions(kept)),
        *complain("store.recorded_at", _times(kept)),
        *complain("store.shard", _shards(kept)),
    ]


def _seqs(kept: Kept) -> Iterator[str]:
    for shard, events in by_shard(kept.events).items():
        for expected, event in enumerate(events, start=1):
            if event.seq != expected:
                yield f"{kept.service}[{shard}]: {event.seq} stands where {expected} should"
                break


def _versions(kept: Kept) -> Iterator[str]:
    streams: dict[str, int] = defaultdict(int)
    for event in kept.events:  # by shard and seq: the order of commit
        streams[event.stream] += 1
        if event.version != streams[event.stream]:
            yield f"{kept.service} {event.stream}: version {event.version} comes as number {streams[event.stream]}"


def _times(kept: Kept) -> Iterator[str]:
    for shard, events in by_shard(kept.events).items():
        for before, event in pairwise(events):
            if event.recorded_at < before.recorded_at:
                yield f"{kept.service}[{shard}] {event.seq}: recorded at {event.recorded_at}, before {before.seq}"


def _shards(kept: Kept) -> Iterator[str]:
    places: dict[str, Callable[[Stored], str]] = {
        "stream": lambda event: event.stream,
        "area": lambda event: event.area,
    }
    for name, place in places.items():
        shards: dict[str, set[int]] = defaultdict(set)
        for event in kept.events:
            shards[place(event)].add(event.shard)
        for found, several in shards.items():
            if len(several) > 1:
                yield f"{kept.service}: {name} {found} lies in shards {sorted(several)}"


def check_topic(kept: Kept) -> list[Complaint]:
    """First occurrences read 1, 2, 3 … up to the store's head; every record, repeated or not, is the store's own."""
    order: list[str] = []
    content: list[str] = []
    stored = by_shard(kept.events)
    for partition, records in kept.topic.items():
        where = f"{kept.service}.events[{partition}]"
        events = stored.get(partition, [])
        order += _order(where, records, len(events))
        content += _contents(where, records, events, kept)
    return [*complain("kafka.order", order), *complain("kafka.content", content)]


def _order(where: str, records: Sequence[Sent], head: int) -> Iterator[str]:
    expected = 1
    for record in records:
        if record.seq > expected:
            yield f"{where}: {expected} is missing, {record.seq} follows at offset {record.offset}"
            return
        expected = max(expected, record.seq + 1)
    if expected != head + 1:
        yield f"{where}: ends at {expected - 1}, the store at {head}"


def _contents(where: str, records: Iterable[Sent], events: Sequence[Stored], kept: Kept) -> Iterator[str]:
    for record in records:
        if not 0 < record.seq <= len(events):
            yield f"{where} offset {record.offset}: {record.seq} is not in the store"
            continue
        event = events[record.seq - 1]
        expected = {
            "id": str(event.id),
            "type": event.type,
            "source": f"/{kept.service}/{kept.store}",
            "subject": event.stream,
            "streamversion": event.version,
            "recordedtime": f"{event.recorded_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        }
        found = record.event
        wrong = [name for name, value in expected.items() if found.get(name) != value]
        wrong += ["key"] if record.key != event.area.encode() else []
        wrong += ["content-type"] if record.headers != {"content-type": b"application/cloudevents+json"} else []
        wrong += ["bytes"] if b',"data":' + event.data + b',"datacontenttype":' not in (record.value or b"") else []
        if wrong:
            yield f"{where} offset {record.offset}: {record.seq} differs from the store in {', '.join(wrong)}"


def duplicates(kept: Kept) -> int:
    """How many records came again."""
    return sum(len(records) - len({record.seq for record in records}) for records in kept.topic.values())


def by_shard(events: Iterable[Stored]) -> dict[int, list[Stored]]:
    """The events of each shard, in their order."""
    found: dict[int, list[Stored]] = defaultdict(list)
    for event in events:
        found[event.shard].append(event)
    return found
