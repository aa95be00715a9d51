"""Writes OCEL 2.0: what `shien export ocel` does with the stores."""

from __future__ import annotations

import asyncio
import heapq
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from shiendomain.machines import COUNCIL, ISSUE, MATCH, MEETING, NEED, PROPOSAL, RESOURCE, SERVICE, START, Machine
from shienevents import Record, Store, Token
from shienops._files import new_text_file

TYPES: tuple[Machine, ...] = (NEED, ISSUE, MATCH, RESOURCE, PROPOSAL, SERVICE, MEETING, COUNCIL)
"""The types of objects, each with its machine."""
OBJECT_ATTRIBUTES = ("municipality", "area", "support_kind", "service_class", "tier")
EVENT_ATTRIBUTES = {
    "role": "string",
    "body": "string",
    "municipality": "string",
    "area": "string",
    "stream": "string",
    "version": "integer",
    "recorded_at": "time",
}
_PAGE = 200
"""So many records of each shard are in memory."""
_BEGINS = {step.event.wire: machine for machine in TYPES for step in machine.steps if START in step.before}


class Written(NamedTuple):
    """How many events and objects were written."""

    events: int
    objects: int


Begin = Callable[[], Awaitable[None]]
"""awaited when there is something to write and a file to write it to, before anything is"""


class Seen(NamedTuple):
    """What the first reading keeps: the ids of all things, and the types of the events."""

    ids: set[bytes]
    types: set[str]


async def write(
    path: Path, stores: Mapping[str, Store], ends: Mapping[str, Token], city: str, begin: Begin | None = None
) -> Written:
    """Write the log of a city up to the `ends` of each store's shards, whole or not at all. Raises `StackError`."""
    seen = Seen(set(), set())
    async for record in _of_city(stores, ends, city):
        seen.types.add(record.envelope.type)
        if begun := _begun(record):
            seen.ids.add(_key(begun[1]))
    if not seen.types:
        return Written(0, 0)
    with new_text_file(path, replace=True) as file:
        if begin:
            await begin()
        return await _write_all(file, stores, ends, city, seen)


async def _write_all(
    file: TextIO, stores: Mapping[str, Store], ends: Mapping[str, Token], city: str, seen: Seen
) -> Written:
    strings = [{"name": name, "type": "string"} for name in OBJECT_ATTRIBUTES]
    object_types = [{"name": machine.name, "attributes": strings} for machine in TYPES]
    attributes = [{"name": name, "type": kind} for name, kind in EVENT_ATTRIBUTES.items()]
    event_types = [{"name": name, "attributes": attributes} for name in sorted(seen.types)]
    file.write(f'{{"objectTypes": {_json(object_types)},\n"eventTypes": {_json(event_types)},\n"objects": [')
    objects = events = 0
    async for record in _of_city(stores, ends, city):
        if begun := _begun(record):
            file.write(f"{',' if objects else ''}\n{_json(_object(record, *begun, seen))}")
            objects += 1
    file.write('],\n"events": [')
    async for record in _of_city(stores, ends, city):
        file.write(f"{',' if events else ''}\n{_json(_event(record, seen))}")
        events += 1
    file.write("]}\n")
    return Written(events, objects)


async def _of_city(stores: Mapping[str, Store], ends: Mapping[str, Token], city: str) -> AsyncIterator[Record]:
    """The records of a city in the order of recording; of one moment, as the services are ordered."""
    readers = [
        _shard(number, store, shard, end)
        for number, (name, store) in enumerate(stores.items())
        for (_, shard), end in sorted(ends[name].items())
    ]
    heap = []
    for n, reader in enumerate(readers):
        if (first := await anext(reader, None)) is not None:
            heap.append((*first, n))
    heapq.heapify(heap)
    while heap:
        _, record, n = heap[0]
        if record.envelope.municipality == city:
            yield record
        following = await anext(readers[n], None)
        if following is None:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, (*following, n))


async def _shard(
    number: int, store: Store, shard: int, end: int
) -> AsyncIterator[tuple[tuple[datetime, int, int, int], Record]]:
    """The records of a shard, each with its place among all."""
    after = 0
    while after < end:
        for record in await store.read(shard, after, min(_PAGE, end - after)):
            yield (record.envelope.recorded_at, number, shard, record.envelope.seq), record
            after = record.envelope.seq
        await asyncio.sleep(0)


def _begun(record: Record) -> tuple[Machine, str] | None:
    """The type and the id of the thing that begins with this event. A proposal that goes up again is there already."""
    machine = _BEGINS.get(record.envelope.type)
    if machine is None:
        return None
    said = json.loads(record.data)
    return None if said.get("round", 1) > 1 else (machine, said[machine.of])


def _object(record: Record, machine: Machine, thing: str, seen: Seen) -> dict[str, Any]:
    envelope, said = record.envelope, json.loads(record.data)
    known = {"municipality": envelope.municipality, "area": envelope.area, **said}
    attributes = [
        {"name": name, "time": _time(envelope.occurred_at), "value": known[name]}
        for name in OBJECT_ATTRIBUTES
        if isinstance(known.get(name), str)
    ]
    related = [(id_, qualifier) for id_, qualifier in _named(said, seen) if id_ != thing]
    return {"id": thing, "type": machine.name, "attributes": attributes, "relationships": _relations(related)}


def _event(record: Record, seen: Seen) -> dict[str, Any]:
    envelope = record.envelope
    role, _, body = envelope.actor.partition("/")
    values = (role, body, envelope.municipality, envelope.area, envelope.stream, envelope.version)
    attributes = [
        {"name": name, "value": value}
        for name, value in zip(EVENT_ATTRIBUTES, (*values, _time(envelope.recorded_at)), strict=True)
    ]
    return {
        "id": str(envelope.id),
        "type": envelope.type,
        "time": _time(envelope.occurred_at),
        "attributes": attributes,
        "relationships": _relations(_named(json.loads(record.data), seen)),
    }


def _named(said: Mapping[str, Any], seen: Seen) -> list[tuple[str, str]]:
    """The things that an event names, each once, with the field that names them."""
    found: dict[str, str] = {}
    for field, value in said.items():
        for text in _texts(value):
            if len(text) == 36 and text.count("-") == 4 and _key(text) in seen.ids:
                found.setdefault(text, field)
    return list(found.items())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _relations(named: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": id_, "qualifier": qualifier} for id_, qualifier in named]


def _key(text: str) -> bytes:
    """An id as 16 bytes; of a text that is none, something that no id is."""
    try:
        return bytes.fromhex(text.replace("-", ""))
    except ValueError:
        return b""


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
