"""All deciders and reactions of the product over streams in memory, and the views that they are judged by.

A service has read the log of all services up to some place of its own, so it may judge by what is no longer so.
Commands that are given together are in one commit, as a route gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from shienevents import Decider, Event, Reaction, Rejected, View
from shienevents.testing import RecordedEvent, an_envelope

OWNERS = ("registry", "needs", "matching", "escalation")
SERVICES = (*OWNERS, "portal")


class InMemory:
    """The log, and for each service how far it has read and the rows of some of its views."""

    def __init__(self, city: str, area: str, views: dict[str, Sequence[View[Any]]]) -> None:
        self._where = {"municipality": city, "area": area}
        self._deciders: dict[type[Any], Decider[Any, Any, Any]] = {
            command: decider
            for service in OWNERS
            for decider in import_module(f"{service}.decider").DECIDERS
            for command in decider.commands
        }
        self._reactions: dict[str, Sequence[Reaction]] = {
            service: import_module(f"{service}.reactions").REACTIONS for service in OWNERS
        }
        self._views = views
        self._streams: dict[str, tuple[Event, ...]] = {}
        self._read = dict.fromkeys(SERVICES, 0)
        self.log: list[RecordedEvent] = []
        self.rows: dict[str, dict[str, dict[Any, Any]]] = {
            service: {view.name: {} for view in views.get(service, ())} for service in SERVICES
        }

    def execute(self, *commands: Any) -> Sequence[Event]:
        """What follows from these commands, all or none of it. Raises `Rejected`."""
        changed: dict[str, tuple[Event, ...]] = {}
        written: list[tuple[str, Event]] = []
        for command in commands:
            decider = self._deciders[type(command)]
            stream = decider.stream_id(command)
            before = changed.get(stream, self._streams.get(stream, ()))
            events = tuple(decider.decide(command, decider.state(before)))
            changed[stream] = (*before, *events)
            written += [(stream, event) for event in events]
        self._streams |= changed
        for stream, event in written:
            self._record(stream, event)
        return [event for _, event in written]

    def tried(self, *commands: Any) -> bool:
        """Whether the commands were taken."""
        try:
            self.execute(*commands)
        except Rejected:
            return False
        return True

    def _record(self, stream: str, event: Event) -> None:
        n = len(self.log) + 1
        at = an_envelope().recorded_at + timedelta(seconds=n)
        envelope = an_envelope(
            id=UUID(int=n),
            type=event.wire,
            stream=stream,
            version=n,
            seq=n,
            occurred_at=at,
            recorded_at=at,
            **self._where,
        )
        self.log.append((event, envelope))

    def deliver(self, service: str, most: int) -> None:
        """The service reads on, at most so many events: its views fold them, and its reactions answer them."""
        for event, envelope in self.log[self._read[service] :][:most]:
            self._read[service] += 1
            for view in self._views.get(service, ()):
                self._fold(self.rows[service][view.name], view, event, envelope)
            for reaction in self._reactions.get(service, ()):
                if type(event) in reaction.subscribes_to:
                    for command in reaction.react(event, envelope):
                        self.execute(command)

    @staticmethod
    def _fold(rows: dict[Any, Any], view: View[Any], event: Event, envelope: Any) -> None:
        if type(event) in view.subscribes_to:
            for key in view.keys(event, envelope):
                rows[key] = view.evolve(rows.get(key, view.blank(key)), event, envelope)

    def settle(self) -> None:
        """Every service reads all there is, until nothing more follows."""
        while any(self._read[service] < len(self.log) for service in SERVICES):
            for service in SERVICES:
                self.deliver(service, len(self.log))

    def said(self, *kinds: type[Event]) -> Sequence[Any]:
        """The events of these kinds, in the order of recording."""
        return [event for event, _ in self.log if isinstance(event, kinds)]
