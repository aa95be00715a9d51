"""What the registry's views show, and that they are folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import strategies as st

from registry.projections import (
    CoordinatorRow,
    CouncilRow,
    ProviderRow,
    ResourceRow,
    coordinators,
    councils,
    providers,
    resources,
    searchable,
    sort_name,
)
from shiendomain.comparing import pair_numbers
from shiendomain.registry import (
    ProviderRegistered,
    ResourceDetails,
    ResourceRegistered,
    ResourceRevised,
    ResourceSource,
    ResourceVerified,
)
from shiendomain.states import ResourceState
from shiendomain.vocabulary import (
    BodyKind,
    Location,
    ResourceEnd,
    SourceKind,
    SupportKind,
    Tier,
    VerificationMethod,
)
from shienevents import Event
from shienevents.testing import FoldScenario, Streams, an_envelope, check_fold_laws

from .facts import (
    AN_ID,
    ANOTHER,
    AREA,
    ASSIGNED,
    DAY,
    ESTABLISHED,
    MOVED,
    REINSTATED,
    RESUMED,
    RETIRED,
    SOURCE_CORRECTED,
    SUSPENDED,
    VERIFICATION_WITHDRAWN,
)

IDS = (AN_ID, ANOTHER)
THREAD = an_envelope().correlation

details = ResourceDetails(
    name="ﾌﾚｱｲサロン",
    support_kinds=(SupportKind.SALON, SupportKind.WATCHING),
    service_areas=(AREA, "272108-04"),
    location=Location(lat_e7=348_000_000, lon_e7=1_356_000_000),
    capacity=20,
)


def registered(resource_id: UUID = AN_ID) -> ResourceRegistered:
    return ResourceRegistered(
        resource_id=resource_id,
        area=AREA,
        details=details,
        source=ResourceSource(kind=SourceKind.IMPORT, reference="R-1"),
    )


def later(resource_id: UUID = AN_ID) -> list[Event]:
    """One event of each kind that follows the first."""
    return [
        ResourceRevised(
            resource_id=resource_id,
            details=ResourceDetails(name="サロン", support_kinds=(SupportKind.MEALS,), service_areas=(AREA,)),
            changed=("name", "support_kinds"),
        ),
        ResourceVerified(resource_id=resource_id, verified_on=date(2026, 4, 9), method=VerificationMethod.VISIT),
        *(
            event.model_copy(update={"resource_id": resource_id})
            for event in (SUSPENDED, RESUMED, RETIRED, REINSTATED, MOVED, SOURCE_CORRECTED, VERIFICATION_WITHDRAWN)
        ),
    ]


row = ResourceRow(
    resource_id=AN_ID,
    area=AREA,
    state=ResourceState.REGISTERED,
    name="ﾌﾚｱｲサロン",
    support_kinds=(SupportKind.SALON, SupportKind.WATCHING),
    kind_bits=0b100100,
    service_areas=(AREA, "272108-04"),
    lat_e7=348_000_000,
    lon_e7=1_356_000_000,
    capacity=20,
    source=SourceKind.IMPORT,
    reference="R-1",
    registered_on=DAY,
    listed={"name": "ふれあいさろん", "location": "348000/1356000"},
    listed_area=AREA,
    checked_fields=("capacity", "location", "name", "service_areas", "support_kinds"),
    unverified=("capacity", "location", "name", "service_areas", "support_kinds"),
    since=DAY,
    name_key="ふれあいさろん",
    search="ふれあいさろん\n\n\n\n\n",
    search_pairs=pair_numbers("ふれあいさろん"),
    sort_name="ふれあいさろん\n",
    correlation=THREAD,
    version=1,
)
verified_row = replace(
    row,
    state=ResourceState.VERIFIED,
    checked_days={"": "2026-04-09"},
    checked_by={"": "visit"},
    unverified=(),
    verified_on=date(2026, 4, 9),
    verified_by=VerificationMethod.VISIT,
    since=date(2026, 4, 9),
    version=2,
)
suspended_row = replace(
    verified_row, state=ResourceState.SUSPENDED, ended_for=ResourceEnd.SEASONAL, ended_note="冬", version=3
)


def test_a_registered_resource_is_listed_as_it_was_said_to_be() -> None:
    FoldScenario(resources).given(registered()).then(row)


def test_a_resource_is_registered_on_the_day_it_is_in_japan() -> None:
    evening = an_envelope(occurred_at=an_envelope().occurred_at.replace(day=31, month=3, hour=15))
    FoldScenario(resources).given((registered(), evening)).then(row)


def test_a_resource_shows_its_verification_and_its_suspension() -> None:
    _, verified, suspended, *_ = later()
    FoldScenario(resources).given(registered(), verified).then(verified_row)
    FoldScenario(resources).given(registered(), verified, suspended).then(suspended_row)


def test_a_moved_resource_is_listed_where_it_is() -> None:
    FoldScenario(resources).given(registered(), MOVED).then(
        replace(row, area=MOVED.area, corrected_for=MOVED.reason, version=2)
    )
    by_its_list = MOVED.model_copy(update={"from_list": True})
    FoldScenario(resources).given(registered(), by_its_list).then(
        replace(row, area=MOVED.area, listed_area=MOVED.area, corrected_for=MOVED.reason, version=2)
    )


def test_the_method_shown_is_that_of_the_day_shown_and_not_of_the_last_field_that_was_checked() -> None:
    _, verified, *_ = later()
    fee = ResourceVerified(
        resource_id=AN_ID, verified_on=date(2026, 4, 20), method=VerificationMethod.PHONE, fields=("capacity",)
    )
    days, by = {"": "2026-04-09", "capacity": "2026-04-20"}, {"": "visit", "capacity": "phone"}
    FoldScenario(resources).given(registered(), verified, fee).then(
        replace(verified_row, checked_days=days, checked_by=by, version=3)
    )


def test_a_resumed_resource_wants_verifying() -> None:
    _, verified, suspended, resumed, *_ = later()
    FoldScenario(resources).given(registered(), verified, suspended, resumed).then(replace(row, version=4))


def test_a_retired_resource_stays_in_the_list() -> None:
    retired = RETIRED
    ended = replace(row, state=ResourceState.RETIRED, ended_for=ResourceEnd.VENUE_LOST, version=2)
    FoldScenario(resources).given(registered(), retired).then(ended)


def test_a_search_takes_every_width_and_case_for_one() -> None:
    assert searchable("ＮＰＯ ｻﾛﾝ①") == "npoさろん1"


def test_a_search_takes_old_and_new_forms_and_both_kana_for_one() -> None:
    for text, same in (
        ("髙島﨑", "高島崎"),
        ("さろん", "サロン"),
        ("葛\U000e0100城", "葛城"),
        ("囲碁・将棋", "囲碁 将棋"),
    ):
        assert searchable(text) == searchable(same), text


def test_lists_are_sorted_by_the_first_40_characters_of_that() -> None:
    assert sort_name("ﷺ" * 200, "") == searchable("ﷺ" * 3)[:40]


def histories(resource_id: UUID) -> st.SearchStrategy[Sequence[Event]]:
    return st.lists(st.sampled_from(later(resource_id)), max_size=8).map(lambda rest: [registered(resource_id), *rest])


def test_resources_keep_the_laws_of_a_fold() -> None:
    streams: st.SearchStrategy[Streams] = st.tuples(*map(histories, IDS))
    check_fold_laws(resources, streams, examples=50)


def provider(provider_id: UUID, name: str) -> ProviderRegistered:
    return ProviderRegistered(provider_id=provider_id, area="272108", name=name, kind=BodyKind.NPO)


def test_providers_show_what_was_said_last() -> None:
    FoldScenario(providers).given(provider(AN_ID, "NPOあし"), provider(AN_ID, "ＮＰＯあし")).then(
        ProviderRow(
            provider_id=AN_ID,
            area="272108",
            name="ＮＰＯあし",
            kind=BodyKind.NPO,
            name_key="npoあし",
            search="npoあし\n",
            sort_name="npoあし\n",
            correlation=THREAD,
            version=2,
        )
    )


def test_councils_show_their_members() -> None:
    member: dict[str, str | None] = {
        "kind": "shakyo", "name": "北校区社協", "parent": "市社協", "seat": "district_shakyo", "body_id": str(ANOTHER),
        "parent_id": str(AN_ID),
    }  # fmt: skip
    FoldScenario(councils).given(ESTABLISHED).then(
        CouncilRow(
            council_id=AN_ID,
            area=AREA,
            tier=Tier.TIER2,
            established_on=date(2026, 4, 1),
            name="北協議体",
            members=(member,),
            history=({"on": None, "members": [member], "reason": ""},),
            correlation=THREAD,
            version=1,
        )
    )


def test_coordinators_show_their_term() -> None:
    FoldScenario(coordinators).given(ASSIGNED).then(CoordinatorRow(**dict(ASSIGNED), correlation=THREAD, version=1))
