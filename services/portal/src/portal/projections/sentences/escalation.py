"""The sentences of escalation's events."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from shiendomain.escalation import (
    AnswerRevoked,
    DueDateChanged,
    EscalationEvent,
    OwnProposalMade,
    ProposalAdopted,
    ProposalDeferred,
    ProposalDeliberated,
    ProposalEscalated,
    ProposalMoved,
    ProposalOfCouncil,
    ProposalReceived,
    ProposalRejected,
    ProposalReturned,
    ProposalsMerged,
    ProposalWithdrawn,
    ServiceDesigned,
    ServiceLaunched,
)
from shiendomain.meetings import CouncilMeetingHeld, MeetingCorrected, MeetingEvent, MeetingFollowed, MeetingWithdrawn
from shiendomain.mergers import (
    AnsweredWithMerged,
    MergeUndone,
    OfMerged,
    OfOrigin,
    OriginRenewed,
    ProposalMergedInto,
    ProposalUnmerged,
)
from shiendomain.reminders import AnswerReminded
from shiendomain.self_help import SelfHelpAgreed, SelfHelpCorrected, SelfHelpEvent, SelfHelpReported
from shiendomain.services import ServiceEvent
from shiendomain.splits import OfPart, OfSplit, ProposalPartJoined, ProposalPartMade, ProposalSplit, SplitUndone

from .sentence import Sentence, ids, moved_to, sentence
from .services import describe_service


def describe_escalation(event: EscalationEvent) -> Sentence:
    """The sentence of an event of escalation."""
    if isinstance(event, ServiceEvent):
        return describe_service(event)
    if isinstance(event, ProposalsMerged | OfOrigin | OfMerged):
        return _merger(event)
    if isinstance(event, OfSplit | OfPart):
        return _split(event)
    if isinstance(event, SelfHelpEvent):
        return _self_help(event)
    match event:
        case CouncilMeetingHeld() | MeetingCorrected() | MeetingWithdrawn() | MeetingFollowed():
            return _meeting(event)
        case OwnProposalMade():
            ja = f"「{event.title}」を{event.target.kind.ja}へ提案・要望"
            en = f"Proposal of the council's own: {event.title}"
            named = [event.council_id, event.meeting_id, grown_id(event), *ids(event.needs)]
            return sentence(ja, en, event.proposal_id, *named)
        case ProposalEscalated():
            ja = f"「{event.title}」を{event.target.kind.ja}へ提案"
            named = [event.issue_id, event.council_id, event.meeting_id, event.target.council_id, *ids(event.needs)]
            return sentence(ja, f"Proposal escalated: {event.title}", event.proposal_id, grown_id(event), *named)
        case ServiceDesigned():
            ja, en = f"「{event.name}」を制度設計", f"Service {event.name} designed"
            return sentence(ja, en, event.proposal_id, event.service_id)
        case ServiceLaunched():
            ja, en = f"「{event.name}」を事業開始", f"Service {event.name} launched"
            named = [event.service_id, event.provider_id, event.entry_id, event.taken_over, *ids(event.needs)]
            return sentence(ja, en, event.proposal_id, *named)
        case ProposalMoved():
            return moved_to("提案", "Proposal", event.proposal_id, event)
        case ProposalDeliberated():
            return sentence("提案を協議", "Proposal deliberated", event.proposal_id, event.meeting_id)
        case _:
            ja, en = _answer(event)
            return sentence(ja, en, event.proposal_id)


def grown_id(event: ProposalOfCouncil) -> UUID | None:
    """The activity from which a proposal grew."""
    return event.grown_from.resource_id if event.grown_from else None


def _self_help(event: SelfHelpEvent) -> Sentence:
    match event:
        case SelfHelpAgreed():
            ja = f"地域で取り組むことに合意（{event.body_kind.ja}、{event.until}まで）"
            en = f"Self-help agreed: {event.body_kind.en}, until {event.until}"
            return sentence(ja, en, event.self_help_id, event.issue_id, event.council_id, event.meeting_id)
        case SelfHelpCorrected():
            ja, en = f"地域の取組の合意を訂正（{event.until}まで）", f"Self-help corrected: until {event.until}"
            return sentence(ja, en, event.self_help_id, event.issue_id)
        case SelfHelpReported():
            ja = f"地域の取組の結果を報告（{event.outcome.ja}、{event.reported_on}）"
            en = f"Self-help reported on {event.reported_on}: {event.outcome.en}"
            return sentence(ja, en, event.self_help_id, event.issue_id)
        case _:
            assert_never(event)


def _merger(event: ProposalsMerged | OfOrigin | OfMerged) -> Sentence:
    match event:
        case ProposalsMerged():
            number = len(event.origins)
            ja, en = f"{number}件の提案を「{event.title}」に合併", f"{number} proposals merged: {event.title}"
            named = [one for part in event.origins for one in (part.proposal_id, part.issue_id, part.council_id)]
            named += [part.grown_from.resource_id for part in event.origins if part.grown_from]
            return sentence(ja, en, event.proposal_id, event.target.council_id, *named, *ids(event.needs))
        case ProposalMergedInto():
            ja, en = f"ほかの提案と合併（回答期限 {event.due_on}）", f"Merged with others, due on {event.due_on}"
            return sentence(ja, en, event.proposal_id, event.merged_id)
        case AnsweredWithMerged():
            ja, en = f"合併した提案の回答：{event.answer.ja}", f"Answered with the merged proposal: {event.answer.en}"
            return sentence(ja, en, event.proposal_id, event.merged_id)
        case ProposalUnmerged():
            ja, en = f"合併を取消し、「{event.state.ja}」に戻る", f"Merger undone: again {event.state.en}"
            return sentence(ja, en, event.proposal_id, event.merged_id)
        case OriginRenewed():
            left = len(event.awaited)
            ja, en = f"差戻しの問いに回答（残り {left} 件）", f"Answered what was asked back ({left} to come)"
            needs = [need for part in event.origins for need in ids(part.needs)]
            grown = [part.grown_from.resource_id for part in event.origins if part.grown_from]
            return sentence(ja, en, event.proposal_id, event.renewed, *event.awaited, *grown, *needs)
        case MergeUndone():
            ja, en = f"提案の合併を取消し（{_short(event.reason)}）", f"Merger undone: {_short(event.reason)}"
            return sentence(ja, en, event.proposal_id, *event.origins)
        case _:
            assert_never(event)


def _split(event: OfSplit | OfPart) -> Sentence:
    match event:
        case ProposalSplit():
            number, parts = len(event.parts), [one.proposal_id for one in event.parts]
            needs = [need for part in event.parts for need in part.needs]
            ja, en = f"{number}件の提案に分割（{_short(event.reason)}）", f"Split into {number}: {_short(event.reason)}"
            return sentence(ja, en, event.proposal_id, *parts, *needs)
        case SplitUndone():
            ja, en = f"分割を取消し、「{event.state.ja}」に戻る", f"Split undone: again {event.state.en}"
            return sentence(ja, en, event.proposal_id, *event.parts)
        case ProposalPartMade():
            ja, en = f"分割した提案「{event.title}」（{event.state.ja}）", f"Part {event.title}: {event.state.en}"
            named = [event.split_from, event.issue_id, event.council_id, event.target.council_id, *ids(event.needs)]
            return sentence(ja, en, event.proposal_id, grown_id(event), *named)
        case ProposalPartJoined():
            return sentence("もとの提案に戻す", "Answered with its original again", event.proposal_id, event.split_from)


def _meeting(event: MeetingEvent) -> Sentence:
    match event:
        case MeetingWithdrawn():
            ja, en = "会議の記録を取消し", "Record of a council meeting withdrawn"
            return sentence(ja, en, event.meeting_id, *event.issues, *event.proposals)
        case MeetingFollowed():
            ja, en = "会議を根拠に記録", "Taken as the ground of what follows"
            return sentence(ja, en, event.meeting_id, event.proposal_id, event.self_help_id)
        case CouncilMeetingHeld():
            ja, en = f"{event.tier.ja}協議体を開催（{event.held_on}）", f"Council meeting held on {event.held_on}"
            named = [event.council_id, *event.issues, *event.proposals, *event.not_the_same_as]
            return sentence(ja, en, event.meeting_id, *named)
        case MeetingCorrected():
            ja, en = f"会議の記録を訂正（{event.held_on}）", f"Council meeting of {event.held_on} corrected"
            return sentence(ja, en, event.meeting_id, *event.issues, *event.proposals)
        case _:
            assert_never(event)


def _answer(
    event: ProposalReceived
    | DueDateChanged
    | AnswerRevoked
    | AnswerReminded
    | ProposalReturned
    | ProposalAdopted
    | ProposalRejected
    | ProposalDeferred
    | ProposalWithdrawn,
) -> tuple[str, str]:
    match event:
        case ProposalReceived():
            return f"提案を受理（回答期限 {event.due_on}）", f"Proposal received, due on {event.due_on}"
        case DueDateChanged():
            reason = _short(event.reason)
            return f"回答期限を {event.due_on} に変更（{reason}）", f"Due date changed to {event.due_on}: {reason}"
        case AnswerRevoked():
            reason, answer = _short(event.reason), event.answer
            return f"「{answer.ja}」の回答を取消し（{reason}）", f"Answer revoked ({answer.en}): {reason}"
        case AnswerReminded():
            ja = f"回答の催促（{event.number}回目、期日 {event.due_on}）"
            return ja, f"Reminder {event.number} of a late answer, due on {event.due_on}"
        case ProposalReturned():
            return f"提案を差戻し（{_short(event.asked)}）", f"Proposal returned: {_short(event.asked)}"
        case ProposalAdopted():
            return f"提案を採択（{_short(event.reason)}）", f"Proposal adopted: {_short(event.reason)}"
        case ProposalRejected():
            return f"提案を不採択（{_short(event.reason)}）", f"Proposal rejected: {_short(event.reason)}"
        case ProposalDeferred():
            return f"提案を保留（{event.until} まで）", f"Proposal deferred until {event.until}"
        case ProposalWithdrawn():
            return f"提案を取下げ（{_short(event.reason)}）", f"Proposal withdrawn: {_short(event.reason)}"
        case _:
            assert_never(event)


def _short(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
