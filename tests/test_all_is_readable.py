"""Nothing is written that nobody can read: each field of each event changes what a route of its service answers.

An event is folded twice, with one value of a field and with another. A field that leaves all rows alike is in no row.
The columns that differ must be in the answer of a route, by their name or by the name that is declared here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import orjson
import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel

from portal.projections.sentences import describe
from shienevents import Decider, Event, View, event_types
from shienevents.testing import an_envelope

SERVICES = ("registry", "needs", "matching", "escalation")
ROOT = Path(__file__).parent.parent
SHOWN_AS: Mapping[tuple[str, str], str] = {
    ("escalation.proposals", "times_escalated"): "round",
    ("registry.councils", "agreed_at"): "meeting_id",
}
"""Columns that an answer names otherwise."""
TRACED: Mapping[str, str] = {
    "registry.batch_registered.v1": "batch_id area new revised unchanged",
    "registry.council_corrected.v1": "changed",
    "registry.coordinator_corrected.v1": "changed",
    "registry.provider_revised.v1": "changed",
    "registry.venue_revised.v1": "changed",
    "registry.resource_verification_withdrawn.v1": "verified_on method",
    "registry.outreach_answer_withdrawn.v1": "wrong wrong_on",
    "registry.resource_moved.v1": "from_area",
    "registry.provider_moved.v1": "from_area",
    "registry.council_moved.v1": "from_area",
    "registry.coordinator_moved.v1": "from_area",
    "registry.cohort_moved.v1": "from_area",
    "registry.venue_moved.v1": "from_area",
    "registry.place_moved.v1": "from_area",
    "registry.contact_moved.v1": "from_area",
    "needs.need_batch_recorded.v1": "batch_id area new revised unchanged",
    "needs.need_moved.v1": "from_area",
    "needs.survey_moved.v1": "from_area",
    "needs.need_ungrouped.v1": "issue_id",
    "needs.need_partly_met.v1": "match_id resource_id service_id",
    "needs.issue_split.v1": "needs",
    "needs.issue_moved.v1": "from_area",
    "matching.match_found.v1": "need_id need_area match_id resource_id",
    "matching.service_offered.v1": "need_id need_area match_id resource_id",
    "matching.acceptance_noted.v1": "need_id need_area match_id resource_id",
    "matching.matches_released.v1": "need_id need_area",
    "escalation.answer_revoked.v1": "answer",
    "escalation.origin_renewed.v1": "renewed",
    "escalation.answer_reminded.v1": "number",
    "escalation.service_extended.v1": "added extended_on",
    "escalation.service_revised.v1": "changed_on",
}
"""What tells of one step and not of how a thing is now: it is in the portal's trace, in the sentence of that step."""
REPEATED: Mapping[str, str] = {
    "registry.resource_registered.v1": "for_needs.need_id for_needs.area for_needs.people",  # the proposal's launch
    "registry.resource_revised.v1": "for_needs",  # the service's
    "registry.contact_moved.v1": "reason by_mapping.mapping_id by_mapping.back",  # that of what it is about
    "registry.information_shared.v1": "to_councils.area",  # the council's
    "registry.activity_report_corrected.v1": "resource_id",
    "registry.activity_report_withdrawn.v1": "resource_id",
    "needs.needs_consolidated.v1": "needs.area needs.people",  # each need's own
    "needs.needs_added_to_issue.v1": "needs.area needs.people",
    "needs.issues_merged.v1": "needs.area needs.people",
    "needs.issue_reopened.v1": "needs.area needs.people",
    "needs.issue_raised.v1": "area",
    "needs.issue_moved.v1": "needs",  # each need's own move
    "needs.gap_declared.v1": "area council_id title support_kind needs.need_id needs.area needs.people",
    "matching.offer_noted.v1": "resource_version service_id",
    "matching.match_accepted.v1": "need_id need_area",
    "matching.match_declined.v1": "need_id need_area",
    "matching.match_lapsed.v1": "need_id need_area",
    "matching.match_concluded.v1": "need_id need_area service_id",
    "matching.match_ended.v1": "need_id need_area",
    "matching.match_outcome_corrected.v1": "need_id need_area service_id",
    "matching.round_solved.v1": "area floor_prices.area floor_prices.support_kind floor_prices.points",  # certificate
    "escalation.meeting_withdrawn.v1": "issues proposals",
    "escalation.answered_with_merged.v1": "merged_id",  # where the proposal was merged
    "escalation.proposal_unmerged.v1": "merged_id",
    "escalation.merge_undone.v1": "origins",
    "escalation.proposal_split.v1": "parts.title parts.ask parts.needs",  # each part's own
    "escalation.split_undone.v1": "parts",
    "escalation.proposal_part_joined.v1": "split_from",
    "escalation.service_launched.v1": "name service_class support_kinds area",  # the design's
    "escalation.provider_joined.v1": "name service_class support_kinds area",
    "escalation.self_help_corrected.v1": "issue_id",
    "escalation.self_help_reported.v1": "issue_id",
}
"""What the beginning of the thing said, or another thing's own event: the answer has it from there. The event repeats
it for those who subscribe to it alone."""
FOR_RULES: Mapping[str, str] = {
    "registry.resource_revised.v1": "from_list",  # the next import compares with what the list said last
    "registry.resource_moved.v1": "from_list",
    "registry.coordinator_handed_over.v1": "document.position area",  # the document is folded at it, of that area
    "escalation.service_extended.v1": "taken_over",  # which resource the registry revises
    "escalation.service_revised.v1": "taken_over",
    "escalation.provider_left.v1": "taken_over",
    "escalation.service_ended.v1": "provisions taken_over.provision taken_over.resource_id",  # and retires
    "escalation.service_reinstated.v1": "provisions taken_over.provision taken_over.resource_id",
    "matching.match_proposed.v1": "resource_version",  # on which version of the listing it was judged
    "matching.match_concluded.v1": "ongoing",  # `ongoing` is answered where the match helped
    "matching.matches_released.v1": "released_on moved_to",  # the matches that it ends say so themselves
}
"""What a later rule uses, and whose effect is what people read."""


