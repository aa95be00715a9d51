"""Promises 1, 4 and 6 for views: rows, digests and positions against the history, worked out in three ways."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

from shienevents import KafkaSource, Positions, Source, Store, StoreSource, View, digest_of, replay

from .complaints import Complaint, complain
from .deployment import SERVICES, SHARDS, TYPES, Deployment
from .expected import rows_of
from .history import Kept


def check_rows(service: str, kept: Mapping[str, Kept]) -> list[Complaint]:
    """Every row of every view, column by column, against what the raw events add up to."""
    found: list[Complaint] = []
    wanted = rows_of(service, kept)
    for view in SERVICES[service].views:
        got = {_key(view, row): row for row in kept[service].rows[view.name]}
        found += complain("view.rows", _differences(f"{service}.{view.name}", got, wanted[view.name]))
        found += complain("view.row_digest", _stale_digests(service, view, kept[service].rows[view.name]))
    return found


def _key(view: View[Any], row: Mapping[str, Any]) -> Any:
    return row[view.row.key[0]]


def _differences(where: str, got: Mapping[Any, dict[str, Any]], want: Mapping[Any, dict[str, Any]]) -> Iterator[str]:
    for key in want.keys() - got.keys():
        yield f"{where} {key}: the row is missing"
    for key in got.keys() - want.keys():
        yield f"{where} {key}: there is no such thing"
    for key in got.keys() & want.keys():
        for column, value in want[key].items():
            if got[key][column] != value:
                held = got[key][column]
                yield f"{where} {key}: {column} is {held}, and by the history {value}{_by(held, value)}"


def _by(got: object, want: object) -> str:
    if isinstance(got, int) and isinstance(want, int):
        return f", {abs(got - want)} too {'many' if got > want else 'few'}"
    return ""


def _stale_digests(service: str, view: View[Any], rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        if _made(view, row).digest() != row["row_digest"]:
            yield f"{service}.{view.name} {_key(view, row)}: the digest beside the row is not of the row"


def _made(view: View[Any], row: Mapping[str, Any]) -> Any:
    return view.row(**{column: value for column, value in row.items() if column != "row_digest"})


def check_positions(service: str, kept: Mapping[str, Kept]) -> list[Complaint]:
    """At rest the views stand at the heads of both logs, and each offset they note is that of the record they took."""
    value = json.loads(kept[service].positions)
    texts = []
    points = {(source, shard): (seq, offset, id_) for source, shard, seq, offset, id_ in value["points"]}
    for source, one in kept.items():
        if points and value["stores"].get(source) != str(one.store) and any(one.heads):
            texts.append(f"{service}: took {source} from store {value['stores'].get(source)}, which is {one.store}")
        ids = {(event.shard, event.seq): str(event.id) for event in one.events}
        for shard, head in enumerate(one.heads):
            seq, offset, id_ = points.get((source, shard), (0, -1, None))
            if seq != head:
                texts.append(f"{service}: stands at {source}[{shard}] {seq}, and its log ends at {head}")
            elif seq and id_ != ids[shard, seq]:
                texts.append(f"{service}: {source}[{shard}] {seq} is noted as {id_}, and is {ids[shard, seq]}")
            elif seq and source != service and not _lies_at(one, shard, offset, seq):
                texts.append(f"{service}: {source}[{shard}] {seq} is not at offset {offset} of the topic")
    return complain("positions", texts)


def _lies_at(kept: Kept, shard: int, offset: int, seq: int) -> bool:
    return any(record.offset == offset and record.seq == seq for record in kept.topic[shard])


async def check_replays(deployment: Deployment, service: str, kept: Mapping[str, Kept]) -> list[Complaint]:
    """Live views = views replayed from the stores = views replayed from Kafka, by digest and row by row."""
    until = Positions.decode(kept[service].positions)
    views = SERVICES[service].views
    texts = []
    async with stores(deployment) as found:
        from_stores: list[Source] = [StoreSource(store) for store in found]
        from_kafka: list[Source] = [KafkaSource(deployment.bootstrap_servers, deployment.topics, SHARDS)]
        for name, sources in (("the stores", from_stores), ("Kafka", from_kafka)):
            again = await replay(TYPES, views, sources, until)
            texts += [f"{service}: a replay from {name} parks {parking}" for parking in again.parked]
            for view in views:
                rows = {_key(view, row): _made(view, row) for row in kept[service].rows[view.name]}
                kept_digests = sorted(bytes(row["row_digest"]) for row in kept[service].rows[view.name])
                live = {digest_of(rows), sha256(b"".join(kept_digests)).hexdigest()}
                if live != {again.digests[view.name]} or rows != again.rows[view.name]:
                    texts.append(f"{service}.{view.name}: live {live}, replayed from {name} {again.digests[view.name]}")
    return complain("view.digest", texts)


@asynccontextmanager
async def stores(deployment: Deployment) -> AsyncIterator[list[Store]]:
    """Both stores, opened by a library that nobody broke."""
    found = [await Store.open(dsn) for dsn in deployment.dsns.values()]
    try:
        yield found
    finally:
        for store in found:
            await store.close()
