"""A second reader of an exported log: it knows the OCEL 2.0 file and docs/states.json, and no rule of any service."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STATES = json.loads((Path(__file__).parents[1] / "docs/states.json").read_text())
COMES, LEAVES = "needs.need_grouped.v1", "needs.need_ungrouped.v1"
TYPES = ("string", "time", "integer", "float", "boolean")


def check_structure(log: Any) -> None:
    """The structure that OCEL 2.0 publishes for JSON (ocel-standard.org, specification 2.0, section 7).

    Four lists. Types have a name and attributes with a name and a type; an object has an id, a type, attributes with a
    time and a value, and relationships; an event has an id, a type, a time, attributes and relationships. A
    relationship has the id of an object and a qualifier. Ids are unique, types declared, and objects there.
    """
    assert log.keys() == {"objectTypes", "eventTypes", "objects", "events"}
    declared = {}
    for kind in ("objectTypes", "eventTypes"):
        declared[kind] = {one["name"]: {a["name"]: a["type"] for a in one["attributes"]} for one in log[kind]}
        assert len(declared[kind]) == len(log[kind])
        assert all(type_ in TYPES for attributes in declared[kind].values() for type_ in attributes.values())
    ids = {one["id"] for one in log["objects"]}
    assert len(ids) == len(log["objects"])
    assert len({one["id"] for one in log["events"]}) == len(log["events"])
    for one in log["objects"]:
        assert one.keys() == {"id", "type", "attributes", "relationships"}
        for attribute in one["attributes"]:
            assert attribute.keys() == {"name", "time", "value"}
    for one in log["events"]:
        assert one.keys() == {"id", "type", "time", "attributes", "relationships"}
        for attribute in one["attributes"]:
            assert attribute.keys() == {"name", "value"}
            wanted = declared["eventTypes"][one["type"]][attribute["name"]]
            assert isinstance(attribute["value"], int if wanted == "integer" else str)
    for kind, things in (("objectTypes", log["objects"]), ("eventTypes", log["events"])):
        for one in things:
            assert {a["name"] for a in one["attributes"]} <= declared[kind][one["type"]].keys()
            for relation in one["relationships"]:
                assert relation.keys() == {"objectId", "qualifier"}
                assert relation["objectId"] in ids


@dataclass
class Replay:
    """How many steps of things were replayed, and what did not fit."""

    steps: int = 0
    misfits: list[str] = field(default_factory=list)
    states: dict[str, set[str | None]] = field(default_factory=lambda: defaultdict(lambda: {None}))
    within: dict[str, str] = field(default_factory=dict)
    """The issue that each need is part of."""

    @property
    def conformance(self) -> float:
        """The part of the steps that fit."""
        return 1 - len(self.misfits) / self.steps if self.steps else 0


def replay(log: Any) -> Replay:
    """Every thing through its machine, event by event. Streams count 1, 2, 3 … and every thing has a beginning."""
    done = Replay()
    machines = {machine["name"]: machine for machine in STATES}
    types = {one["id"]: one["type"] for one in log["objects"]}
    versions: dict[str, int] = defaultdict(int)
    for event in log["events"]:
        said = {one["name"]: one["value"] for one in event["attributes"]}
        versions[said["stream"]] += 1
        if said["version"] != versions[said["stream"]]:
            done.misfits.append(f"{said['stream']}: {versions[said['stream']]} is missing")
            versions[said["stream"]] = said["version"]
        for relation in event["relationships"]:
            machine = machines[types[relation["objectId"]]]
            if relation["qualifier"] == machine["of"]:
                _step(done, machine, relation["objectId"], event)
        _follow(done, machines, types, event)
    done.misfits += [f"{thing} never began" for thing in types if done.states[thing] == {None}]
    return done


def _step(done: Replay, machine: Any, thing: str, event: Any) -> None:
    steps = [step for step in machine["steps"] if step["event"] == event["type"]]
    if not steps:
        return
    done.steps += 1
    now = done.states[thing]
    after = {to for step in steps for state in now if state in step["before"] for to in step["after"] or [state]}
    if not after:
        done.misfits.append(f"{machine['name']} {thing}: {event['type']} in {now}")
    done.states[thing] = after or {to for step in steps for to in step["after"] or []} or now


def _follow(done: Replay, machines: Any, types: Any, event: Any) -> None:
    """A need comes into an issue or leaves it by events that name both, and has the states its issue gives it."""
    named = {one["qualifier"]: one["objectId"] for one in event["relationships"]}
    for machine in machines.values():
        if not machine["follows"] or machine["follows"] not in named:
            continue
        leader = named[machine["follows"]]
        if machine["of"] in named:
            thing = named[machine["of"]]
            if event["type"] == LEAVES:
                done.within.pop(thing, None)
            elif event["type"] == COMES:
                done.within[thing] = leader
            continue
        steps = [step for step in machine["steps"] if step["event"] == event["type"]]
        for thing in [one for one, its in done.within.items() if its == leader]:
            moved = {to for step in steps for s in done.states[thing] if s in step["before"] for to in step["after"]}
            done.states[thing] = moved | {
                s for s in done.states[thing] if not any(s in step["before"] for step in steps)
            }
