"""The gauges of a service, read when Prometheus asks.

Where the store stands is read from its database, so a process that stands by shows the same as the one at work. What
cannot be read now is left out: the last known lag would look like the present one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from .consume.sources import KafkaSource
from .core import metrics
from .core.errors import Unavailable
from .postgres.pool import waiting_for
from .read.standing import Standing, standing

if TYPE_CHECKING:
    from .service import Service

_SECONDS = 2.0  # Prometheus waits ten, and there is `health` to be asked too
_READ = (metrics.RELAY_LAG_EVENTS, metrics.RELAY_LAG_SECONDS, metrics.CONSUMER_LAG_EVENTS, metrics.PARKED)


async def take_figures(service: Service) -> None:
    """Bring the gauges of this service up to now. Raises nothing: what cannot be read has no series."""
    name = service.store.service
    for gauge in _READ:
        gauge.remove_by_labels({"service": name})
    metrics.READY.labels(name, service.settings.role).set((await service.health()).ready)
    _parts(service)
    _heard(service)
    try:
        async with asyncio.timeout(_SECONDS):
            _of_database(service, await standing(service.store))
    except (Unavailable, TimeoutError):
        return


def _parts(service: Service) -> None:
    """What this process itself holds: leases, pools, and the shards its relay has stopped."""
    name = service.store.service
    for lease in (service.relay.lease, service.consumer.lease):
        metrics.LEASE_HELD.labels(name, lease.name).set(lease.held)
    # A process that lost its lease does not know what was mended since.
    stopped = sum(shard.stopped is not None for shard in service.relay.state.shards)
    metrics.STOPPED.labels(name, "relay").set(stopped if service.relay.lease.held else 0)
    metrics.STOPPED.labels(name, "consumer").set(len(service.consumer.stopped) if service.consumer.active else 0)
    for kind, pool in service.pools.items():
        metrics.POOL_LIMIT.labels(name, kind).set(pool.get_max_size())
        metrics.POOL_OPEN.labels(name, kind).set(pool.get_size())
        metrics.POOL_IN_USE.labels(name, kind).set(pool.get_size() - pool.get_idle_size())
        metrics.POOL_WAITING.labels(name, kind).set(waiting_for(pool))


def _heard(service: Service) -> None:
    """What the topics of other services hold that was not read yet: known where the consumer works, and Kafka is."""
    name = service.store.service
    if not service.consumer.active:
        metrics.CONSUMER_LAG_SECONDS.remove_by_labels({"service": name})
        return
    for source in service.heard:
        if isinstance(source, KafkaSource):
            for heard, records in source.unread().items():
                metrics.CONSUMER_LAG_EVENTS.labels(name, heard).set(records)


def _of_database(service: Service, stands: Standing) -> None:
    name = stands.service
    oldest = [shard.oldest_unsent for shard in stands.shards if shard.oldest_unsent]
    metrics.RELAY_LAG_EVENTS.labels(name).set(sum(shard.unsent for shard in stands.shards))
    metrics.RELAY_LAG_SECONDS.labels(name).set((stands.now - min(oldest)).total_seconds() if oldest else 0)
    behind = sum(max(0, head - stands.positions.point(*key).seq) for key, head in stands.heads.items())
    metrics.CONSUMER_LAG_EVENTS.labels(name, name).set(behind)
    parked = dict.fromkeys(service.consumer.subscriptions.names, 0)
    for (subscriber, *_), events in stands.parked.items():
        parked[subscriber] = parked.get(subscriber, 0) + events
    for subscriber, events in parked.items():
        metrics.PARKED.labels(name, subscriber).set(events)
