"""What an event says in a sentence: made from its own facts, in Japanese and English, with the ids it names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, assert_never
from uuid import UUID

from shiendomain.matching import (
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchingEvent,
    MatchLapsed,
    MatchProposed,
    NoMatchFound,
    OfferNoted,
)
from shiendomain.needs import (
    GapDeclared,
    IssueRaised,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedRecorded,
    NeedReopened,
    NeedRevised,
    NeedsConsolidated,
    NeedsEvent,
    NeedWithdrawn,
    SurveyClosed,
    SurveyOpened,
)
from shiendomain.registry import (
    AreaDefined,
    AreaReorganized,
    BatchRegistered,
    CoordinatorAssigned,
    CouncilEstablished,
    ProviderRegistered,
    RegistryEvent,
    ResourceRegistered,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSuspended,
    ResourceVerified,
)
from shiendomain.vocabulary import NeedBehind, Word


class Told(NamedTuple):
    """`subject` is the thing the event is about, `mentions` every id it names; `area` overrules the stream's home."""

    ja: str
    en: str
    subject: UUID | None
    mentions: tuple[UUID, ...]
    area: str | None = None


def told(ja: str, en: str, subject: UUID | None, *others: UUID | None, area: str | None = None) -> Told:
    """The sentence with the ids it names, each once, the subject first."""
    named = dict.fromkeys(one for one in (subject, *others) if one is not None)
    return Told(ja, en, subject, tuple(named), area)


def joined(words: Iterable[Word]) -> str:
    """The words' labels, as a list within a Japanese sentence."""
    return "・".join(word.ja for word in words)


def ids(needs: Iterable[NeedBehind]) -> list[UUID]:
    """The ids of the needs behind something."""
    return [need.need_id for need in needs]


def tell_registry(event: RegistryEvent) -> Told:
    """The sentence of a registry event."""
    match event:
        case AreaDefined():
            return told(f"地域「{event.name}」を定義", f"Area {event.name} defined", None, area=event.area)
        case AreaReorganized():
            after = ", ".join(event.successors)
            return told(f"地域を再編（後継: {after}）", f"Area reorganised into {after}", None, area=event.area)
        case CouncilEstablished():
            ja, en = f"{event.tier.ja}協議体「{event.name}」を設置", f"Council {event.name} established"
            return told(ja, en, event.council_id)
        case CoordinatorAssigned():
            ja = f"{event.tier.ja}コーディネーターを配置（{event.employer}）"
            return told(ja, f"Coordinator assigned at {event.employer}", event.coordinator_id)
        case ProviderRegistered():
            return told(f"提供者「{event.name}」を登録", f"Provider {event.name} registered", event.provider_id)
        case BatchRegistered():
            ja = f"資源をまとめて登録（新規{event.new}件、更新{event.revised}件、変更なし{event.unchanged}件）"
            en = f"Batch registered: {event.new} new, {event.revised} revised, {event.unchanged} unchanged"
            return told(ja, en, event.batch_id, area=event.area)
        case _:
            return tell_resource(event)


def tell_resource(
    event: ResourceRegistered
    | ResourceRevised
    | ResourceVerified
    | ResourceSuspended
    | ResourceResumed
    | ResourceRetired,
) -> Told:
    """The sentence of a resource's event."""
    subject = event.resource_id
    match event:
        case ResourceRegistered():
            name = event.details.name
            named = [event.service_id, event.details.provider_id, *ids(event.for_needs)]
            return told(f"資源「{name}」を登録", f"Resource {name} registered", subject, *named)
        case ResourceRevised():
            changed = ", ".join(event.changed)
            return told(f"資源を更新（{changed}）", f"Resource revised: {changed}", subject, event.details.provider_id)
        case ResourceVerified():
            ja = f"資源を確認（{event.method.ja}、{event.verified_on}）"
            return told(ja, f"Resource verified on {event.verified_on} ({event.method})", subject)
        case ResourceSuspended():
            return told(f"資源を休止（{event.reason.ja}）", f"Resource suspended: {event.reason}", subject)
        case ResourceResumed():
            return told("資源を再開", "Resource resumed", subject)
        case ResourceRetired():
            return told(f"資源を廃止（{event.reason.ja}）", f"Resource retired: {event.reason}", subject)
        case _:
            assert_never(event)


