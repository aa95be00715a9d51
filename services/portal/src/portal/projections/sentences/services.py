"""The sentences of the services that answer proposals."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from shiendomain.services import (
    EntryDeclined,
    EntryRequested,
    ProviderJoined,
    ProviderLeft,
    ServiceDesignRevised,
    ServiceEnded,
    ServiceEvent,
    ServiceExtended,
    ServiceReinstated,
    ServiceRevised,
    TermsAdjusted,
)

from .sentence import Sentence, ids, sentence


def describe_service(event: ServiceEvent) -> Sentence:
    """The sentence of an event of a service. Its subject is the proposal, whose stream it is in."""
    match event:
        case EntryRequested() | TermsAdjusted() | EntryDeclined():
            return _entry(event)
        case ServiceDesignRevised():
            return _said(event, f"「{event.name}」の制度設計を変更", f"Design of {event.name} revised")
        case ProviderJoined():
            ja = f"{event.provider_name}が「{event.name}」に参入（{event.joined_on}）"
            en = f"{event.provider_name} joined {event.name} on {event.joined_on}"
            named = [event.service_id, event.entry_id, event.provider_id, event.taken_over, *ids(event.needs)]
            return sentence(ja, en, event.proposal_id, *named)
        case ServiceExtended():
            ja = f"サービスの対象地域を拡大（{'、'.join(event.added)}、{event.extended_on}）"
            en = f"Service extended on {event.extended_on} to {', '.join(event.added)}"
            return sentence(ja, en, event.proposal_id, event.service_id, event.taken_over, *ids(event.needs))
        case ServiceRevised():
            fee = "" if event.fee_yen is None else f"{event.fee_yen}円、"
            ja, en = f"サービスの条件を変更（{fee}{event.changed_on}から）", f"Service revised from {event.changed_on}"
            return _said(event, ja, en)
        case ProviderLeft():
            ja = f"サービス提供者が離脱（{event.reason.ja}、{event.left_on}）"
            return _said(event, ja, f"A provider left on {event.left_on}: {event.reason.en}")
        case ServiceEnded():
            ja = f"サービスを終了（{event.reason.ja}、{event.ended_on}）"
            return _said(event, ja, f"Service ended on {event.ended_on}: {event.reason.en}")
        case ServiceReinstated():
            return _said(event, "サービスの終了を取消し", "The end of the service was a mistake")
        case _:
            assert_never(event)


def _entry(event: EntryRequested | TermsAdjusted | EntryDeclined) -> Sentence:
    match event:
        case EntryRequested():
            ja = f"{event.provider_name}が参入を要望（{event.requested_on}）"
            en = f"{event.provider_name} asked to take part on {event.requested_on}"
            return sentence(ja, en, event.proposal_id, event.service_id, event.entry_id, event.provider_id)
        case TermsAdjusted():
            ja, en = f"参入の条件を調整（{event.adjusted_on}）", f"Terms of entry adjusted on {event.adjusted_on}"
        case EntryDeclined():
            ja, en = "参入を見送り", "The provider does not take part"
        case _:
            assert_never(event)
    return sentence(ja, en, event.proposal_id, event.service_id, event.entry_id)


def _said(
    event: ServiceDesignRevised | ServiceRevised | ProviderLeft | ServiceEnded | ServiceReinstated, ja: str, en: str
) -> Sentence:
    taken: list[UUID | None] = []
    if isinstance(event, ServiceRevised | ProviderLeft):
        taken.append(event.taken_over)
    if isinstance(event, ServiceEnded | ServiceReinstated):
        taken += [one.resource_id for one in event.taken_over]
    return sentence(ja, en, event.proposal_id, event.service_id, *taken)
