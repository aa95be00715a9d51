"""The words of the pages that are shown in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["ja", "en"]

PROPOSAL: Final[Mapping[str, tuple[str, str]]] = {
    "adopted_as": ("制度設計", "Design of the service"),
    "answer": ("回答", "Answer"),
    "answers": ("回答の経過", "Answers"),
    "area": ("地域", "Area"),
    "ask": ("提案の内容", "What is asked"),
    "capacity": ("定員（人）", "Places (people)"),
    "council": ("提案した協議体", "Council"),
    "criteria": ("対象者の基準", "Criteria"),
    "day": ("日付", "Day"),
    "deliberations": ("協議での意見", "Views at deliberations"),
    "due": ("回答期限", "Due"),
    "due_dates": ("回答期限の変更", "Changes of the due date"),
    "ended": ("終了", "Ended"),
    "fee": ("料金", "Fee"),
    "heading": ("提案の経過", "The way of a proposal"),
    "issue": ("地域課題", "Issue"),
    "kind": ("支援の種類", "Kind of support"),
    "launch": ("サービスの提供", "What each provider gives"),
    "launched_on": ("開始日", "Begun on"),
    "left": ("離脱", "Left"),
    "merged_into": ("合併した提案", "Merged proposal"),
    "merged_answer": ("合併した提案の状態", "State of the merged proposal"),
    "name": ("名称", "Name"),
    "needs": ("もとになったニーズ", "Needs behind it"),
    "no_needs": (
        "地域課題によらない提案・要望のため、もとになったニーズはありません。",
        "A council's own proposal, without needs behind it.",
    ),
    "none": ("ありません。", "None."),
    "origins": ("合併のもとの提案", "Proposals that are part of it"),
    "other_language": ("English", "日本語"),
    "people": ("人数（人）", "People"),
    "people_waiting": ("いま待っている人（人）", "Waiting now (people)"),
    "position": ("この経過の位置（どの記録まで含むか）", "Position (which records it includes)"),
    "provider": ("サービス提供者", "Provider"),
    "reason": ("理由・問い", "Reason or question"),
    "revised": ("直近の変更の理由", "Why it was changed last"),
    "revoked": ("取消し", "revoked"),
    "round": ("第{n}回の提案", "Round {n}"),
    "salon_support": ("サロン支援", "Salon support"),
    "schedule": ("日程", "Schedule"),
    "service_areas": ("対象地域", "Areas served"),
    "since": ("開始", "Since"),
    "service_class": ("サービスの分類", "Class"),
    "starts_on": ("開始予定日", "Planned to begin on"),
    "state": ("状態", "State"),
    "supply": ("供給", "Supply"),
    "supporters": ("担い手", "Supporters"),
    "target": ("提案先", "Proposed to"),
    "to_need": ("ニーズの経過", "The way of the need"),
    "to_proposal": ("提案の経過", "The way of the proposal"),
    "until": ("期限・期日", "By or until"),
    "yen": ("{n}円", "{n} yen"),
}
PACK: Final[Mapping[str, tuple[str, str]]] = {
    "agenda": ("議題", "Agenda"),
    "area": ("地域", "Area"),
    "as_of": ("{day}現在の記録から作成しています。", "Made from what was recorded by {day}."),
    "attendance": ("出席（人）", "Attendance"),
    "day": ("開催日", "Held on"),
    "decision": ("決定", "Decision"),
    "discussed": ("これまでに議論したこと", "What was discussed at them"),
    "due": ("回答期限", "Due"),
    "figures": ("地域の状況", "Figures of the area"),
    "heading": ("{name}の会議資料", "Meeting pack of {name}"),
    "issue": ("地域課題", "Issue"),
    "item": ("議題", "Item"),
    "issues": ("地域課題の一覧", "Issues"),
    "issues_dealt_with": ("扱った課題（件）", "Issues"),
    "meetings": ("これまでの会議", "Earlier meetings"),
    "more": ("ほか {n} 件", "and {n} more"),
    "none": ("ありません。", "None."),
    "other_language": ("English", "日本語"),
    "position": ("この資料の位置（どの記録まで含むか）", "Position (which records it includes)"),
    "proposal": ("提案", "Proposal"),
    "proposals": ("進行中の提案の一覧", "Proposals under way"),
    "proposals_dealt_with": ("扱った提案（件）", "Proposals"),
    "purpose": ("共有している目的", "Shared purpose"),
    "raised_on": ("提起日", "Raised on"),
    "said": ("内容", "What was said"),
    "since": ("いつから", "Since"),
    "state": ("状態", "State"),
    "title": ("件名", "What"),
    "waits_since": ("提案日", "Waits since"),
}
SECTIONS_EN: Final[Mapping[str, str]] = {
    "resources": "Resources", "needs": "Needs", "people": "People in need", "matches": "Matches", "issues": "Issues",
    "councils": "Councils", "proposals": "Proposals", "proposal_ages": "Age of open proposals",
}  # fmt: skip


def words(of: Mapping[str, tuple[str, str]], lang: Language) -> Mapping[str, str]:
    """The words of a page in one language."""
    return {key: ja if lang == "ja" else en for key, (ja, en) in of.items()}
