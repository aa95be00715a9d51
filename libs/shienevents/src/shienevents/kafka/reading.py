"""Fetched record batches as records of the log, straight from the bytes: what `_kafka_batch` packs, unpacked.

aiokafka makes Python objects of 15 headers, of which most repeat: with `record_of` 9.5 µs an event. Here a record whose
headers are laid out as those of an earlier one is one `struct.unpack`: 3 µs. Layouts are learnt from records that
aiokafka and `record_of` read, and every other record, batch and codec still goes that way: what a record means, and
whether it is foreign, is settled there alone. aiokafka keeps fetching, checking the CRC and the positions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from struct import Struct
from types import FunctionType, MethodType
from typing import Any, Final, NamedTuple
from uuid import UUID

from aiokafka import TopicPartition
from aiokafka.codec import has_snappy, snappy_decode
from aiokafka.consumer import fetcher
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.record.memory_records import MemoryRecords
from asyncpg.pgproto.pgproto import UUID as FastUUID

from ..core.envelope import Envelope, Record
from .cloudevents import _SEQ, _VERSION, Headers
from .record_batch import _HEAD, _SNAPPY, _TAIL, _before, _header, _length

_CODEC: Final = 7  # of a batch's attributes
_TWO_BYTES: Final = ~0x3FFE  # what an even number of two bytes as a varint lacks
_CODECS: Final = (0, _SNAPPY) if has_snappy() else (0,)
# The headers whose values differ from record to record, in the order in which a relay writes them, and the two that
# may be lacking. What stands around them and between them repeats.
_VARYING: Final = (
    "ce_id", "ce_time", "ce_subject", "ce_sequence", "ce_partitionkey", "ce_recordedtime", "ce_correlationid",
    "ce_streamversion",
)  # fmt: skip
_OPTIONAL: Final = ("ce_causationid", "ce_traceparent")
_KNOWN: Final = 4096  # of anything that is remembered of a partition; then all is forgotten and learnt again
_LONGEST: Final = 2048  # bytes of headers worth remembering
_UNUSUAL: Final = (ValueError, AttributeError, TypeError, IndexError)  # `record_of` will say what it is
_Z: Final = ord("Z")
_fromisoformat = datetime.fromisoformat
_new = tuple.__new__  # `Envelope(…)` and `Record(…)` pass through a Python function each

Take = Callable[[Any], Record | None]


class _Fixed(NamedTuple):
    """What the bytes between the varying values say."""

    source: str
    store: UUID
    type: str
    actor: str
    municipality: str
    depth: int
    optional: tuple[str, ...]


class Reader:
    """Reads one partition. `take(message)` makes the record of a message of aiokafka's, or `None` of a foreign one;
    what it lets pass is read without it from then on."""

    def __init__(self, partition: int, take: Take) -> None:
        self._partition = partition
        self._take = take
        self._layouts: dict[int, list[Struct]] = {}
        self._fixed: dict[Sequence[bytes], _Fixed] = {}
        self._areas: dict[bytes, str] = {}
        self._recorded: tuple[bytes, datetime | None] = b"", None

    def take(self, message: Any) -> Record | None:
        """The record of a message that was not read from the bytes, remembered for those that look like it."""
        record = self._take(message)
        if record is not None:
            self._learn(message.headers, record)
        return record

    def _learn(self, headers: Headers, record: Record) -> None:
        optional = tuple(name for name, _ in headers if name in _OPTIONAL)
        if tuple(name for name, _ in headers if name in _VARYING + _OPTIONAL) != _VARYING + optional:
            return
        pieces, fixed = [], _length(len(headers))
        for name, value in headers:
            if name in _VARYING or name in _OPTIONAL:
                pieces += [fixed + _before(name, len(value)), value]
                fixed = b""
            else:
                fixed += _header(name, value)
        pieces.append(fixed)
        size = sum(map(len, pieces))
        if size > _LONGEST:
            return
        for known in (self._layouts, self._fixed, self._areas):
            if len(known) >= _KNOWN:
                known.clear()
        envelope, layout = record.envelope, Struct("".join(f"{len(piece)}s" for piece in pieces))
        layouts = self._layouts.setdefault(size, [])
        layouts[:] = [layout, *(other for other in layouts if other.format != layout.format)][:8]
        self._areas[envelope.area.encode()] = envelope.area
        self._fixed[tuple(pieces[::2])] = _Fixed(
            record.source, record.store, envelope.type, envelope.actor, envelope.municipality, envelope.depth, optional
        )

    def read(self, data: bytes, begin: int, end: int, value: bytes, offset: int) -> Record | None:
        """The record with these headers, from their count to their end, if they are like what was read before.

        Equal pieces at equal places are equal headers: the pieces hold the lengths. What varies is asked for
        all that `record_of` asks. It runs for every event. Raises one of `_UNUSUAL`.
        """
        for layout in self._layouts.get(end - begin, ()):
            pieces = layout.unpack_from(data, begin)
            if (fixed := self._fixed.get(pieces[::2])) is not None:
                break
        else:
            return None
        _, id_, _, time, _, subject, _, sequence, _, area, _, recorded, _, correlation, _, version, _, *more = pieces
        seq, version_number = int(sequence), int(version)
        if not ((sequence + version).isdigit() and 0 < seq <= _SEQ and 0 < version_number <= _VERSION):
            return None
        code = self._areas.get(area)
        if code is None or b"\0" in subject or time[-1] != _Z or recorded[-1] != _Z:
            return None
        if recorded != self._recorded[0]:  # events of one commit share it
            self._recorded = recorded, _fromisoformat(recorded.decode())
        source, store, type_, actor, municipality, depth, optional = fixed
        causation, traceparent = _optional(optional, more[::2]) if more else (None, None)
        envelope = _new(Envelope, (
            FastUUID(id_.decode()), type_, subject.decode(), version_number, self._partition, seq,
            _fromisoformat(time.decode()), self._recorded[1], actor, municipality, code,
            FastUUID(correlation.decode()), causation, depth, traceparent,
        ))  # fmt: skip
        return _new(Record, (source, store, envelope, value, offset))


def _optional(names: Sequence[str], values: Sequence[bytes]) -> tuple[UUID | None, str | None]:
    found = {name: value.decode() for name, value in zip(names, values, strict=True)}
    causation, traceparent = (found.get(name) for name in _OPTIONAL)
    if traceparent is not None and "\0" in traceparent:
        raise ValueError("with NUL")
    return None if causation is None else FastUUID(causation), traceparent


class _Batch:
    """A batch of aiokafka's: iterates over records where the bytes are like others before, else over messages."""

    def __init__(self, batch: Any, data: bytes, reader: Reader) -> None:
        self._batch = batch
        self._data = data
        self._read = reader.read
        self._base = batch.base_offset

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        attributes, *_, count = _TAIL.unpack_from(self._data, _HEAD.size)
        data = self._data[_HEAD.size + _TAIL.size :]
        if attributes & _CODEC:
            data = snappy_decode(data)
        messages: Iterator[Any] | None = None  # of aiokafka's own, which begin at the beginning
        passed = end = 0
        for at in range(count):
            try:
                length, begin = _number(data, end)
                end = begin + length
                record = self._record(data, begin, end)
            except _UNUSUAL:
                record = None
            if record is None:
                messages = messages or (message for message in self._batch)  # its own `iter` works once
                yield next(islice(messages, at - passed, None))
                passed = at + 1
            else:
                yield record

    def _record(self, data: bytes, pos: int, end: int) -> Record | None:
        """The record from its attributes on, or `None`. Numbers are zigzag varints; most take one byte, or two."""
        pos += 1
        while data[pos] > 127:  # the time: not of ours
            pos += 1
        pos += 1
        delta, key, pos = data[pos], data[pos + 1], pos + 2
        if delta > 127:
            delta, key, pos = delta & 127 | key << 7, data[pos], pos + 1
        pos += key >> 1
        length, more, pos = data[pos], data[pos + 1], pos + 1
        if length > 127:
            length, pos = length & 127 | more << 7, pos + 1
        if (delta | length | key << 7) & _TWO_BYTES:
            return None
        headers = pos + (length >> 1)
        return self._read(data, headers, end, data[pos:headers], self._base + (delta >> 1))