def places(*groups: Mapping[str, str]) -> frozenset[str]:
    """The fields of these groups, each with its event."""
    return frozenset(
        f"{wire} {field}" for group in groups for wire, fields in group.items() for field in fields.split()
    )


ELSEWHERE = places(TRACED, REPEATED, FOR_RULES)


@cache
def deciders(service: str) -> Sequence[Decider[Any, Any, Any]]:
    found: Sequence[Decider[Any, Any, Any]] = import_module(f"{service}.decider").DECIDERS
    return found


@cache
def views(service: str) -> Sequence[View[Any]]:
    found: Sequence[View[Any]] = import_module(f"{service}.projections").VIEWS
    return found


def example(service: str, event: type[Event]) -> Event:
    """The event as its golden file has it in today's form."""
    line = (ROOT / f"services/{service}/tests/goldens/{event.wire}.json").read_bytes().splitlines()[-1]
    return event_types(deciders(service), ()).parse(event.wire, line)


Step = str | int
Place = tuple[Step, ...]


def others(
    value: Any, schema: Mapping[str, Any], defs: Mapping[str, Any], place: Place = ()
) -> Iterator[tuple[Place, Any]]:
    """Places within a field, each with another value that may stand there."""
    if "$ref" in schema:
        yield from others(value, defs[schema["$ref"].rpartition("/")[2]], defs, place)
    elif "anyOf" in schema:
        for one in schema["anyOf"]:
            if one.get("type") != "null":
                yield from others(value, one, defs, place)
    elif schema.get("type") == "object" and "properties" in schema:
        value = value or sample(schema, defs)
        for name, part in schema["properties"].items():
            yield from others((value or {}).get(name), part, defs, (*place, name))
    elif schema.get("type") == "array" and value and "items" in schema:
        yield from others(value[0], schema["items"], defs, (*place, 0))
    else:
        yield from ((place, one) for one in scalars(value, schema, defs))


