"""Every state machine of the product has a way on from every state, given by some role, and every state is on a list.

That the machines are what the rules of the services do is tested in each service (`test_machines.py`).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, get_args
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from scripts.states_page import DATA, PAGE, data, page

from shiendomain.machines import MACHINES, Machine
from shienweb.rights import tables_of

from .declared import RIGHTS, SERVICES

OWNERS = ("registry", "needs", "matching", "escalation")
WRITES = {
    f"{service}.{row.operation}" for service, rows in tables_of(SERVICES).items() for row in rows if row.method != "GET"
}
STATELESS = {
    "area": "in force until a day, which its successors follow",
    "batch": "noted once",
    "provider": "secured for classes of service, each with a number of people",
    "freshness": "a promise is kept or not, by what is verified",
    "cohort": "numbers of people",
    "activity_report": "a report stands until it is withdrawn",
    "search": "noted once",
    "round": "opened and solved at once",
    "access": "logged once",
}
"""Streams whose things have no states, and what they have instead."""
each = pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.name)


def test_the_page_and_the_data_are_what_the_machines_say() -> None:
    assert (PAGE.read_text(), DATA.read_text()) == (page(), data()), "run `make readmes`"


def test_every_event_of_a_thing_with_states_is_in_its_machine() -> None:
    known = {event for machine in MACHINES for event in machine.events}
    deciders = [one for service in OWNERS for one in import_module(f"{service}.decider").DECIDERS]
    assert {one.name for one in deciders} >= STATELESS.keys()
    left_out = {event.wire for one in deciders if one.name not in STATELESS for event in one.events} - {
        event.wire for event in known
    }
    assert not left_out, "add them to the machine in shiendomain/machines"


@each
def test_every_state_is_reached_and_is_an_end_or_has_a_way_on(machine: Machine) -> None:
    edges = machine.edges
    assert {after for _, _, after in edges} == {*machine.states}
    reached: set[Any] = {None}
    for _ in machine.states:
        reached |= {after for before, _, after in edges if before in reached}
    assert reached == {None, *machine.states}
    for state in machine.states:
        assert state in machine.ends or machine.ways_on(state), f"{state}: nobody can go on"


@each
def test_every_step_is_given_by_an_operation_that_some_role_may_do(machine: Machine) -> None:
    for step in machine.steps:
        assert step.by, f"{step.event.__name__}: name the operations"
        for name in step.by:
            assert name in WRITES, f"{step.event.__name__}: there is no operation {name} that writes"
            assert RIGHTS[name], f"{name}: no role may do it"


@each
def test_every_state_that_is_not_an_end_is_on_a_list_that_exists_with_its_filter(machine: Machine) -> None:
    assert {*machine.lists} == {*machine.states} - {*machine.ends}
    for state, found in machine.lists.items():
        service, _, address = found.partition(" ")
        path, query = urlsplit(address).path, parse_qsl(urlsplit(address).query)
        route = _route(service, path)
        known = _query(route.dependant)
        for name, value in query:
            assert name in known, f"{machine.name} {state}: {path} has no filter {name}"
            TypeAdapter(known[name]).validate_python(value)
            if name == "state":
                assert value == state.value
                assert type(state) in (known[name], *get_args(known[name]))


def _route(service: str, path: str) -> APIRoute:
    for router in import_module(f"{service}.api").ROUTES:
        for route in router.routes:
            if isinstance(route, APIRoute) and (route.path, route.methods) == (path, {"GET"}):
                return route
    raise AssertionError(f"{service} has no list GET {path}")


def _query(dependant: Dependant) -> dict[str, Any]:
    """The query parameters of a route and of what it depends on, with their types."""
    found = {field.alias: field.field_info.annotation for field in dependant.query_params}
    for below in dependant.dependencies:
        found |= _query(below)
    return found
