"""Promises 1, 2 and 9, by what clients wrote down: a yes is exactly its events, a no is none, a key is once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from .complaints import Complaint, complain
from .diary import Request
from .history import Kept, Stored
from .requests import codes_of, events_of

_ALWAYS = {"stream.conflict", "store.unavailable"}

Effects = Mapping[str, Sequence[Stored]]  # the events of each key


def check_requests(requests: Sequence[Request], kept: Mapping[str, Kept]) -> list[Complaint]:
    """Every request of every diary against both stores."""
    effects = {service: effects_of(one) for service, one in kept.items()}
    found: dict[str, list[str]] = defaultdict(list)
    for request in requests:
        for rule, text in _wrong(request, kept[request.service], effects[request.service]):
            found[rule].append(f"{request.service} {request.key} ({request.kind}): {text}")
    known = {request.key for request in requests}
    for service, by_key in effects.items():
        found["request.unknown"] += [
            f"{service}: nobody asked for {key}" for key in by_key if key.startswith("producer") and key not in known
        ]
    return [complaint for rule, texts in found.items() for complaint in complain(rule, texts)]


def effects_of(kept: Kept) -> dict[str, list[Stored]]:
    """The events that each key made, in order."""
    found: dict[str, list[Stored]] = defaultdict(list)
    for event in kept.events:
        found[event.values["key"]].append(event)
    return found


def _wrong(request: Request, kept: Kept, effects: Effects) -> Iterator[tuple[str, str]]:
    events = effects.get(request.key, [])
    answer = kept.answers.get((request.principal, request.key))
    if request.bugs:
        yield "request.bug", request.bugs[0]
    for code in set(request.codes) - _ALWAYS - codes_of(request.kind, request.command):
        yield "request.refused", f"{code} is not an answer to this"
    if len(set(request.answers)) > 1:
        yield "request.answers", f"was answered {request.answers}"
    if request.answers:
        yield from _acknowledged(request, events, answer)
    elif not request.open and (events or answer):
        yield "request.error", f"answered {request.codes} and yet there is {[e.seq for e in events]}, answer {answer}"
    elif len(events) not in (0, *events_of(request.kind, request.command)):
        yield "request.torn", f"{len(events)} of its events are there"


def _acknowledged(
    request: Request, events: Sequence[Stored], kept: tuple[str, int, int, int] | None
) -> Iterator[tuple[str, str]]:
    answer = request.answers[0]
    if kept != answer:
        yield "request.answers", f"was answered {answer}, and the store remembers {kept}"
    allowed = events_of(request.kind, request.command)
    if len(events) > max(allowed):
        yield "request.once", f"took effect more than once: {[(e.shard, e.seq) for e in events]}"
    elif len(events) not in allowed:
        yield "request.lost", f"was acknowledged as {answer}, and {len(events)} of its events are in the store"
    elif events:
        last = events[-1]
        if (last.stream, last.version, last.shard, last.seq) != answer:
            yield "request.place", f"was answered {answer}, and is {last.stream} {last.version} {last.shard} {last.seq}"
