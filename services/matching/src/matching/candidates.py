"""Judging offers for a need: what is in the way of each, which fit, in which order, why, and what is missing. Pure.

The order is the same for everybody who asks of the same facts: nearest first (an offer of the need's own area, then
of the areas above it, then any other), then those that serve the fewest areas, then those with most places free,
then by id.

What a listing does not say is not in the way: without a readable schedule or fee, or without a capacity, it may fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from shiendomain.matching import Nearest
from shiendomain.rules import people_helped
from shiendomain.schedules import half_hours_within
from shiendomain.states import MatchState
from shiendomain.vocabulary import FitReason, Missing, Obstacle, Weekday

from .decider.fit import NeedFacts, gives, serves
from .projections import MatchRow, OfferRow, OpenNeed

_DAYS = tuple(Weekday)
_PLACES = (Obstacle.CAPACITY, Obstacle.AMOUNT)
MOST_NEAREST = 3


@dataclass(frozen=True)
class Candidate:
    """An offer that fits a need, and why. `free` is how many places are left; `None`: no limit is known."""

    resource_id: UUID
    name: str
    area: str
    free: int | None
    reasons: tuple[FitReason, ...]


@dataclass(frozen=True)
class Judged:
    """The offers that fit, best first; how many were judged; and what was missing where none fits.

    `missing`, `unmet` and `nearest` are those of `NoMatchFound`.
    """

    candidates: tuple[Candidate, ...]
    considered: int
    missing: tuple[Missing, ...] = ()
    unmet: tuple[Obstacle, ...] = ()
    nearest: tuple[Nearest, ...] = ()


def facts_of(need: OpenNeed, matches: Iterable[MatchRow], path: Sequence[str]) -> NeedFacts:
    """What a need is judged by: `people` wait, without those that these matches helped or hold places for.

    A match that is only proposed holds none: several resources may be asked at the same time.
    """
    rows = list(matches)
    held = sum(row.people for row in rows if row.state is MatchState.ACCEPTED)
    provided = held + sum(people_helped(row.state, row.people_helped) for row in rows)
    return NeedFacts(
        need_id=need.need_id,
        area=need.area,
        path=tuple(path),
        support_kind=need.support_kind,
        people=max(0, need.people - provided),
        open=need.state.wants_support,
        weekdays=need.weekdays,
        hours_from=need.hours_from,
        hours_until=need.hours_until,
        fee_ceiling_yen=need.fee_ceiling_yen,
    )


def left_of(facts: NeedFacts, matches: Iterable[MatchRow]) -> NeedFacts:
    """The same for those of its people who were not proposed anything that awaits an answer."""
    proposed = sum(row.people for row in matches if row.state is MatchState.PROPOSED)
    return replace(facts, people=max(0, facts.people - proposed))


def unchanged_declined(need: OpenNeed, matches: Iterable[MatchRow], offers: Iterable[OfferRow]) -> frozenset[UUID]:
    """Of these offers, those that the need was declined by, unless the need or the listing was changed since.

    Such a pair is not proposed again without a person's will.
    """
    listed = {offer.resource_id: offer.listed_at for offer in offers}
    found = set()
    for row in matches:
        if row.declined_at and row.resource_id in listed:
            changes = (need.changed_at, listed[row.resource_id])
            if all(change is None or change <= row.declined_at for change in changes):
                found.add(row.resource_id)
    return frozenset(found)


def obstacles(need: NeedFacts, offer: OfferRow) -> tuple[Obstacle, ...]:
    """All that keeps an offer from serving a need, places aside, in the order a coordinator would ask."""
    found = []
    if not gives(offer, need):
        found.append(Obstacle.KIND)
    if not serves(offer, need):
        found.append(Obstacle.AREA)
    return (*found, *unmet_by(need, offer))


def unmet_by(need: NeedFacts, offer: OfferRow) -> tuple[Obstacle, ...]:
    """What a need asks for that an offer does not meet: days, hours, fee."""
    found = []
    if need.weekdays and offer.weekdays and set(need.weekdays).isdisjoint(offer.weekdays):
        found.append(Obstacle.DAYS)
    elif not _open_then(need, offer):
        found.append(Obstacle.HOURS)
    if yen_above(need, offer):
        found.append(Obstacle.FEE)
    return tuple(found)


def yen_above(need: NeedFacts, offer: OfferRow) -> int:
    """How far the fee is above the need's ceiling; 0 when it is not, or when one of both is not known."""
    if need.fee_ceiling_yen is None or offer.fee_yen is None:
        return 0
    return max(0, offer.fee_yen - need.fee_ceiling_yen)


def _open_then(need: NeedFacts, offer: OfferRow) -> bool:
    """Whether it is open at some time of the hours asked for, on one of the days asked for, as far as it says."""
    if not offer.half_hours or (need.hours_from is None and need.hours_until is None):
        return True
    asked = half_hours_within(need.hours_from, need.hours_until)
    hours = dict(zip(_DAYS, offer.half_hours, strict=True))
    return any(hours[day] & asked or (day in offer.weekdays and not hours[day]) for day in need.weekdays or _DAYS)


