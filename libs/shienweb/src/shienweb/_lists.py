"""Lists: filtered, sorted rows of a view, a page at a time. One keyset query for every list of every service."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, cast
from uuid import UUID

from shiendomain.areas import AreaTree
from shienevents import Contract, Row, Snapshot, View

from ._pages import Page, Paging

R = TypeVar("R", bound=Row)
T = TypeVar("T")
_SORTABLE = (str, int, datetime, date, UUID)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in SQL over the view's columns. Each `{}` in `sql` stands for the argument in that place.

    `sql` comes from code and never from a request: `Condition("strpos(search, {}) > 0", text)`.
    """

    sql: str
    arguments: tuple[object, ...]

    def __init__(self, sql: str, *arguments: object) -> None:
        object.__setattr__(self, "sql", sql)
        object.__setattr__(self, "arguments", arguments)


@dataclass(frozen=True, slots=True)
class Contains:
    """The filter of an array column: rows whose array contains `value`. Made by `contains`."""

    value: object


def contains(value: object) -> Contains | None:
    """The filter of an array column: its rows contain this value. `None` filters nothing."""
    return None if value is None else Contains(value)


def serving(tree: AreaTree, areas: Sequence[str]) -> Condition:
    """Rows whose home is one of these areas, or that serve one of them. The columns are area and service_areas.

    Where these are all areas there are, every row is at home in one of them.
    """
    if tree.are_all(areas):
        return Condition("area = any({})", list(areas))
    return Condition("(area = any({}) or service_areas && {})", list(areas), list(tree.served_with(areas)))


async def page_of(
    snapshot: Snapshot,
    view: View[R],
    filters: Mapping[str, object],
    paging: Paging,
    *,
    order: Sequence[str],
    newest_first: bool = False,
    where: Sequence[Condition | None] = (),
    as_: Callable[[R], T],
) -> Page[T]:
    """The page of the view's rows that `paging` asks for, each made into an answer by `as_`.

    `filters`: by column, a value, a sequence of values (any of them), or `contains(value)` for an array column;
    `None` filters nothing. `where`: further conditions. `order`: the columns to sort by, the view's key among them,
    ascending, or descending with `newest_first`; none of them may be null. Names of columns come from code.

    Raises `Refusal` (422 `cursor.malformed`), and `Contract` for columns that the view does not have.
    """
    types = _sort_types(cast("Any", view.row), tuple(order))
    query = _Query()
    query.filter(view, filters)
    query.conditions(where)
    columns = ", ".join(order)
    if (after := paging.after(types)) is not None:
        last = ", ".join(map(query.parameter, after))
        query.add(f"({columns}) {'<' if newest_first else '>'} ({last})")
    direction = " desc" if newest_first else ""
    sort = ", ".join(f"{column}{direction}" for column in order)
    sql = f"{query.where} order by {sort} limit {query.parameter(paging.limit + 1)}"
    rows = await snapshot.select(view, sql, *query.arguments)
    shown = rows[: paging.limit]
    more = len(rows) > paging.limit
    return Page(
        items=tuple(map(as_, shown)),
        next_cursor=paging.cursor([getattr(shown[-1], column) for column in order]) if more else None,
        position=snapshot.token,
        stale=snapshot.stale,
    )


async def ranked_page_of(
    snapshot: Snapshot,
    view: View[R],
    filters: Mapping[str, object],
    paging: Paging,
    *,
    rank: Condition,
    where: Sequence[Condition | None] = (),
    as_: Callable[[R, int], T],
) -> Page[T]:
    """The page of the view's rows by `rank`, a whole number in SQL that is never null, the least first, then by key.

    The view has a key of one field. `as_` makes the answer of a row and its rank. For the rest see
    `RequestContext.list_rows`.
    """
    (key,) = view.row.key
    query = _Query()
    query.filter(view, filters)
    query.conditions(where)
    number = query.text(rank)
    types = (int, *_sort_types(cast("Any", view.row), (key,)))
    if (after := paging.after(types)) is not None:
        query.add(f"({number}, {key}) > ({query.parameter(after[0])}::bigint, {query.parameter(after[1])})")
    sql = f"select {key}, {number} as rank from {view.name} {query.where} order by 2, 1"
    found = await snapshot.fetch(f"{sql} limit {query.parameter(paging.limit + 1)}", *query.arguments)
    ranks = {record[0]: record[1] for record in found[: paging.limit]}
    rows = await snapshot.select(view, f"where {key} = any($1)", list(ranks)) if ranks else []
    by_key = {view.key_of(row): row for row in rows}
    last = next(reversed(ranks.items())) if len(found) > paging.limit else None
    return Page(
        items=tuple(as_(by_key[one], number) for one, number in ranks.items()),
        next_cursor=paging.cursor([last[1], last[0]]) if last else None,
        position=snapshot.token,
        stale=snapshot.stale,
    )


async def fetch_where(
    snapshot: Snapshot,
    view: View[Any],
    what: Condition,
    filters: Mapping[str, object],
    *,
    where: Sequence[Condition | None] = (),
    group_by: str = "",
) -> Sequence[Any]:
    """The records of `select what` over the rows of a view that pass, grouped; see `RequestContext.list_rows`."""
    query = _Query()
    columns = query.text(what)
    query.filter(view, filters)
    query.conditions(where)
    grouped = f" group by {group_by}" if group_by else ""
    return await snapshot.fetch(f"select {columns} from {view.name} {query.where}{grouped}", *query.arguments)


class _Query:
    """Conditions and their arguments, numbered as they come."""

    def __init__(self) -> None:
        self.arguments: list[object] = []
        self._conditions: list[str] = []

    def parameter(self, value: object) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def add(self, condition: str) -> None:
        self._conditions.append(condition)

    def text(self, part: Condition) -> str:
        """A part of the query, with its arguments."""
        return part.sql.format(*map(self.parameter, part.arguments))

    def conditions(self, where: Sequence[Condition | None]) -> None:
        for condition in where:
            if condition is not None:
                self.add(self.text(condition))

    def filter(self, view: View[Any], filters: Mapping[str, object]) -> None:
        if unknown := filters.keys() - {field.name for field in dataclasses.fields(view.row)}:
            raise Contract(f"view {view.name} has no columns {', '.join(sorted(unknown))}")
        for column, value in filters.items():
            if value is None:
                continue
            if isinstance(value, Contains):
                self.add(f"{self.parameter(value.value)} = any({column})")
            elif isinstance(value, (list, tuple, set, frozenset)):
                self.add(f"{column} = any({self.parameter(list(value))})")
            else:
                self.add(f"{column} = {self.parameter(value)}")

    @property
    def where(self) -> str:
        return f"where {' and '.join(self._conditions)}" if self._conditions else ""


@lru_cache(256)
def _sort_types(row: type[Row], order: tuple[str, ...]) -> tuple[type[Any], ...]:
    """The types of the sort columns, of which the cursor is made.

    Raises `Contract` for a column that may be null (rows would be lost between pages) or that does not sort, and
    for an order in which two rows may be equal.
    """
    for column in order:
        hint = row.hints.get(column)
        if not (isinstance(hint, type) and (hint in _SORTABLE or issubclass(hint, (str, Enum)))):
            raise Contract(f"{row.__name__} cannot be sorted by {column}: text, a number, a time or an id is expected")
    if not set(row.key) <= set(order):
        raise Contract(f"{row.__name__}: the order {', '.join(order)} lacks its key {', '.join(row.key)}")
    return tuple(row.hints[column] for column in order)
