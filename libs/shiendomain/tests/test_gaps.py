"""When a gap is answered by services, and that its SQL says the same."""

from __future__ import annotations

import asyncio
import json
from uuid import UUID

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shiendomain.gaps import answered_gaps_sql, gap_answered
from shiendomain.states import NeedState
from shienevents.testing import examples
from shienops._databases import Database

NORTH, SOUTH, WEST = IDS = tuple(UUID(int=n) for n in range(1, 4))
OPEN, MET, WITHDRAWN = NeedState.GROUPED, NeedState.MET, NeedState.WITHDRAWN
SELECT = f"""
with needs as (select * from unnest($1::uuid[], $2::text[]) row(need_id, state)),
services as (
    select coalesce((select array_agg(one::uuid) from jsonb_array_elements_text(said) one), '{{}}') as reached
    from jsonb_array_elements($3::text::jsonb) said
), issues as (select 1 as issue_id, $4::uuid[] as needs)
select exists (select 1 from {answered_gaps_sql("true")} found)
"""


def test_a_gap_is_open_until_services_reach_each_need_that_waits() -> None:
    both = {NORTH: OPEN, SOUTH: OPEN}
    assert [gap_answered(both, reached) for reached in ([], [NORTH], [NORTH, SOUTH])] == [False, False, True]


def test_a_need_that_is_met_or_withdrawn_waits_for_no_service() -> None:
    assert gap_answered({NORTH: OPEN, SOUTH: MET, WEST: WITHDRAWN}, [NORTH])
    assert gap_answered({NORTH: MET}, [NORTH]), "met by the service itself"


def test_other_support_answers_no_gap() -> None:
    assert not gap_answered({NORTH: MET, SOUTH: WITHDRAWN}, [])
    assert not gap_answered({}, [NORTH])


def test_the_sql_says_the_same(database: Database) -> None:
    some = st.lists(st.sampled_from(IDS), unique=True, max_size=3)

    @settings(max_examples=examples(200), database=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(IDS), st.sampled_from(NeedState)), some, st.lists(some, max_size=3))
    def holds(known: dict[UUID, NeedState], of_issue: list[UUID], services: list[list[UUID]]) -> None:
        said = json.dumps([[str(need) for need in reached] for reached in services])
        found = loop.run(connection.fetchval(SELECT, list(known), list(known.values()), said, of_issue))
        needs = {need: known[need] for need in of_issue if need in known}
        assert found is gap_answered(needs, {need for reached in services for need in reached if need in of_issue})

    with asyncio.Runner() as loop:
        connection = loop.run(asyncpg.connect(database.dsn))
        try:
            holds()
        finally:
            loop.run(connection.close())
