"""The sentences of councils, posts, providers and the network of the registry."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from shiendomain.registry import (
    AcknowledgementWithdrawn,
    BodyAcknowledged,
    BodyAcknowledgementWithdrawn,
    CoordinatorAssigned,
    CoordinatorCorrected,
    CoordinatorEvent,
    CoordinatorHandedOver,
    CoordinatorMoved,
    CoordinatorReinstated,
    CoordinatorRenewed,
    CoordinatorWithdrawn,
    CouncilCorrected,
    CouncilDormant,
    CouncilEstablished,
    CouncilEvent,
    CouncilMembersChanged,
    CouncilMoved,
    CouncilPurposeAgreed,
    CouncilResumed,
    CouncilWithdrawn,
    InformationAcknowledged,
    InformationEvent,
    InformationReinstated,
    InformationShared,
    InformationWithdrawn,
    NetworkEvent,
    OutreachAnswered,
    OutreachAnswerWithdrawn,
    OutreachEvent,
    OutreachMade,
    OutreachReinstated,
    OutreachWithdrawn,
    PartnershipBodiesChanged,
    PartnershipChangeWithdrawn,
    PartnershipEnded,
    PartnershipEvent,
    PartnershipFormed,
    PartnershipPlanned,
    PartnershipReinstated,
    PartnershipWithdrawn,
    PracticeTakenUp,
    PracticeTakingUpWithdrawn,
    ProviderEvent,
    ProviderMoved,
    ProviderRegistered,
    ProviderReleased,
    ProviderRevised,
    ProviderSecured,
    ProviderWithdrawn,
)

from .sentence import Sentence, labels, moved_to, sentence

FIELDS_JA = {
    "name": "名称", "history": "構成団体", "purpose": "目的", "employer": "配置先", "employer_kind": "配置先の種類",
    "posts": "人数", "term_from": "任期の始まり", "term_until": "任期の終わり", "kana": "読み仮名", "kind": "種類",
    "tier": "層", "established_on": "設置日", "corporate_number": "法人番号",
}  # fmt: skip
"""The fields that a correction of a council, a post or a provider names."""


def describe_council(event: CouncilEvent) -> Sentence:
    """The sentence of an event of a council."""
    others: tuple[UUID, ...] = ()
    match event:
        case CouncilEstablished():
            ja, en = f"「{event.name}」を設置", f"Council {event.name} established"
            others = event.not_the_same_as
        case CouncilMembersChanged():
            n = len(event.members)
            ja, en = f"協議体の構成団体を変更（{event.on} から{n}団体）", f"Council has {n} members from {event.on}"
        case CouncilPurposeAgreed():
            review = event.purpose.review_on
            ja, en = f"協議体の目的を合意（見直し {review}）", f"Purpose of the council agreed, review on {review}"
        case CouncilCorrected():
            ja, en = _corrected("協議体", "Council", event.changed)
        case CouncilDormant():
            ja, en = f"協議体を休止（{event.on} から）", f"Council dormant from {event.on}"
        case CouncilResumed():
            ja, en = f"協議体を再開（{event.on} から）", f"Council works again from {event.on}"
        case CouncilMoved():
            return moved_to("協議体", "Council", event.council_id, event)
        case CouncilWithdrawn():
            ja, en = "協議体の記録を取消し", "Council withdrawn as recorded by mistake"
        case _:
            assert_never(event)
    return sentence(ja, en, event.council_id, *others)


def describe_coordinator(event: CoordinatorEvent) -> Sentence:
    """The sentence of an event of a post."""
    others: tuple[UUID | None, ...] = ()
    match event:
        case CoordinatorAssigned():
            ja = f"{event.tier.ja}コーディネーターを配置（{event.employer}）"
            en = f"Coordinator assigned at {event.employer}"
            others = event.not_the_same_as
        case CoordinatorRenewed():
            until = event.term_until
            ja, en = f"コーディネーターの任期を更新（{until} の前日まで）", f"Term renewed until before {until}"
        case CoordinatorHandedOver():
            others = (event.successor_id,)
            to, whom = ("後任へ", "to a successor") if event.successor_id else ("後任なし", "to nobody")
            ja = f"コーディネーターの引継ぎ（{event.on}、{to}）"
            en = f"Post of coordinator handed over on {event.on} {whom}"
        case CoordinatorReinstated():
            ja, en = "コーディネーターの引継ぎを取消し", "Hand-over of the post undone"
        case CoordinatorCorrected():
            ja, en = _corrected("コーディネーターの配置", "Post of coordinator", event.changed)
        case CoordinatorMoved():
            return moved_to("コーディネーターの配置", "Post of coordinator", event.coordinator_id, event)
        case CoordinatorWithdrawn():
            ja, en = "コーディネーターの配置の記録を取消し", "Post of coordinator withdrawn as recorded by mistake"
        case _:
            assert_never(event)
    return sentence(ja, en, event.coordinator_id, *others)


def describe_provider(event: ProviderEvent) -> Sentence:
    """The sentence of an event of a provider."""
    others: tuple[UUID, ...] = ()
    match event:
        case ProviderRegistered():
            ja, en = f"サービス提供者「{event.name}」を登録", f"Provider {event.name} registered"
            others = event.not_the_same_as
        case ProviderRevised():
            ja, en = _corrected("サービス提供者", "Provider", event.changed)
        case ProviderSecured():
            said, n = event.service_class, event.capacity
            ja, en = f"サービス提供者を確保（{said.ja}、{n}人）", f"Provider secured: {said.en}, {n} people"
        case ProviderReleased():
            said = event.service_class
            ja, en = f"サービス提供者の確保を終了（{said.ja}）", f"Provider released: {said.en}"
        case ProviderMoved():
            return moved_to("サービス提供者", "Provider", event.provider_id, event)
        case ProviderWithdrawn(same_as=None):
            ja, en = "サービス提供者の記録を取消し", "Provider withdrawn as recorded by mistake"
        case ProviderWithdrawn():
            ja, en = "二重に登録したサービス提供者を統合", "Provider withdrawn as recorded twice"
            others = (event.same_as,) if event.same_as else ()
        case _:
            assert_never(event)
    return sentence(ja, en, event.provider_id, *others)


def describe_network(event: NetworkEvent) -> Sentence:
    """The sentence of an event of the network."""
    match event:
        case OutreachMade():
            return sentence(*_outreach(event), event.outreach_id, *event.not_the_same_as)
        case OutreachAnswered() | OutreachAnswerWithdrawn() | OutreachWithdrawn() | OutreachReinstated():
            return sentence(*_outreach(event), event.outreach_id)
        case PartnershipFormed():
            return sentence(*_partnership(event), event.partnership_id, *event.not_the_same_as)
        case InformationShared():
            sent_to = [one.council_id for one in event.to_councils] + [one.body_id for one in event.to_bodies]
            named = [event.from_council, *sent_to, *event.not_the_same_as]
            return sentence(*_information(event), event.information_id, *named)
        case BodyAcknowledged() | BodyAcknowledgementWithdrawn():
            return sentence(*_information(event), event.information_id, event.body_id)
        case InformationAcknowledged() | AcknowledgementWithdrawn() | PracticeTakenUp() | PracticeTakingUpWithdrawn():
            return sentence(*_information(event), event.information_id, event.council_id)
        case InformationWithdrawn() | InformationReinstated():
            return sentence(*_information(event), event.information_id)
        case _:
            return sentence(*_partnership(event), event.partnership_id)


def _outreach(event: OutreachEvent) -> tuple[str, str]:
    match event:
        case OutreachMade():
            kind, request = event.body.kind, event.request
            return f"協力を依頼（{kind.ja}、{request.ja}）", f"Outreach to {kind.en}: {request.en}"
        case OutreachAnswered():
            return f"協力依頼への回答（{event.answer.ja}）", f"Outreach answered: {event.answer.en}"
        case OutreachAnswerWithdrawn():
            return (
                f"協力依頼への回答を取消し（{event.wrong.ja}、{event.wrong_on}）",
                f"Outreach answer withdrawn: {event.wrong.en}, {event.wrong_on}",
            )
        case OutreachWithdrawn():
            return "協力依頼の記録を取消し", "Outreach withdrawn as recorded by mistake"
        case OutreachReinstated():
            return "協力依頼の記録の取消しを撤回", "Withdrawal of the outreach undone"
        case _:
            assert_never(event)


def _partnership(event: PartnershipEvent) -> tuple[str, str]:
    match event:
        case PartnershipFormed():
            ja, en = labels(dict.fromkeys(body.kind for body in event.bodies))
            return f"連携体制を構築（{len(event.bodies)}団体：{ja}）", f"Partnership formed: {en}"
        case PartnershipBodiesChanged():
            n = len(event.bodies)
            ja, en = f"連携体制の団体を変更（{event.on} から{n}団体）", f"Partnership has {n} bodies from {event.on}"
            return ja, en
        case PartnershipChangeWithdrawn():
            return f"連携体制の団体の変更を取消し（{event.on}）", f"Change of bodies on {event.on} withdrawn"
        case PartnershipPlanned(until=None):
            return "連携体制の終了予定日を撤回", "The partnership has no planned end"
        case PartnershipPlanned():
            return f"連携体制の終了予定日を変更（{event.until}）", f"The partnership is planned to end on {event.until}"
        case PartnershipEnded():
            return f"連携体制を終了（{event.on}）", f"Partnership ended on {event.on}"
        case PartnershipReinstated():
            return "連携体制の終了または記録の取消しを撤回", "End or withdrawal of the partnership undone"
        case PartnershipWithdrawn():
            return "連携体制の記録を取消し", "Partnership withdrawn as recorded by mistake"
        case _:
            assert_never(event)


def _information(event: InformationEvent) -> tuple[str, str]:
    match event:
        case InformationShared():
            n, bodies = len(event.to_councils), len(event.to_bodies)
            if event.practice:
                ja, en = labels(event.practice.support_kinds)
                return f"実践事例を共有（{ja}）", f"Good practice shared: {en}"
            if bodies:
                return f"情報を共有（協議体{n}、団体{bodies}）", f"Information shared: councils {n}, bodies {bodies}"
            return f"情報を共有（協議体{n}）", f"Information shared with {n} councils"
        case InformationAcknowledged() | BodyAcknowledged():
            return f"情報の受領を確認（{event.on}）", f"Information acknowledged on {event.on}"
        case AcknowledgementWithdrawn() | BodyAcknowledgementWithdrawn():
            return "受領確認を取消し", "Acknowledgement withdrawn as recorded by mistake"
        case InformationWithdrawn():
            return "情報共有の記録を取消し", "Information withdrawn as recorded by mistake"
        case InformationReinstated():
            return "情報共有の記録の取消しを撤回", "Withdrawal of the information undone"
        case PracticeTakenUp():
            return f"実践事例を取り入れ（{event.on} から）", f"Good practice taken up from {event.on}"
        case PracticeTakingUpWithdrawn():
            return "実践事例の取り入れを取消し", "Taking up of the practice withdrawn as recorded by mistake"
        case _:
            assert_never(event)


def _corrected(ja: str, en: str, changed: tuple[str, ...]) -> tuple[str, str]:
    words = "・".join(FIELDS_JA.get(name, "その他") for name in changed)
    return f"{ja}を訂正（{words}）", f"{en} corrected: {', '.join(changed)}"
