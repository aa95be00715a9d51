"""How fresh a list of resources is: what an area promised and keeps, and the risk that a listing is wrong by now.

Each rule is stated once: a pure function, and beside it the same rule in SQL (see `rules`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

from .states import ResourceState
from .words import Word


class PromiseState(Word):
    """Whether an area keeps its promise how fresh its list is, on a given day."""

    KEPT = "kept", "達成", "Kept"
    BROKEN = "broken", "未達成", "Not kept"


class Promise(NamedTuple):
    """From the day `since` on, `percent` of the resources are verified within `within_days`; `area` promised it."""

    percent: int
    within_days: int
    since: date
    area: str


class Kept(NamedTuple):
    """How far a promise is kept: of `resources` in use `verified` are verified within its days."""

    resources: int
    verified: int

    @property
    def percent(self) -> int | None:
        """The share that is verified, rounded down, so that a promise that is not kept never looks so. None of none."""
        return 100 * self.verified // self.resources if self.resources else None

    def missing(self, promise: Promise) -> int:
        """How many more have to be verified until the promise is kept."""
        return max(0, -(-promise.percent * self.resources // 100) - self.verified)

    def state(self, promise: Promise) -> PromiseState:
        """Whether the promise is kept. An area without resources in use keeps it.

        Source: a rule of this product. Coordinators report that lists of resources (資源の見える化) are out of date, so
        that wrong information is handed out. A list says how far it can be relied on wherever it goes.
        """
        return PromiseState.BROKEN if self.missing(promise) else PromiseState.KEPT


class Risk(Word):
    """Why a listing may be wrong by now, or why it matters."""

    UNVERIFIED_LONG = "unverified_long", "長く確認されていない", "Not verified for long"
    ASKED_OFTEN = "asked_often", "打診が多い", "Asked for often"
    ENDS_SOON = "ends_soon", "終了の日が近い", "Ends soon by its own listing"
    HAS_ENDED = "has_ended", "終了の日を過ぎた", "Ended by its own listing"


class RiskPart(NamedTuple):
    """One reason, its points, and its number: of days, or of proposals."""

    risk: Risk
    points: int
    number: int


MOST_PERIODS: Final = 4
"""A listing that is four periods old is as unreliable as an older one."""
ASK_POINTS: Final = 20
MOST_ASKS: Final = 10
ASKED_MONTHS: Final = 12
"""Proposals of so many calendar months count, this month among them."""
SOON_DAYS: Final = 30
SOON_POINTS: Final = 100
ENDED_POINTS: Final = 200


def risk_of(since: date, ends_on: date | None, asked: int, day: date, period: int) -> tuple[RiskPart, ...]:
    """Why the listing of a resource in use is to be looked at on `day`, each reason with its points.

    `since` is the day from which its age counts, `ends_on` the last day that its own listing names, `asked` how often
    it was proposed for a need, and `period` after how many days a verification is too old. One period of age gives 100
    points, and so do five proposals. A day of the end counts until somebody verified the listing after it.

    Source: a rule of this product: wrong information does harm where it is handed out.
    """
    age = max(0, (day - since).days)
    parts = [RiskPart(Risk.UNVERIFIED_LONG, 100 * min(age, MOST_PERIODS * period) // period, age)]
    parts.append(RiskPart(Risk.ASKED_OFTEN, ASK_POINTS * min(asked, MOST_ASKS), asked))
    if ends_on is not None and since <= ends_on:
        left = (ends_on - day).days
        if left < 0:
            parts.append(RiskPart(Risk.HAS_ENDED, ENDED_POINTS, -left))
        elif left <= SOON_DAYS:
            parts.append(RiskPart(Risk.ENDS_SOON, SOON_POINTS, left))
    return tuple(part for part in parts if part.points)


def points_of(parts: Iterable[RiskPart]) -> int:
    """The risk of a listing in points."""
    return sum(part.points for part in parts)


def risk_sql(day: str, period: str, asked: str) -> str:
    """The points of `risk_of` in SQL. The columns are named since and ends_on."""
    age = f"greatest(0, {day} - since)"
    ends = (
        f"case when ends_on is null or ends_on < since then 0 when ends_on < {day} then {ENDED_POINTS}"
        f" when ends_on <= {day} + {SOON_DAYS} then {SOON_POINTS} else 0 end"
    )
    aged = f"100 * least({age}, {MOST_PERIODS} * {period}) / {period}"
    return f"({aged} + {ASK_POINTS} * least({asked}, {MOST_ASKS}) + {ends})"


def ended_unseen(state: ResourceState, since: date, ends_on: date | None, day: date) -> bool:
    """Whether a resource in use has ended by its own listing, and nobody has verified it since."""
    return state.in_use and ends_on is not None and since <= ends_on < day


def ended_unseen_sql(day: str) -> str:
    """`ended_unseen` in SQL: a boolean, never null. The columns are named state, since and ends_on."""
    in_use = ", ".join(f"'{state.value}'" for state in ResourceState if state.in_use)
    return f"coalesce(state in ({in_use}) and since <= ends_on and ends_on < {day}, false)"


def asked_from(day: date) -> date:
    """The first month whose proposals count on `day`, as its first day."""
    months = day.year * 12 + day.month - ASKED_MONTHS
    return date(months // 12, months % 12 + 1, 1)


def verified_within(state: ResourceState, verified_on: date | None, day: date, within_days: int) -> bool:
    """Whether a resource is verified as it is, within so many days before `day`; on the last of them it still is."""
    return (
        state is ResourceState.VERIFIED and verified_on is not None and day - verified_on <= timedelta(days=within_days)
    )


def verified_within_sql(day: str, within_days: str) -> str:
    """`verified_within` in SQL: a boolean, never null. The columns are named state and verified_on."""
    return f"coalesce(state = '{ResourceState.VERIFIED.value}' and verified_on >= {day} - {within_days}, false)"


def words_of(part: RiskPart) -> tuple[str, str]:
    """What a reason says, in Japanese and in English."""
    n = part.number
    match part.risk:
        case Risk.UNVERIFIED_LONG:
            return f"最後の確認または登録から{n}日", f"{n} days since the last verification or the registration"
        case Risk.ASKED_OFTEN:
            return f"最近12か月の打診{n}件", f"proposed {n} times in the last twelve months"
        case Risk.ENDS_SOON:
            return f"登録内容にある終了の日まで{n}日", f"{n} days until the end that its listing names"
        case Risk.HAS_ENDED:
            return f"登録内容にある終了の日から{n}日", f"{n} days since the end that its listing names"