def _number(data: bytes, pos: int) -> tuple[int, int]:
    """A number that is not negative, and the position after it."""
    number = data[pos]
    if number > 127:
        number = number & 127 | data[pos + 1] << 7
        pos += 1
        if number > 16383:
            number = number & 16383 | data[pos + 1] << 14
            pos += 1
    if number & 1 or number >= 1 << 21:
        raise ValueError("negative, or unusually large")
    return number >> 1, pos + 1


class _Batches:
    """The batches of a fetch, in the place of aiokafka's `MemoryRecords`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self.reader: Reader | None = None

    def size_in_bytes(self) -> int:
        """Of the whole fetch."""
        return len(self._data)

    def _end(self) -> int | None:
        """Where the next batch ends, if all of it is here."""
        if self._at + _HEAD.size > len(self._data):
            return None
        end: int = self._at + 12 + _HEAD.unpack_from(self._data, self._at)[1]
        return end if end <= len(self._data) else None

    def has_next(self) -> bool:
        """Whether a whole batch is left."""
        return self._end() is not None

    def next_batch(self) -> Any:
        """The next batch: one of ours to read where a relay may have written it, else aiokafka's."""
        data = self._data[self._at : self._end()]
        self._at += len(data)
        batch: Any = MemoryRecords(data).next_batch()
        if self.reader is not None and batch.magic == 2 and batch.attributes & _CODEC in _CODECS:
            return _Batch(batch, data, self.reader)
        return batch


class _PartitionRecords(PartitionRecords):  # type: ignore[misc]
    """Hands out records instead of messages, `None` for a foreign one; everything else is aiokafka's."""

    def __init__(self, reader: Reader, partition: TopicPartition, batches: _Batches, *rest: Any) -> None:
        super().__init__(partition, batches, *rest)
        self._reader = batches.reader = reader

    def __iter__(self) -> Iterator[Record | None]:
        records: Iterator[Record | None] = self._records_iterator
        return records

    def _consumer_record(self, _: TopicPartition, record: Any) -> Record | None:
        return record if type(record) is Record else self._reader.take(record)


def read_records(consumer: Any, take: Callable[[TopicPartition, Any], Record | None]) -> None:
    """Let a started consumer's `getmany` answer records: what `take` makes of messages, `None` where it makes none.

    aiokafka offers no place for that: the method of its fetcher that takes an answer apart gets our names for the
    two classes it makes, in this one consumer. An upgrade that changes it fails in the first test.
    """
    readers: dict[TopicPartition, Reader] = {}

    def partition_records(place: TopicPartition, *rest: Any) -> _PartitionRecords:
        if place not in readers:
            readers[place] = Reader(place.partition, partial(take, place))
        return _PartitionRecords(readers[place], place, *rest)

    names = vars(fetcher) | {"MemoryRecords": _Batches, "PartitionRecords": partition_records}
    method = FunctionType(fetcher.Fetcher._proc_fetch_request.__code__, names)
    consumer._fetcher._proc_fetch_request = MethodType(method, consumer._fetcher)
