"""Code that fails on poison, in every class there is, and the same code repaired: shared by the tests of parking."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from shienevents import Envelope, Event, View

from .world import BoxEvent, BoxFilled, BoxRow, boxes, fold_box

POISON = 13  # an amount that the broken code cannot take


class Unreadable(Event, wire="needs.box_filled.v1"):
    """What a careless newer writer makes of a known type: `amount` is missing."""

    box: str


def poisonous(event: BoxEvent) -> bool:
    return isinstance(event, BoxFilled) and event.amount == POISON


Keys = Callable[[Any, Envelope], Sequence[Hashable]]
Evolve = Callable[[Any, Any, Envelope], Any]


def _keys(of_poison: Callable[[], Any]) -> View[Any]:
    def keys(event: BoxEvent, envelope: Envelope) -> Sequence[Hashable]:
        return of_poison() if poisonous(event) else [event.box]

    return replace(boxes, keys=keys)


def _evolve(of_poison: Callable[[BoxRow], Any]) -> View[Any]:
    def evolve(row: BoxRow, event: BoxEvent, envelope: Envelope) -> Any:
        return of_poison(row) if poisonous(event) else fold_box(row, event, envelope)

    return replace(boxes, evolve=evolve)


def _holding(value: Any) -> View[Any]:
    return _evolve(lambda row: replace(row, held=value))


def _raise(*_: object) -> Any:
    raise ZeroDivisionError("poison")


BROKEN: dict[str, View[Any]] = {
    "keys raises": _keys(_raise),
    "keys gives no list": _keys(lambda: None),
    "keys gives a key of another type": _keys(lambda: [7]),
    "keys gives a tuple too many": _keys(lambda: [("a", "b")]),
    "keys gives something that is no key": _keys(lambda: [{}]),
    "keys gives a key with NUL": _keys(lambda: ["a\0b"]),
    "keys gives a key no index can hold": _keys(lambda: ["".join(chr(0x4E00 + n % 20_000) for n in range(100_000))]),
    "keys gives half a character": _keys(lambda: ["\ud800"]),
    "evolve raises": _evolve(_raise),
    "evolve raises an error of the library's": _evolve(lambda row: UUID("no")),
    "evolve gives no row": _evolve(lambda row: "row"),
    "evolve gives the row of another key": _evolve(lambda row: replace(row, box="other")),
    "evolve gives an integer beyond 2^53": _holding(2**53),
    "evolve gives an integer beyond 2^63": _holding(2**63),
    "evolve gives a text for a number": _holding("7"),
    "evolve gives a fraction": _holding(0.5),
    "evolve gives true for a number": _holding(True),
    "evolve gives a set": _holding({1}),
}