def sample(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Any:
    """Some value of this shape: for a part that the example lacks."""
    if "$ref" in schema:
        return sample(defs[schema["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], defs)
    if schema.get("type") == "object" and "properties" in schema:
        return {name: sample(schema["properties"][name], defs) for name in schema.get("required", ())}
    return next(scalars(None, schema, defs))


def scalars(value: Any, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Iterator[Any]:
    """Other values for one without parts."""
    if "enum" in schema:
        yield from (one for one in schema["enum"] if one != value)
    match schema.get("type"):
        case "boolean":
            yield not value
        case "integer":
            yield from ((value or 0) + 1, (value or 2) - 1)
        case "array" if "items" in schema:
            yield [sample(schema["items"], defs)]
        case "string" if schema.get("format") == "uuid":
            yield str(UUID(int=0xABC))
        case "string" if schema.get("format") == "date":
            day = date.fromisoformat(value) if value else date(2026, 4, 1)
            yield from (str(day + timedelta(days=1)), str(day - timedelta(days=1)))
        case "string" if schema.get("format") == "date-time":
            yield "2026-05-05T05:05:05Z"
        case "string":
            yield from (f"{value or ''}x", "431001", "09:45", "1000020272108", "x", "ab" * 32)


def changed(service: str, event: Event, place: Place, value: Any) -> Event | None:
    """The event with another value in a place; `None` where it cannot have it."""
    schema = event.model_json_schema(mode="serialization")
    missing = sample(schema["properties"][place[0]], schema.get("$defs", {})) if len(place) > 1 else None
    data = orjson.loads(event.data())
    at = data
    for step, following in zip(place, (*place[1:], None), strict=True):
        if following is None:
            at[step] = value
        else:
            at[step] = at[step] or missing
            at = at[step]
    try:
        return event_types(deciders(service), ()).parse(event.wire, orjson.dumps(data))
    except Exception:  # noqa: BLE001 - it may not have this value
        return None


def pasts(service: str, event: type[Event]) -> Iterator[Sequence[Event]]:
    """What may have happened before in the stream of an event: the examples of all that its decider names before it.

    They need not fit together (one may have ended the thing), so its beginning alone is tried too.
    """
    (decider,) = [one for one in deciders(service) if event in one.events]
    earlier = [example(service, one) for one in decider.events[: decider.events.index(event)]]
    yield earlier
    yield earlier[:1]
    yield [earlier[0], earlier[-1]] if earlier else []


def rows(view: View[Any], history: Iterable[Event]) -> dict[Any, Any]:
    """The rows after these events; one that the fold cannot take here is left out."""
    found: dict[Any, Any] = {}
    for version, event in enumerate(history, start=1):
        if type(event) in view.subscribes_to:
            envelope = an_envelope(version=version, occurred_at=datetime(2026, 4, 1, tzinfo=UTC))
            for key in view.keys(event, envelope):
                after = view.evolve(found.get(key) or view.blank(key), event, envelope)
                found |= {key: after}
    return {key: dataclasses.asdict(row) for key, row in found.items() if row is not None}


def differences(one: Any, other: Any, name: str = "") -> Iterator[str]:
    """The names at which two values differ: those of the innermost fields."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from differences(one[key], other[key], str(key))
    elif isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
        for first, second in zip(one, other, strict=True):
            yield from differences(first, second, name)
    elif one != other:
        yield name


def written(service: str, event: Event, other: Event) -> Iterator[tuple[str, str, str]]:
    """The view, the column and the innermost name of all that differs after one event and after the other."""
    for view, past in product(views(service), pasts(service, type(event))):
        first = rows(view, [*past, event])
        try:
            second = rows(view, [*past, other])
        except LookupError:  # of another thing, that never began
            second = {}
        if first.keys() != second.keys():
            yield f"{service}.{view.name}", view.row.key[0], view.row.key[0]
            continue
        for key, row in first.items():
            for column, value in row.items():
                for name in differences(value, second[key][column], column):
                    yield f"{service}.{view.name}", column, name


@cache
def answered(service: str) -> frozenset[str]:
    """The names of all fields in what the service's routes answer to a GET."""
    found: set[str] = set()

    def take(type_: Any) -> None:
        if isinstance(type_, type) and issubclass(type_, BaseModel):
            for name, field in type_.model_fields.items():
                found.add(name)
                take(field.annotation)
        for part in get_args(type_):
            take(part)

    for router in import_module(f"{service}.api").ROUTES:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                take(route.response_model)
    return frozenset(found)


def shown(service: str, view: str, column: str, name: str) -> bool:
    """Whether an answer has it."""
    known = answered(service)
    if (as_ := SHOWN_AS.get((view, column))) is not None:
        return as_ in known
    return column in known and (name in known or name.isdigit() or not name.isidentifier())


def variants(service: str, event: Event) -> Iterator[tuple[Place, Event | None]]:
    """The event with another value in each of its places; `None` where that value may not stand there."""
    schema = event.model_json_schema(mode="serialization")
    for place, value in others(orjson.loads(event.data()), schema, schema.get("$defs", {})):
        yield place, changed(service, event, place, value)


def named(event: type[Event], place: Place) -> str:
    """The event and the field, as the lists of this module name them."""
    return f"{event.wire} {'.'.join(str(step) for step in place if step != 0)}"


def unread(service: str, event: type[Event]) -> Iterator[str]:
    """The fields of an event that no answer has."""
    first = example(service, event)
    tried: dict[Place, bool] = {}
    for place, other in variants(service, first):
        if not tried.get(place):
            tried[place] = other is not None and any(shown(service, *one) for one in written(service, first, other))
    yield from (named(event, place) for place, found in tried.items() if not found)


EVENTS = [(service, event) for service in SERVICES for one in deciders(service) for event in one.events]


@pytest.mark.parametrize(("service", "event"), EVENTS, ids=[event.wire for _, event in EVENTS])
def test_every_field_of_an_event_is_in_the_answer_of_a_route(service: str, event: type[Event]) -> None:
    """Give the field to a view and to an answer; where it is read elsewhere on purpose, say so in a list here."""
    assert set(unread(service, event)) - ELSEWHERE == set()


def test_what_is_read_elsewhere_is_in_no_answer_of_its_service() -> None:
    named = {place.partition(" ")[0] for place in ELSEWHERE}
    found = {one for service, event in EVENTS if event.wire in named for one in unread(service, event)}
    assert set(ELSEWHERE) - found == set(), "an answer has it by now: take it out of the list"


def test_what_is_said_to_be_traced_changes_the_trace() -> None:
    changes = set()
    for service, event in EVENTS:
        if event.wire in TRACED:
            first = example(service, event)
            for place, other in variants(service, first):
                if other and describe(other) != describe(first):
                    changes.add(named(event, place))
    assert places(TRACED) - changes == set()
