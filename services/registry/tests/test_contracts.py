"""The registry's events keep their bytes and their published schemas."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

from registry.main import OWN
from shienevents import Event, EventTypes
from shienevents.contracts.registry import (
    AreaDefined,
    AreaReorganized,
    BatchRegistered,
    CoordinatorAssigned,
    CouncilEstablished,
    ProviderRegistered,
    RegistryEvent,
    ResourceDetails,
    ResourceRegistered,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSource,
    ResourceSuspended,
    ResourceVerified,
)
from shienevents.contracts.vocabulary import (
    AreaKind,
    BodyKind,
    Location,
    Member,
    NeedBehind,
    ResourceEnd,
    ServiceClass,
    SourceKind,
    SupportKind,
    Tier,
    VerificationMethod,
)
from shienevents.testing import check_goldens, check_schemas

HERE = Path(__file__).parent
AN_ID, ANOTHER = UUID(int=1), UUID(int=2)
DAY = date(2026, 4, 1)
DETAILS = ResourceDetails(
    name="ふれあいサロン𠮷",
    kana="ふれあいさろん",
    support_kinds=(SupportKind.SALON, SupportKind.WATCHING),
    service_class=ServiceClass.DAY_B,
    service_areas=("272108-03", "272108-04"),
    provider_id=ANOTHER,
    provider_name="北校区社協",
    location=Location(lat_e7=348_000_000, lon_e7=1_356_000_000),
    address="中央1-2-3",
    telephone="072-000-0000",
    schedule="第2・4火曜",
    fee="1回200円",
    fee_yen=200,
    capacity=20,
    activity="茶話会",
    note="送迎なし",
)
EXAMPLES: list[Event] = [
    AreaDefined(
        area="272108-03",
        parent="272108",
        municipality="272108",
        kind=AreaKind.CENTRE_AREA,
        tiers=(Tier.TIER1, Tier.TIER2),
        name="北",
        kana="きた",
        valid_from=DAY,
        boundary=((((1_356_000_000, 348_000_000), (1_357_000_000, 348_000_000), (1_356_000_000, 349_000_000)),),),
    ),
    AreaReorganized(area="272108-03", successors=("272108-04", "272108-05"), valid_from=DAY),
    CouncilEstablished(
        council_id=AN_ID,
        area="272108-03",
        tier=Tier.TIER2,
        name="北協議体",
        members=(Member(kind=BodyKind.SHAKYO, name="北校区社協", parent="市社協"),),
    ),
    CoordinatorAssigned(
        coordinator_id=AN_ID,
        area="272108-03",
        tier=Tier.TIER2,
        employer="ささえりあ北",
        employer_kind=BodyKind.SUPPORT_CENTRE,
        posts=2,
        term_from=DAY,
        term_until=date(2028, 4, 1),
    ),
    ProviderRegistered(
        provider_id=ANOTHER,
        area="272108-03",
        name="みどり会",
        kana="みどりかい",
        kind=BodyKind.WELFARE_CORPORATION,
        corporate_number="1234567890123",
    ),
    ResourceRegistered(
        resource_id=AN_ID,
        area="272108-03",
        details=DETAILS,
        source=ResourceSource(kind=SourceKind.LAUNCH, reference="S-1"),
        service_id=ANOTHER,
        for_needs=(NeedBehind(need_id=ANOTHER, area="272108-03", people=3),),
    ),
    ResourceRevised(resource_id=AN_ID, details=DETAILS, changed=("capacity", "fee")),
    ResourceVerified(resource_id=AN_ID, verified_on=DAY, method=VerificationMethod.PHONE, fields=("fee",)),
    ResourceSuspended(resource_id=AN_ID, reason=ResourceEnd.SEASONAL, note="冬"),
    ResourceResumed(resource_id=AN_ID),
    ResourceRetired(resource_id=AN_ID, reason=ResourceEnd.VENUE_LOST, note=""),
    BatchRegistered(batch_id=AN_ID, area="272108", new=2, revised=1, unchanged=3),
]


def test_every_event_of_the_contract_is_written_by_some_decider() -> None:
    assert set(OWN) == set(RegistryEvent.__args__)


def test_events_keep_their_bytes() -> None:
    check_goldens(EventTypes(OWN), HERE / "goldens", EXAMPLES)


def test_published_schemas_stay_compatible() -> None:
    check_schemas(EventTypes(OWN), HERE.parent / "schemas")
