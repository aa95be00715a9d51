"""The texts of this service's problem codes, in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

MESSAGES: Final[Mapping[str, M]] = {
    "batch.recorded_otherwise": M(
        "The row with the reference {reference} was recorded with another area or kind of support, or more of its "
        "people are helped by now. Revise that need, or give the row another reference.",
        "参照番号 {reference} の行は、別の地域・支援の種類で記録済みか、"
        "指定の人数より多くの人がすでに支援を受けています。"
        "そのニーズを更新するか、行に別の参照番号を付けてください。",
    ),
    "batch.row_twice": M(
        "Another row of this batch has the same reference.",
        "同じ参照番号の行が、この一覧にもう一つあります。",
    ),
    "issue.candidates_at_hand": M(
        "Something was proposed for these needs: {needs}. Answer it and search again, or say in `reason` why it does "
        "not do.",
        "次のニーズには紹介できる社会資源があります：{needs}。打診に回答してから、もう一度探してください。"
        "その社会資源では対応できない場合は、理由（reason）を記入してください。",
    ),
    "issue.closed": M(
        "The issue is closed ({outcome}). Reopen it first, if that was a mistake.",
        "この地域課題は終了しています（{outcome_ja}）。誤りの場合は、先に再開してください。",
    ),
    "issue.council_elsewhere": M(
        "The council works in area {area}, which is neither the issue's area nor above it.",
        "指定した協議体の担当地域（{area}）は、課題の地域でも、その上位の地域でもありません。",
    ),
    "issue.merged": M(
        "The issue was merged into {successor}, which has its needs. Split that one instead.",
        "この地域課題は {successor} に統合され、ニーズも移っています。統合先の地域課題を分割してください。",
    ),
    "issue.merged_with_itself": M(
        "An issue cannot be merged with itself. Name another one.",
        "同じ地域課題どうしは統合できません。別の地域課題を指定してください。",
    ),
    "issue.mixed_kinds": M(
        "An issue is about needs of one support kind. These are of several: {kinds}.",
        "一つの地域課題には、同じ支援の種類のニーズだけを整理できます。指定されたニーズの種類は次のとおりです：{kinds_ja}。",
    ),
    "issue.need_elsewhere": M(
        "These needs lie outside the issue's area: {needs}.",
        "次のニーズは、課題の地域の外にあります：{needs}。",
    ),
    "issue.need_not_in": M(
        "These needs are not in the issue: {needs}.",
        "次のニーズは、この地域課題に含まれていません：{needs}。",
    ),
    "issue.need_not_open": M(
        "These needs are in an issue already, matched, met or withdrawn: {needs}.",
        "次のニーズは、すでに地域課題に整理済み、マッチング済み、充足、または取下げ済みです：{needs}。",
    ),
    "issue.need_twice": M("A need is named twice.", "同じニーズが二度指定されています。"),
    "issue.needs_changed": M(
        "The needs of the issue were changed at the same time. Look at it again and repeat the request.",
        "この地域課題のニーズが同時に変更されました。内容を確認してから、もう一度操作してください。",
    ),
    "issue.no_evidence": M(
        "A gap needs evidence. Search for a resource for these needs first: {needs}. Or say in `reason` why what there "
        "is does not do.",
        "不足するサービスの根拠がありません。次のニーズについて、先に社会資源を探してください：{needs}。"
        "今ある社会資源では対応できないことが分かっている場合は、その理由（reason）を記入してください。",
    ),
    "issue.no_gap": M(
        "No gap is declared for the issue.",
        "この地域課題は、不足するサービスとして記録されていません。",
    ),
    "issue.no_needs": M(
        "An issue needs at least one need.",
        "地域課題には、少なくとも一つのニーズが必要です。",
    ),
    "issue.no_needs_left": M(
        "No need would be left in the issue. Close the issue instead, with what came of it.",
        "この地域課題にニーズが残らなくなります。結果を記録して、地域課題を終了してください。",
    ),
    "issue.not_closed": M("The issue is not closed.", "この地域課題は終了していません。"),
    "issue.proposal_under_way": M(
        "A proposal for the issue is under way. Wait for its answer, or have the council take it back first.",
        "この地域課題の提案が進行中です。回答を待つか、先に協議体が提案を取り下げてください。",
    ),
    "issue.raised": M(
        "This issue was raised already, with other content.",
        "この地域課題は、すでに別の内容で提起されています。",
    ),
    "issue.service_launched": M(
        "A service was launched for the gap, so it was none by mistake. Close the issue instead.",
        "不足するサービスに対する事業が始まっているため、取消しはできません。地域課題を終了してください。",
    ),
    "mapping.issue_need_elsewhere": M(
        "The issue has needs that would be left outside its area. Take them out of the issue, or move them first.",
        "この地域課題には、移し先の地域の外に残るニーズがあります。先にそのニーズを課題から外すか、移してください。",
    ),
    "mapping.need_in_issue": M(
        "The need goes with its issue, which stays. Take it out of the issue, or move the issue.",
        "このニーズは、属する地域課題とともに移ります。その課題が移らないため、課題から外すか、課題の移し先を指定してください。",
    ),
    "need.helped_already": M(
        "{helped} people of this need are helped already: more are expected in `people`.",
        "このニーズでは、すでに {helped} 人が支援を受けています。それより多い人数を指定してください。",
    ),
    "need.hours_end_before_they_begin": M(
        "hours_until: a time after hours_from is expected.",
        "終了時刻には、開始時刻より後の時刻を指定してください。",
    ),
    "need.identical": M(
        "The same need is recorded already for this day ({ids}). If it is that one, there is nothing to record; "
        "with more people, revise it. If it is another one, name these ids in not_the_same_as.",
        "同じ内容のニーズが、同じ日に記録されています（{ids}）。同じニーズであれば、記録する必要はありません。人数が増えたときは、そのニーズを更新してください。"
        "別のニーズであれば、これらの番号を、別のものの番号（not_the_same_as）に指定して記録してください。",
    ),
    "need.match_ends": M(
        "Matches of this need are being ended, because it was withdrawn. Repeat the request shortly.",
        "取下げに伴い、このニーズのマッチングを終了しています。しばらくしてから、もう一度操作してください。",
    ),
    "need.met": M("The need is met already.", "このニーズはすでに充足しています。"),
    "need.not_open": M(
        "The need is {state}: its kind and its area can be corrected only while it is open. Undo its withdrawal, or "
        "take it out of its issue, first; else withdraw it and record it anew.",
        "このニーズは「{state}」です。種類と地域を訂正できるのは未対応の間だけです。先に取下げを取り消すか、"
        "地域課題から外してください。どちらでもないときは、取り下げて記録し直してください。",
    ),
    "need.not_withdrawn": M("The need is not withdrawn.", "このニーズは取り下げられていません。"),
    "need.recorded": M(
        "This need was recorded already, with other content.",
        "このニーズは、すでに別の内容で記録されています。",
    ),
    "need.withdrawn": M("The need was withdrawn.", "このニーズは取り下げられています。"),
    "need.was_there": M(
        "People of this need were helped, so it was no mistake. Correct how many were helped first, or withdraw it "
        "without by_mistake.",
        "このニーズではすでに支援を受けた人がいるため、誤りの記録としては取り消せません。"
        "先に支援を受けた人数を訂正するか、通常の取下げとして記録してください。",
    ),
    "need.was_matched": M(
        "People of this need were helped, so its kind and its area cannot be corrected. Record a new need for those "
        "who wait.",
        "このニーズではすでに支援を受けた人がいるため、種類と地域は訂正できません。"
        "支援を待つ人について、新しいニーズを記録してください。",
    ),
    "survey.closed": M(
        "The survey was closed already, with another number of responses.",
        "この調査は、すでに別の回答数で終了しています。",
    ),
    "survey.still_open": M(
        "The survey is not closed yet: close it with the right number of responses.",
        "この調査はまだ終了していません。正しい回答数で終了してください。",
    ),
    "survey.closes_early": M(
        "The period of the survey lasts until {until}. Say in `reason` why it closes earlier.",
        "調査期間は {until} までです。それより前に終了する理由（reason）を記入してください。",
    ),
    "survey.more_responses_than_sheets": M(
        "{responses} responses are more than the {sheets} sheets that were given out. Correct one of the two numbers.",
        "回答数（{responses} 件）が、調査票の配布数（{sheets} 枚）より多くなっています。"
        "どちらかの数を訂正してください。",
    ),
    "survey.identical": M(
        "The same survey is recorded already ({ids}). If it is that one, go on with it. "
        "If it is another one, name these ids in not_the_same_as.",
        "同じ名称・方法・期間の調査が記録されています（{ids}）。同じ調査であれば、その記録を使ってください。"
        "別の調査であれば、これらの番号を、別のものの番号（not_the_same_as）に指定して記録してください。",
    ),
    "survey.not_closed": M("The survey is not closed.", "この調査は終了していません。"),
    "survey.not_open": M(
        "The survey is closed: a need that it showed later cannot be recorded under it. Leave survey_id out, or reopen "
        "the survey.",
        "この調査は終了しているため、ニーズを追加できません。調査（survey_id）を指定せずに記録するか、調査を再開してください。",
    ),
    "survey.ends_before_it_begins": M(
        "period_until: a day on or after period_from is expected.",
        "調査の最終日には、開始日以後の日を指定してください。",
    ),
    "survey.opened": M(
        "This survey was opened already, with other content.",
        "この調査は、すでに別の内容で開始されています。",
    ),
    "survey.unknown": M("There is no such survey in your territory.", "担当地域にこの調査はありません。"),
}
