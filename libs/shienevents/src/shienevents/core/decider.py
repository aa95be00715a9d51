"""Deciders and reactions: the pure part of a service. State is folded from a stream; a command becomes events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from .envelope import Home
from .errors import Contract, Malformed
from .events import Event, EventTypes, Upcast

C = TypeVar("C")
E = TypeVar("E", bound=Event)
S = TypeVar("S")


@dataclass(frozen=True)  # slots would break `Decider[…](…)` in Python 3.11
class Decider(Generic[C, S, E]):
    """How one kind of stream behaves. All members are pure functions or plain values.

    - `name`: the category, first part of every stream id ("need" → "need-0190…").
    - `commands`: the classes this decider handles, each by exactly one decider of a service.
    - `events`: the classes it writes.
    - `stream(command)`: the id within the category.
    - `home(command)`: where a new stream belongs; `None` when the command cannot begin one. With a home, a stream
      that this process has not seen yet is first taken as new, without reading it (and read when it was not).
    - `initial`: the state before the first event.
    - `decide(command, state)`: the events that follow (none: nothing changes), or raises `Rejected`.
    - `evolve(state, event)`: the state after an event.
    - `part(command or event)`: which part of the stream it is about, where a stream holds several things (all matches
      of a resource). A command gets the correlation of the first event of its part; without `part`, of its stream.
    - `moves`: the events after which what the stream is about belongs to another area, their field `area`. A caller's
      right to it is judged there. The stream stays in its shard, and its envelopes name the area it was born in.
    """

    name: str
    commands: tuple[type[Any], ...]
    events: tuple[type[Event], ...]
    stream: Callable[[C], object]
    home: Callable[[C], Home | None]
    initial: S
    decide: Callable[[C, S], Sequence[E]]
    evolve: Callable[[S, E], S]
    part: Callable[[Any], object] | None = None
    moves: tuple[type[Event], ...] = ()

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
    """What this service does after an event. `react` is pure: event and envelope in, commands out.

    Commands run through their deciders in the consumer's own transaction, with ids derived from `name` and
    the event's id: an event that is read twice has its effect once. So `name` must never change.
    """

    name: str
    subscribes_to: tuple[type[Event], ...]
    react: Callable[[Any, Any], Sequence[object]]


class Subscriber(Protocol):
    """A view or a reaction: it subscribes to events."""

    @property
    def subscribes_to(self) -> tuple[type[Event], ...]:
        """The classes of events it is given."""
        ...


def event_types(
    deciders: Iterable[Decider[Any, Any, Any]],
    subscribers: Iterable[Subscriber],
    upcasters: Mapping[tuple[str, str], Upcast] | None = None,
) -> EventTypes:
    """The events a service knows: those its deciders write, and those its views and reactions subscribe to.

    Raises `Contract` when two classes have one wire type, or when a subscriber names a wire type that is only read
    through an upcaster: it would never be given such an event.
    """
    events = [event for decider in deciders for event in decider.events]
    events += [event for subscriber in subscribers for event in subscriber.subscribes_to]
    return EventTypes(dict.fromkeys(events), upcasters)


def sources_of(service: str, subscribers: Iterable[Subscriber]) -> tuple[str, ...]:
    """The other services that these hear."""
    sources = {event.wire.partition(".")[0] for one in subscribers for event in one.subscribes_to}
    return tuple(sorted(sources - {service}))


def check_owner(service: str, deciders: Iterable[Decider[Any, Any, Any]]) -> None:
    """Raise `Contract` when the store of `service` is another's: its events would be published as the other's own."""
    for decider in deciders:
        for event in decider.events:
            if event.wire.partition(".")[0] != service:
                raise Contract(
                    f"this is the database of {service}, and decider {decider.name} writes {event.wire}; check dsn"
                )
