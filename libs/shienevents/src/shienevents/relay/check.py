"""Before a relay sends: does the topic hold what the store says it holds?

    Kafka's last record of a shard               what it means                       outcome
    at the checkpoint                            nothing happened                    go on
    after the checkpoint, the store's own        a crash after the acknowledgement   go on after it
    before the checkpoint, or another in its place  the broker lost records          stop: shien relay resend
    beyond the store's last, or other bytes      the store is an older backup,       stop: shien store refill
                                                 or went its own way since
    of another store                             the store was made anew, or the     stop: shien store refill,
                                                 topic is not this store's           if the store is empty

A late batch of a relay that was paused may follow newer records. So it is not only the last record that counts,
but the highest of ours since the checkpoint, and the record at the checkpoint's own offset.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from ..core.envelope import Record
from ..core.errors import Stopped
from ..kafka.broker import KafkaMessage, Tail, reading, tails
from ..kafka.cloudevents import record_of
from ..kafka.json_events import Foreign
from ..kafka.security import Servers
from ..write.store import Store
from .checkpoints import NOTHING_SENT, Checkpoint, load

LOOK_BACK = 4096  # records: several of the largest batches, each of which a paused relay may have sent late


class Found(NamedTuple):
    """One record of ours in a partition, its offset, and its published bytes."""

    seq: int
    id: UUID
    offset: int
    value: bytes


class Lost(Stopped):
    """The broker does not hold what it acknowledged."""

    code = "shard.lost"


class Ahead(Stopped):
    """The topic holds records of this service that the store does not have, or others under the same numbers."""

    code = "shard.ahead"


class NotOurs(Stopped):
    """The topic holds records of another service."""

    code = "shard.not_ours"


async def check(
    store: Store, bootstrap_servers: Servers, topic: str, shards: Iterable[int]
) -> dict[int, Checkpoint | Stopped]:
    """Where each shard continues, or why it must not. Raises `KafkaAway`, `Unavailable`."""
    checkpoints = await load(store.pool, shards)
    # The record at the checkpoint itself is read too: hence from its offset on.
    since = {shard: max(checkpoint.offset, 0) for shard, checkpoint in checkpoints.items()}
    ends = await tails(bootstrap_servers, topic, since, LOOK_BACK)
    places = await far_back(bootstrap_servers, topic, checkpoints, ends)
    heads = await store.heads()
    verdicts: dict[int, Checkpoint | Stopped] = {}
    for shard, checkpoint in checkpoints.items():
        tail = ends[shard]
        try:
            highest = highest_of_ours(store, topic, shard, tail.messages)
            await reject_foreign_history(store, shard, heads[shard], highest)
            if not still_holds(store, shard, checkpoint, tail, highest, places.get(shard)):
                raise lost(store, topic, shard, checkpoint, highest)
        except Stopped as stopped:
            verdicts[shard] = stopped
        else:
            reached = Checkpoint(highest.seq, highest.offset) if highest else NOTHING_SENT
            verdicts[shard] = max(checkpoint, reached)
    return verdicts


async def far_back(
    bootstrap_servers: Servers, topic: str, checkpoints: Mapping[int, Checkpoint], ends: Mapping[int, Tail]
) -> dict[int, KafkaMessage]:
    """The messages at those checkpoints that are so far before the end that its tail does not reach back to them."""
    since = {shard: max(checkpoint.offset, 0) for shard, checkpoint in checkpoints.items()}
    offsets = {shard: at for shard, at in since.items() if ends[shard].end - at > LOOK_BACK}
    found: dict[int, KafkaMessage] = {}
    if offsets:
        async with reading(bootstrap_servers) as log:
            async for shard, messages in log.read(topic, {s: (at, at + 1) for s, at in offsets.items()}):
                found.update((shard, message) for message in messages)
    return found


def parsed(store: Store, shard: int, messages: Sequence[KafkaMessage]) -> list[tuple[int, Record]]:
    """The messages a relay wrote, with their offsets. Foreign ones are passed over."""
    found = []
    for message in messages:
        try:
            found.append((message.offset, record_of(shard, message.headers, message.value)))
        except Foreign:
            continue
    return found


def highest_of_ours(store: Store, topic: str, shard: int, messages: Sequence[KafkaMessage]) -> Found | None:
    """The record of the highest number. Raises `Stopped` when no record is ours, or the last is of another store."""
    if not messages:
        return None
    records = parsed(store, shard, messages)
    if not records:
        raise Stopped(
            store.service,
            shard,
            f"the last {len(messages)} records of topic {topic} were not written by a relay",
            f"トピック {topic} の最後の {len(messages)} 件は、この仕組みが書いたものではありません",
            f"stop the foreign producer, delete topic {topic}, then shien relay resend {store.service}",
        )
    last = records[-1][1]
    if (last.source, last.store) != (store.service, store.id):
        own = last.source == store.service
        raise (Ahead if own else NotOurs)(
            store.service,
            shard,
            f"topic {topic} holds records of {last.source}, store {last.store}; this store is {store.id}",
            f"トピック {topic} には別のストア（{last.source}、{last.store}）の記録があります。"
            f"このストアは {store.id} です",
            f"if this store is new and empty, shien store refill {store.service}; else restore the store that topic "
            f"{topic} belongs to"
            if own
            else f"give this store a topic of its own, or restore the store that topic {topic} belongs to",
        )
    offset, highest = max(
        ((offset, record) for offset, record in records if record.store == store.id),
        key=lambda one: (one[1].envelope.seq, one[0]),
    )
    return Found(highest.envelope.seq, highest.envelope.id, offset, highest.structured())


def still_holds(
    store: Store,
    shard: int,
    checkpoint: Checkpoint,
    tail: Tail,
    highest: Found | None,
    place: KafkaMessage | None = None,
) -> bool:
    """Does Kafka still hold what it acknowledged? `place` is the message at the checkpoint, if the tail lacks it."""
    if not checkpoint.seq or tail.begin > checkpoint.offset:
        return True  # nothing was sent yet; or somebody trimmed the topic's beginning, which loses nothing at its end
    if place is None:
        place = next((message for message in tail.messages if message.offset == checkpoint.offset), None)
    there = parsed(store, shard, [place] if place else [])
    return highest is not None and bool(there) and there[0][1].envelope.seq == checkpoint.seq


def lost(store: Store, topic: str, shard: int, checkpoint: Checkpoint, highest: Found | None = None) -> Lost:
    """What the broker acknowledged is not in the topic, or the topic is gone."""
    holds = f"its last record is {highest.seq}" if highest else "it is empty"
    return Lost(
        store.service,
        shard,
        f"Kafka acknowledged record {checkpoint.seq} at offset {checkpoint.offset} of topic {topic}, and it is no "
        f"longer there ({holds}): the broker lost records, or the topic was deleted and made again",
        f"トピック {topic} のオフセット {checkpoint.offset} に書いた記録 {checkpoint.seq} がありません。"
        "Kafka が記録を失ったか、トピックが作り直されました",
        f"shien relay resend {store.service}",
    )


async def reject_foreign_history(store: Store, shard: int, head: int, highest: Found | None) -> None:
    """Raises `Ahead` when the record is not the store's own."""
    if highest is None:
        return
    if highest.seq > head:
        raise Ahead(
            store.service,
            shard,
            f"Kafka holds records up to {highest.seq}, the store only up to {head}: the store was restored from an "
            "older backup",
            f"Kafka には {highest.seq} まで、ストアには {head} までしかありません。"
            "ストアが古いバックアップから復元されています",
            f"shien store refill {store.service}",
        )
    # Bytes, not ids: what a reaction does again has the same id at another time.
    own = await store.read(shard, highest.seq - 1, 1)
    if not own or own[0].structured() != highest.value:
        there = own[0].envelope.id if own else None
        differs = "the same event with other bytes" if there == highest.id else f"event {there}"
        raise Ahead(
            store.service,
            shard,
            f"record {highest.seq} is event {highest.id} in Kafka and {differs} in the store: the store was restored "
            "from an older backup and went on from there",
            f"記録 {highest.seq} の内容が、Kafka（{highest.id}）とストア（{there}）で異なります。"
            "ストアが古いバックアップから復元され、別の出来事が記録されました",
            f"shien store refill {store.service} --set-aside FILE",
        )
