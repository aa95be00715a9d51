"""Rows of the log as Kafka record batches (message format v2), compressed with snappy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from ..core.structured import structured
from .cloudevents import CLOUDEVENT_HEADERS

BATCH_BYTES: Final = 512 * 1024
_MAGIC: Final = 2
_SNAPPY: Final = 2


class Batch:
    """Records for one partition, in order. At least one, however large; further ones while they fit."""

    def __init__(self) -> None:
        self._builder: Any = DefaultRecordBatchBuilder(_MAGIC, _SNAPPY, False, -1, -1, -1, BATCH_BYTES)
        self.count = 0

    def build(self, producer_id: int, epoch: int, sequence: int) -> bytes:
        """The bytes on the wire, once: `sequence` numbers the first record among those of this producer."""
        self._builder.set_producer_state(producer_id, epoch, sequence)
        return bytes(self._builder.build())


def pack(source: str, store: UUID, rows: Sequence[Any], begin: int) -> tuple[Batch, int]:
    """A batch of the rows from `begin` on, and the index of the first that found no room; one always does.

    A row begins with the fields of `Envelope` and the data, as `Store.read_rows` answers them. The timestamp of a
    record is when it was recorded, in milliseconds. It runs for every event.
    """
    batch, found = Batch(), rows[begin:] if begin else rows
    append, recorded, now, count = batch._builder.append, None, 0, 0
    for row, value in zip(found, structured(source, store, found), strict=True):
        if row[7] != recorded:  # events of one commit share it
            recorded, now = row[7], int(row[7].timestamp() * 1000)
        if append(count, now, row[10].encode(), value, CLOUDEVENT_HEADERS) is None:
            break
        count += 1
    batch.count = count
    return batch, begin + count
