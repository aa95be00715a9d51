"""View rows in Postgres: any value comes back as it was, and the digest kept there is the digest of the rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, StrEnum
from typing import Any, NewType
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shienevents import Contract, Row, View, digest_of
from shienevents.testing import examples
from shienevents.views.columns import row_check
from shienevents.views.tables import Table
from shienops._databases import Database

from .world import BoxRow, boxes, connected, prepared

AreaCode = NewType("AreaCode", str)


class Colour(Enum):
    RED = "red"
    赤 = "赤"


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True)
class Point:
    x: int
    names: tuple[str, ...] = ()


class Everything(Row, key=("area", "number")):
    """A field of every kind a row may have."""

    area: AreaCode
    number: int
    text: str = ""
    many: int = 0
    yes: bool = False
    ident: UUID = UUID(int=0)
    at: datetime | None = None
    day: date | None = None
    colour: Colour = Colour.RED
    size: Size | None = None
    texts: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    sizes: tuple[Size, ...] = ()
    point: Point | None = None
    counts: dict[str, int] | None = None
    points: tuple[Point, ...] = ()


def view_of(row: type[Any], name: str = "things", indexes: Sequence[tuple[str, ...]] = ()) -> View[Any]:
    return View(
        name=name,
        version=1,
        row=row,
        subscribes_to=(),
        keys=lambda event, envelope: [],
        evolve=lambda row, event, envelope: row,
        indexes=tuple(indexes),
    )


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
integers = st.integers(-(2**53) + 1, 2**53 - 1)
zones = st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-11, minutes=-30))])
moments = st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30), timezones=zones)  # noqa: DTZ001 - zones are drawn
spots = st.builds(Point, integers, st.lists(texts, max_size=3).map(tuple))
rows = st.builds(
    Everything,
    area=texts.map(AreaCode),
    number=integers,
    text=texts,
    many=integers,
    yes=st.booleans(),
    ident=st.uuids(),
    at=st.none() | moments,
    day=st.none() | st.dates(),
    colour=st.sampled_from(Colour),
    size=st.none() | st.sampled_from(Size),
    texts=st.lists(texts, max_size=3).map(tuple),
    numbers=st.lists(integers, max_size=3).map(tuple),
    sizes=st.lists(st.sampled_from(Size), max_size=3).map(tuple),
    point=st.none() | spots,
    counts=st.none() | st.dictionaries(texts, integers, max_size=3),
    points=st.lists(spots, max_size=2).map(tuple),
)


@asynccontextmanager
async def a_table(database: Database, view: View[Any]) -> AsyncIterator[tuple[Table[Any], Any]]:
    """The view's table on a connection as the service has it."""
    async with connected(database.dsn) as connection:
        await connection.execute("set search_path = views, public")
        table = Table(view)
        await connection.execute(f"drop table if exists {table.name}")
        await table.create(connection)
        yield table, connection


def test_any_rows_come_back_as_they_were_and_have_the_digest_that_memory_gives_them(database: Database) -> None:
    view = view_of(Everything, indexes=[("text",), ("at", "size")])

    @settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
    @given(st.lists(rows, max_size=8), st.data())
    def check(drawn: list[Everything], data: st.DataObject) -> None:
        held: dict[Any, Any] = {(row.area, row.number): row for row in drawn}
        gone = set(data.draw(st.lists(st.sampled_from(sorted(held)), unique=True))) if held else set()

        async def scenario() -> None:
            await connection.execute(f"delete from {table.name}")
            await table.save(connection, held)
            assert await everything(table, connection) == held
            assert await table.digest(connection) == digest_of(held)
            if gone:
                assert await table.load(connection, gone) == {key: held[key] for key in gone}
            await table.save(connection, dict.fromkeys(gone))
            left = {key: row for key, row in held.items() if key not in gone}
            assert await everything(table, connection) == left
            assert await table.digest(connection) == digest_of(left)

        loop.run(scenario())

    with asyncio.Runner() as loop:
        loop.run(prepared(database))
        made = a_table(database, view)
        table, connection = loop.run(made.__aenter__())
        try:
            check()
        finally:
            loop.run(made.__aexit__(None, None, None))


async def test_saving_a_row_again_replaces_it(database: Database) -> None:
    await prepared(database)
    async with a_table(database, boxes) as (table, connection):
        first: dict[Any, Any] = {"a": BoxRow(box="a", held=1), "b": BoxRow(box="b", held=2)}
        await table.save(connection, first)
        await table.save(connection, {"a": BoxRow(box="a", held=5, touched=9), "b": None, "c": None})
        left: dict[Any, Any] = {"a": BoxRow(box="a", held=5, touched=9)}
        assert await everything(table, connection) == left
        assert await table.digest(connection) == digest_of(left)
        assert await table.load(connection, ["a", "b", "zz"]) == left


