"""Judging offers for a need: which fit, in which order, why, and what was missing when none does. Pure.

The order is the same for everybody who asks of the same facts: nearest first (an offer of the need's own area, then
of the areas above it, then any other), then those that serve the fewest areas, then those with most places free,
then by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.vocabulary import FitReason, Missing

from .decider.fit import NeedFacts
from .projections import OfferRow


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
    """The offers that fit, best first; how many were judged; and what was missing where none fits."""

    candidates: tuple[Candidate, ...]
    considered: int
    missing: tuple[Missing, ...]


def free_of(offer: OfferRow) -> int | None:
    """How many places are left; `None` without a limit."""
    return None if offer.capacity is None else max(0, offer.capacity - offer.held)


def judge(need: NeedFacts, offers: Iterable[OfferRow]) -> Judged:
    """Judge offers for a need. None is judged for one of which nobody waits."""
    judged = [offer for offer in offers if offer.open] if need.people else []
    fitting = [offer for offer in judged if _lacks(need, offer) is None]
    candidates = tuple(_candidate(need, offer) for offer in sorted(fitting, key=lambda offer: _rank(need, offer)))
    return Judged(candidates, len(judged), () if candidates or not need.people else _missing(need, judged))


def _lacks(need: NeedFacts, offer: OfferRow) -> Missing | None:
    """The first thing an offer lacks, in the order a coordinator would ask."""
    if need.support_kind not in offer.support_kinds:
        return Missing.KIND
    if not set(need.path) & set(offer.service_areas):
        return Missing.AREA
    free = free_of(offer)
    if free is None or free >= need.people:
        return None
    return Missing.CAPACITY if free == 0 else Missing.AMOUNT


def _missing(need: NeedFacts, offers: Sequence[OfferRow]) -> tuple[Missing, ...]:
    """What the offers that came nearest lacked: a kind only when nobody gives it, and so on."""
    lacked = {_lacks(need, offer) for offer in offers}
    near = [word for word in (Missing.AMOUNT, Missing.CAPACITY) if word in lacked]
    if near:
        return tuple(sorted(near))
    return (Missing.AREA,) if Missing.AREA in lacked else (Missing.KIND,)


def _candidate(need: NeedFacts, offer: OfferRow) -> Candidate:
    home = (FitReason.HOME_AREA,) if offer.area == need.area else ()
    reasons = (FitReason.KIND, *home, FitReason.SERVES_AREA, FitReason.CAPACITY)
    return Candidate(offer.resource_id, offer.name, offer.area, free_of(offer), reasons)


def _rank(need: NeedFacts, offer: OfferRow) -> tuple[int, int, int, str]:
    near = need.path.index(offer.area) if offer.area in need.path else len(need.path)
    free = free_of(offer)
    return near, len(offer.service_areas), -(free if free is not None else need.people), str(offer.resource_id)
