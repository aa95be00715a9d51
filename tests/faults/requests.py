"""What producers ask for: a mix of lone writes, races between processes, repetitions and stale versions."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import asdict, dataclass
from random import Random
from typing import Any, Literal
from uuid import UUID, uuid4, uuid5

from .matching import MarkMatch
from .needs import MarkSheet, RecordNeed, ServeNeed, WithdrawNeed

AREAS = [f"272108-{n:02}" for n in range(24)]
_HOT = UUID("7d0c2f6a-9a55-5d5e-8f61-0d8a4f0f8c11")
_HOT_VERSION = 5  # their ids are derived, all others are random
_HOT_SECONDS = 3  # how long all producers write to the same few streams before they turn to others
COMMANDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (RecordNeed, ServeNeed, WithdrawNeed, MarkSheet, MarkMatch)
}

Manner = Literal["once", "again", "twice at once"]
_MANNERS: tuple[Manner, ...] = ("once", "again", "twice at once")


@dataclass(frozen=True)
class Wish:
    """One command of one service, and how it is sent: once, once more after its answer, or twice at the same time.

    `expected` is an If-Match version that is certainly stale or certainly none.
    """

    service: str
    command: Any
    manner: Manner = "once"
    expected: int | None = None


def events_of(kind: str, command: dict[str, Any]) -> tuple[int, ...]:
    """How many events a command of this kind may have made, once acknowledged."""
    if kind == "WithdrawNeed":
        return (0, 1)
    return (2,) if kind == "RecordNeed" and command["serve_now"] else (1,)


def codes_of(kind: str, command: dict[str, Any]) -> set[str]:
    """The refusals that a command of this kind may meet: the first three where several producers write."""
    shared = "need_id" in command and UUID(command["need_id"]).version == _HOT_VERSION
    match kind:
        case "RecordNeed":
            return {"need.known"} if shared else set()
        case "ServeNeed":
            return {"need.withdrawn", "need.exhausted", "need.unknown"} - (set() if shared else {"need.unknown"})
        case _:
            return set()


def fields_of(command: Any) -> dict[str, Any]:
    """A command as JSON values."""
    return {name: str(v) if isinstance(v, UUID) else v for name, v in asdict(command).items()}


def command_of(kind: str, fields: dict[str, Any]) -> Any:
    """The inverse of `fields_of`."""
    return COMMANDS[kind](**{name: UUID(v) if name == "need_id" else v for name, v in fields.items()})


class Wishes:
    """An endless source of wishes for one producer."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._mine: deque[tuple[UUID, str]] = deque(maxlen=40)

    def next(self, key: str) -> Wish:
        """The next one; `key` is its Idempotency-Key, and goes into its events."""
        dice = self._random.random()
        manner = self._random.choices(_MANNERS, (80, 12, 8))[0]
        if dice < 0.35 or not self._mine:
            return Wish("needs", self._record(key), manner)
        need_id, area = self._random.choice(self._mine)
        if dice < 0.50:
            return Wish("needs", ServeNeed(need_id, key), manner)
        if dice < 0.68:
            return self._hot(key, manner)
        if dice < 0.76:
            return Wish("needs", WithdrawNeed(need_id, key), manner)
        if dice < 0.86:
            return Wish("needs", MarkSheet(self._sheet(area), area, key), manner)
        if dice < 0.97:
            return Wish("matching", MarkMatch(need_id, area, key), manner)
        return Wish("needs", ServeNeed(need_id, key), "once", expected=self._random.choice((0, 999_999)))

    def learn(self, wish: Wish) -> None:
        """The wish was fulfilled: a need that is there can be written to."""
        if isinstance(wish.command, RecordNeed):
            self._mine.append((wish.command.need_id, wish.command.area))

    def _record(self, key: str) -> RecordNeed:
        area = self._random.choice(AREAS)
        serve_now = self._random.random() < 0.3
        return RecordNeed(uuid4(), area, self._sheet(area), self._random.randint(1, 5), key, serve_now)

    def _hot(self, key: str, manner: Manner) -> Wish:
        """A stream that every producer writes to just now."""
        slot = int(time.time()) // _HOT_SECONDS
        area = AREAS[slot % len(AREAS)]
        need_id = uuid5(_HOT, f"{slot}")
        if self._random.random() < 0.3:
            return Wish("needs", RecordNeed(need_id, area, self._sheet(area), 9, key), manner)
        return Wish("needs", ServeNeed(need_id, key), manner)

    def _sheet(self, area: str) -> str:
        """The area's sheet of the moment: producers and the reaction race for it, and it never grows long."""
        return f"{area}.{int(time.time()) // 10}"
