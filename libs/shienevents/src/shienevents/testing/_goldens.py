"""Golden files: what an event's bytes were, for every version it ever had. Exported by `shienevents.testing`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from ..core.canonical_json import canonical
from ..core.errors import ShienError
from ..core.events import Event, EventTypes

WRITE = "SHIEN_WRITE_GOLDEN"


def check_goldens(types: EventTypes, folder: Path, examples: Iterable[Event]) -> None:
    """Check that every form an event was ever written in is still read, and that today's form is on record.

        def test_events_keep_their_bytes() -> None:
            check_goldens(TYPES, Path(__file__).parent / "goldens", [NeedRecorded(...), NeedWithdrawn(...)])

    `<wire>.json` holds one line for each form the wire type was written in, the oldest first: canonical bytes and a
    line feed. Give an example of every current class; the last line is its bytes. The rules are those of
    `check_schemas`: a new optional field adds a line, every older line is still read and says the same; any other
    change is refused and needs a new version with an upcaster. The files of older wire types stay as they were.
    With the environment variable SHIEN_WRITE_GOLDEN=1 missing files are written and new lines added; a line that is
    there is never changed. Raises `AssertionError` with every fault, a line each.
    """
    by_wire: dict[str, Event] = {}
    faults = [
        f"{example.wire}: two examples; one is enough"
        for example in examples
        if _known(by_wire, example) is not example
    ]
    for event in types:
        faults += _current(types, event.wire, folder / f"{event.wire}.json", by_wire.pop(event.wire, None))
    for wire in types.older:
        faults += _older(types, wire, folder / f"{wire}.json")
    faults += [f"{wire}: an example of an event that is not among the types" for wire in by_wire]
    for path in sorted(folder.glob("*.json")):
        if path.stem not in types:
            faults.append(f"{path.name}: nothing reads this wire type any more; events live for ever, add an upcaster")
    if faults:
        raise AssertionError("golden files\n" + "\n".join(f"  {fault}" for fault in faults))


def _known(by_wire: dict[str, Event], example: Event) -> Event:
    return by_wire.setdefault(example.wire, example)


def _current(types: EventTypes, wire: str, path: Path, example: Event | None) -> Iterator[str]:
    if example is None:
        yield f"{wire}: give an example of this event"
        return
    line = example.data() + b"\n"
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    faults = [fault for one in lines for fault in _line(types, wire, one, path.name)]
    if faults or (lines and lines[-1] == line):
        yield from faults
    elif lines and not (added := _added(types, wire, lines[-1], line)):
        yield f"{path.name} is not what the example gives; correct the example\n    - {lines[-1]!r}\n    + {line!r}"
    elif os.environ.get(WRITE) != "1":
        what = f"has no line with {', '.join(added)}" if lines else "is missing"
        yield f"{path.name} {what}; {WRITE}=1 pytest … writes it from the example"
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(line)


def _line(types: EventTypes, wire: str, line: bytes, name: str) -> Iterator[str]:
    """What is wrong with one line: it is no record of what was stored, or today's class reads something else."""
    try:
        stored = orjson.loads(line)
        if canonical(stored) + b"\n" != line:
            yield f"{name} is not canonical JSON and a line feed, so it is not what was stored: {line!r}"
            return
        read = orjson.loads(types.parse(wire, line).data())
    except (ShienError, ValueError) as error:
        yield f"{name} is not read any more: {error}; keep what was written readable, or make a new version"
        return
    if not _extends(stored, read):
        read_line = canonical(read) + b"\n"
        yield f"{name} says something else when read; new version and upcaster\n    - {line!r}\n    + {read_line!r}"


def _added(types: EventTypes, wire: str, before: bytes, after: bytes) -> list[str]:
    """The optional fields by which the example goes beyond the last line; none when it differs in another way."""
    old, new = orjson.loads(before), orjson.loads(after)
    read = orjson.loads(types.parse(wire, before).data())
    return sorted(read.keys() - old.keys()) or ["a nested field"] if read != old and _extends(old, new) else []


def _extends(old: Any, new: Any) -> bool:
    """Whether `new` says all that `old` says, and perhaps more fields."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(name in new and _extends(value, new[name]) for name, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_extends, old, new))
    return bool(old == new)


def _older(types: EventTypes, wire: str, path: Path) -> Iterator[str]:
    if not path.exists():
        yield f"{path.name} is missing; bring it back from git, what an old version was like is never made again"
        return
    golden = path.read_bytes()
    try:
        if canonical(orjson.loads(golden)) + b"\n" != golden:
            yield f"{path.name} is not canonical JSON and a line feed, so it is not what was stored"
        types.parse(wire, golden)
    except (ShienError, ValueError) as error:
        yield f"{path.name} is not read any more: {error}; repair the upcaster"
