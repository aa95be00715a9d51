"""The rules that services share: their boundaries, and each function equal to its SQL on a real Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shiendomain.activities import unreported, unreported_sql
from shiendomain.comparing import in_common, in_common_sql, pairs
from shiendomain.development import still_wanted, still_wanted_sql
from shiendomain.distances import Point, metres_between, metres_sql
from shiendomain.follow_up import (
    answer_overdue,
    answer_overdue_sql,
    contact_due,
    contact_due_sql,
    due_for_review,
    due_for_review_sql,
    quiet,
    quiet_sql,
    reminder_due,
    reminder_due_sql,
    without_successor,
    without_successor_sql,
)
from shiendomain.freshness import (
    ended_unseen,
    ended_unseen_sql,
    points_of,
    risk_of,
    risk_sql,
    verified_within,
    verified_within_sql,
)
from shiendomain.rules import (
    TermState,
    Verification,
    WaitingBand,
    age_days,
    helped_sql,
    need_state,
    need_state_sql,
    overdue,
    overdue_sql,
    people_helped,
    stale_since,
    stale_since_sql,
    term_state,
    term_state_sql,
    verification,
    verification_sql,
    waiting_band,
    waiting_since,
    waiting_sql,
)
from shiendomain.states import (
    ContactState,
    CouncilState,
    MatchState,
    NeedState,
    OutreachState,
    PlaceState,
    ProposalState,
    ResourceState,
)
from shiendomain.words import Word
from shienevents.testing import examples
from shienops._databases import Database

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]

DAY = date(2026, 3, 31)
# Both sides of every boundary, and the boundary itself.
BOUNDARIES = [DAY + timedelta(days=n) for n in (-181, -180, -179, -91, -90, -89, -31, -30, -29, -1, 0, 1)]
DAYS = st.integers(-200, 200).map(lambda n: DAY + timedelta(days=n)) | st.sampled_from(BOUNDARIES)
PERIODS = st.sampled_from([1, 30, 180]) | st.integers(1, 200)


def before(days: int) -> date:
    return DAY - timedelta(days=days)


# examples at the boundaries


@pytest.mark.parametrize("state", [ProposalState.RECEIVED, ProposalState.DELIBERATED])
def test_an_answer_is_late_from_the_day_after_its_due_day(state: ProposalState) -> None:
    assert [overdue(state, due, None, DAY) for due in (DAY, before(1), None)] == [False, True, False]


def test_a_deferred_proposal_is_late_from_the_day_after_the_day_it_was_deferred_until() -> None:
    found = [overdue(ProposalState.DEFERRED, before(90), until, DAY) for until in (DAY, before(1), None)]
    assert found == [False, True, False]


@pytest.mark.parametrize(
    "state", [one for one in ProposalState if not one.awaits_answer and one is not ProposalState.DEFERRED]
)
def test_no_other_proposal_is_late(state: ProposalState) -> None:
    assert not overdue(state, before(90), before(90), DAY)


def test_a_verification_counts_for_so_many_days_and_is_stale_on_the_next() -> None:
    found = [verification(ResourceState.VERIFIED, before(n), before(900), DAY, 180) for n in (0, 180, 181)]
    assert found == [Verification.FRESH, Verification.FRESH, Verification.STALE]


def test_a_registration_that_nobody_verified_grows_stale_as_well() -> None:
    found = [verification(ResourceState.REGISTERED, None, before(n), DAY, 180) for n in (0, 180, 181)]
    assert found == [Verification.UNVERIFIED, Verification.UNVERIFIED, Verification.STALE]
    assert stale_since(None, before(181)) == before(181)


@pytest.mark.parametrize("state", [ResourceState.SUSPENDED, ResourceState.RETIRED])
def test_a_resource_that_is_not_in_use_is_not_to_be_verified(state: ResourceState) -> None:
    assert verification(state, before(900), before(900), DAY, 180) is None


def test_waiting_begins_with_the_first_escalation_and_goes_on_after_a_return() -> None:
    assert waiting_since(None, None, DAY) == DAY
    assert waiting_since(ProposalState.RETURNED, before(40), DAY) == before(40)


@pytest.mark.parametrize("ended", [ProposalState.REJECTED, ProposalState.WITHDRAWN])
def test_after_an_end_waiting_begins_again(ended: ProposalState) -> None:
    assert waiting_since(ended, before(40), DAY) == DAY


def test_waiting_is_counted_in_bands_of_days() -> None:
    found = {n: waiting_band(ProposalState.RETURNED, before(n), DAY) for n in (0, 30, 31, 90, 91)}
    to_30, to_90, longer = WaitingBand
    assert found == {0: to_30, 30: to_30, 31: to_90, 90: to_90, 91: longer}
    assert [age_days(before(n), DAY) for n in (0, 30, 91)] == [0, 30, 91]


def test_only_a_proposal_that_is_not_closed_waits() -> None:
    waiting = {state for state in ProposalState if waiting_band(state, before(91), DAY)}
    assert waiting == {state for state in ProposalState if not state.closed}


def test_people_count_as_helped_by_a_concluded_match_also_after_its_support_has_ended() -> None:
    assert {state: people_helped(state, 3) for state in MatchState if people_helped(state, 3)} == {
        MatchState.CONCLUDED: 3,
        MatchState.ENDED: 3,
    }


def test_a_need_is_a_gap_while_it_is_grouped_into_an_issue_with_a_declared_gap() -> None:
    assert need_state(NeedState.GROUPED, True) is NeedState.GAP
    assert need_state(NeedState.GROUPED, False) is NeedState.GROUPED
    assert [need_state(state, True) for state in (NeedState.OPEN, NeedState.MATCHED, NeedState.MET)] == [
        NeedState.OPEN,
        NeedState.MATCHED,
        NeedState.MET,
    ]


def test_a_place_seeks_people_to_its_last_day_and_none_when_it_is_filled_or_closed() -> None:
    found = [still_wanted(PlaceState.OPEN, 3, 1, until, DAY) for until in (None, DAY, before(1))]
    assert found == [2, 2, 0]
    assert [still_wanted(state, 3, 1, None, DAY) for state in (PlaceState.FILLED, PlaceState.CLOSED)] == [0, 0]


# each function and its SQL


Values = tuple[Any, ...]
OPTIONAL_DAYS = (DAYS | st.none(), [*BOUNDARIES, None])
HANDED_OVER = ("handed_over_on", "date", *OPTIONAL_DAYS)
PEOPLE = (st.integers(0, 100_000), [0, 1, 3])
HERE = Point(348_143_000, 1_356_503_000)
SALON = "西町さろん"


@dataclass(frozen=True)
class Rule:
    """A rule as it is compared.

    `columns` have a name, a type, what hypothesis draws, and the values that are tried in every combination. In `sql`
    $1 is the day and $2 the period.
    """

    columns: Sequence[tuple[str, str, st.SearchStrategy[Any], Sequence[Any]]]
    sql: str
    function: Callable[[Values, date, int], object]

    @property
    def select(self) -> str:
        """The day and the period are selected too: so both have a type where the rule does not use them."""
        names = ", ".join(name for name, *_ in self.columns)
        drawn = ", ".join(f"${n}::{kind}[]" for n, (_, kind, *_) in enumerate(self.columns, 3))
        return (
            f"select {self.sql} as said, $1::date as day, $2::int as period"
            f" from unnest({drawn}) with ordinality as row({names}, place) order by place"
        )

    async def compare(self, connection: Connection, rows: Sequence[Values], day: date, period: int) -> None:
        said = await connection.fetch(self.select, day, period, *map(list, zip(*rows, strict=True)))
        answers = [self.function(row, day, period) for row in rows]
        differ = [
            (row, record["said"], answer)
            for row, record, answer in zip(rows, said, answers, strict=True)
            if record["said"] != answer
        ]
        assert not differ, f"(row, SQL, function): {differ[:5]}"


def states(words: type[Word]) -> tuple[str, str, st.SearchStrategy[Any], Sequence[Any]]:
    return ("state", "text", st.sampled_from(list(words)), list(words))


RULES = {
    "overdue": Rule(
        [states(ProposalState), ("due_on", "date", *OPTIONAL_DAYS), ("deferred_until", "date", *OPTIONAL_DAYS)],
        overdue_sql("$1::date"),
        lambda row, day, _: overdue(row[0], row[1], row[2], day),
    ),
    "reminder_due": Rule(
        [
            states(ProposalState),
            ("due_on", "date", *OPTIONAL_DAYS),
            ("deferred_until", "date", *OPTIONAL_DAYS),
            ("reminded_on", "date", *OPTIONAL_DAYS),
        ],
        reminder_due_sql("$1::date", "$2::int"),
        lambda row, day, period: reminder_due(row[0], row[1], row[2], row[3], day, period),
    ),
    "stale_since": Rule(
        [("verified_on", "date", *OPTIONAL_DAYS), ("registered_on", "date", *OPTIONAL_DAYS)],
        stale_since_sql(),
        lambda row, _, __: stale_since(row[0], row[1]),
    ),
    "verification": Rule(
        [states(ResourceState), ("verified_on", "date", *OPTIONAL_DAYS), ("registered_on", "date", *OPTIONAL_DAYS)],
        verification_sql("$1::date", "$2::int"),
        lambda row, day, period: verification(row[0], row[1], row[2], day, period),
    ),
    "waiting_band": Rule(
        [states(ProposalState), ("waits_since", "date", *OPTIONAL_DAYS)],
        waiting_sql("$1::date", "waits_since"),
        lambda row, day, _: waiting_band(row[0], row[1], day),
    ),
    "people_helped": Rule(
        [states(MatchState), ("people_helped", "int", *PEOPLE)],
        helped_sql(),
        lambda row, _, __: people_helped(row[0], row[1]),
    ),
    "need_state": Rule(
        [states(NeedState), ("gap", "boolean", st.none() | st.booleans(), [None, False, True])],
        need_state_sql(),
        lambda row, _, __: need_state(row[0], bool(row[1])),
    ),
    "term_state": Rule(
        [("term_from", "date", DAYS, BOUNDARIES), ("term_until", "date", DAYS, BOUNDARIES), HANDED_OVER],
        term_state_sql("$1::date"),
        lambda row, day, _: term_state(row[0], row[1], day, row[2]),
    ),
    "due_for_review": Rule(
        [states(CouncilState), ("review_on", "date", *OPTIONAL_DAYS)],
        due_for_review_sql("$1::date"),
        lambda row, day, _: due_for_review(row[0], row[1], day),
    ),
    "quiet": Rule(
        [
            states(CouncilState),
            ("last_met_on", "date", *OPTIONAL_DAYS),
            ("established_on", "date", DAYS, BOUNDARIES),
        ],
        quiet_sql("$1::date", "$2::int"),
        lambda row, day, period: quiet(row[0], row[1], row[2], day, period),
    ),
    "without_successor": Rule(
        [("term_until", "date", DAYS, BOUNDARIES), HANDED_OVER],
        without_successor_sql("$1::date", "$2::int"),
        lambda row, day, period: without_successor(row[0], row[1], day, period),
    ),
    "answer_overdue": Rule(
        [states(OutreachState), ("waits_since", "date", DAYS, BOUNDARIES)],
        answer_overdue_sql("$1::date", "$2::int"),
        lambda row, day, period: answer_overdue(row[0], row[1], day, period),
    ),
    "unreported": Rule(
        [("last", "date", *OPTIONAL_DAYS), ("registered_on", "date", DAYS, BOUNDARIES)],
        unreported_sql("last", "$1::date", "$2::int"),
        lambda row, day, period: unreported(row[0], row[1], day, period),
    ),
    "contact_due": Rule(
        [states(ContactState), ("keep_until", "date", DAYS, BOUNDARIES)],
        contact_due_sql("$1::date"),
        lambda row, day, _: contact_due(row[0], row[1], day),
    ),
    "still_wanted": Rule(
        [states(PlaceState), ("wanted", "int", *PEOPLE), ("filled", "int", *PEOPLE), ("until", "date", *OPTIONAL_DAYS)],
        still_wanted_sql("$1::date"),
        lambda row, day, _: still_wanted(row[0], row[1], row[2], row[3], day),
    ),
    "risk": Rule(
        [("since", "date", DAYS, BOUNDARIES), ("ends_on", "date", *OPTIONAL_DAYS), ("asked", "int", *PEOPLE)],
        risk_sql("$1::date", "greatest(1, $2::int)", "asked"),
        lambda row, day, period: points_of(risk_of(row[0], row[1], row[2], day, max(1, period))),
    ),
    "ended_unseen": Rule(
        [states(ResourceState), ("since", "date", DAYS, BOUNDARIES), ("ends_on", "date", *OPTIONAL_DAYS)],
        ended_unseen_sql("$1::date"),
        lambda row, day, _: ended_unseen(row[0], row[1], row[2], day),
    ),
    "verified_within": Rule(
        [states(ResourceState), ("verified_on", "date", *OPTIONAL_DAYS)],
        verified_within_sql("$1::date", "$2::int"),
        lambda row, day, period: verified_within(row[0], row[1], day, period),
    ),
    "in_common": Rule(
        [("name_key", "text", st.text(alphabet="西町さろん会𠮷", min_size=1, max_size=8), [SALON, "西町", "会"])],
        in_common_sql(f"array{list(pairs(SALON))}", str(len(SALON)), "name_key"),
        lambda row, _, __: in_common(SALON, row[0]),
    ),
    "metres_between": Rule(
        [
            ("lat_e7", "bigint", st.integers(240_000_000, 460_000_000), [HERE.lat_e7, 0]),
            ("lon_e7", "bigint", st.integers(1_220_000_000, 1_540_000_000), [HERE.lon_e7, 0]),
        ],
        metres_sql(f"{HERE.lat_e7}::bigint", f"{HERE.lon_e7}::bigint"),
        lambda row, _, __: metres_between(HERE, Point(row[0], row[1])),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_and_its_sql_say_the_same_of_every_row(name: str, database: Database) -> None:
    rule = RULES[name]
    rows = st.lists(st.tuples(*(drawn for _, _, drawn, _ in rule.columns)), min_size=1, max_size=40)

    @settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
    @given(rows, DAYS, PERIODS)
    def check(rows: list[Values], day: date, period: int) -> None:
        loop.run(rule.compare(connection, rows, day, period))

    with asyncio.Runner() as loop:
        connection = loop.run(connected(database))
        try:
            loop.run(rule.compare(connection, list(product(*(tried for *_, tried in rule.columns))), DAY, 180))
            check()
        finally:
            loop.run(connection.close())


async def connected(database: Database) -> Connection:
    return await asyncpg.connect(database.dsn)


async def test_a_missing_row_of_an_outer_join_counts_as_nothing(database: Database) -> None:
    connection = await connected(database)
    try:
        found = await connection.fetchrow(
            f"select {overdue_sql('$1::date')} as late, {verification_sql('$1::date', '180')} as verification,"
            f" {waiting_sql('$1::date', 'waits_since')} as band, {helped_sql()} as helped, {need_state_sql()} as need"
            " from (select null::text as state, null::date as due_on, null::date as deferred_until,"
            " null::date as verified_on, null::date as registered_on, null::date as waits_since,"
            " null::int as people_helped, null::boolean as gap) as missing",
            DAY,
        )
    finally:
        await connection.close()
    assert found is not None
    assert dict(found) == {"late": False, "verification": None, "band": None, "helped": 0, "need": None}


def test_a_term_runs_from_its_first_day_to_the_day_before_its_end() -> None:
    begin, end = date(2026, 4, 1), date(2028, 4, 1)
    states = [term_state(begin, end, day) for day in (date(2026, 3, 31), begin, date(2028, 3, 31), end)]
    assert states == [TermState.COMING, TermState.CURRENT, TermState.CURRENT, TermState.ENDED]


def test_a_post_that_was_handed_over_needs_nothing_more_after_its_last_day() -> None:
    begin, end, last = date(2026, 4, 1), date(2028, 4, 1), date(2027, 3, 31)
    states = [term_state(begin, end, day, last) for day in (last, date(2027, 4, 1), end)]
    assert states == [TermState.CURRENT, TermState.HANDED_OVER, TermState.HANDED_OVER]


def test_a_succession_is_to_be_settled_from_60_days_before_the_end_until_it_is() -> None:
    found = [without_successor(before(-n), None, DAY, 60) for n in (61, 60, 0, -900)]
    assert found == [False, True, True, True]
    assert not without_successor(DAY, before(1), DAY, 60)


def test_a_purpose_is_due_for_review_from_its_day_on_while_the_council_is_active() -> None:
    found = [due_for_review(CouncilState.ACTIVE, review_on, DAY) for review_on in (before(-1), DAY, before(1), None)]
    assert found == [False, True, True, False]
    assert not due_for_review(CouncilState.DORMANT, before(1), DAY)


def test_a_council_is_quiet_when_it_has_not_met_for_so_many_days_since_it_was_there() -> None:
    found = [quiet(CouncilState.ACTIVE, before(n), before(900), DAY, 180) for n in (180, 181)]
    assert found == [False, True]
    assert [quiet(CouncilState.ACTIVE, None, before(n), DAY, 180) for n in (180, 181)] == [False, True]
    assert not quiet(CouncilState.ACTIVE, before(900), before(10), DAY, 180)
    assert not quiet(CouncilState.DORMANT, None, before(900), DAY, 180)


def test_an_answer_is_overdue_after_so_many_days_for_who_considers_too() -> None:
    late = [{state for state in OutreachState if answer_overdue(state, before(n), DAY, 30)} for n in (30, 31)]
    assert late == [set(), {OutreachState.ASKED, OutreachState.CONSIDERING}]


def test_a_contact_is_due_from_30_days_before_its_last_day_until_it_is_erased() -> None:
    found = [contact_due(ContactState.KEPT, before(-n), DAY) for n in (31, 30, 0, -1)]
    assert found == [False, True, True, True]
    assert not contact_due(ContactState.ERASED, DAY, DAY)
