"""What escalation says no with."""

from __future__ import annotations

from ._message import Message as M

ESCALATION: dict[str, M] = {
    "meeting.not_held_yet": M(
        "The meeting's day {held_on} is still to come. Note it once it was held.",
        "開催日 {held_on} はまだ来ていません。開催後に記録してください。",
    ),
    "meeting.unknown": M("There is no such meeting in your areas.", "担当地域にこの会議はありません。"),
    "proposal.already_open": M(
        "The issue has an open proposal already ({proposal}, {state}).",
        "この課題には進行中の提案（{proposal}）があります。",
    ),
    "proposal.due_in_past": M(
        "The due date {due_on} is past. Choose today or a later day.",
        "回答期限 {due_on} は過ぎています。今日以降の日を指定してください。",
    ),
    "proposal.launched": M(
        "The issue's proposal has become a service already.",
        "この課題の提案はすでに事業になっています。",
    ),
    "proposal.no_gap": M(
        "No gap is declared for the issue. Declare it first: only what cannot be created locally goes up.",
        "この課題には不足の宣言がありません。地域では作れないことを先に宣言してください。",
    ),
    "proposal.no_meeting": M(
        "Name a held meeting of the issue's own council that dealt with this issue.",
        "この課題を扱った、課題の協議体自身の会議を指定してください。",
    ),
    "proposal.no_target_meeting": M(
        "Name a held meeting of the council the proposal went to.",
        "提案先の協議体が開いた会議を指定してください。",
    ),
    "proposal.not_tier2": M(
        "Only a tier-2 council's issue is proposed upward.",
        "提案できるのは第2層協議体の課題だけです。",
    ),
    "proposal.unknown": M("There is no such proposal in your areas.", "担当地域にこの提案はありません。"),
    "proposal.until_in_past": M(
        "Put off until {until}, which is not a day to come. Choose a later one.",
        "保留の期日 {until} は明日以降の日を指定してください。",
    ),
    "proposal.wrong_state": M(
        "The proposal is {state}; this is done with one that is {needed}.",
        "この提案は「{state_ja}」です。次の状態のときだけ行えます: {needed_ja}",
    ),
    "service.area_outside": M(
        "These service areas are not in your territory: {areas}.",
        "次の対象地域は担当地域の外です: {areas}",
    ),
    "service.kind_not_asked": M(
        "The proposal asks for {kind}; the service must give it, perhaps among others.",
        "提案が求めるのは「{kind_ja}」です。サービスの種類に含めてください。",
    ),
    "service.not_launched_yet": M(
        "The day {launched_on} is still to come. Note the launch once it has begun.",
        "開始日 {launched_on} はまだ来ていません。開始後に記録してください。",
    ),
    "service.serves_no_need": M(
        "None of the proposal's needs lies in these service areas.",
        "指定した対象地域には、提案のもとになったニーズが一つもありません。",
    ),
}
