"""The sentences of the needs service's events."""

from __future__ import annotations

from typing import assert_never

from shiendomain.needs import (
    GapDeclared,
    GapWithdrawn,
    IssueClosed,
    IssueCorrected,
    IssueEvent,
    IssueMoved,
    IssueRaised,
    IssueReopened,
    IssuesMerged,
    IssueSplit,
    NeedBatchRecorded,
    NeedCorrected,
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedsAddedToIssue,
    NeedsConsolidated,
    NeedsEvent,
    NeedSourceCorrected,
    NeedsRemovedFromIssue,
    NeedUngrouped,
    NeedWithdrawn,
    SurveyClosed,
    SurveyCorrected,
    SurveyMoved,
    SurveyOpened,
    SurveyReopened,
    SurveyRevised,
    SurveyWithdrawn,
)

from .sentence import Sentence, ids, moved_to, sentence


def describe_needs(event: NeedsEvent) -> Sentence:
    """The sentence of an event of the needs service."""
    match event:
        case SurveyOpened():
            ja, en = f"調査「{event.title}」を開始", f"Survey {event.title} opened"
            return sentence(ja, en, event.survey_id, *event.not_the_same_as)
        case SurveyClosed():
            ja = f"調査を終了（回答{event.responses}件）"
            return sentence(ja, f"Survey closed with {event.responses} responses", event.survey_id)
        case SurveyCorrected():
            ja = f"調査の回答数を訂正（回答{event.responses}件）"
            return sentence(ja, f"Survey corrected: {event.responses} responses", event.survey_id)
        case (
            NeedsConsolidated() | IssueRaised() | IssueCorrected() | NeedsAddedToIssue() | NeedsRemovedFromIssue()
            | IssueSplit() | IssuesMerged() | GapDeclared() | GapWithdrawn() | IssueClosed() | IssueReopened()
            | IssueMoved()
        ):  # fmt: skip
            return _issue(event)
        case SurveyRevised():
            ja = f"調査の記録を訂正（{event.period_from}〜{event.period_until}）"
            return sentence(ja, f"Survey revised: {event.period_from} to {event.period_until}", event.survey_id)
        case SurveyReopened():
            return sentence("調査を再開", "Survey reopened", event.survey_id)
        case SurveyMoved():
            return moved_to("調査", "Survey", event.survey_id, event)
        case SurveyWithdrawn():
            return sentence("調査の記録を取消し", "Survey withdrawn as recorded by mistake", event.survey_id)
        case NeedBatchRecorded():
            ja = f"ニーズをまとめて記録（新規{event.new}件、更新{event.revised}件、変更なし{event.unchanged}件）"
            en = f"Needs recorded: {event.new} new, {event.revised} revised, {event.unchanged} unchanged"
            return sentence(ja, en, event.batch_id, area=event.area)
        case _:
            return _need(event)


def _issue(event: IssueEvent) -> Sentence:
    issue = event.issue_id
    match event:
        case NeedsConsolidated():
            n, named = len(event.needs), ids(event.needs)
            ja, en = f"ニーズ{n}件を地域課題に整理", f"{n} needs grouped into an issue"
            return sentence(ja, en, issue, event.split_from, *named)
        case IssueRaised():
            ja, en = f"地域課題「{event.title}」を問題提起", f"Issue raised: {event.title}"
            return sentence(ja, en, issue, event.council_id)
        case GapDeclared():
            ja, en = f"「{event.title}」を不足するサービスに決定", f"Service gap declared: {event.title}"
            named = [event.council_id, *event.searches, *ids(event.needs)]
            return sentence(ja, en, issue, *named)
        case IssueCorrected():
            return sentence("地域課題の記録を訂正", "Issue corrected", issue, event.council_id)
        case GapWithdrawn():
            return sentence("不足するサービスの決定を取消し", "Service gap withdrawn", issue)
        case IssueClosed():
            ja, en = f"地域課題を終了（{event.outcome.ja}）", f"Issue closed: {event.outcome.en}"
            return sentence(ja, en, issue, event.successor)
        case IssueReopened():
            return sentence("地域課題を再開", "Issue reopened", issue, *ids(event.needs))
        case IssueMoved():
            moved = moved_to("地域課題", "Issue", issue, event)
            return sentence(moved.ja, moved.en, issue, *moved.mentions, *event.needs, area=event.area)
        case _:
            return _regrouped(event)


