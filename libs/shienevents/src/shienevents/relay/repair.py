"""Repairs a shard whose records the broker lost: the relay sends them again."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.errors import Stopped
from ..kafka.broker import KafkaMessage, ensure_topic, reading, tails
from ..kafka.cloudevents import record_of
from ..kafka.json_events import Foreign
from ..kafka.security import Servers
from ..write.store import Store
from .check import LOOK_BACK, far_back, highest_of_ours, reject_foreign_history, still_holds
from .checkpoints import NOTHING_SENT, Checkpoint, load, put_back


async def resend(
    store: Store, bootstrap_servers: Servers, topic: str, *, replication: int = 1, execute: bool = True
) -> dict[int, Checkpoint]:
    """Set the checkpoints of shards whose records the broker lost to what it still holds: the relay continues there.

    When the whole topic is lost, the relay rebuilds it: the same partitions, numbers and bytes.
    Returns the checkpoints it set, by shard; without `execute`, those that it would set. Raises `Stopped` when the
    topic is no unbroken beginning of the store (then nothing is set), `KafkaAway`, `Unavailable`.
    """
    shards = range(store.shards)
    await ensure_topic(bootstrap_servers, topic, store.shards, replication)
    checkpoints = await load(store.pool, shards)  # first: a relay that sends meanwhile moves them and the topic's end
    ends = await tails(bootstrap_servers, topic, dict.fromkeys(shards, 0), LOOK_BACK)
    places = await far_back(bootstrap_servers, topic, checkpoints, ends)
    begins, heads = await _first(bootstrap_servers, topic, store.shards), await store.heads()
    set_back: dict[int, Checkpoint] = {}
    for shard in shards:
        highest = highest_of_ours(store, topic, shard, ends[shard].messages)
        await reject_foreign_history(store, shard, heads[shard], highest)
        _refuse_broken_beginning(store, topic, shard, begins.get(shard, []))
        reached = Checkpoint(highest.seq, highest.offset) if highest else NOTHING_SENT
        if not still_holds(store, shard, checkpoints[shard], ends[shard], highest, places.get(shard)):
            set_back[shard] = reached
    for shard, reached in set_back.items() if execute else ():
        await put_back(store.pool, shard, reached)
    return set_back


async def _first(bootstrap_servers: Servers, topic: str, shards: int) -> dict[int, list[KafkaMessage]]:
    """The first messages of each partition whose beginning was not trimmed."""
    found: dict[int, list[KafkaMessage]] = {}
    async with reading(bootstrap_servers) as log:
        begins, ends = await log.bounds(topic, range(shards))
        spans = {shard: (0, min(16, ends[shard])) for shard in range(shards) if begins[shard] == 0}
        async for shard, messages in log.read(topic, spans):
            found.setdefault(shard, []).extend(messages)
    return found


def _refuse_broken_beginning(store: Store, topic: str, shard: int, messages: Sequence[KafkaMessage]) -> None:
    """A topic made again under an active relay may begin in the middle: earlier records would come after later ones."""
    for message in messages:
        try:
            first = record_of(shard, message.headers, message.value).envelope.seq
        except Foreign:
            continue
        if first == 1:
            return
        raise Stopped(
            store.service,
            shard,
            f"topic {topic} begins with record {first}, so what is missing cannot be put before it",
            f"トピック {topic} は記録 {first} から始まっています。その前に記録を足すことはできません",
            f"delete topic {topic}, then shien relay resend {store.service}",
        )
