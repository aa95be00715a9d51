"""Golden files: what an event's bytes were, for every version it ever had. Exported by `shienevents.testing`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from ..core.canonical_json import canonical
from ..core.errors import ShienError
from ..core.events import Event, EventTypes

WRITE = "SHIEN_WRITE_GOLDEN"


def check_goldens(types: EventTypes, folder: Path, examples: Iterable[Event]) -> None:
    """Check that every wire type has a golden file that today's code reads and, if current, writes again.

        def test_events_keep_their_bytes() -> None:
            check_goldens(TYPES, Path(__file__).parent / "goldens", [NeedRecorded(...), NeedWithdrawn(...)])

    `<wire>.json` holds the canonical bytes and a line feed. Give an example of every current class; its bytes
    are those of the file. The files of older wire types stay as they were and are read through upcasters.
    With the environment variable SHIEN_WRITE_GOLDEN=1 missing files are written; an existing one never is.
    Raises `AssertionError` with every fault, a line each.
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
    if not path.exists():
        if os.environ.get(WRITE) != "1":
            yield f"{path.name} is missing; {WRITE}=1 pytest … writes it from the example"
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(line)
    golden = path.read_bytes()
    try:
        again = types.parse(wire, golden).data() + b"\n"
    except ShienError as error:
        yield f"{path.name} is not read any more: {error}; keep what was written readable, or make a new version"
        return
    if again != golden:
        yield f"{path.name} is written otherwise when read; new version and upcaster\n    - {golden!r}\n    + {again!r}"
    if line != golden:
        yield f"{path.name} is not what the example gives; mend the example\n    - {golden!r}\n    + {line!r}"


def _older(types: EventTypes, wire: str, path: Path) -> Iterator[str]:
    if not path.exists():
        yield f"{path.name} is missing; bring it back from git, what an old version was like is never made anew"
        return
    golden = path.read_bytes()
    try:
        if canonical(orjson.loads(golden)) + b"\n" != golden:
            yield f"{path.name} is not canonical JSON and a line feed, so it is not what was stored"
        types.parse(wire, golden)
    except (ShienError, ValueError) as error:
        yield f"{path.name} is not read any more: {error}; mend the upcaster"