def tell_needs(event: NeedsEvent) -> Told:
    """The sentence of an event of the needs service."""
    match event:
        case SurveyOpened():
            return told(f"調査「{event.title}」を開始", f"Survey {event.title} opened", event.survey_id)
        case SurveyClosed():
            ja = f"調査を終了（回答{event.responses}件）"
            return told(ja, f"Survey closed with {event.responses} responses", event.survey_id)
        case NeedsConsolidated():
            n, named = len(event.needs), ids(event.needs)
            return told(f"{n}件のニーズをまとめた", f"{n} needs put together", event.issue_id, *named)
        case IssueRaised():
            ja, en = f"地域課題「{event.title}」を提起", f"Issue raised: {event.title}"
            return told(ja, en, event.issue_id, event.council_id)
        case GapDeclared():
            ja, en = f"不足を宣言「{event.title}」", f"Gap declared: {event.title}"
            named = [event.council_id, *event.searches, *ids(event.needs)]
            return told(ja, en, event.issue_id, *named)
        case _:
            return tell_need(event)


def tell_need(
    event: NeedRecorded | NeedRevised | NeedGrouped | NeedMatched | NeedMet | NeedReopened | NeedWithdrawn,
) -> Told:
    """The sentence of a need's event."""
    need = event.need_id
    match event:
        case NeedRecorded():
            ja = f"ニーズを記録（{event.support_kind.ja}、{event.people}人）"
            en = f"Need recorded: {event.support_kind}, {event.people} people"
            return told(ja, en, need, event.survey_id)
        case NeedRevised():
            return told(f"ニーズを更新（{event.people}人）", f"Need revised: {event.people} people", need)
        case NeedGrouped():
            return told("ニーズが地域課題に加わった", "Need became part of an issue", need, event.issue_id)
        case NeedMatched():
            en = "A place is held for the need"
            return told("ニーズの受け皿を確保", en, need, event.match_id, event.resource_id)
        case NeedMet():
            n, named = event.people_helped, (event.match_id, event.resource_id, event.service_id)
            return told(f"ニーズが充足（{n}人）", f"Need met: {n} people helped", need, *named)
        case NeedReopened():
            ja, en = f"ニーズが未対応に戻った（{event.reason.ja}）", f"Need reopened: {event.reason}"
            return told(ja, en, need, event.match_id)
        case NeedWithdrawn():
            return told("ニーズを取下げ", "Need withdrawn", need)
        case _:
            assert_never(event)


def tell_matching(event: MatchingEvent) -> Told:
    """The sentence of an event of matching. A match belongs to the area of its need."""
    match event:
        case OfferNoted():
            ja, en = ("受入れ可能", "Offer noted: open") if event.open else ("受入れ停止", "Offer noted: closed")
            return told(f"資源の受入れ状況を記録（{ja}）", en, event.resource_id, event.service_id)
        case NoMatchFound():
            ja = f"適合する資源なし（{joined(event.missing)}）"
            en = f"No match found: {', '.join(event.missing)} missing"
            return told(ja, en, event.search_id, event.need_id, area=event.need_area)
        case _:
            ja, en = tell_match(event)
            named = (event.need_id, event.resource_id)
            service = event.service_id if isinstance(event, MatchProposed | MatchConcluded) else None
            return told(ja, en, event.match_id, *named, service, area=event.need_area)


def tell_match(
    event: MatchProposed | MatchAccepted | MatchDeclined | MatchLapsed | MatchConcluded,
) -> tuple[str, str]:
    """The sentence of a match's event."""
    match event:
        case MatchProposed():
            why = joined(event.reasons)
            return f"マッチングを提案（{event.people}人、{why}）", f"Match proposed for {event.people} people"
        case MatchAccepted():
            return f"マッチングを受諾（{event.people}人）", f"Match accepted for {event.people} people"
        case MatchDeclined():
            return f"マッチングを辞退（{event.reason.ja}）", f"Match declined: {event.reason}"
        case MatchLapsed():
            return f"マッチングが失効（{event.reason.ja}）", f"Match lapsed: {event.reason}"
        case MatchConcluded():
            ja = f"マッチングが終了（{event.outcome.ja}、{event.people_helped}人）"
            return ja, f"Match concluded: {event.outcome}, {event.people_helped} people helped"
        case _:
            assert_never(event)
