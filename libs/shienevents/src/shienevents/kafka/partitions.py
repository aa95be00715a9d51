"""Which partition of a topic, and so which shard of the store, an area belongs to."""

from __future__ import annotations

from functools import lru_cache

from aiokafka.partitioner import murmur2


@lru_cache(8192)
def shard_of(area: str, shards: int) -> int:
    """The shard of an area code: murmur2 as Kafka's default partitioner has it, so that a subscriber's own
    topic keyed by area code is co-partitioned with ours (KIP-480 keeps this for keyed records)."""
    return int((murmur2(area.encode()) & 0x7FFFFFFF) % shards)
