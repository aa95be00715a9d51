"""The tables of the yearly report, from rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from registry.projections import (
    VIEWS,
    ActivityReportRow,
    AskedRow,
    CohortRow,
    CoordinatorRow,
    CouncilRow,
    OutreachRow,
    PartnershipRow,
    PlaceRow,
    ProviderRow,
    ResourceRow,
    VenueRow,
)
from registry.report import tables
from shiendomain.areas import AreaNode, AreaTree
from shiendomain.fiscal import FiscalYear
from shiendomain.freshness_view import PromiseRow
from shiendomain.states import CouncilState, OutreachState, PlaceState, ResourceState, VenueState
from shiendomain.vocabulary import BodyKind, ServiceClass, SupportKind, Tier

CITY, NORTH = "272108", "272108-01"
TREE = AreaTree(
    [AreaNode(CITY, None, CITY, tiers=("tier1",)), AreaNode(NORTH, CITY, CITY, tiers=("tier1", "tier2"), name="北")]
)
YEAR = FiscalYear(2026)


def an_id(n: int) -> UUID:
    return UUID(int=n)


POST = CoordinatorRow(
    coordinator_id=an_id(1), area=NORTH, posts=2, term_from=date(2026, 4, 1), term_until=date(2028, 4, 1)
)
SALON = ResourceRow(
    resource_id=an_id(1), area=NORTH, name="ふれあいサロン", activity="百歳体操", address="町1-2 北公民館",
    support_kinds=(SupportKind.SALON,),
    service_class=ServiceClass.MUTUAL_HELP, provider_id=an_id(5), capacity=12, registered_on=date(2026, 9, 1),
)  # fmt: skip
REPORT = ActivityReportRow(
    report_id=an_id(1), resource_id=an_id(1), area=NORTH, period_from=date(2026, 4, 1), period_until=date(2026, 4, 30),
    times=4, participants=20, attendances=60, supporters=3,
)  # fmt: skip
ROWS: dict[str, list[Any]] = {
    "accesses": [],
    "contacts": [],
    "area_shapes": [],
    "council_meetings": [],
    "named": [],
    "surveys": [],
    "last_moves": [],
    "area_mappings": [],
    "issue_councils": [],
    "withdrawn": [],
    "first_uses": [],
    "elsewhere": [],
    "coordinators": [
        POST,
        replace(POST, coordinator_id=an_id(2), handed_over_on=date(2026, 8, 1)),
        replace(POST, coordinator_id=an_id(3), area=CITY, tier=Tier.TIER1, posts=1),
        replace(POST, coordinator_id=an_id(4), area="999999", posts=9),
    ],
    "councils": [
        CouncilRow(council_id=an_id(1), area=NORTH, tier=Tier.TIER2),
        CouncilRow(
            council_id=an_id(2),
            area=CITY,
            tier=Tier.TIER1,
            state=CouncilState.DORMANT,
            rests=({"since": "2026-05-01", "until": None},),
        ),
    ],
    "providers": [
        ProviderRow(
            provider_id=an_id(5),
            area=CITY,
            kind=BodyKind.NPO,
            securings=(
                {"service_class": "visit_b", "capacity": 10, "since": "2026-04-01"},
                {"service_class": "visit_c", "capacity": 7, "since": "2099-05-01"},
                {"service_class": "visit_d", "capacity": 5, "since": "2026-04-01", "released_on": "2026-10-01"},
            ),
        )
    ],
    "resources": [
        SALON,
        replace(SALON, resource_id=an_id(2), address="", activity="", provider_id=None, capacity=None),
        replace(SALON, resource_id=an_id(3), state=ResourceState.RETIRED),
        replace(SALON, resource_id=an_id(4), area="999999"),
    ],
    "cohorts": [
        CohortRow(cohort_id=an_id(1), area=NORTH, held_on=date(2026, 5, 1), trained=8, placed=3, unplaced=5),
        CohortRow(cohort_id=an_id(2), area=NORTH, held_on=date(2025, 5, 1), trained=4, placed=1, unplaced=3),
    ],
    "venues": [VenueRow(venue_id=an_id(1), area=NORTH, state=VenueState.SECURED)],
    "activity_reports": [
        REPORT,
        replace(
            REPORT,
            report_id=an_id(2),
            period_from=date(2026, 5, 1),
            period_until=date(2026, 5, 31),
            times=5,
            participants=30,
            attendances=120,
        ),
        replace(
            REPORT,
            report_id=an_id(3),
            resource_id=an_id(2),
            period_from=date(2026, 3, 1),
            period_until=date(2026, 3, 31),
            times=9,
        ),
        replace(REPORT, report_id=an_id(4), period_from=date(2026, 6, 1), withdrawn=True, times=9),
        replace(REPORT, report_id=an_id(5), resource_id=an_id(4), times=9),
    ],
    "places": [PlaceRow(place_id=an_id(1), area=NORTH, state=PlaceState.OPEN, wanted=3, filled=1)],
    "outreach": [
        OutreachRow(outreach_id=an_id(1), area=NORTH, state=OutreachState.AGREED, made_on=date(2026, 6, 1)),
        OutreachRow(outreach_id=an_id(2), area=NORTH, state=OutreachState.AGREED, made_on=date(2026, 3, 31)),
    ],
    "partnerships": [PartnershipRow(partnership_id=an_id(1), area=NORTH)],
    "areas": [],
    "placements": [],
    "information": [],
    "freshness_promises": [PromiseRow(area=NORTH)],
    "asked": [AskedRow(resource_id=an_id(1), month=date(2026, 4, 1), times=2)],
}


MADE = {table.name: table.rows for table in tables(ROWS, TREE, CITY, YEAR, YEAR.last)}


def test_every_view_of_the_registry_has_rows_here() -> None:
    assert {view.name for view in VIEWS} == set(ROWS)


def test_posts_that_run_are_counted_by_tier_and_councils_by_state() -> None:
    assert MADE["1 コーディネーターと協議体"] == (
        ("第1層", 1, 1, 0, 1, 2),
        ("第2層", 1, 2, 1, 0, 1),
        ("第1層と第2層が同じ区域", "", "", "", "", 1),
    )


def test_gathering_places_in_use_are_counted_by_activity_operator_size_and_what_they_reported() -> None:
    assert [row for row in MADE["2 通いの場"] if row[-1]] == [
        ("か所数", "合計", 2),
        ("定員", "定員が分かる通いの場の合計（人）", 12),
        ("活動報告", "年度内に報告のあった通いの場", 1),
        ("活動報告", "参加者実人数の合計（人）", 30),
        ("活動報告", "延べ参加者数（人）", 180),
        ("活動報告", "開催回数（回）", 9),
        ("開催頻度", "週1回以上", 1),
        ("開催頻度", "報告なし", 1),
        ("主な活動", "体操（運動）", 1),
        ("主な活動", "茶話会", 1),
        ("会場", "公民館・自治会館・集会所等", 1),
        ("会場", "その他・不明", 1),
        ("実施主体", "NPO", 1),
        ("実施主体", "未登録", 1),
        ("規模（1回の参加者数。報告がなければ定員）", "不明", 1),
        ("規模（1回の参加者数。報告がなければ定員）", "20〜29人", 1),
    ]


def test_places_of_services_are_counted_while_they_are_secured() -> None:
    assert [row for row in MADE["3 サービスの分類"] if any(row[1:])] == [
        ("①訪問型サービスB", 0, 10),
        ("⑥地域の助け合い", 2, 0),
        ("合計", 2, 10),
    ]


def test_the_listing_is_judged_as_of_the_day_of_the_report() -> None:
    assert MADE["4 資源の確認状況"] == ((NORTH, "北", 0, 0, 2),)


def test_what_is_developed_and_asked_in_the_year_is_counted_beside_what_there_is() -> None:
    assert MADE["5 担い手と活動の場"] == (
        ("担い手養成講座（年度内、回）", 1),
        ("養成した担い手（年度内、人）", 8),
        ("養成した担い手（累計、人）", 12),
        ("活動中の担い手（人）", 4),
        ("これから活動できる担い手（人）", 8),
        ("確保している会場", 1),
        ("募集中の活躍の場", 1),
        ("活躍の場で募集している人数（人）", 2),
    )
    assert [row for row in MADE["6 ネットワーク構築"] if row[1]] == [
        ("働きかけ（年度内）：協力", 1),
        ("連携中の体制", 1),
    ]
