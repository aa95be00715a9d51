"""The texts of the problem codes of resource development (資源開発), in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

DEVELOPMENT: Final[Mapping[str, M]] = {
    "activity_report.counts": M(
        "participants: at most as many as attendances; attendances: at most participants × times. "
        "Given: held {times} times, {participants} participants, {attendances} attendances.",
        "延べ人数は、実人数以上、実人数×開催回数以下でなければなりません"
        "（開催回数 {times} 回、実人数 {participants} 人、延べ人数 {attendances} 人）。",
    ),
    "activity_report.period_reported": M(
        "The period from {period_from} until {period_until} was reported already. Correct that report, or give days "
        "outside of it.",
        "{period_from} から {period_until} までの活動は報告済みです。"
        "その報告を訂正するか、重ならない期間を指定してください。",
    ),
    "activity_report.period_reversed": M(
        "period_until: a day on or after period_from is expected.",
        "期間の最終日には、期間の初日以降の日を指定してください。",
    ),
    "activity_report.recorded": M(
        "This report was recorded already, with other content.",
        "この活動報告は、すでに別の内容で記録されています。",
    ),
    "activity_report.two_fiscal_years": M(
        "period_until: the period lies in two fiscal years. Report it in two parts, the first until {last}.",
        "期間が2つの年度にまたがっています。{last} までと翌年度とに分けて報告してください。",
    ),
    "activity_report.unknown": M("There is no such report in your territory.", "担当地域にこの活動報告はありません。"),
    "activity_report.withdrawn": M(
        "The report is withdrawn. Report the period again.",
        "この活動報告は取り消されています。その期間を改めて報告してください。",
    ),
    "cohort.held_later": M(
        "The training was followed by something on {first} already. Give that day or an earlier one.",
        "この養成の後の記録が {first} にあります。その日以前の日を指定してください。",
    ),
    "cohort.identical": M(
        "The same training is recorded already ({ids}). If it is that one, there is nothing to record. "
        "If it is another one, name these ids in not_the_same_as.",
        "同じ講座名・実施日・実施団体の養成が記録されています（{ids}）。同じものであれば、記録する必要はありません。"
        "別の養成であれば、これらの番号を、別のものの番号（not_the_same_as）に指定して記録してください。",
    ),
    "cohort.recorded": M(
        "This cohort was recorded already, with other content.",
        "この養成は、すでに別の内容で記録されています。",
    ),
    "cohort.too_few": M(
        "{trained} people were trained. {placed} of them supporting something and {gave_up} having given up are more.",
        "養成した {trained} 人に対して、活動中 {placed} 人と辞退 {gave_up} 人の合計が多すぎます。",
    ),
    "cohort.unknown": M("There is no such cohort in your territory.", "担当地域にこの養成の記録はありません。"),
    "place.closed": M(
        "The place is closed. Open it again first.",
        "この活躍の場の募集は終了しています。先に募集を再開してください。",
    ),
    "place.ends_first": M(
        "until: a day on or after offered_on is expected.",
        "募集の最終日には、募集を始めた日以降の日を指定してください。",
    ),
    "place.fewer_wanted": M(
        "{wanted} people are wanted and {filled} take part. No more can.",
        "募集は {wanted} 人、参加は {filled} 人です。募集の人数を超えて記録することはできません。",
    ),
    "place.identical": M(
        "The same place is recorded already ({ids}). If it is that one, there is nothing to record. "
        "If it is another one, name these ids in not_the_same_as.",
        "同じ募集団体・内容・募集開始日の活躍の場が記録されています（{ids}）。同じものであれば、記録する必要はありません。"
        "別の活躍の場であれば、これらの番号を、別のものの番号（not_the_same_as）に指定して記録してください。",
    ),
    "place.recorded": M(
        "This place was recorded already, with other content.",
        "この活躍の場は、すでに別の内容で記録されています。",
    ),
    "place.unknown": M("There is no such place in your territory.", "担当地域にこの活躍の場はありません。"),
    "placement.fewer_there": M(
        "Only {there} people of this placement support the resource now.",
        "この配置で活動している人は {there} 人です。それより多くは終了にできません。",
    ),
    "placement.recorded": M(
        "This placement was recorded already, with other content.",
        "この配置は、すでに別の内容で記録されています。",
    ),
    "placement.unknown": M("The cohort has no such placement.", "この養成の担い手に、該当する配置はありません。"),
    "venue.identical": M(
        "The same venue is recorded already ({ids}). If it is that one, revise it. "
        "If it is another one, name these ids in not_the_same_as.",
        "同じ名称・住所・所有者の会場が記録されています（{ids}）。同じ会場であれば、その記録を更新してください。"
        "別の会場であれば、これらの番号を、別のものの番号（not_the_same_as）に指定して記録してください。",
    ),
    "venue.not_released": M("The venue is not released.", "この会場は返却されていません。"),
    "venue.recorded": M(
        "This venue was recorded already, with other content.",
        "この会場は、すでに別の内容で記録されています。",
    ),
    "venue.released": M(
        "The venue is released. Secure it again first.",
        "この会場は返却済みです。先に改めて確保を記録してください。",
    ),
    "venue.unknown": M("There is no such venue in your territory.", "担当地域にこの会場はありません。"),
}
