"""The texts of this service's problem codes, in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

from .service_messages import SERVICE_MESSAGES

MESSAGES: Final[Mapping[str, M]] = {
    **SERVICE_MESSAGES,
    "meeting.changed": M(
        "The meeting was corrected, or something took it as its ground, at this very moment. Load it again, and repeat "
        "the request if it still fits.",
        "会議の記録がちょうど訂正されたか、会議を根拠にした記録がちょうど追加されました。最新の記録を確認し、必要であれば"
        "もう一度操作してください。",
    ),
    "meeting.followed": M(
        "{what} {id} of {on} stands on this meeting. Keep the issues and proposals it needs in the lists, and a "
        "held_on that goes with it; or take it back first.",
        "この会議を根拠とする{what_ja}（{id}、{on}）があります。必要な地域課題・提案を残し、開催日（held_on）を矛盾しない日に"
        "してください。または、先にそちらを取り消してください。",
    ),
    "meeting.identical": M(
        "The same meeting is recorded already ({ids}). If it is that one, go on with it, or correct it. "
        "If it is another one, name these ids in not_the_same_as.",
        "同じ協議体の同じ日の同じ議題の会議が記録されています（{ids}）。同じ会議であれば、その記録を使うか、訂正してください。"
        "別の会議であれば、これらの番号を、別のものの番号（not_the_same_as）に指定して記録してください。",
    ),
    "meeting.not_held_yet": M(
        "The meeting's day {held_on} is still to come. Record it after it was held.",
        "開催日（{held_on}）はまだ来ていません。開催後に記録してください。",
    ),
    "meeting.not_there_yet": M(
        "{what} {id} is recorded since {since}: it was not there on {held_on}. Check held_on, and what the meeting "
        "dealt with. A council that is older gets an earlier day by a correction in the registry.",
        "{what_ja}（{id}）の記録は {since} からで、開催日（held_on）とした{held_on}にはまだありません。"
        "開催日と扱った議題を確認してください。以前からある協議体は、資源台帳で協議体の記録を訂正してください。",
    ),
    "meeting.unknown": M("There is no such meeting in your territory.", "担当地域にこの会議はありません。"),
    "meeting.withdrawn": M(
        "The record of this meeting was withdrawn. Record the meeting anew.",
        "この会議の記録は取り消されています。あらためて記録してください。",
    ),
    "proposal.activity_ended": M(
        "The activity “{name}” has ended. If it goes on, reinstate it in the registry first; else leave "
        "grown_from out.",
        "「{name}」は、資源台帳で廃止になっています。続いている場合は、先に資源台帳で廃止を取り消してください"
        "。終わっている場合は、もとになった活動（grown_from）を指定しないでください。",
    ),
    "proposal.activity_of_a_service": M(
        "“{name}” belongs to a service of the municipality already. Name in grown_from an activity of residents.",
        "「{name}」は、すでに市町村の事業になっています。もとになった活動（grown_from）には、住民の活動を指定"
        "してください。",
    ),
    "proposal.activity_other_kind": M(
        "“{name}” does not give the support that is asked for ({kind}). Name another activity in grown_from, "
        "or revise the listing of this one in the registry.",
        "「{name}」の支援の種類に、提案が求めている支援（{kind_ja}）がありません。もとになった活動（grown_fro"
        "m）に別の資源を指定するか、資源台帳の内容を改訂してください。",
    ),
    "proposal.activity_unreported": M(
        "“{name}” has reported no activity yet, so it has no history to go with the proposal. Report its "
        "activity in the registry first.",
        "「{name}」には活動報告がなく、提案に添える実績がありません。先に資源台帳で活動報告を記録してください。",
    ),
    "proposal.already_open": M(
        "The issue has an open proposal already ({proposal}, {state}).",
        "この地域課題には、進行中の提案（{proposal}、{state_ja}）があります。",
    ),
    "proposal.answer_not_last": M(
        "The last thing that happened is not the answer {answer}: the proposal is {state}. Only the last answer is "
        "revoked, before a design or a further round follows.",
        "直近の記録は「{answer_ja}」ではありません（この提案は「{state_ja}」です）。取り消せるのは直近の回答だけで、制度設計や"
        "再度の提案の後は取り消せません。",
    ),
    "proposal.due_in_past": M(
        "The due date {due_on} is past. Choose today or a later day.",
        "回答期限（{due_on}）は過ぎています。今日以後の日を指定してください。",
    ),
    "proposal.kinds_differ": M(
        "The proposals ask for different kinds of support ({kinds}). Merge those that ask for one kind.",
        "提案が求めている支援の種類が異なります（{kinds_ja}）。同じ種類の提案だけを合併してください。",
    ),
    "proposal.launched": M(
        "The service that the issue's proposal led to has been launched already. Extend it, or end it first.",
        "この地域課題の提案は、すでに事業開始に至っています。対象地域を広げるか、先にサービスの終了を記録してください。",
    ),
    "proposal.meeting_too_early": M(
        "The meeting of {held_on} was before the proposal went up on {asked_on}. Name one that was held since.",
        "指定した会議（{held_on}）は、提案された日（{asked_on}）より前です。その日以後の会議を指定してください。",
    ),
    "proposal.merged": M(
        "This proposal is part of the merged proposal {merged}. Tier 1 answers that one, or undoes the merger first.",
        "この提案は、合併した提案（{merged}）の一部です。第1層は、合併した提案に回答するか、先に合併を取り消してください。",
    ),
    "proposal.merged_across": M(
        "The proposals are of several municipalities. Merge those of one.",
        "複数の市町村の提案は合併できません。同じ市町村の提案を指定してください。",
    ),
    "proposal.merged_again": M(
        "The proposal {proposal} is a merged one itself. Undo that merger, and merge all of its origins anew.",
        "提案（{proposal}）は、すでに合併した提案です。その合併を取り消し、もとの提案をあらためて合併してください。",
    ),
    "proposal.merged_alone": M(
        "Name in `proposals` two or more different proposals.",
        "合併する提案（proposals）には、異なる提案を2件以上指定してください。",
    ),
    "proposal.merged_split": M(
        "A merged proposal is not split. Undo the merger first, and split the proposal whose needs ask for several "
        "answers.",
        "合併した提案は分割できません。先に合併を取り消し、分割が必要な提案を指定してください。",
    ),
    "proposal.merged_withdrawn": M(
        "A merged proposal is of no council, and none takes it back. Undo the merger first; each may withdraw its own.",
        "合併した提案は取り下げられません。合併を取り消すと、各協議体がそれぞれの提案を取り下げられます。",
    ),
    "proposal.need_twice": M(
        "These needs are behind more than one of the proposals: {needs}. Return one of them to its council first.",
        "複数の提案のもとになっているニーズがあります：{needs}。先に、いずれかの提案を協議体に差し戻してください。",
    ),
    "proposal.need_unknown": M(
        "A need in `parts` is not behind this proposal. Name those that the proposal lists in `needs`.",
        "部分（parts）に、この提案のもとになっていないニーズがあります。提案のもとになったニーズ（needs）を指定してください。",
    ),
    "proposal.needs_not_divided": M(
        "Each need behind the proposal is behind exactly one part. Not so in `parts`: {needs}.",
        "各ニーズは 1 つの部分にだけ入れてください。部分（parts）の指定に過不足があります：{needs}。",
    ),
    "proposal.needs_withdrawn": M(
        "All needs behind this proposal are withdrawn: nobody waits for the service. Return or reject the proposal (an "
        "adoption is revoked first, a design ended). If a withdrawal was a mistake, the need is reinstated first.",
        "この提案のもとになったニーズは、すべて取り下げられており、サービスを待つ人がいません。提案を差し戻すか不採択としてください"
        "（採択は先に取り消し、制度設計は終了を記録してください）。取下げが誤りであれば、先にニーズの取下げを取り消してください。",
    ),
    "proposal.no_gap": M(
        "The issue is closed, or no gap is declared for it. Declare it first: only what cannot be created locally is "
        "proposed.",
        "この地域課題は終了しているか、不足するサービスが明らかにされていません。"
        "地域では作れないことを、先に不足するサービスとして記録してください。",
    ),
    "proposal.no_meeting": M(
        "Name a meeting that the issue's own council held and that dealt with this issue.",
        "この地域課題を扱った、課題の協議体の会議を指定してください。",
    ),
    "proposal.no_own_meeting": M(
        "Name in meeting_id a meeting that this council held.",
        "会議（meeting_id）には、この協議体が開催した会議を指定してください。",
    ),
    "proposal.no_target_meeting": M(
        "Name a meeting that was held by the council the proposal went to.",
        "提案先の協議体が開催した会議を指定してください。",
    ),
    "proposal.no_upper_meeting": M(
        "The proposal went to the municipality. Name a meeting of a council of its area, or of an area above it.",
        "この提案の提案先は市町村です。提案の地域か、それを含む地域の協議体の会議を指定してください。",
    ),
    "proposal.nobody_waits": M(
        "All needs of the issue are met or withdrawn by now. Close the issue, with what came of it.",
        "この地域課題のニーズは、すべて充足または取下げ済みです。結果を記録して、地域課題を終了してください。",
    ),
    "proposal.not_dealt_with": M(
        "The meeting did not deal with this proposal. Name one that did, or add the proposal to the meeting by a "
        "correction of its list `proposals`.",
        "指定した会議はこの提案を扱っていません。扱った会議を指定するか、"
        "会議の記録を訂正し、扱った提案（proposals）に加えてください。",
    ),
    "proposal.not_mergeable": M(
        "The proposal {proposal} is {state}. Only those are merged that are one of: {needed}.",
        "提案（{proposal}）は「{state_ja}」です。合併できるのは、次の状態の提案だけです：{needed_ja}。",
    ),
    "proposal.not_merged": M(
        "This proposal is no merged one: there is no merger to undo.",
        "この提案は合併した提案ではないため、取り消す合併がありません。",
    ),
    "proposal.not_split": M(
        "This proposal is not split: there is no split to undo.",
        "この提案は分割されていないため、取り消す分割がありません。",
    ),
    "proposal.not_your_council": M(
        "A tier-2 council's proposal is made and taken back by its tier-2 coordinator or secretary.",
        "第2層協議体の提案とその取下げは、第2層コーディネーターか協議体事務局が記録します。",
    ),
    "proposal.of_an_issue": M(
        "The proposal is for the issue {issue}. Escalate it again by POST /proposals, for that issue.",
        "この提案は地域課題（{issue}）の提案です。"
        "その地域課題について、あらためて提案してください（POST /proposals）。",
    ),
    "proposal.of_origins": M(
        "This is a merged proposal. Each council proposes its own again.",
        "これは合併した提案です。再度の提案は、各協議体がそれぞれの提案について行ってください。",
    ),
    "proposal.origin_went_on": M(
        "The proposal {proposal}, which is part of this one, has gone on since: its council has proposed again.",
        "合併のもとの提案（{proposal}）は、その後に協議体が再度提案したため、この操作はできません。"
        "あらたな提案に回答してください。",
    ),
    "proposal.origins_changed": M(
        "A proposal or its merger changed at this very moment. Load it again, and repeat the request if it still fits.",
        "提案または合併の状態がちょうど変わりました。最新の状態を確認し、必要であればもう一度操作してください。",
    ),
    "proposal.own_not_tier1": M(
        "Only a tier-1 council proposes without an issue. A tier-2 council raises one and declares its gap first.",
        "地域課題によらない提案・要望ができるのは、第1層協議体だけです。第2層協議体は、地域課題を問題提起し、"
        "不足するサービスを明らかにしてから提案してください。",
    ),
    "proposal.until_in_past": M(
        "The day {until} until which the proposal is deferred is not in the future. Choose a later day.",
        "保留の期日（{until}）には、明日以後の日を指定してください。",
    ),
    "proposal.part_went_on": M(
        "The part {proposal} is {state}: it was decided, merged, or went up again. So the split is not undone.",
        "分割した提案の一部（{proposal}）は「{state_ja}」です。"
        "すでに採否があるか、別の提案に組み入れられたか、再度提案されたため、分割は取り消せません。",
    ),
    "proposal.part_without_needs": M(
        "None of the needs of this part is behind the issue's gap any more. Withdraw the part, if it waits.",
        "この部分のもとになったニーズは、地域課題に残っていません。回答を待っている場合は、提案を取り下げてください。",
    ),
    "proposal.parts_without_needs": M(
        "Name two or more parts, and needs behind each. A proposal without two needs is not split.",
        "2つ以上の部分を示し、それぞれにもとになるニーズを指定してください。ニーズが2件に満たない提案は分割できません。",
    ),
    "proposal.split": M(
        "This proposal was split: each of its parts has its own answer. Name the part, or undo the split first.",
        "この提案は分割されており、分割した提案ごとに回答します。分割した提案を指定するか、先に分割を取り消してください。",
    ),
    "proposal.split_by_tier1": M(
        "The proposal is {state}: tier 1 has it, and splits it. Its council does so while it is returned.",
        "この提案は「{state_ja}」です。第1層が受理している提案は、第1層コーディネーターが分割します。"
        "協議体が分割できるのは、差戻し中だけです。",
    ),
    "proposal.wrong_state": M(
        "The proposal is {state}. This can be done only while it is one of: {needed}.",
        "この提案は「{state_ja}」です。この操作ができるのは、次の状態のときだけです：{needed_ja}。",
    ),
    "self_help.before_it_was_agreed": M(
        "It was agreed on {agreed_on}: a day on or after that is expected.",
        "合意した日（{agreed_on}）以後の日を指定してください。",
    ),
    "self_help.issue_closed": M(
        "The issue is closed. Reopen it first, if that was a mistake.",
        "この地域課題は終了しています。誤りの場合は、先に再開してください。",
    ),
    "self_help.no_meeting": M(
        "Name a meeting that the issue's own council held and that dealt with this issue.",
        "この地域課題を扱った、課題の協議体の会議を指定してください。",
    ),
    "self_help.not_yet": M(
        "The day {reported_on} is still to come. Report what is known by today.",
        "報告日（{reported_on}）はまだ来ていません。今日までに分かったことを報告してください。",
    ),
    "self_help.reported": M(
        "It was reported already, otherwise. Say in `reason` why it is reported anew.",
        "すでに別の内容で報告されています。あらためて報告する理由（reason）を記入してください。",
    ),
    "self_help.unknown": M(
        "There is no such agreement in your territory.",
        "担当地域にこの取組の合意はありません。",
    ),
}
