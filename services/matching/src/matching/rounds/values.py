"""What it is worth to serve one person of a need at a resource, in points by the policy of the round. Pure integers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shiendomain.distances import Point, metres_between
from shiendomain.rounds import PairPoints, RoundPolicy
from shiendomain.rules import Verification, verification
from shiendomain.vocabulary import ServiceClass, Urgency

from ..candidates import steps_up
from ..projections import OfferRow, OpenNeed

_AMONG_RESIDENTS = (ServiceClass.MUTUAL_HELP, ServiceClass.VISIT_B, ServiceClass.DAY_B)
_KM = 1000


def points_of_need(need: OpenNeed, policy: RoundPolicy, day: date) -> tuple[int, int, int]:
    """What does not depend on the resource: somebody is served, how urgent it is, how long the need has waited."""
    urgency = {Urgency.NORMAL: 0, Urgency.SOON: policy.soon, Urgency.URGENT: policy.urgent}[need.urgency]
    weeks = max(0, (day - need.recorded_on).days // 7) if need.recorded_on else 0
    return policy.served, urgency, policy.week_waited * min(weeks, policy.most_weeks)


def points_of_offer(offer: OfferRow, policy: RoundPolicy, day: date) -> tuple[int, int]:
    """What does not depend on the need: how fresh the listing is, and the class of the service."""
    fresh = verification(offer.listing, offer.verified_on, offer.registered_on, day, policy.stale_after_days)
    points = {Verification.FRESH: policy.verified, Verification.UNVERIFIED: policy.unverified}
    if offer.service_class in _AMONG_RESIDENTS:
        preferred = policy.mutual_help
    else:
        preferred = policy.prevention if offer.service_class is ServiceClass.GENERAL_PREVENTION else 0
    return points.get(fresh, 0) if fresh else 0, preferred


def points_of_nearness(
    path: Sequence[str], middle: Point | None, offer: OfferRow, policy: RoundPolicy
) -> tuple[int, int]:
    """How near the resource is to the need's area: in the tree, and on the map where both are known."""
    steps, nearer = steps_up(path, offer.area), 0
    same_area = max(0, policy.same_area - policy.step_up * steps) if steps < len(path) else 0
    if middle is not None and offer.lat_e7 is not None and offer.lon_e7 is not None:
        away = metres_between(middle, Point(offer.lat_e7, offer.lon_e7)) // _KM
        nearer = policy.km_nearer * max(0, policy.most_km - away)
    return same_area, nearer


def points_of_pair(
    need: OpenNeed, path: Sequence[str], middle: Point | None, offer: OfferRow, policy: RoundPolicy, day: date
) -> PairPoints:
    """What serving one person of the need at the resource is worth, in its parts."""
    served, urgency, waited = points_of_need(need, policy, day)
    same_area, nearer = points_of_nearness(path, middle, offer, policy)
    listing, service_class = points_of_offer(offer, policy, day)
    return PairPoints(
        served=served,
        urgency=urgency,
        waited=waited,
        same_area=same_area,
        nearer=nearer,
        listing=listing,
        service_class=service_class,
    )
