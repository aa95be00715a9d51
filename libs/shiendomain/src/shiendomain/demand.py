"""Who waits for support, by weekday and on days that are past: the same in every service that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from .states import NeedState
from .vocabulary import Weekday

Change = dict[str, str | int]
"""From the day `on` on, `people` people waited. Plain JSON, so a row can hold it."""


class Waited(NamedTuple):
    """How many people of a need waited on each day, as its changes in their order.

    Of the changes up to a day the one recorded last counts, so today has what the need says now, also when something
    was recorded late.

    Source: a rule of this product for ニーズの把握 of the slides: a coordinator sees whether fewer people wait than a
    year ago.
    """

    changes: Sequence[Change] = ()

    def after(self, day: date, state: NeedState, people: int) -> Waited:
        """After an event of that day. `people` is the number who wait for support; none wait while a match holds it."""
        now: Change = {"on": day.isoformat(), "people": people if state.unanswered else 0}
        earlier = [change for change in self.changes if change["on"] != now["on"]]
        same = bool(earlier) and earlier[-1]["people"] == now["people"] and str(earlier[-1]["on"]) < str(now["on"])
        return Waited((*earlier, *(() if same else (now,))))

    def on(self, day: date) -> int:
        """How many people waited at the end of the day."""
        return next((int(one["people"]) for one in reversed(self.changes) if str(one["on"]) <= day.isoformat()), 0)


def waited_sql(day: str) -> str:
    """`Waited.on` in SQL: a number, never null. The column is named waited (jsonb, its changes)."""
    return (
        "coalesce((select (change->>'people')::int"
        " from jsonb_array_elements(waited) with ordinality as changes(change, n)"
        f" where (change->>'on')::date <= {day} order by n desc limit 1), 0)"
    )


def unanswered_sql() -> str:
    """`NeedState.unanswered` in SQL over the column state."""
    return f"state in ({', '.join(repr(state.value) for state in NeedState if state.unanswered)})"


def people_by_weekday_sql() -> str:
    """The people of unanswered needs who ask for each day of the week, and then those who ask for no particular day.

    In SQL, an array of eight numbers over the columns state, people_waiting and weekdays. Who asks for two days is in
    both.
    """
    asked = (*(f"'{day.value}' = any(weekdays)" for day in Weekday), "cardinality(weekdays) = 0")
    sums = (f"coalesce(sum(people_waiting) filter (where {unanswered_sql()} and {one}), 0)::bigint" for one in asked)
    return f"array[{', '.join(sums)}]"
