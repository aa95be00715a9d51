"""Rules that several services apply, each stated once: a pure function, and beside it the same rule in SQL.

Services count their boards in SQL. A function that ends in `_sql` returns an expression for such a SELECT. It is built
from the same constants as the function beside it, and the tests compare the two on Postgres. Its arguments are SQL
text (a column or a placeholder with its type, as `$2::date`), written by the service and never taken from a request.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from .states import IssueState, MatchState, NeedState, ProposalState, ResourceState
from .words import Word

STALE_AFTER_DAYS: Final = 180
"""For so many days a verification counts, unless the city has set another number. Source: a rule of this product."""
LONGEST_TERM_YEARS: Final = 10
"""A term of a post of coordinator is not longer; it may be renewed again and again."""


class Verification(Word):
    """How far the listing of a resource in use can be relied on, on a given day."""

    UNVERIFIED = "unverified", "未確認", "Unverified"
    FRESH = "fresh", "確認済み", "Verified"
    STALE = "stale", "要再確認", "To be verified again"


class WaitingBand(Word):
    """For how many days a proposal has waited, in bands."""

    TO_30 = "to_30", "30日以内", "30 days or less"
    TO_90 = "to_90", "31〜90日", "31 to 90 days"
    LONGER = "longer", "91日以上", "91 days or more"


class TermState(Word):
    """Whether the term of a post is running, on a given day."""

    COMING = "coming", "任期前", "Coming"
    CURRENT = "current", "任期中", "Current"
    ENDED = "ended", "任期満了", "Ended"
    HANDED_OVER = "handed_over", "引継ぎ済み", "Handed over"


BAND_DAYS = {WaitingBand.TO_30: 30, WaitingBand.TO_90: 90}
"""The last day of each band that has one, counted from the day the waiting began."""


def overdue(state: ProposalState, due_on: date | None, deferred_until: date | None, day: date) -> bool:
    """Whether the answer to a proposal is late on `day`.

    It is late when the due day is past and the answer is still awaited, or when the proposal was deferred and the day
    it was deferred until is past. On the day itself it is not late yet.

    Source: a rule of this product. The upper tier names the due day when it receives a proposal, so that the council
    which proposed (市等に対し制度化等を提案する) is not left without an answer.
    """
    if state is ProposalState.DEFERRED:
        return deferred_until is not None and deferred_until < day
    return state.awaits_answer and due_on is not None and due_on < day


def overdue_sql(day: str) -> str:
    """`overdue` in SQL: a boolean, never null. The columns are named state, due_on and deferred_until."""
    awaiting = _list(state for state in ProposalState if state.awaits_answer)
    deferred = _text(ProposalState.DEFERRED)
    return f"coalesce(state in ({awaiting}) and due_on < {day} or state = {deferred} and deferred_until < {day}, false)"


def answered(state: ProposalState, answer: ProposalState | None) -> ProposalState:
    """Where a proposal stands: in its own state, or, while it is part of a merged one, where that one stands.

    `answer` is the state of the merged one; none where the proposal is answered by itself.
    """
    return answer or state


def answered_sql() -> str:
    """`answered` in SQL. The columns are named state and answer."""
    return "coalesce(answer, state)"


def counted_proposals_sql() -> str:
    """The proposals that a board counts, as a table: `state` is `answered`. A merged one is counted by its origins.

    So a merger changes no figure of a board, and a district's board says what became of its own proposal. One that was
    split is counted by its parts, because each has its own answer.
    """
    columns = "area, escalated_on, due_on, deferred_until"
    parted = _list((ProposalState.SPLIT, ProposalState.SPLIT_UNDONE))
    counted = f"origins = '{{}}' and state not in ({parted})"
    return f"(select {columns}, {answered_sql()} as state from proposals where {counted}) counted"


def too_long(term_from: date, term_until: date) -> bool:
    """Whether a term is longer than `LONGEST_TERM_YEARS`; `term_until` is the first day after it.

    Source: a rule of this product. Terms of coordinators are two years and renewable; a much longer one is a slip of
    the pen.
    """
    ends = (term_until.year - LONGEST_TERM_YEARS, term_until.month, term_until.day)
    return ends > (term_from.year, term_from.month, term_from.day)


def term_state(term_from: date, term_until: date, day: date, handed_over_on: date | None = None) -> TermState:
    """Whether a term runs on `day`; `term_until` is the first day after it, `handed_over_on` the post's last day.

    Source: a rule of this product. Terms of coordinators are two years and renewable; an ended one needs a renewal or a
    hand-over. A post that was handed over, at the end of its term or before, needs nothing more.
    """
    if handed_over_on is not None and handed_over_on < day:
        return TermState.HANDED_OVER
    if day < term_from:
        return TermState.COMING
    return TermState.CURRENT if day < term_until else TermState.ENDED


def term_state_sql(day: str) -> str:
    """`term_state` in SQL: its value. The columns are named term_from, term_until and handed_over_on."""
    return (
        f"case when handed_over_on < {day} then {_text(TermState.HANDED_OVER)}"
        f" when {day} < term_from then {_text(TermState.COMING)}"
        f" when {day} < term_until then {_text(TermState.CURRENT)}"
        f" when term_until is not null then {_text(TermState.ENDED)} end"
    )


def stale_since(verified_on: date | None, registered_on: date | None) -> date | None:
    """The day from which the age of a listing counts: its last verification, or its registration when it has none."""
    return verified_on or registered_on


def stale_since_sql() -> str:
    """`stale_since` in SQL. The columns are named verified_on and registered_on."""
    return "coalesce(verified_on, registered_on)"


def verification(
    state: ResourceState, verified_on: date | None, registered_on: date | None, day: date, stale_after_days: int
) -> Verification | None:
    """How far the listing of a resource can be relied on, on `day`; `None` when the resource is not in use.

    It is to be verified again when its last verification (its registration, when it was never verified) is more than
    `stale_after_days` days before `day`. On the last of these days it still counts.

    Source: a rule of this product. Coordinators report that lists of resources (資源の見える化) are out of date; the
    city sets the period.
    """
    if not state.in_use:
        return None
    since = stale_since(verified_on, registered_on)
    if since is not None and (day - since).days > stale_after_days:
        return Verification.STALE
    return Verification.FRESH if state is ResourceState.VERIFIED else Verification.UNVERIFIED


def verification_sql(day: str, stale_after_days: str) -> str:
    """`verification` in SQL: its value, or null. The columns are named state, verified_on and registered_on."""
    in_use = _list(state for state in ResourceState if state.in_use)
    return (
        f"case when state not in ({in_use}) then null"
        f" when {stale_since_sql()} < {day} - {stale_after_days} then {_text(Verification.STALE)}"
        f" when state = {_text(ResourceState.VERIFIED)} then {_text(Verification.FRESH)}"
        f" when state is not null then {_text(Verification.UNVERIFIED)} end"
    )


def waiting_since(before: ProposalState | None, since: date | None, day: date) -> date:
    """The day from which a proposal waits, once it is escalated on `day`.

    `before` is its state until then (`None`: it was never escalated) and `since` the day it waited from. Escalated
    again after a return it keeps that day, because the council has waited since then. Escalated again after an end
    (rejected, withdrawn) it waits from `day`. It has no SQL: views fold it into a column, and boards read that column.

    Source: a rule of this product. Councils report that nobody knows what became of a proposal.
    """
    if before is None or before.closed or since is None:
        return day
    return since


def age_days(since: date, day: date) -> int:
    """How many days lie between the day the waiting began and `day`; 0 on the same day."""
    return (day - since).days


def waiting_band(state: ProposalState, since: date | None, day: date) -> WaitingBand | None:
    """For how long a proposal has waited on `day`; `None` for a closed one, which does not wait.

    Source: a rule of this product; see `waiting_since`.
    """
    if state.closed or since is None:
        return None
    age = age_days(since, day)
    return next((band for band, last in BAND_DAYS.items() if age <= last), WaitingBand.LONGER)


def waiting_sql(day: str, since: str) -> str:
    """`waiting_band` in SQL: its value, or null. `since` names the column of `waiting_since`; the other is state."""
    closed = _list(state for state in ProposalState if state.closed)
    bands = "".join(f" when {day} - {since} <= {last} then {_text(band)}" for band, last in BAND_DAYS.items())
    return (
        f"case when state in ({closed}) or {since} is null then null{bands}"
        f" when state is not null then {_text(WaitingBand.LONGER)} end"
    )


_HELPFUL = (MatchState.CONCLUDED, MatchState.ENDED)


def people_helped(state: MatchState, people_helped: int) -> int:
    """How many people count as helped by a match: those of a concluded match, also when its support has ended since.

    A match that lapsed after its conclusion does not count: its resource is no more, and its people wait again. For the
    same reason a match whose support ended while it was still needed has no people helped.

    Source: a rule of this product for the function (C) ニーズと取組のマッチング of the slides: a match helps when its
    outcome was recorded, not when it was proposed or accepted.
    """
    return people_helped if state in _HELPFUL else 0


def helped_sql(state: str = "state", people_helped: str = "people_helped") -> str:
    """`people_helped` in SQL: a number, never null where `people_helped` is not."""
    return f"case when {state} in ({_list(_HELPFUL)}) then {people_helped} else 0 end"


def unanswered_state(issue_id: UUID | None) -> NeedState:
    """The state, in its own stream, of a need that no match holds or met: part of an issue, or open."""
    return NeedState.GROUPED if issue_id else NeedState.OPEN


def state_after_help(state: NeedState, issue_id: UUID | None) -> NeedState:
    """The state of a need, in its own stream, after a match helped some of its people or was undone.

    One that was withdrawn at that moment stays so.
    """
    return state if state is NeedState.WITHDRAWN else unanswered_state(issue_id)


def need_state(own_state: NeedState, issue_gap: bool) -> NeedState:
    """The state of a need, from its own stream and from whether its issue has a declared gap.

    A need that is grouped into an issue with a declared gap is in state GAP. One that was matched, met or withdrawn
    since then keeps its own state.

    Source: the slides, 地域に不足するサービスの創出: a council declares the gap for the issue, not for each need.
    """
    return NeedState.GAP if own_state is NeedState.GROUPED and issue_gap else own_state


def need_state_sql(state: str = "state", gap: str = "gap") -> str:
    """`need_state` in SQL. `gap` may be null (a need without an issue)."""
    return f"case when {state} = {_text(NeedState.GROUPED)} and {gap} then {_text(NeedState.GAP)} else {state} end"


def issue_gap_sql() -> str:
    """Whether the issue of a need has a declared gap, in SQL over the views named needs and issues.

    It is read with the need and is no column of it: the streams of several issues would write that column.
    """
    gap = _text(IssueState.GAP)
    return f"exists (select 1 from issues where issues.issue_id = needs.issue_id and issues.state = {gap})"


def _text(word: Word) -> str:
    """A value as a SQL literal. Values are identifiers: they hold no quote."""
    return f"'{word.value}'"


def _list(words: Iterable[Word]) -> str:
    return ", ".join(_text(word) for word in words)