def _regrouped(event: NeedsAddedToIssue | NeedsRemovedFromIssue | IssueSplit | IssuesMerged) -> Sentence:
    n, issue = len(event.needs), event.issue_id
    match event:
        case NeedsAddedToIssue():
            return sentence(f"地域課題にニーズ{n}件を追加", f"{n} needs added to the issue", issue, *ids(event.needs))
        case NeedsRemovedFromIssue():
            ja, en = f"地域課題からニーズ{n}件を除外", f"{n} needs removed from the issue"
            return sentence(ja, en, issue, *event.needs)
        case IssueSplit():
            ja, en = f"地域課題を分割（ニーズ{n}件）", f"Issue split: {n} needs go to a new issue"
            return sentence(ja, en, issue, event.into, *event.needs)
        case IssuesMerged():
            ja, en = f"別の地域課題を統合（ニーズ{n}件）", f"Another issue merged into this one: {n} needs"
            return sentence(ja, en, issue, event.merged, *ids(event.needs))
        case _:
            assert_never(event)


def _need(event: NeedEvent) -> Sentence:
    need = event.need_id
    match event:
        case NeedRecorded():
            ja = f"ニーズを記録（{event.support_kind.ja}、{event.people}人）"
            en = f"Need recorded: {event.support_kind.en}, {event.people} people"
            return sentence(ja, en, need, event.survey_id, *event.not_the_same_as)
        case NeedRevised():
            return sentence(f"ニーズを更新（{event.people}人）", f"Need revised: {event.people} people", need)
        case NeedGrouped():
            return sentence("ニーズを地域課題に整理", "Need grouped into an issue", need, event.issue_id)
        case NeedUngrouped():
            return sentence("ニーズが地域課題から外れた", "Need no longer in the issue", need, event.issue_id)
        case NeedMatched():
            return sentence("ニーズのマッチングが成立", "Need matched", need, event.match_id, event.resource_id)
        case NeedPartlyMet():
            n, named = event.people_helped, (event.match_id, event.resource_id, event.service_id)
            return sentence(f"ニーズの一部が充足（{n}人）", f"Need partly met: {n} people helped", need, *named)
        case NeedMet():
            n, named = event.people_helped, (event.match_id, event.resource_id, event.service_id)
            return sentence(f"ニーズが充足（{n}人）", f"Need met: {n} people helped", need, *named)
        case NeedReopened():
            ja, en = f"ニーズが未対応に戻った（{event.reason.ja}）", f"Need reopened: {event.reason.en}"
            return sentence(ja, en, need, event.match_id)
        case NeedWithdrawn():
            if event.by_mistake:
                return sentence("ニーズの記録を取消し", "Need withdrawn as recorded by mistake", need)
            return sentence("ニーズを取下げ", "Need withdrawn", need)
        case NeedReinstated():
            return sentence("ニーズの取下げを取消し", "Withdrawal of the need undone", need)
        case NeedCorrected():
            ja, en = f"ニーズの種類を訂正（{event.support_kind.ja}）", f"Need corrected: {event.support_kind.en}"
            return sentence(ja, en, need)
        case NeedSourceCorrected():
            ja, en = f"ニーズの把握の方法を訂正（{event.found_by.ja}）", f"Source of the need: {event.found_by.en}"
            return sentence(ja, en, need, event.survey_id)
        case NeedMoved():
            return moved_to("ニーズ", "Need", need, event)
        case _:
            assert_never(event)