async def test_the_digest_of_no_rows_is_the_same_everywhere(database: Database) -> None:
    await prepared(database)
    async with a_table(database, boxes) as (table, connection):
        assert await table.digest(connection) == digest_of({})


async def everything(table: Table[Any], connection: Any) -> dict[Any, Any]:
    return {table.view.key_of(row): row for row in await table.select(connection)}


class Tagged(Row, key=("id",)):
    id: str
    tags: tuple[str, ...] = ()
    size: int = 0


async def test_an_index_of_an_array_finds_the_rows_whose_array_holds_a_value(database: Database) -> None:
    await prepared(database)
    view = view_of(Tagged, "tagged", indexes=[("tags",), ("size", "tags")])
    async with a_table(database, view) as (table, connection):
        held: dict[Any, Any] = {f"{n}": Tagged(id=f"{n}", tags=(f"t{n}", f"t{n + 1}"), size=n) for n in range(9)}
        await table.save(connection, held)
        found = await connection.fetch("select indexdef from pg_indexes where tablename = 'tagged'")
        assert sorted("using gin (tags)" in one["indexdef"].lower() for one in found) == [False, False, True]
        await connection.execute("set enable_seqscan = off")
        plan = await connection.fetch("explain select id from tagged where tags @> array['t3']")
        assert "tagged_tags_idx" in str(plan)
        assert sorted(row.id for row in await table.select(connection, "where tags @> array['t3']")) == ["2", "3"]


async def test_a_search_in_arrays_does_not_read_what_was_written_last_of_everybody(database: Database) -> None:
    await prepared(database)
    async with a_table(database, view_of(Tagged, "tagged", indexes=[("tags",)])) as (table, connection):
        for begin in range(0, 12_000, 1000):
            held: dict[Any, Any] = {f"{n}": Tagged(id=f"{n}", tags=(f"t{n}",)) for n in range(begin, begin + 1000)}
            await table.save(connection, held)
        await connection.execute("analyze tagged")
        plan = await connection.fetch("explain (analyze, buffers) select id from tagged where tags @> array['t3']")
        (scan,) = [n for n, (line,) in enumerate(plan) if "Bitmap Index Scan" in line]
        blocks = next(int(line.partition("=")[2]) for (line,) in plan[scan:] if "Buffers: shared hit=" in line)
        assert blocks < 20


def test_an_array_with_an_index_for_what_it_holds_may_be_long(database: Database) -> None:
    long = Tagged(id="1", tags=tuple(f"{n:04d}" for n in range(600)))
    row_check(view_of(Tagged, "tagged", indexes=[("tags",)]))(Tagged(id="1"), long)
    with pytest.raises(ValueError, match="looked up by"):
        row_check(view_of(Tagged, "tagged", indexes=[("size", "tags")]))(Tagged(id="1"), long)


class Mine(Row, key=("id",)):
    id: str
    count: int = 0


@pytest.mark.parametrize("name", ["date", "text", "uuid", "time", "interval", "int8", "name", "end_dates"])
async def test_a_view_may_be_called_like_a_type_of_postgres(database: Database, name: str) -> None:
    await prepared(database)
    async with a_table(database, view_of(Mine, name)) as (table, connection):
        held: dict[Any, Any] = {"a": Mine(id="a", count=1)}
        await table.save(connection, held)
        assert await everything(table, connection) == held
        await table.save(connection, dict.fromkeys(held))
        assert await everything(table, connection) == {}


@pytest.mark.parametrize(
    "name", ["order", "user", "table", "end", "pg_class", "pg_x", "boxes__next", "", "Boxes", "箱", "a" * 42]
)
def test_a_view_that_sql_would_read_as_something_else_is_refused(name: str) -> None:
    with pytest.raises(Contract, match="view name"):
        view_of(Mine, name)


@pytest.mark.parametrize(
    "name", ["order", "user", "end", "current_user", "row_digest", "Capital", "件数", "_x", "a" * 42]
)
def test_a_field_that_sql_would_read_as_something_else_is_refused(name: str) -> None:
    """`select user from …` answers who asks, and says nothing of the field."""
    with pytest.raises(Contract, match=name):
        type("Odd", (Row,), {"__annotations__": {"id": str, name: int}, name: 0, "__module__": __name__}, key=("id",))


@pytest.mark.parametrize(
    "name",
    ["store", "events", "idempotency", "leases", "relayed", "batches", "views", "parked", "refusals", "migrations",
     "heads", "append_events", "changes"],
)  # fmt: skip
def test_a_view_called_like_a_table_of_the_library_is_refused(name: str) -> None:
    """It would stand before the library's own table wherever that is looked up."""
    with pytest.raises(Contract):
        view_of(Mine, name)


class WithSet(Row, key=("id",)):
    id: str
    names: frozenset[str] = frozenset()


def test_a_set_has_no_order_and_so_no_digest() -> None:
    with pytest.raises(Contract, match="a set has no order and so no digest; use a sorted tuple"):
        Table(view_of(WithSet))
