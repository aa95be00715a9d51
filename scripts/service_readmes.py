"""Writes the generated part of each service's README: what it owns and reads, its views, and who may do what.

`python -m scripts.service_readmes` writes; `readme_of` gives the text, which a test compares with the file. The part
before the marker (what the service is for, what its states mean) is written by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from typing import Any

from shiendomain.machines import MACHINES
from shiendomain.machines.drawing import drawing
from shienweb import rights_table

ROOT = Path(__file__).parent.parent
SERVICES = ("registry", "needs", "matching", "escalation", "portal")
MARKER = "<!-- The rest is written by scripts/service_readmes.py. Do not edit it. -->"


def readme_of(name: str) -> str:
    """The README of a service: its part written by hand, then the generated one."""
    by_hand = (ROOT / "services" / name / "README.md").read_text().partition(MARKER)[0]
    return by_hand + "\n".join([MARKER, "", *_generated(name)]) + "\n"


def _generated(name: str) -> Iterator[str]:
    deciders: Sequence[Any] = _part(name, "decider", "DECIDERS")
    reactions: Sequence[Any] = _part(name, "reactions", "REACTIONS")
    views: Sequence[Any] = _part(name, "projections", "VIEWS")
    yield from _states(name)
    yield from _streams(deciders)
    yield from _subscriptions(name, views, reactions)
    yield from _views(views)
    yield from _rights(import_module(f"{name}.api").ROUTES)


def _part(name: str, module: str, attribute: str) -> Sequence[Any]:
    """A list of the service's; the portal decides and reacts to nothing and lacks the modules."""
    if not list((ROOT / "services" / name / "src" / name).glob(f"{module}*")):
        return ()
    found: Sequence[Any] = getattr(import_module(f"{name}.{module}"), attribute)
    return found


def _states(name: str) -> Iterator[str]:
    machines = [machine for machine in MACHINES if machine.service == name]
    if machines:
        yield from ("## The states, drawn", "", "Who leads from one to another, and when: `docs/states.md`.", "")
    for machine in machines:
        yield from (f"### {machine.ja} {machine.en}", "")
        yield from drawing(machine, lambda event: event.__name__)
        yield ""


def _streams(deciders: Sequence[Any]) -> Iterator[str]:
    if deciders:
        yield from ("## Streams and events it owns", "", "| stream | event | meaning |", "|---|---|---|")
        for decider in deciders:
            for event in decider.events:
                yield f"| `{decider.name}` | `{event.wire}` | {_sentence(event)} |"
        yield ""


def _subscriptions(name: str, views: Sequence[Any], reactions: Sequence[Any]) -> Iterator[str]:
    yield from ("## Events it reads", "", "| from | event | view or reaction |", "|---|---|---|")
    readers: dict[str, list[str]] = {}
    for one in (*views, *reactions):
        for event in one.subscribes_to:
            readers.setdefault(event.wire, []).append(f"`{one.name}`")
    for wire in sorted(readers, key=lambda wire: (wire.partition(".")[0] == name, wire)):
        source = wire.partition(".")[0]
        yield f"| {'itself' if source == name else source} | `{wire}` | {', '.join(readers[wire])} |"
    yield ""


def _views(views: Sequence[Any]) -> Iterator[str]:
    yield from ("## Views", "", "| view | key | a row is |", "|---|---|---|")
    for view in views:
        yield f"| `{view.name}` | {', '.join(f'`{key}`' for key in view.row.key)} | {_sentence(view.row)} |"
    yield ""


def _rights(routes: Sequence[Any]) -> Iterator[str]:
    yield from ("## Who may do what", "", "| operation | route | roles |", "|---|---|---|")
    for row in rights_table(routes):
        roles = "、".join(role.ja for role in sorted(row.roles, key=list(type(next(iter(row.roles)))).index))
        yield f"| `{row.operation}` | `{row.method} {row.path}` | {roles} |"


def _sentence(documented: Any) -> str:
    """The first sentence of a docstring, on one line."""
    return " ".join((getdoc(documented) or "").split("\n\n")[0].split()).partition(". ")[0].rstrip(".") + "."


if __name__ == "__main__":
    for service in SERVICES:
        (ROOT / "services" / service / "README.md").write_text(readme_of(service))
        sys.stdout.write(f"services/{service}/README.md\n")
