"""The sentences of the registry's events about areas, lists and resources; the others are in network.py."""

from __future__ import annotations

from typing import assert_never

from shiendomain.registry import (
    AreaDefined,
    AreaEvent,
    AreaMappingEvent,
    AreaReorganizationWithdrawn,
    AreaReorganized,
    AreaWorkMapped,
    AreaWorkMappingReversed,
    BatchRegistered,
    FreshnessEvent,
    FreshnessPromiseCorrected,
    FreshnessPromised,
    FreshnessPromiseWithdrawn,
    ResourceMoved,
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSourceCorrected,
    ResourceSuspended,
    ResourceVerificationWithdrawn,
    ResourceVerified,
)

from ..resources import ResourceEvent
from .sentence import Sentence, ids, moved_to, sentence

DETAILS_JA = {
    "name": "名称", "kana": "読み仮名", "support_kinds": "支援の種類", "service_class": "サービスの分類",
    "service_areas": "対象地域", "provider_id": "サービス提供者", "provider_name": "サービス提供者名",
    "location": "位置", "address": "所在地", "telephone": "電話番号", "schedule": "開催日時", "fee": "利用料",
    "fee_yen": "利用料（円）", "capacity": "定員", "activity": "活動内容", "note": "備考",
    "updated_on": "更新日", "accessibility": "バリアフリー",
}  # fmt: skip
"""The fields of a listing, as `ResourceRevised` names them."""


def describe_registry(event: AreaEvent | AreaMappingEvent | BatchRegistered | ResourceEvent) -> Sentence:
    """The sentence of an event of an area, a list or a resource."""
    match event:
        case AreaDefined():
            if event.reason:
                return sentence(f"地域「{event.name}」を訂正", f"Area {event.name} corrected", None)
            return sentence(f"地域「{event.name}」を定義", f"Area {event.name} defined", None)
        case AreaReorganized(successors=()):
            return sentence("誤って登録した地域を取消し", "Area recorded by mistake withdrawn", None)
        case AreaReorganized():
            return sentence("地域を再編", "Area reorganised", None)
        case AreaReorganizationWithdrawn():
            return sentence("地域の再編を取消し", "Reorganisation of the area withdrawn", None)
        case AreaWorkMapped():
            ja, en = "終了した地域の記録の移管先を割当て", "What the ended area has was mapped to its successors"
            return sentence(ja, en, event.mapping_id, *(one.thing_id for one in event.things), area=event.area)
        case AreaWorkMappingReversed():
            ja, en = "移管の割当てを取消し", "Mapping of the ended area reversed"
            return sentence(ja, en, event.mapping_id, area=event.area)
        case BatchRegistered():
            ja = f"資源をまとめて登録（新規{event.new}件、更新{event.revised}件、変更なし{event.unchanged}件）"
            en = f"Batch registered: {event.new} new, {event.revised} revised, {event.unchanged} unchanged"
            return sentence(ja, en, event.batch_id, area=event.area)
        case _:
            return _resource(event)


def describe_freshness(event: FreshnessEvent) -> Sentence:
    """The sentence of an event of the promise how fresh the lists of an area are."""
    match event:
        case FreshnessPromised() | FreshnessPromiseCorrected():
            corrected = isinstance(event, FreshnessPromiseCorrected)
            said = f"{event.since} から、{event.within_days}日以内に{event.percent}%"
            ja = f"確認の約束を{'訂正' if corrected else '記録'}（{said}）"
            what = f"{event.percent} % verified within {event.within_days} days, from {event.since}"
            return sentence(ja, f"Promise how fresh lists are {'corrected' if corrected else 'made'}: {what}", None)
        case FreshnessPromiseWithdrawn():
            en = f"Promise how fresh lists are withdrawn from {event.since}"
            return sentence(f"確認の約束を取下げ（{event.since} から）", en, None)
        case _:
            assert_never(event)


def _resource(event: ResourceEvent) -> Sentence:
    subject = event.resource_id
    match event:
        case ResourceRegistered():
            name = event.details.name
            named = [event.service_id, event.details.provider_id, *ids(event.for_needs), *event.not_the_same_as]
            return sentence(f"資源「{name}」を登録", f"Resource {name} registered", subject, *named)
        case ResourceRevised():
            what = "・".join(DETAILS_JA.get(name, "その他") for name in event.changed)
            ja, en = f"資源を更新（{what}）", f"Resource revised: {', '.join(event.changed)}"
            if event.service_id:
                ja = f"住民の活動を市の事業「{event.details.name}」として引継ぎ"
                en = f"An activity of residents became the service {event.details.name}"
            return sentence(ja, en, subject, event.service_id, event.details.provider_id, *ids(event.for_needs))
        case ResourceVerified():
            ja = f"資源を確認（{event.method.ja}、{event.verified_on}）"
            return sentence(ja, f"Resource verified on {event.verified_on}: {event.method.en}", subject)
        case ResourceVerificationWithdrawn():
            ja = f"資源の確認を取消し（{event.method.ja}、{event.verified_on}）"
            return sentence(ja, f"Verification of {event.verified_on} withdrawn", subject)
        case ResourceMoved():
            return moved_to("資源", "Resource", subject, event)
        case ResourceSourceCorrected():
            ja, en = f"資源の把握の方法を訂正（{event.source.ja}）", f"Source of the resource: {event.source.en}"
            return sentence(ja, en, subject, event.survey_id)
        case ResourceSuspended():
            return sentence(f"資源を休止（{event.reason.ja}）", f"Resource suspended: {event.reason.en}", subject)
        case ResourceResumed():
            return sentence("資源を再開", "Resource resumed", subject)
        case ResourceRetired():
            return sentence(f"資源を廃止（{event.reason.ja}）", f"Resource retired: {event.reason.en}", subject)
        case ResourceReinstated():
            if event.apart:
                return sentence(
                    "事業の終了後も住民の活動として継続", "Goes on apart from the service that ended", subject
                )
            return sentence("資源の廃止を取消し", "Retirement of the resource undone", subject)
        case _:
            assert_never(event)
