"""The sentences of resource development (資源開発): supporters, venues, places to take part, reports of activity."""

from __future__ import annotations

from typing import assert_never

from shiendomain.registry import (
    ActivityDetails,
    ActivityReportCorrected,
    ActivityReported,
    ActivityReportEvent,
    ActivityReportWithdrawn,
    CohortMoved,
    PlaceClosed,
    PlaceCorrected,
    PlaceEvent,
    PlaceFilled,
    PlacementCorrected,
    PlacementEnded,
    PlaceMoved,
    PlaceOffered,
    PlaceReopened,
    PlaceWithdrawn,
    SupporterEvent,
    SupportersGaveUp,
    SupportersPlaced,
    SupportersTrained,
    TrainingCorrected,
    TrainingWithdrawn,
    VenueEvent,
    VenueMoved,
    VenueReleased,
    VenueRevised,
    VenueSecured,
    VenueSecuredAgain,
    VenueWithdrawn,
)

from .sentence import Sentence, labels, moved_to, sentence

VENUE_JA = {
    "name": "名称", "address": "所在地", "secured_on": "利用開始日", "schedule": "利用日時", "fee": "使用料",
    "fee_yen": "使用料（円）", "capacity": "定員", "accessibility": "バリアフリー", "owner": "所有者",
    "owner_kind": "所有者の種類", "telephone": "電話番号", "note": "備考",
}  # fmt: skip
"""The fields of a venue, as `VenueRevised` names them."""


def describe_supporters(event: SupporterEvent) -> Sentence:
    """The sentence of an event of a cohort of supporters."""
    cohort = event.cohort_id
    match event:
        case SupportersTrained():
            n, (ja, en) = event.details.headcount, labels(event.details.support_kinds)
            also = event.not_the_same_as
            return sentence(f"担い手を養成（{ja}、{n}人）", f"{n} supporters trained: {en}", cohort, *also)
        case TrainingCorrected():
            n = event.details.headcount
            return sentence(f"担い手の養成を訂正（{n}人）", f"Training of supporters corrected: {n} people", cohort)
        case SupportersGaveUp():
            n, ja = event.gave_up, f"担い手の辞退を記録（合わせて{event.gave_up}人）"
            return sentence(ja, f"{n} supporters in all have given up", cohort)
        case SupportersPlaced():
            n, placement = event.headcount, event.placement_id
            ja, en = f"担い手が活動を開始（{n}人）", f"{n} supporters placed at a resource"
            return sentence(ja, en, cohort, placement, event.resource_id)
        case PlacementEnded():
            n, placement = event.headcount, event.placement_id
            ja, en = f"担い手の活動が終了（{n}人、{event.reason.ja}）", f"Placement of {n} supporters ended"
            return sentence(ja, f"{en}: {event.reason.en}", cohort, placement)
        case PlacementCorrected():
            n, placement = event.headcount, event.placement_id
            ja, en = f"担い手の活動を訂正（{n}人）", f"Placement corrected: {n} supporters"
            return sentence(ja, en, cohort, placement)
        case CohortMoved():
            return moved_to("担い手", "Cohort of supporters", cohort, event)
        case TrainingWithdrawn():
            en = "Training of supporters withdrawn as recorded by mistake"
            return sentence("担い手の養成の記録を取消し", en, cohort, *event.placements)
        case _:
            assert_never(event)


def describe_venue(event: VenueEvent) -> Sentence:
    """The sentence of an event of a venue."""
    venue = event.venue_id
    match event:
        case VenueSecured():
            ja, en = f"会場を確保（{event.details.owner_kind.ja}）", f"Venue secured of: {event.details.owner_kind.en}"
            return sentence(ja, en, venue, *event.not_the_same_as)
        case VenueRevised():
            ja = "・".join(VENUE_JA.get(name, "その他") for name in event.changed)
            return sentence(f"会場を更新（{ja}）", f"Venue revised: {', '.join(event.changed)}", venue)
        case VenueReleased():
            ja, en = f"会場を返却（{event.reason.ja}）", f"Venue released: {event.reason.en}"
            return sentence(ja, en, venue)
        case VenueSecuredAgain():
            return sentence("会場を再び確保", "Venue secured again", venue)
        case VenueMoved():
            return moved_to("会場", "Venue", venue, event)
        case VenueWithdrawn():
            return sentence("会場の記録を取消し", "Venue withdrawn as recorded by mistake", venue)
        case _:
            assert_never(event)


def describe_place(event: PlaceEvent) -> Sentence:
    """The sentence of an event of a place where older people take part."""
    place = event.place_id
    match event:
        case PlaceOffered():
            details, n = event.details, event.details.wanted
            ja = f"活躍の場の募集を開始（{details.participation.ja}、{n}人）"
            en = f"Place to take part offered to {n} people: {details.participation.en}"
            return sentence(ja, en, place, details.resource_id, *event.not_the_same_as)
        case PlaceFilled():
            n = event.headcount
            return sentence(f"活躍の場に参加（{n}人）", f"{n} people began to take part", place)
        case PlaceCorrected():
            n, filled = event.details.wanted, event.filled
            ja, en = f"活躍の場を訂正（募集{n}人、参加{filled}人）", f"Place corrected: {n} wanted, {filled} take part"
            return sentence(ja, en, place, event.details.resource_id)
        case PlaceClosed():
            ja, en = f"活躍の場の募集を終了（{event.reason.ja}）", f"Place closed: {event.reason.en}"
            return sentence(ja, en, place)
        case PlaceReopened():
            return sentence("活躍の場の募集を再開", "Place opened again", place)
        case PlaceMoved():
            return moved_to("活躍の場", "Place", place, event)
        case PlaceWithdrawn():
            return sentence("活躍の場の記録を取消し", "Place withdrawn as recorded by mistake", place)
        case _:
            assert_never(event)


def describe_report(event: ActivityReportEvent) -> Sentence:
    """The sentence of an event of a report of activity."""
    ids = event.report_id, event.resource_id
    match event:
        case ActivityReported():
            ja, en = _reported(event.details)
            return sentence(f"活動を報告（{ja}）", f"Activity reported: {en}", *ids)
        case ActivityReportCorrected():
            ja, en = _reported(event.details)
            return sentence(f"活動報告を訂正（{ja}）", f"Report of activity corrected: {en}", *ids)
        case ActivityReportWithdrawn():
            return sentence("活動報告を取消し", "Report of activity withdrawn", *ids)
        case _:
            assert_never(event)


def _reported(details: ActivityDetails) -> tuple[str, str]:
    since, until = details.period_from, details.period_until
    ja = f"{since}〜{until}、{details.times}回、延べ{details.attendances}人"
    return ja, f"{since} to {until}, {details.times} times, {details.attendances} attendances"
