"""A machine as people see it: a drawing (Mermaid), tables in Japanese and English, and as JSON for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from shienevents import Event

from ..words import Word
from .shape import Machine, Step

Names = Mapping[str, tuple[str, str]]
"""The Japanese and English name of each event, by the name of its class."""


def drawing(machine: Machine, called: Callable[[type[Event]], str]) -> Iterator[str]:
    """The machine as a state diagram, without the events that leave the state as it is."""
    yield from ("```mermaid", "stateDiagram-v2")
    for state in machine.states:
        yield f'    state "{state.ja} {state.en}" as {state.name.lower()}'
    for (before, after), events in _arrows(machine).items():
        yield f"    {_id(before)} --> {_id(after)}: {'、'.join(map(called, events))}"
    for state in machine.ends:
        yield f"    {_id(state)} --> [*]"
    yield "```"


def _arrows(machine: Machine) -> dict[tuple[Word | None, Word], list[type[Event]]]:
    """The events of each arrow, in the order of the table."""
    arrows: dict[tuple[Word | None, Word], list[type[Event]]] = {}
    for one in machine.steps:
        for before in one.before:
            for after in one.after:
                events = arrows.setdefault((before, after), [])
                if one.event not in events:
                    events.append(one.event)
    return arrows


def _id(state: Word | None) -> str:
    return state.name.lower() if state else "[*]"


def section(machine: Machine, names: Names) -> Iterator[str]:
    """The machine as a part of a page: its drawing, its states and its steps."""
    yield from (f"## {machine.ja} / {machine.en}", "")
    if machine.note.ja:
        yield from (f"{machine.note.ja}<br>{machine.note.en}", "")
    yield from drawing(machine, lambda event: names[event.__name__][0])
    yield from ("", "| 状態 / state | 終わり / end | 見つかる一覧 / on which list |", "|---|:-:|---|")
    for state in machine.states:
        found = machine.lists.get(state)
        yield f"| {state.ja}<br>{state.en} | {'○' if state in machine.ends else ''} | {_list(found)} |"
    yield from (
        "",
        "| 前 / before | イベント / event | 後 / after | 条件 / when | 操作 / operation |",
        "|---|---|---|---|---|",
    )
    for one in machine.steps:
        yield _row(one, names)
    yield ""


def _list(found: str | None) -> str:
    if found is None:
        return ""
    service, _, path = found.partition(" ")
    return f"{service}: `GET {path}`"


def _row(one: Step, names: Names) -> str:
    ja, en = names[one.event.__name__]
    when = f"{one.note.ja}<br>{one.note.en}" if one.note else ""
    after = _labels(one.after) if one.after else "変わらない<br>as before"
    by = "<br>".join(f"`{name}`" for name in one.by)
    return f"| {_labels(one.before)} | {ja}<br>{en} | {after} | {when} | {by} |"


def _labels(states: Iterable[Word | None]) -> str:
    named = [(state.ja, state.en) if state else ("なし", "not there") for state in states]
    return f"{'・'.join(ja for ja, _ in named)}<br>{', '.join(en for _, en in named)}"


def as_object(machine: Machine) -> dict[str, Any]:
    """The machine as JSON: events by their wire types, states by their values, null for a thing that is not there."""
    return {
        "name": machine.name,
        "of": machine.of,
        "follows": machine.follows or None,
        "states": [state.value for state in machine.states],
        "ends": [state.value for state in machine.ends],
        "steps": [
            {
                "event": one.event.wire,
                "before": [state.value if state else None for state in one.before],
                "after": [state.value for state in one.after] or None,
            }
            for one in machine.steps
        ],
    }
