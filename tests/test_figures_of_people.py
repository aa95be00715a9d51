"""Counts of people: each figure of a report, and each number that a subscriber reads, is said to be one or not."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shiendomain.areas import AreaNode, AreaTree
from shiendomain.fiscal import FiscalYear, Table
from shienops.reporting import REPORTING
from shienweb import Role, Routes, hidden_fields

from .declared import SERVICES

CITY = "272108"
THINGS = {
    "accepted", "acknowledged", "adopted", "agreed", "answered", "answers_overdue", "areas", "asked", "awaited",
    "capacity", "classes", "closed", "cohorts", "concluded", "considered", "considering", "coordinators", "councils",
    "days", "days_median", "days_oldest", "declined", "deferred", "deliberated", "deliberations", "designed", "dormant",
    "elsewhere", "ended", "escalated", "fee_ceiling_yen", "fee_yen", "floor", "floor_percent", "fresh", "gap", "gaps",
    "gaps_answered", "grouped", "hand_over_stale_after_days", "helped", "information_awaited", "issues", "kinds",
    "km_nearer", "lapsed", "lat_e7", "launched", "least", "listing", "lon_e7", "longer", "matched", "meetings",
    "members", "met", "metres", "minutes", "missing", "most", "most_km", "most_weeks", "mutual_help", "nearer",
    "need_count", "needs", "not_helped", "number", "open", "outreach", "overdue", "pairs", "parked", "partly",
    "partnerships", "percent", "placements", "places", "places_unknown", "points", "points_for_each", "posts",
    "practices", "prevention", "proposed", "providers", "provision", "raised", "received", "rejected", "reports",
    "resource_count", "resources", "retired", "returned", "reviews_due", "risk", "round", "same_area",
    "searches_unmatched", "seeking", "served", "service_class", "shared", "soon", "stale", "stale_after_days", "states",
    "step_up", "suspended", "times", "to_30", "to_90", "unverified", "urgency", "urgent", "venues", "verifications",
    "verified", "version", "waited", "waiting", "waiting_longer", "waiting_to_30", "waiting_to_90", "week_waited",
    "weekdays", "withdrawn", "within_days", "year", "yen_above",
}  # fmt: skip
"""names of numbers that count no people: things, states of things, places to be had, posts, days, yen, versions"""


def numbers(type_: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Each whole number in an answer that no mark hides, by the names that lead to it."""
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        hidden = dict(hidden_fields(type_))
        for field, info in type_.model_fields.items():
            if (field,) not in hidden:
                yield from numbers(info.annotation, (*path, field))
    elif type_ is int:
        yield path
    else:
        for part in get_args(type_):
            yield from numbers(part, path)


def read_by_subscribers() -> Iterator[tuple[str, APIRoute]]:
    for service in SERVICES:
        for router in import_module(f"{service}.api").ROUTES:
            if isinstance(router, Routes):
                for route in router.routes:
                    if isinstance(route, APIRoute) and Role.SUBSCRIBER in router.rights[route.name]:
                        yield service, route


def test_every_number_that_a_subscriber_reads_counts_things_or_is_marked() -> None:
    """Mark one that counts people as `PeopleCount` in the model of the answer; add the name of another to `THINGS`."""
    found = {
        f"{service} {route.path} {'.'.join(path)}": path[-1]
        for service, route in read_by_subscribers()
        for path in numbers(route.response_model)
    }
    assert {place for place, name in found.items() if name not in THINGS} == set()
    assert THINGS - set(found.values()) == set(), "no longer in any answer"


def test_a_subscriber_reads_answers_of_models_only() -> None:
    """A page or a drawing tells how many people there are: it is for `STAFF`."""
    others = {
        f"{service} {route.path}"
        for service, route in read_by_subscribers()
        if not any(isinstance(one, type) and issubclass(one, BaseModel) for one in parts(route.response_model))
    }
    assert others == set()


def parts(type_: object) -> tuple[object, ...]:
    """A model, or those in a list of them."""
    return (type_, *get_args(type_))


@pytest.mark.parametrize(
    ("service", "path", "field"),
    [
        ("needs", "/needs", "items.people"),
        ("needs", "/boards/{area}", "areas.people"),
        ("needs", "/boards/{area}", "total.kinds.*.people_waiting"),
        ("needs", "/boards/{area}", "digest"),
        ("matching", "/matches/{match_id}", "people_helped"),
        ("registry", "/places/{place_id}", "details.wanted"),
        ("portal", "/boards/{area}", "areas.board.people"),
        ("portal", "/trace/{thing}", "events.ja"),
    ],
)
def test_marks_are_found_wherever_they_are(service: str, path: str, field: str) -> None:
    (model,) = [route.response_model for name, route in read_by_subscribers() if (name, route.path) == (service, path)]
    assert field in {".".join(found) for found, _ in hidden_fields(model)}


def report_tables() -> list[Table]:
    """The tables of a report of nothing."""
    tree = AreaTree([AreaNode(CITY, None, CITY)])
    year = FiscalYear(2026)
    made = []
    for service in REPORTING:
        rows: dict[str, list[Any]] = {view.name: [] for view in import_module(f"{service}.projections").VIEWS}
        made.append(import_module(f"{service}.report").tables(rows, tree, CITY, year, year.last))
    return [table for tables in made for table in tables]


def test_every_figure_of_a_report_that_names_people_says_whether_it_counts_them() -> None:
    """Declare it where the table is made: in `people`, `over_years` or `no_people`."""
    assert {table.name: table.undeclared for table in report_tables() if table.undeclared} == {}


def test_what_a_table_declares_is_in_it() -> None:
    for table in report_tables():
        texts = {*table.heads, *(cell for row in table.rows for cell in row)}
        named = {*table.people, *table.over_years, *table.no_people, *table.each, *table.each.values()}
        assert named <= texts, table.name
        assert not table.total or table.total in {row[0] for row in table.rows}
