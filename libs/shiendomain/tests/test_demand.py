"""How many people waited on a day that is past, and that its SQL says the same."""

from __future__ import annotations

import json
from datetime import date, timedelta

import asyncpg
from hypothesis import given
from hypothesis import strategies as st

from shiendomain.demand import Waited, waited_sql
from shiendomain.states import NeedState
from shienops._databases import Database

DAY = date(2026, 4, 1)
STEPS = st.lists(
    st.tuples(st.integers(0, 9).map(lambda n: DAY + timedelta(n)), st.sampled_from(NeedState), st.integers(0, 5)),
    max_size=8,
)


def after(steps: list[tuple[date, NeedState, int]]) -> Waited:
    waited = Waited()
    for step in steps:
        waited = waited.after(*step)
    return waited


def test_people_wait_from_the_day_of_a_change_until_the_next() -> None:
    recorded, matched, reopened = DAY, DAY + timedelta(3), DAY + timedelta(5)
    waited = after([(recorded, NeedState.OPEN, 4), (matched, NeedState.MATCHED, 4), (reopened, NeedState.GROUPED, 2)])
    assert [waited.on(DAY + timedelta(n)) for n in range(-1, 7)] == [0, 4, 4, 4, 0, 0, 2, 2]


def test_of_one_day_the_last_change_counts_and_what_stays_is_not_a_change() -> None:
    waited = after([(DAY, NeedState.OPEN, 4), (DAY, NeedState.OPEN, 3), (DAY + timedelta(1), NeedState.GROUPED, 3)])
    assert waited.changes == ({"on": "2026-04-01", "people": 3},)


@given(STEPS)
def test_on_its_last_day_and_after_it_a_need_waits_for_as_many_as_it_says_now(
    steps: list[tuple[date, NeedState, int]],
) -> None:
    waited = after(steps)
    state, people = (steps[-1][1], steps[-1][2]) if steps else (NeedState.OPEN, 0)
    last = max((day for day, *_ in steps), default=DAY)
    assert waited.on(last) == waited.on(last + timedelta(99)) == (people if state.unanswered else 0)


async def test_the_sql_says_the_same_of_every_day(database: Database) -> None:
    many = [
        after([(DAY + timedelta(n % 7 * k % 10), state, k) for k, state in enumerate(NeedState, n % 3)])
        for n in range(40)
    ]
    connection = await asyncpg.connect(database.dsn)
    try:
        for day in (DAY + timedelta(n) for n in range(-1, 12)):
            found = await connection.fetch(
                f"select {waited_sql('$1::date')} as people"
                " from unnest($2::text[]) with ordinality as row(said, place),"
                " lateral (select said::jsonb as waited) as changes_of order by place",
                day,
                [json.dumps(waited.changes) for waited in many],
            )
            assert [record["people"] for record in found] == [waited.on(day) for waited in many], day
    finally:
        await connection.close()
