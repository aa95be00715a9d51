"""The facts the tests speak of: an area with its council, its post and a provider, and what becomes of a resource."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.registry import (
    AreaDefined,
    AreaReorganizationWithdrawn,
    AreaWorkMapped,
    AreaWorkMappingReversed,
    BatchRegistered,
    CoordinatorAssigned,
    CouncilEstablished,
    FieldVerified,
    FreshnessPromiseCorrected,
    FreshnessPromised,
    FreshnessPromiseWithdrawn,
    ProviderRegistered,
    ResourceMoved,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceSourceCorrected,
    ResourceSuspended,
    ResourceVerificationWithdrawn,
    ResourceVerified,
)
from shiendomain.vocabulary import (
    AreaKind,
    AreaThing,
    BodyKind,
    CouncilMember,
    CouncilSeat,
    KindSuccessor,
    ResourceEnd,
    SourceKind,
    ThingSuccessor,
    Tier,
    VerificationMethod,
)

AN_ID, ANOTHER = UUID(int=1), UUID(int=2)
AREA = "272108-03"
DAY = date(2026, 4, 1)

NORTH_DEFINED = AreaDefined(
    area=AREA,
    parent="272108",
    municipality="272108",
    kind=AreaKind.CENTRE_AREA,
    tiers=(Tier.TIER1, Tier.TIER2),
    name="北",
    kana="きた",
    valid_from=DAY,
    boundary=((((1_356_000_000, 348_000_000), (1_357_000_000, 348_000_000), (1_356_000_000, 349_000_000)),),),
)
AREA_MAPPED = AreaWorkMapped(
    mapping_id=ANOTHER,
    area=AREA,
    kinds=(KindSuccessor(kind=AreaThing.RESOURCES, successor="272108-04"),),
    things=(ThingSuccessor(thing_id=AN_ID, successor="272108-05"),),
    reason="校区の分割",
)
MAPPING_REVERSED = AreaWorkMappingReversed(mapping_id=ANOTHER, area=AREA, reason="線の引き直し")
REORGANIZATION_WITHDRAWN = AreaReorganizationWithdrawn(area=AREA, reason="再編の延期")
ESTABLISHED = CouncilEstablished(
    council_id=AN_ID,
    area=AREA,
    tier=Tier.TIER2,
    name="北協議体",
    members=(
        CouncilMember(
            kind=BodyKind.SHAKYO,
            name="北校区社協",
            parent="市社協",
            seat=CouncilSeat.DISTRICT_SHAKYO,
            body_id=ANOTHER,
            parent_id=AN_ID,
        ),
    ),
)
ASSIGNED = CoordinatorAssigned(
    coordinator_id=AN_ID,
    area=AREA,
    tier=Tier.TIER2,
    employer="ささえりあ北",
    employer_kind=BodyKind.SUPPORT_CENTRE,
    posts=2,
    term_from=DAY,
    term_until=date(2028, 4, 1),
)
MIDORI = ProviderRegistered(
    provider_id=ANOTHER,
    area=AREA,
    name="みどり会",
    kana="みどりかい",
    kind=BodyKind.WELFARE_CORPORATION,
    corporate_number="1234567890123",
    not_the_same_as=(AN_ID,),
)
VERIFIED = ResourceVerified(resource_id=AN_ID, verified_on=DAY, method=VerificationMethod.PHONE, fields=("fee",))
VERIFICATION_WITHDRAWN = ResourceVerificationWithdrawn(
    resource_id=AN_ID,
    verified_on=DAY,
    method=VerificationMethod.PHONE,
    reason="別の資源だった",
    fields=("fee", "name"),
    left=(FieldVerified(field="name", verified_on=DAY, method=VerificationMethod.VISIT), FieldVerified(field="fee")),
)
SUSPENDED = ResourceSuspended(resource_id=AN_ID, reason=ResourceEnd.SEASONAL, note="冬")
RESUMED = ResourceResumed(resource_id=AN_ID)
RETIRED = ResourceRetired(resource_id=AN_ID, reason=ResourceEnd.VENUE_LOST)
REINSTATED = ResourceReinstated(resource_id=AN_ID, reason="別の資源だった")
SOURCE_CORRECTED = ResourceSourceCorrected(
    resource_id=AN_ID, source=SourceKind.SURVEY, survey_id=ANOTHER, reason="調査で把握したものだった"
)
MOVED = ResourceMoved(resource_id=AN_ID, from_area=AREA, area="272108-04", reason="隣の校区だった")
PROMISED = FreshnessPromised(area=AREA, percent=80, within_days=180, since=date(2026, 10, 1))
PROMISE_CORRECTED = FreshnessPromiseCorrected(
    area=AREA, percent=90, within_days=365, since=date(2026, 10, 1), reason="日数の誤り"
)
PROMISE_WITHDRAWN = FreshnessPromiseWithdrawn(area=AREA, since=date(2027, 4, 1), reason="市の約束に合わせる")
NOTED = BatchRegistered(batch_id=AN_ID, area="272108", new=2, revised=1, unchanged=3)
