"""Given / when / then for deciders, reactions and folds. Exported by `shienevents.testing`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NoReturn, TypeVar
from uuid import UUID

from ..core.decider import Decider, Reaction
from ..core.envelope import Envelope
from ..core.errors import NotFound, Rejected
from ..core.events import Event
from ..core.view import Row, View
from ._sides import lines_of, listed, sides

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E", bound=Event)
R = TypeVar("R", bound=Row)
RecordedEvent = tuple[Event, Envelope]

_ENVELOPE = Envelope(
    id=UUID("00000000-0000-7000-8000-000000000001"),
    type="tests.something_happened.v1",
    stream="something-1",
    version=1,
    shard=0,
    seq=1,
    occurred_at=datetime(2026, 4, 1, 9, 0, tzinfo=UTC),
    recorded_at=datetime(2026, 4, 1, 9, 0, 1, tzinfo=UTC),
    actor="coordinator/north",
    municipality="131016",
    area="131016:03",
    correlation=UUID("00000000-0000-7000-8000-0000000000c0"),
    causation=None,
    depth=0,
    traceparent=None,
)


def an_envelope(**overrides: Any) -> Envelope:
    """An envelope with every field filled, the same each time; name the fields that matter to the test.

    >>> an_envelope(area="131016:05").area
    '131016:05'
    """
    return _ENVELOPE._replace(**overrides)


def _nth(event: Event, number: int) -> Envelope:
    """The default envelope of the nth event of a test: one stream, a second after the one before."""
    later = timedelta(seconds=number - 1)
    return _ENVELOPE._replace(
        id=UUID(int=_ENVELOPE.id.int + number - 1),
        type=event.wire,
        version=number,
        seq=number,
        occurred_at=_ENVELOPE.occurred_at + later,
        recorded_at=_ENVELOPE.recorded_at + later,
    )


def _checked(what: str, run: Callable[[], Sequence[Any]]) -> list[Any]:
    """The result of a pure function, run twice: a clock or a random id inside shows as a difference."""
    first, second = list(run()), list(run())
    if first != second:
        raise AssertionError(sides(f"{what} is not pure: run twice, it differs", listed(first), listed(second)))
    return first


@dataclass(frozen=True)
class Scenario(Generic[C, S, E]):
    """The rulebook of a decider, a line per rule:

        need = Scenario(decider)
        need.given(recorded, withdrawn).when(WithdrawNeed(NEED, "moved away")).then()

    Whole values are compared, in order. Scenarios are values: `given` makes a new one, so a common
    beginning can be kept in a constant.
    """

    decider: Decider[C, S, E]
    history: tuple[E, ...] = ()

    def given(self, *events: E) -> Scenario[C, S, E]:
        """The stream so far, after what was given before."""
        return replace(self, history=self.history + events)

    def when(self, command: C) -> Outcome[C, S, E]:
        """Decide. Raises `AssertionError` if the decider does not answer this command or is not pure."""
        if type(command) not in self.decider.commands:
            raise AssertionError(f"{type(command).__name__} is not among the commands of decider {self.decider.name!r}")
        state = self._fold(self.decider.initial, self.history, "given")
        try:
            events = _checked("decide", lambda: self.decider.decide(command, state))
        except Rejected as no:
            return Outcome(self, command, state, no)
        return Outcome(self, command, state, tuple(events))

    def _fold(self, state: S, events: Sequence[E], where: str) -> S:
        for number, event in enumerate(events, start=1):
            if type(event) not in self.decider.events:
                raise AssertionError(
                    f"{type(event).__name__} ({where}) is not among the events of decider {self.decider.name!r}"
                )
            try:
                state = self.decider.evolve(state, event)
            except Exception as error:
                error.add_note(f"evolve raised on event {number} of those {where}: {event!r}")
                raise
        return state


@dataclass(frozen=True)
class Outcome(Generic[C, S, E]):
    """What a command led to: events, or a rejection. `then…` asserts which."""

    scenario: Scenario[C, S, E]
    command: C
    state: S
    result: tuple[E, ...] | Rejected

    def then(self, *events: E) -> None:
        """Exactly these events, in this order; none: nothing changes.

        They must also fold into the state, and come back equal from the bytes that would be stored.
        """
        if isinstance(self.result, Rejected) or self.result != events:
            self._fail(listed(events))
        self.scenario._fold(self.state, self.result, "decided")
        for event in self.result:
            read = type(event).model_validate_json(event.data(), extra="ignore")
            if read != event:
                title = "the event is not the same after it was stored"
                raise AssertionError(sides(title, list(lines_of(event)), list(lines_of(read))))

    def then_rejected(self, code: str, **facts: object) -> None:
        """A no with exactly this code and these facts (409)."""
        self._then_no(Rejected(code, **facts))

    def then_not_found(self, code: str, **facts: object) -> None:
        """The no that says there is no such thing for this principal (404)."""
        self._then_no(NotFound(code, **facts))

    def _then_no(self, no: Rejected) -> None:
        got = self.result
        if not isinstance(got, Rejected) or (type(got), got.code, got.facts) != (type(no), no.code, no.facts):
            self._fail(_lines_of_no(no))

    def _fail(self, expected: list[str]) -> NoReturn:
        got = _lines_of_no(self.result) if isinstance(self.result, Rejected) else listed(self.result)
        given = [f"    {line}" for line in listed(self.scenario.history)]
        when = [f"    {line}" for line in lines_of(self.command)]
        raise AssertionError("\n".join(["given", *given, "when", *when, sides("then", expected, got)]))


def _lines_of_no(no: Rejected) -> list[str]:
    return [f"{type(no).__name__} {no.code!r}", *(f"    {name} = {no.facts[name]!r}" for name in sorted(no.facts))]


@dataclass(frozen=True)
class ReactionScenario:
    """The rulebook of a reaction:

    ReactionScenario(offer_service).when(ServiceLaunched(...)).then(RegisterResource(...))
    """

    reaction: Reaction

    def when(self, event: Event, envelope: Envelope | None = None) -> Answer:
        """Pass it an event, in a default envelope unless one is given. An event of another type leads to nothing."""
        if type(event) not in self.reaction.subscribes_to:
            return Answer(event, ())
        envelope = envelope or _nth(event, 1)
        commands = _checked(f"reaction {self.reaction.name!r}", lambda: self.reaction.react(event, envelope))
        return Answer(event, tuple(commands))


@dataclass(frozen=True)
class Answer:
    """The commands a reaction answers an event with."""

    event: Event
    commands: tuple[object, ...]

    def then(self, *commands: object) -> None:
        """Exactly these commands, in this order; none: it does nothing."""
        if self.commands != commands:
            when = [f"    {line}" for line in lines_of(self.event)]
            raise AssertionError("\n".join(["when", *when, sides("then", listed(commands), listed(self.commands))]))


@dataclass(frozen=True)
class FoldScenario(Generic[R]):
    """What a view shows after some events:

        FoldScenario(district_needs).given(recorded, withdrawn).then(DistrictNeed(need_id=NEED, withdrawn=True))

    Give an event bare (it gets a default envelope: one stream, versions 1, 2, 3 …) or as `(event, envelope)`.
    """

    view: View[R]
    history: tuple[RecordedEvent, ...] = ()

    def given(self, *events: Event | RecordedEvent) -> FoldScenario[R]:
        """The events so far, after what was given before."""
        return replace(self, history=self.history + enveloped(events, len(self.history)))

    def then(self, *rows: R) -> None:
        """Exactly these rows, in the order of their keys; none: the view is empty."""
        got = in_key_order(rows_of(self.view, self.history))
        expected = in_key_order({self.view.key_of(row): row for row in rows})
        if len(expected) != len(rows):
            raise AssertionError("two of the rows expected have the same key")
        if got != expected:
            given = [f"    {line}" for line in listed(event for event, _ in self.history)]
            raise AssertionError("\n".join(["given", *given, sides("then", listed(expected), listed(got))]))


def enveloped(events: Sequence[Event | RecordedEvent], already: int = 0) -> tuple[RecordedEvent, ...]:
    """Events with their envelopes; those without get a default one."""
    return tuple(
        event if isinstance(event, tuple) else (event, _nth(event, number))
        for number, event in enumerate(events, start=already + 1)
    )


def in_key_order(rows: dict[Hashable, R]) -> list[R]:
    """Rows sorted by their keys as text."""
    return [rows[key] for key in sorted(rows, key=repr)]


def rows_of(view: View[R], history: Sequence[RecordedEvent]) -> dict[Hashable, R]:
    """The definition of a view, an event at a time: keys → row or blank → evolve; `None` removes the row.

    The library folds in batches; this is what it must be equal to.
    """
    rows: dict[Hashable, R] = {}
    for event, envelope in history:
        if type(event) not in view.subscribes_to:
            continue
        for key in view.keys(event, envelope):
            row = rows.pop(key, None)
            after = view.evolve(view.blank(key) if row is None else row, event, envelope)
            if after is not None:
                rows[key] = after
    return rows