def judge(need: NeedFacts, offers: Iterable[OfferRow], declined: frozenset[UUID] = frozenset()) -> Judged:
    """Judge offers for a need; `declined` are not proposed again. None is judged for one of which nobody waits."""
    judged = [offer for offer in offers if offer.open] if need.people else []
    lacking = [(offer, _with_places(need, offer, declined)) for offer in judged]
    fitting = [offer for offer, lacks in lacking if not lacks]
    candidates = tuple(_candidate(need, offer) for offer in sorted(fitting, key=lambda offer: rank(need, offer)))
    if candidates or not need.people:
        return Judged(candidates, len(judged))
    missing, unmet = what_lacks([lacks for _, lacks in lacking])
    return Judged((), len(judged), missing, unmet, nearest_of(need, lacking))


def _with_places(need: NeedFacts, offer: OfferRow, declined: frozenset[UUID]) -> tuple[Obstacle, ...]:
    found = obstacles(need, offer)
    if offer.free is not None and offer.free < need.people:
        found = (*found, Obstacle.AMOUNT if offer.free else Obstacle.CAPACITY)
    return (*found, Obstacle.DECLINED) if offer.resource_id in declined else found


def what_lacks(lacking: Iterable[tuple[Obstacle, ...]]) -> tuple[tuple[Missing, ...], tuple[Obstacle, ...]]:
    """What is missing and what is unmet, of what the offers that came nearest lacked.

    The kind only when nobody gives it, the area only when nobody who gives it serves the area, places where nothing
    else is in the way of some, and else what else is in the way.
    """
    kind, area = True, False
    places: set[Obstacle] = set()
    others: set[Obstacle] = set()
    for lacks in lacking:
        kind = kind and Obstacle.KIND in lacks
        if Obstacle.KIND in lacks:
            continue
        if Obstacle.AREA in lacks:
            area = True
        elif set(lacks) <= set(_PLACES):
            places.update(lacks)
        else:
            others.update(one for one in lacks if one not in _PLACES)
    if places:
        return tuple(sorted(one.missing for one in places if one.missing)), ()
    if others:
        return (), tuple(one for one in Obstacle if one in others)
    return ((Missing.AREA,) if area and not kind else (Missing.KIND,)), ()


def nearest_of(need: NeedFacts, lacking: Iterable[tuple[OfferRow, tuple[Obstacle, ...]]]) -> tuple[Nearest, ...]:
    """The offers of the kind that came nearest: with the fewest things in the way, then in the order of candidates."""
    given = [(offer, lacks) for offer, lacks in lacking if Obstacle.KIND not in lacks]
    found = sorted(given, key=lambda one: (len(one[1]), *rank(need, one[0])))[:MOST_NEAREST]
    return tuple(_near(need, offer, lacks) for offer, lacks in found)


def _near(need: NeedFacts, offer: OfferRow, lacks: tuple[Obstacle, ...]) -> Nearest:
    days = need.weekdays if Obstacle.DAYS in lacks else ()
    above = yen_above(need, offer)
    free = 0 if Obstacle.CAPACITY in lacks else offer.free  # a round takes places before anybody holds them
    return Nearest(resource_id=offer.resource_id, obstacles=lacks, free=free, yen_above=above, days=days)


def _candidate(need: NeedFacts, offer: OfferRow) -> Candidate:
    return Candidate(offer.resource_id, offer.name, offer.area, offer.free, reasons(need, offer))


def unmet_of_listing(need: NeedFacts, offer: OfferRow, declined: frozenset[UUID]) -> tuple[Obstacle, ...]:
    """What the listing of an offer does not meet, and whether it declined the need. Its stream knows its places."""
    return (*unmet_by(need, offer), *([Obstacle.DECLINED] if offer.resource_id in declined else []))


def reasons(need: NeedFacts, offer: OfferRow, people: int = 1) -> tuple[FitReason, ...]:
    """Why an offer that gives the kind and serves the area is proposed for so many people."""
    home = (FitReason.HOME_AREA,) if offer.area == need.area else ()
    places = (FitReason.CAPACITY,) if offer.free is None or offer.free >= people else ()
    return (FitReason.KIND, *home, FitReason.SERVES_AREA, *places)


def steps_up(path: Sequence[str], area: str) -> int:
    """How many areas above the first of the path an area is; the length of the path when it is none of it."""
    return path.index(area) if area in path else len(path)


def rank(need: NeedFacts, offer: OfferRow) -> tuple[int, int, int, str]:
    """The place of an offer in the order of candidates."""
    free = offer.free if offer.free is not None else need.people
    return steps_up(need.path, offer.area), len(offer.service_areas), -free, str(offer.resource_id)
