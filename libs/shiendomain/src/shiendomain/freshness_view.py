"""The view of promises how fresh lists are, which every service folds that shows lists, and what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

from shienevents import Envelope, Row, View, replace, types_of

from .areas import AreaTree
from .freshness import Kept, Promise, PromiseState, verified_within_sql
from .registry import FreshnessEvent, FreshnessPromiseCorrected, FreshnessPromised, FreshnessPromiseWithdrawn
from .states import ResourceState

if TYPE_CHECKING:  # it loads the driver of Postgres, which those who only fold do not need
    from shienevents import Snapshot

_IN_USE = [state.value for state in ResourceState if state.in_use]


class PromiseRow(Row, key=("area",)):
    """The promises of one area, from its own stream.

    Of each: since, percent, within_days, and the reason of a correction or withdrawal. A withdrawal has no percent.
    """

    area: str
    promises: tuple[dict[str, Any], ...] = ()
    version: int = 0

    def on(self, day: date) -> Promise | None:
        """The promise of the area itself that counts on `day`."""
        begun = [one for one in self.promises if date.fromisoformat(one["since"]) <= day]
        if not begun or begun[-1]["percent"] is None:
            return None
        last = begun[-1]
        return Promise(last["percent"], last["within_days"], date.fromisoformat(last["since"]), self.area)


def evolve(row: PromiseRow, event: FreshnessEvent, envelope: Envelope) -> PromiseRow:
    """The row after an event."""
    match event:
        case FreshnessPromised():
            promises = (*row.promises, _promise(event, ""))
        case FreshnessPromiseCorrected():
            promises = (*row.promises[:-1], _promise(event, event.reason))
        case FreshnessPromiseWithdrawn():
            ended = {"since": event.since.isoformat(), "percent": None, "within_days": None, "reason": event.reason}
            promises = (*row.promises, ended)
        case _:
            assert_never(event)
    return replace(row, promises=promises, version=envelope.version)


def _promise(event: FreshnessPromised | FreshnessPromiseCorrected, reason: str) -> dict[str, Any]:
    since = event.since.isoformat()
    return {"since": since, "percent": event.percent, "within_days": event.within_days, "reason": reason}


freshness_view: View[PromiseRow] = View(
    name="freshness_promises",
    version=1,
    row=PromiseRow,
    subscribes_to=types_of(FreshnessEvent),
    keys=lambda event, _: [event.area],
    evolve=evolve,
)


class Freshness(NamedTuple):
    """What counts for an area on a day: the promise, its own or of the nearest area above, and what is kept of it."""

    area: str
    promise: Promise | None
    kept: Kept

    @property
    def state(self) -> PromiseState | None:
        """Whether the promise is kept; None without one."""
        return self.kept.state(self.promise) if self.promise else None

    @property
    def missing(self) -> int:
        """How many more have to be verified."""
        return self.kept.missing(self.promise) if self.promise else 0


async def freshness_of(
    snapshot: Snapshot, tree: AreaTree, areas: Sequence[str], day: date, stale_after_days: int
) -> Mapping[str, Freshness]:
    """The freshness of each of these areas, of all resources in use that are at home in it and below.

    Without a promise, those count as verified whose verification is not older than `stale_after_days`. The snapshot has
    the views `freshness_promises` and `resources`.
    """
    above = sorted({code for area in areas for code in tree.path(area)})
    rows = await snapshot.select(freshness_view, "where area = any($1::text[])", above)
    own = {row.area: promise for row in rows if (promise := row.on(day))}
    promises = {area: next((own[code] for code in tree.path(area) if code in own), None) for area in areas}
    days = {area: promise.within_days if promise else stale_after_days for area, promise in promises.items()}
    below = {area: tree.subtree(area) or (area,) for area in areas}
    codes = sorted({code for found in below.values() for code in found})
    counted = await _count(snapshot, tuple(codes), day, tuple(sorted(set(days.values()))))
    found = {}
    for area, promise in promises.items():
        one = [counted.get((code, days[area]), (0, 0)) for code in below[area]]
        found[area] = Freshness(area, promise, Kept(sum(n for n, _ in one), sum(n for _, n in one)))
    return found


Counted = Mapping[tuple[str, int], tuple[int, int]]


async def _count(snapshot: Snapshot, areas: tuple[str, ...], day: date, days: tuple[int, ...]) -> Counted:
    """By area and number of days: the resources in use at home there, and those that are verified within the days.

    It reads every resource of the areas, and every list shows it: so it is kept until the views advance.
    """
    return await snapshot.once(("freshness", areas, day, days), lambda: _count_now(snapshot, areas, day, days))


async def _count_now(snapshot: Snapshot, areas: tuple[str, ...], day: date, days: tuple[int, ...]) -> Counted:
    found = await snapshot.fetch(
        f"""select area, days, sum(n)::bigint,
                   sum(case when {verified_within_sql("$2::date", "days")} then n else 0 end)::bigint
              from (select area, state, verified_on, count(*) as n from resources
                     where area = any($1::text[]) and state = any($4::text[]) group by 1, 2, 3) counted,
                   unnest($3::int[]) days
             group by 1, 2""",
        list(areas),
        day,
        list(days),
        _IN_USE,
    )
    return {(area, within): (resources, verified) for area, within, resources, verified in found}
