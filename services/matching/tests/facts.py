"""The facts of the tests: one resource with two places in the school district it is at home in, two needs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.areas import Territory
from shiendomain.matching import (
    AcceptanceNoted,
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchEnded,
    MatchesReleased,
    MatchFound,
    MatchLapsed,
    MatchOutcomeCorrected,
    MatchProposed,
    Nearest,
    NoMatchFound,
    OfferNoted,
    ServiceOffered,
)
from shiendomain.needs import (
    NeedCorrected,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedWithdrawn,
)
from shiendomain.registry import (
    AreaDefined,
    ResourceDetails,
    ResourceMoved,
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSource,
    ResourceSuspended,
    ResourceVerificationWithdrawn,
    ResourceVerified,
)
from shiendomain.rounds import FloorPrice, PlacePrice, RoundOpened, RoundPolicy, RoundSolved, Shortage
from shiendomain.vocabulary import (
    AgeBand,
    AreaKind,
    EndReason,
    FailureReason,
    FitReason,
    Frequency,
    LapseReason,
    Missing,
    NeedBehind,
    Obstacle,
    Outcome,
    ResourceEnd,
    SourceKind,
    SupportKind,
    Tier,
    VerificationMethod,
    Weekday,
)
from shienevents import Home


def uuid(number: int) -> UUID:
    return UUID(f"00000000-0000-7000-8000-{number:012x}")


CITY, WARD, NORTH, SOUTH = "272108", "272108-w", "272108-01", "272108-02"
RESOURCE, OTHER_RESOURCE, SERVICE = uuid(1), uuid(2), uuid(3)
NEED, OTHER_NEED = uuid(11), uuid(12)
MATCH, OTHER_MATCH = uuid(21), uuid(22)
SEARCH = uuid(31)
ROUND = uuid(41)
ENDED_ON = date(2026, 10, 31)
HOME = Home(CITY, NORTH)
HERE, ELSEWHERE = Territory((NORTH,), (NORTH,)), Territory((SOUTH,), (SOUTH,))


def noted(version: int = 1, **changes: object) -> OfferNoted:
    return OfferNoted(
        resource_id=RESOURCE,
        resource_version=version,
        open=True,
        support_kinds=(SupportKind.OUTING,),
        service_areas=(WARD,),
        capacity=2,
    ).model_copy(update=changes)


def proposed(match: UUID = MATCH, need: UUID = NEED, people: int = 1) -> MatchProposed:
    return MatchProposed(
        match_id=match,
        need_id=need,
        need_area=NORTH,
        resource_id=RESOURCE,
        resource_version=1,
        people=people,
        reasons=(FitReason.KIND,),
    )


def accepted(match: UUID = MATCH, need: UUID = NEED, people: int = 1) -> MatchAccepted:
    return MatchAccepted(match_id=match, need_id=need, need_area=NORTH, resource_id=RESOURCE, people=people)


def declined(match: UUID = MATCH, need: UUID = NEED) -> MatchDeclined:
    return MatchDeclined(
        match_id=match,
        need_id=need,
        need_area=NORTH,
        resource_id=RESOURCE,
        reason=FailureReason.NOT_SUITABLE,
        note="曜日が合わない",
    )


def lapsed(
    match: UUID = MATCH, need: UUID = NEED, reason: LapseReason = LapseReason.NO_ANSWER, freed: int = 0
) -> MatchLapsed:
    return MatchLapsed(
        match_id=match, need_id=need, need_area=NORTH, resource_id=RESOURCE, reason=reason, people_freed=freed
    )


def concluded(match: UUID = MATCH, need: UUID = NEED, helped: int = 1, freed: int = 0) -> MatchConcluded:
    return MatchConcluded(
        match_id=match,
        need_id=need,
        need_area=NORTH,
        resource_id=RESOURCE,
        outcome=Outcome.HELPED if helped else Outcome.NOT_HELPED,
        people_helped=helped,
        people_freed=freed,
        reason=None if helped else FailureReason.COULD_NOT_REACH,
    )


def corrected(helped: int = 1, freed: int = 0, *, ongoing: bool = True, match: UUID = MATCH) -> MatchOutcomeCorrected:
    return MatchOutcomeCorrected(
        match_id=match,
        need_id=NEED,
        need_area=NORTH,
        resource_id=RESOURCE,
        outcome=Outcome.PARTLY if helped else Outcome.NOT_HELPED,
        people_helped=helped,
        people_freed=freed,
        ongoing=ongoing,
        why="人数の誤り",
        reason=FailureReason.NO_CAPACITY,
    )


def ended(
    match: UUID = MATCH, need: UUID = NEED, reason: EndReason = EndReason.NO_LONGER_NEEDED, freed: int = 1
) -> MatchEnded:
    return MatchEnded(
        match_id=match,
        need_id=need,
        need_area=NORTH,
        resource_id=RESOURCE,
        reason=reason,
        ended_on=ENDED_ON,
        people_freed=freed,
    )


def offered(match: UUID = OTHER_MATCH, resource: UUID = OTHER_RESOURCE) -> ServiceOffered:
    return ServiceOffered(need_id=NEED, need_area=NORTH, match_id=match, resource_id=resource)


def noted_acceptance(match: UUID = MATCH, resource: UUID = RESOURCE) -> AcceptanceNoted:
    return AcceptanceNoted(need_id=NEED, need_area=NORTH, match_id=match, resource_id=resource)


def released(*matches: tuple[UUID, UUID], moved_to: str | None = None) -> MatchesReleased:
    return MatchesReleased(need_id=NEED, need_area=NORTH, matches=matches, released_on=ENDED_ON, moved_to=moved_to)


def found(match: UUID = MATCH, resource: UUID = RESOURCE) -> MatchFound:
    return MatchFound(need_id=NEED, need_area=NORTH, match_id=match, resource_id=resource)


def unmatched_in_round() -> NoMatchFound:
    near = Nearest(resource_id=RESOURCE, obstacles=(Obstacle.DAYS,), free=1, yen_above=0, days=(Weekday.SUN,))
    changes = {"unmet": (Obstacle.DAYS,), "nearest": (near,), "round_id": ROUND}
    return unmatched().model_copy(update=changes)


def unmatched(search: UUID = SEARCH) -> NoMatchFound:
    return NoMatchFound(
        search_id=search,
        need_id=NEED,
        need_area=NORTH,
        support_kind=SupportKind.OUTING,
        missing=(Missing.AREA,),
        considered=3,
        people=2,
    )


OPENED = RoundOpened(
    round_id=ROUND,
    area=CITY,
    day=date(2026, 12, 1),
    positions="matching.0.3,needs.2.7,registry.2.9",
    policy=RoundPolicy(),
    need_count=2,
    people=5,
    resource_count=1,
    places=2,
)
SOLVED = RoundSolved(
    round_id=ROUND,
    area=CITY,
    objective=202_400,
    certificate="0f" * 32,
    pairs=1,
    people_proposed=2,
    people_unserved=3,
    place_prices=(PlacePrice(resource_id=RESOURCE, points=1150),),
    floor_prices=(FloorPrice(area=NORTH, support_kind=SupportKind.OUTING, points=50),),
    shortages=(Shortage(area=NORTH, support_kind=SupportKind.OUTING, people=3, points=1460),),
)
AREA = AreaDefined(
    area=NORTH,
    parent=WARD,
    municipality=CITY,
    kind=AreaKind.SCHOOL_DISTRICT,
    tiers=(Tier.TIER2,),
    name="北",
    valid_from=date(2024, 4, 1),
    boundary=((((10, 20), (30, 20), (30, 61), (10, 20)),),),
)

DETAILS = ResourceDetails(name="おでかけ隊", support_kinds=(SupportKind.OUTING,), service_areas=(WARD,), capacity=2)
REGISTERED = ResourceRegistered(
    resource_id=RESOURCE, area=NORTH, details=DETAILS, source=ResourceSource(kind=SourceKind.COORDINATOR)
)
LAUNCHED = REGISTERED.model_copy(
    update={"service_id": SERVICE, "for_needs": (NeedBehind(need_id=NEED, area=NORTH, people=2),)}
)
REVISED = ResourceRevised(
    resource_id=RESOURCE, details=DETAILS.model_copy(update={"name": "おでかけ隊・北", "capacity": 5}),
    changed=("name", "capacity"),
)  # fmt: skip
SUSPENDED = ResourceSuspended(resource_id=RESOURCE, reason=ResourceEnd.SEASONAL)
RESUMED = ResourceResumed(resource_id=RESOURCE)
REINSTATED_RESOURCE = ResourceReinstated(resource_id=RESOURCE, reason="活動が続いていた")
VERIFIED = ResourceVerified(resource_id=RESOURCE, verified_on=date(2026, 6, 1), method=VerificationMethod.VISIT)
VERIFICATION_WITHDRAWN = ResourceVerificationWithdrawn(
    resource_id=RESOURCE, verified_on=date(2026, 6, 1), method=VerificationMethod.VISIT, reason="別の資源だった",
    fields=("name", "support_kinds"),
)  # fmt: skip
RETIRED = ResourceRetired(resource_id=RESOURCE, reason=ResourceEnd.VENUE_LOST)

RECORDED = NeedRecorded(
    need_id=NEED,
    area=NORTH,
    support_kind=SupportKind.OUTING,
    people=2,
    frequency=Frequency.WEEKLY,
    source=SourceKind.COORDINATOR,
)
NEED_REVISED = NeedRevised(
    need_id=NEED, people=3, age_band=AgeBand.ANY, frequency=Frequency.WEEKLY, weekdays=(), fee_ceiling_yen=None, note=""
)
MATCHED = NeedMatched(need_id=NEED, match_id=MATCH, resource_id=RESOURCE)
PARTLY_MET = NeedPartlyMet(need_id=NEED, match_id=MATCH, resource_id=RESOURCE, service_id=None, people_helped=1)
MET = NeedMet(need_id=NEED, match_id=MATCH, resource_id=RESOURCE, service_id=None, people_helped=2)
REOPENED = NeedReopened(need_id=NEED, match_id=MATCH, reason=LapseReason.NO_ANSWER)
REINSTATED = NeedReinstated(need_id=NEED, reason="別のニーズだった")
CORRECTED = NeedCorrected(need_id=NEED, support_kind=SupportKind.MEALS, reason="配食だった")
MOVED = NeedMoved(need_id=NEED, from_area=NORTH, area=SOUTH, reason="南の校区だった")
RESOURCE_MOVED = ResourceMoved(resource_id=RESOURCE, from_area=NORTH, area=SOUTH, reason="南の校区だった")
WITHDRAWN = NeedWithdrawn(need_id=NEED, reason="転居")
