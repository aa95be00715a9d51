"""The registry's events keep their bytes and their published schemas."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from registry.decider import DECIDERS
from shiendomain.accesses import AccessKind, RegistryAccessed
from shiendomain.registry import (
    AreaReorganized,
    RegistryEvent,
    ResourceDetails,
    ResourceRegistered,
    ResourceRevised,
    ResourceSource,
)
from shiendomain.vocabulary import Accessibility, ByMapping, Location, NeedBehind, ServiceClass, SourceKind, SupportKind
from shienevents import Event, event_types, types_of
from shienevents.testing import check_goldens, check_schemas

from .facts import (
    AN_ID,
    ANOTHER,
    AREA,
    AREA_MAPPED,
    ASSIGNED,
    DAY,
    ESTABLISHED,
    MAPPING_REVERSED,
    MIDORI,
    MOVED,
    NORTH_DEFINED,
    NOTED,
    PROMISE_CORRECTED,
    PROMISE_WITHDRAWN,
    PROMISED,
    REINSTATED,
    REORGANIZATION_WITHDRAWN,
    RESUMED,
    RETIRED,
    SOURCE_CORRECTED,
    SUSPENDED,
    VERIFICATION_WITHDRAWN,
    VERIFIED,
)
from .facts_contacts import CONTACTS
from .facts_development import DEVELOPMENT
from .network_facts import NETWORK_EXAMPLES

HERE = Path(__file__).parent
ACCESSED = RegistryAccessed(
    access_id=UUID(int=7),
    kind=AccessKind.PAST_READ,
    area="272108-01",
    principal="auditor-1",
    role="auditor",
    body="監査委員事務局",
    operation="show_board",
    about="/board",
    purpose="",
    as_of=datetime(2026, 3, 31, 15, tzinfo=UTC),
    origin="192.0.2.7",
)
OWN = event_types(DECIDERS, ())
DETAILS = ResourceDetails(
    name="ふれあいサロン𠮷",
    kana="ふれあいさろん",
    support_kinds=(SupportKind.SALON, SupportKind.WATCHING),
    service_class=ServiceClass.DAY_B,
    service_areas=(AREA, "272108-04"),
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
    updated_on=DAY,
    accessibility=(Accessibility.RAMP, Accessibility.PARKING),
)


def by_mapping(event: Event) -> Event:
    """The event, if it moves something, as a mapping of an ended area writes it."""
    named = "by_mapping" in type(event).model_fields
    return event.model_copy(update={"by_mapping": ByMapping(mapping_id=UUID(int=43))}) if named else event


ALL: list[Event] = [
    NORTH_DEFINED,
    AREA_MAPPED,
    MAPPING_REVERSED,
    REORGANIZATION_WITHDRAWN,
    AreaReorganized(area=AREA, successors=("272108-04", "272108-05"), valid_from=DAY),
    ESTABLISHED,
    ASSIGNED,
    MIDORI,
    ResourceRegistered(
        resource_id=AN_ID,
        area=AREA,
        details=DETAILS,
        source=ResourceSource(kind=SourceKind.LAUNCH, reference="S-1", list="通いの場一覧", survey_id=AN_ID),
        service_id=ANOTHER,
        for_needs=(NeedBehind(need_id=ANOTHER, area=AREA, people=3),),
        not_the_same_as=(ANOTHER,),
    ),
    ResourceRevised(resource_id=AN_ID, details=DETAILS, changed=("capacity", "fee"), from_list=("fee",)),
    VERIFIED,
    VERIFICATION_WITHDRAWN,
    SUSPENDED,
    RESUMED,
    RETIRED,
    REINSTATED,
    SOURCE_CORRECTED,
    MOVED.model_copy(update={"from_list": True}),
    PROMISED,
    PROMISE_CORRECTED,
    PROMISE_WITHDRAWN,
    NOTED,
    *NETWORK_EXAMPLES,
    *DEVELOPMENT,
    *CONTACTS,
    ACCESSED,
]
EXAMPLES = list(map(by_mapping, ALL))


def test_every_event_of_the_contract_is_written_by_some_decider() -> None:
    assert set(OWN) == {*types_of(RegistryEvent), RegistryAccessed}


def test_events_keep_their_bytes() -> None:
    check_goldens(OWN, HERE / "goldens", EXAMPLES)


def test_published_schemas_stay_compatible() -> None:
    check_schemas(OWN, HERE.parent / "schemas")
