"""Before a service writes or reacts: is its store the one that its topic knows?

A database that was restored from a backup has forgotten what its topic still holds. Were the service to go on, its
reactions would do again what they did, with the same ids at other times, and there would be two histories. So each
process compares at its start, by bytes. While Kafka is away it cannot: then commands are taken, because they must
be (promise 8), and nothing is read from other services until it has compared.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping

import structlog

from ..core.cells import cell_of
from ..core.errors import Contract, Unavailable
from ..kafka.broker import check_partitions, ensure_topic
from ..kafka.security import Servers
from ..kafka.waiting import KafkaAway
from ..write.store import Store
from .check import Ahead, check

_LOOK_SECONDS = 1.0
_KAFKA_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class Agreement:
    """Whether a store agrees with its topic. What it finds is `store.behind`, which refuses every append.

    `heard`: the topics of other services that are read, by source. A shard is a partition of each of them, so all
    services have the same number of shards; `refusal` says which topic has another one, or forgets records. `compared`
    is set once Kafka was asked.
    """

    def __init__(
        self,
        store: Store,
        bootstrap_servers: Servers,
        topic: str,
        replication: int = 1,
        heard: Mapping[str, str] | None = None,
    ) -> None:
        self._store = store
        self._bootstrap = bootstrap_servers
        self._topic = topic
        self._replication = replication
        self._heard = dict(heard or {})
        self.refusal: Contract | None = None
        self.seen: list[int] = []
        self.compared = asyncio.Event()

    @property
    def broken(self) -> bool:
        """Whether nothing may be written now."""
        return self._store.behind is not None

    async def run(self) -> None:
        """Compare again: until Kafka was asked, until it agrees, and when the store went back. Until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                heads = await self._store.heads()
            except Unavailable:
                continue
            went_back = any(now < before for now, before in zip(heads, self.seen, strict=False))
            if went_back or self.broken or self.refusal or not self.compared.is_set():
                await self.compare()
            self.seen = heads

    async def _check_heard(self) -> None:
        """All topics of all cells have as many partitions. A cell whose topics cannot be seen now is passed over."""
        cells: dict[str, list[str]] = defaultdict(list)
        for source, topic in self._heard.items():
            cells[cell_of(source)].append(topic)
        for cell, topics in cells.items():
            try:
                await check_partitions(
                    self._bootstrap, topics, self._store.shards, cell, timeout_seconds=_KAFKA_SECONDS
                )
            except KafkaAway as error:
                if not cell:
                    raise
                _log.warning("topics of another cell are not compared", cell=cell, why=repr(error))

    async def compare(self) -> None:
        """Compare now. While Kafka or Postgres is away, what was found before stays."""
        store = self._store
        try:
            await ensure_topic(
                self._bootstrap, self._topic, store.shards, self._replication, timeout_seconds=_KAFKA_SECONDS
            )
            await self._check_heard()
            await store.reread()
            verdicts = await check(store, self._bootstrap, self._topic, range(store.shards))
        except Contract as refusal:
            if str(refusal) != str(self.refusal):
                _log.error("topic.refused", service=store.service, why=refusal.en)
            self.refusal = refusal
            self.compared.set()  # such a topic cannot be compared
            return
        except (KafkaAway, Unavailable) as error:
            _log.info("store and topic are not compared yet", service=store.service, why=repr(error))
            return
        self.refusal = None
        ahead = next((verdict for verdict in verdicts.values() if isinstance(verdict, Ahead)), None)
        if ahead and str(ahead) != str(store.behind):
            _log.error("store.behind", service=store.service, shard=ahead.shard, why=ahead.en)
        store.behind = ahead
        self.compared.set()
