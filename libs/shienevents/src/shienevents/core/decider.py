"""Deciders: the pure heart of a service. State is folded from a stream, and a command becomes events or a no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .envelope import Home
from .errors import Malformed
from .events import Event

C = TypeVar("C")
E = TypeVar("E", bound=Event)
S = TypeVar("S")


@dataclass(frozen=True)  # slots would break `Decider[…](…)` in Python 3.11
class Decider(Generic[C, S, E]):
    """How one kind of stream behaves. All members are pure functions or plain values.

    - `name`: the category, first part of every stream id ("need" → "need-0190…").
    - `commands`: the classes this decider answers, each by exactly one decider of a service.
    - `stream(command)`: the id within the category.
    - `home(command)`: where a new stream is born; `None` when the command cannot begin one. With a home, a stream
      this process has not met yet is first taken for new, without reading it (and read when it was not).
    - `initial`: the state before the first event.
    - `decide(command, state)`: the events that follow (none: nothing changes), or raises `Rejected`.
    - `evolve(state, event)`: the state after an event.
    """

    name: str
    commands: tuple[type[Any], ...]
    events: tuple[type[Event], ...]
    stream: Callable[[C], object]
    home: Callable[[C], Home | None]
    initial: S
    decide: Callable[[C, S], Sequence[E]]
    evolve: Callable[[S, E], S]

    def stream_id(self, command: C) -> str:
        """The full stream id of a command: at most 255 printable characters, which an index can hold."""
        stream = f"{self.name}-{self.stream(command)}"
        if len(stream) > 255 or not stream.isprintable():
            raise Malformed(
                f"stream id {stream[:80]!r}: at most 255 printable characters are expected",
                f"ストリーム ID {stream[:80]!r}: 255 文字以内の表示可能な文字を指定してください",
            )
        return stream

    def state(self, events: Sequence[E]) -> S:
        """The state after these events of one stream, in order."""
        state = self.initial
        for event in events:
            state = self.evolve(state, event)
        return state


@dataclass(frozen=True, slots=True)
class Reaction:
    """What this service does when it hears an event. `react` is pure: event in, commands out.

    Commands run through their deciders in the consumer's own transaction, with ids derived from `name` and
    the event's id, so that hearing an event twice cannot act twice. `name` is therefore for ever.
    """

    name: str
    hears: tuple[type[Event], ...]
    react: Callable[[Any, Any], Sequence[object]]
