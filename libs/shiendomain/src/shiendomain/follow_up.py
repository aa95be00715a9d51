"""What somebody must come back to, each rule stated once: a pure function, and beside it the same rule in SQL.

They are the worklists of the network (ネットワーク構築) and of contacts (連絡先). See `rules` for what a function
that ends in `_sql` returns.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from .rules import overdue, overdue_sql
from .states import ContactState, CouncilState, OutreachState, ProposalState

SUCCESSION_DAYS: Final = 60
"""So many days before the end of a term its succession is to be settled, unless somebody asks for another number."""

ANSWER_DAYS: Final = 30
"""After so many days without an answer an outreach is to be asked about, unless somebody asks for another number."""

REMIND_EVERY_DAYS: Final = 14
"""After so many days a late answer is reminded of again, unless the city sets another number."""

QUIET_DAYS: Final = 180
"""After so many days without a meeting a council is looked at, unless somebody asks for another number."""

CONTACT_DAYS: Final = 30
"""So many days before the end of its retention a contact is to be looked at."""


def due_for_review(state: CouncilState, review_on: date | None, day: date) -> bool:
    """Whether the purpose that a council agreed on is to be reviewed, from the day `review_on` on.

    Source: 地域づくりにおける意識の統一 of the slides: a purpose that nobody looks at again is not shared any more. The
    day is the council's own. A dormant council reviews nothing.
    """
    return state is CouncilState.ACTIVE and review_on is not None and review_on <= day


def due_for_review_sql(day: str) -> str:
    """`due_for_review` in SQL: a boolean, never null. The columns are named state and review_on."""
    return f"coalesce(state = '{CouncilState.ACTIVE.value}' and review_on <= {day}, false)"


def quiet(state: CouncilState, last_met_on: date | None, established_on: date, day: date, after_days: int) -> bool:
    """Whether a council has held no meeting for more than so many days, since it met last or was established.

    Source: 定期的な情報共有 of the slides. Whether it is dormant then, its secretariat says: a rule does not know why.
    """
    since = established_on if last_met_on is None else max(last_met_on, established_on)
    return state is CouncilState.ACTIVE and (day - since).days > after_days


def quiet_sql(day: str, after_days: str, last_met_on: str = "last_met_on") -> str:
    """`quiet` in SQL: a boolean, never null. The columns are named state, established_on and last_met_on."""
    since = f"greatest(established_on, {last_met_on})"
    return f"coalesce(state = '{CouncilState.ACTIVE.value}' and {day} - {since} > {after_days}, false)"


def without_successor(term_until: date, handed_over_on: date | None, day: date, within_days: int) -> bool:
    """Whether a term ends within so many days of `day`, or has ended, and nobody settled what follows.

    A renewal moves the end, and a hand-over settles it, with a successor or without one.

    Source: a rule of this product. Coordinators report that knowledge is lost when a post changes hands.
    """
    return handed_over_on is None and (term_until - day).days <= within_days


def without_successor_sql(day: str, within_days: str) -> str:
    """`without_successor` in SQL: a boolean. The columns are named term_until and handed_over_on."""
    return f"(handed_over_on is null and term_until - {day} <= {within_days})"


def answer_overdue(state: OutreachState, waits_since: date, day: date, after_days: int) -> bool:
    """Whether a body has owed its answer for more than so many days, since it was asked or since it last answered.

    Source: a rule of this product for 地縁組織等への協力依頼などの働きかけ of the slides. Whoever considers has not
    answered yet.
    """
    return state.awaits_answer and (day - waits_since).days > after_days


def answer_overdue_sql(day: str, after_days: str) -> str:
    """`answer_overdue` in SQL: a boolean. The columns are named state and waits_since."""
    awaiting = ", ".join(f"'{state.value}'" for state in OutreachState if state.awaits_answer)
    return f"(state in ({awaiting}) and {day} - waits_since > {after_days})"


def late_since(state: ProposalState, due_on: date | None, deferred_until: date | None) -> date:
    """The day that has passed of a proposal whose answer is late: its due day, or that until which it was deferred."""
    day = deferred_until if state is ProposalState.DEFERRED else due_on
    assert day is not None, "only what has a day is late"
    return day


def reminder_due(
    state: ProposalState,
    due_on: date | None,
    deferred_until: date | None,
    reminded_on: date | None,
    day: date,
    every_days: int,
) -> bool:
    """Whether somebody is to be reminded of an answer on `day`: it is late, and the last reminder is long enough ago.

    A reminder of an earlier day does not count: it is from before the day that passed now.

    Source: a rule of this product. Councils report that nobody knows what became of a proposal.
    """
    if not overdue(state, due_on, deferred_until, day):
        return False
    if reminded_on is None or reminded_on <= late_since(state, due_on, deferred_until):
        return True
    return (day - reminded_on).days >= every_days


def reminder_due_sql(day: str, every_days: str) -> str:
    """`reminder_due` in SQL: a boolean, never null. The columns are state, due_on, deferred_until and reminded_on."""
    since = f"case state when '{ProposalState.DEFERRED.value}' then deferred_until else due_on end"
    again = f"coalesce(reminded_on <= {since} or {day} - reminded_on >= {every_days}, true)"
    return f"({overdue_sql(day)} and {again})"


def contact_due(state: ContactState, keep_until: date, day: date) -> bool:
    """Whether the retention of a contact ends soon, or has ended and it is not erased yet.

    Source: a rule of this product. Who still needs a contact asks the body again and records it anew; else it is erased
    when its last day has passed.
    """
    return state is ContactState.KEPT and (keep_until - day).days <= CONTACT_DAYS


def contact_due_sql(day: str) -> str:
    """`contact_due` in SQL: a boolean. The columns are named state and keep_until."""
    return f"(state = '{ContactState.KEPT.value}' and keep_until - {day} <= {CONTACT_DAYS})"
