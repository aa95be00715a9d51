"""The tables of the yearly report that the registry answers: posts, gathering places, services, network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from shiendomain.activities import ActivityYear, Frequency, by_year
from shiendomain.areas import AreaTree
from shiendomain.fiscal import Cell, FiscalYear, Table
from shiendomain.gatherings import GatheringActivity, GatheringVenue, SizeBand, main_activity, size_band, venue_of
from shiendomain.registry import ActivityDetails
from shiendomain.rules import STALE_AFTER_DAYS, Verification, verification
from shiendomain.states import OutreachState, PartnershipState, PlaceState, VenueState
from shiendomain.tiers import tiers_on
from shiendomain.vocabulary import BodyKind, ServiceClass, SupportKind

from .projections import (
    ActivityReportRow,
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

Rows = Mapping[str, Iterable[Any]]
"""The rows of each view, by its name."""
_OF_AREAS = (
    "resources", "coordinators", "councils", "providers", "cohorts", "venues", "places", "outreach", "partnerships",
)  # fmt: skip
SUPPORTERS = ("養成した担い手（年度内、人）", "活動中の担い手（人）", "これから活動できる担い手（人）")
SUPPORTERS_SO_FAR = "養成した担い手（累計、人）"
PARTICIPANTS, ATTENDANCES = "参加者実人数の合計（人）", "延べ参加者数（人）"
SEATS, SOUGHT = "定員が分かる通いの場の合計（人）", "活躍の場で募集している人数（人）"


def tables(rows: Rows, tree: AreaTree, city: str, year: FiscalYear, day: date) -> list[Table]:
    """The tables of a city.

    Args:
        rows: the rows as they were at the moment of the report.
        tree: the areas as they were then.
        city: code of the municipality.
        year: the fiscal year; what happened in it is counted.
        day: the day of the report, the last of the year or an earlier one; what stands then is counted.
    """
    areas = set(tree.subtree(city))
    within = {name: [row for row in rows[name] if row.area in areas] for name in _OF_AREAS}
    resources = [row for row in within["resources"] if row.state.in_use]
    return [
        _posts(within["coordinators"], within["councils"], tree, areas, day),
        _gatherings(
            resources,
            {row.provider_id: row for row in rows["providers"]},
            _activity(rows["activity_reports"], year),
        ),
        _services(resources, within["providers"], day),
        _freshness(resources, tree, day),
        _development(within["cohorts"], within["venues"], within["places"], year),
        _network(within["outreach"], within["partnerships"], year),
    ]


def _posts(
    posts: Iterable[CoordinatorRow], councils: Iterable[CouncilRow], tree: AreaTree, areas: Collection[str], day: date
) -> Table:
    both = [code for code in areas if {"tier1", "tier2"} <= set(tree.areas[code].tiers) and tree.open_on(code, day)]
    lines: list[tuple[Cell, ...]] = [
        (one.tier.ja, one.coordinators, one.posts, one.active, one.dormant, one.areas)
        for one in tiers_on(day, tree, areas, posts, councils)
    ]
    shared: tuple[Cell, ...] = ("第1層と第2層が同じ区域", *[""] * 4, len(both))
    return Table(
        "1 コーディネーターと協議体",
        ("層", "配置数", "配置人数（人）", "協議体（活動中）", "協議体（休止中）", "区域数"),
        (*lines, shared),
        no_people=("配置人数（人）",),
    )


def _activity(reports: Iterable[ActivityReportRow], year: FiscalYear) -> Mapping[UUID | None, ActivityYear]:
    """What each resource reported for the year, by its id."""
    found: dict[UUID | None, list[ActivityDetails]] = {}
    for row in reports:
        if not row.withdrawn and year.holds(row.period_from):
            found.setdefault(row.resource_id, []).append(row.details)
    return {resource_id: by_year(details)[0] for resource_id, details in found.items()}


def _gatherings(
    resources: Iterable[ResourceRow],
    providers: Mapping[UUID, ProviderRow],
    activity_of: Mapping[UUID | None, ActivityYear],
) -> Table:
    """通いの場: each salon in use, by activity, venue, who runs it and size, and what it reported for the year."""
    places = [row for row in resources if SupportKind.SALON in row.support_kinds]
    activity = Counter(main_activity(row.name, row.activity) for row in places)
    venues = Counter(venue_of(row.address) for row in places)
    operators = Counter(_operator(row, providers) for row in places)
    reported = [activity_of[row.resource_id] for row in places if row.resource_id in activity_of]
    held = Counter(one.frequency for one in reported)
    sizes = Counter(size_band(_people_at_a_time(row, activity_of)) for row in places)
    known = [row.capacity for row in places if row.capacity is not None]
    lines = [
        ("か所数", "合計", len(places)),
        ("定員", SEATS, sum(known)),
        ("活動報告", "年度内に報告のあった通いの場", len(reported)),
        ("活動報告", PARTICIPANTS, sum(one.participants for one in reported)),
        ("活動報告", ATTENDANCES, sum(one.attendances for one in reported)),
        ("活動報告", "開催回数（回）", sum(one.times for one in reported)),
        *(("開催頻度", one.ja, held[one]) for one in Frequency),
        ("開催頻度", "報告なし", len(places) - len(reported)),
        *(("主な活動", one.ja, activity[one]) for one in GatheringActivity),
        *(("会場", one.ja, venues[one]) for one in GatheringVenue),
        *(("実施主体", kind.ja, operators[kind]) for kind in BodyKind),
        ("実施主体", "未登録", operators[None]),
        *(("規模（1回の参加者数。報告がなければ定員）", band.ja, sizes[band]) for band in SizeBand),
    ]
    return Table(
        "2 通いの場", ("区分", "内訳", "数"), tuple(lines), people=(PARTICIPANTS, ATTENDANCES), no_people=(SEATS,)
    )


def _people_at_a_time(row: ResourceRow, activity_of: Mapping[UUID | None, ActivityYear]) -> int | None:
    """How many people came at a time in the year; the capacity where nothing was reported."""
    year = activity_of.get(row.resource_id)
    return row.capacity if year is None or year.people_at_a_time is None else year.people_at_a_time


def _operator(row: ResourceRow, providers: Mapping[UUID, ProviderRow]) -> BodyKind | None:
    provider = providers.get(row.provider_id) if row.provider_id else None
    return provider.kind if provider else None


def _services(resources: list[ResourceRow], providers: Iterable[ProviderRow], day: date) -> Table:
    counted = Counter(row.service_class for row in resources)
    secured: Counter[str] = Counter()
    for provider in providers:
        secured.update(
            {
                one["service_class"]: one["capacity"]
                for one in provider.securings
                if one["since"] <= str(day) and not one.get("released_on")
            }
        )
    lines: list[tuple[Cell, ...]] = [(one.ja, counted[one], secured[one.value]) for one in ServiceClass]
    return Table(
        "3 サービスの分類",
        ("サービスの分類", "社会資源", "確保した定員（人）"),
        (*lines, ("分類なし", counted[None], 0), ("合計", len(resources), sum(secured.values()))),
        no_people=("確保した定員（人）",),
    )


def _freshness(resources: Iterable[ResourceRow], tree: AreaTree, day: date) -> Table:
    # The period of the domain: the report does not depend on the setting of a running service.
    counted: Counter[tuple[str, Verification]] = Counter()
    for row in resources:
        state = verification(row.state, row.verified_on, row.registered_on, day, STALE_AFTER_DAYS)
        if state is not None:
            counted[row.area, state] += 1
    areas = sorted({area for area, _ in counted})
    lines: list[tuple[Cell, ...]] = [
        (area, tree.name(area), *(counted[area, state] for state in Verification)) for area in areas
    ]
    return Table("4 資源の確認状況", ("地域コード", "地域", *(state.ja for state in Verification)), tuple(lines))


def _development(
    cohorts: Iterable[CohortRow], venues: Iterable[VenueRow], places: Iterable[PlaceRow], year: FiscalYear
) -> Table:
    trained = list(cohorts)
    this_year = [row for row in trained if year.holds(row.held_on)]
    open_places = [row for row in places if row.state is PlaceState.OPEN]
    return Table(
        "5 担い手と活動の場",
        ("区分", "数"),
        (
            ("担い手養成講座（年度内、回）", len(this_year)),
            (SUPPORTERS[0], sum(row.trained for row in this_year)),
            (SUPPORTERS_SO_FAR, sum(row.trained for row in trained)),
            (SUPPORTERS[1], sum(row.placed for row in trained)),
            (SUPPORTERS[2], sum(row.unplaced for row in trained)),
            ("確保している会場", sum(row.state is VenueState.SECURED for row in venues)),
            ("募集中の活躍の場", len(open_places)),
            (SOUGHT, sum(max(0, row.wanted - row.filled) for row in open_places)),
        ),
        people=SUPPORTERS,
        over_years=(SUPPORTERS_SO_FAR,),
        bound=SUPPORTERS,
        no_people=(SOUGHT,),
    )


def _network(outreach: Iterable[OutreachRow], partnerships: Iterable[PartnershipRow], year: FiscalYear) -> Table:
    asked = Counter(row.state for row in outreach if year.holds(row.made_on))
    going = sum(row.state is PartnershipState.ACTIVE for row in partnerships)
    stand = [state for state in OutreachState if state is not OutreachState.WITHDRAWN]
    lines = [(f"働きかけ（年度内）：{state.ja}", asked[state]) for state in stand]
    return Table("6 ネットワーク構築", ("区分", "数"), (*lines, ("連携中の体制", going)))
