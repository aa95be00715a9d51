"""The events of a matching round (一括マッチング): open needs and free places of an area, matched as well as can be.

A round and its proposals are one commit. What is proposed is in the streams of the offers (`MatchProposed`), what found
nothing in those of the searches (`NoMatchFound`), each with the id of the round.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shienevents import Event

from .vocabulary import AreaCode, Part, SupportKind

Points = Annotated[int, Field(ge=0, le=1_000_000)]
Count = Annotated[int, Field(ge=0, le=100_000_000)]


class RoundPolicy(Part):
    """What a round values, in points for each person served. Decision 43 says why the defaults are as they are.

    served: any person served · urgent, soon: the need's urgency · week_waited: each full week that the need has waited,
    at most `most_weeks` · same_area: the resource is at home in the need's area, and `step_up` fewer for each area that
    it is above · km_nearer: each kilometre below `most_km` between the resource and the middle of the need's area ·
    verified, unverified: the listing was verified within `stale_after_days`, or never · mutual_help, prevention: help
    among residents (⑥, 訪問型・通所型サービスB), and general care prevention (②).

    `floor_percent` of the people who wait in an area for a kind of support come first: each of them counts `floor`
    more. A resource whose capacity is not known is taken to have `places_unknown`.
    """

    served: Points = 1000
    urgent: Points = 600
    soon: Points = 300
    week_waited: Points = 10
    most_weeks: Points = 52
    same_area: Points = 200
    step_up: Points = 50
    km_nearer: Points = 10
    most_km: Points = 10
    verified: Points = 100
    unverified: Points = 50
    stale_after_days: Annotated[int, Field(ge=1, le=3650)] = 180
    mutual_help: Points = 60
    prevention: Points = 40
    floor_percent: Annotated[int, Field(ge=0, le=100)] = 20
    floor: Points = 100_000
    places_unknown: Annotated[int, Field(ge=0, le=100_000)] = 5


class PairPoints(Part):
    """What a proposal is worth by the policy, for each person of it, in its parts: their sum is why it was chosen.

    served, urgency, waited: of the need · same_area, nearer: how near the resource is, in the tree of areas and on the
    map · listing: how fresh the listing is · service_class: help among residents, or care prevention. What the floor of
    an area adds belongs to no single proposal.
    """

    served: Points
    urgency: Points
    waited: Points
    same_area: Points
    nearer: Points
    listing: Points
    service_class: Points


class PlacePrice(Part):
    """How much one more place at a resource would add to the round, at most, in points."""

    resource_id: UUID
    points: Count


class FloorPrice(Part):
    """The price of the floor of an area for a kind of support, in points: of its certificate."""

    area: AreaCode
    support_kind: SupportKind
    points: Points


class Shortage(Part):
    """Where people are left: `people` of an area who wait for a kind of support, and were proposed nothing.

    `points` is what one more place at home in the area would add to the round, at most.
    """

    area: AreaCode
    support_kind: SupportKind
    people: Count
    points: Count


class RoundOpened(Event, wire="matching.round_opened.v1"):
    """A round of an area and all below it was opened, over what matching had read at `positions`, by this policy.

    `people` of so many needs wait, and so many resources that serve the area have `places` that are free. `live`: until
    the next round of the area, what is new or changed is proposed at once, by the same policy.
    """

    round_id: UUID
    area: AreaCode
    day: date
    positions: Annotated[str, StringConstraints(max_length=4096)]
    policy: RoundPolicy
    need_count: Count
    people: Count
    resource_count: Count
    places: Count
    live: bool = False


class RoundSolved(Event, wire="matching.round_solved.v1"):
    """The round was solved: no other assignment of its inputs is worth more than `objective` points.

    `certificate` is the SHA-256 of its certificate, from which anyone can confirm that. `pairs` were proposed for
    `people_proposed` people; `people_unserved` were proposed nothing. Prices that are 0 are left out.
    """

    round_id: UUID
    area: AreaCode
    objective: Annotated[int, Field(ge=0)]
    certificate: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    pairs: Count
    people_proposed: Count
    people_unserved: Count
    place_prices: tuple[PlacePrice, ...] = ()
    floor_prices: tuple[FloorPrice, ...] = ()
    shortages: tuple[Shortage, ...] = ()


RoundEvent = RoundOpened | RoundSolved
