"""The texts of the problem codes of councils, posts and the network, in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

NETWORK_MESSAGES: Final[Mapping[str, M]] = {
    "coordinator.handed_over": M(
        "The post was handed over on {on}. If that was a mistake, undo the hand-over first.",
        "この配置は{on}に引継ぎ済みです。誤りであれば、先に引継ぎを取り消してください。",
    ),
    "coordinator.identical": M(
        "The same post is recorded already ({ids}). If it is that one, there is nothing to record. "
        "If it is another one, name these ids in not_the_same_as.",
        "同じ層・配置先・任期の配置が記録されています（{ids}）。同じものであれば、記録する必要はありません。"
        "別の配置であれば、これらの番号を、別のものの番号（not_the_same_as）に指定して記録してください。",
    ),
    "coordinator.outside_term": M(
        "The day of the hand-over ({on}) is not in the term, which begins on {term_from} and ends before {term_until}.",
        "引継ぎの日（{on}）が任期の外です。任期は{term_from}から{term_until}の前日までです。",
    ),
    "coordinator.own_successor": M(
        "A post cannot succeed itself. Name another post, or none.",
        "同じ配置を後任にすることはできません。別の配置を指定するか、後任なしとしてください。",
    ),
    "coordinator.position_unknown": M(
        "There is no such position yet. Give it exactly as it is printed at the end of the document, or give none.",
        "この位置（position）に当たる記録はまだありません。引継書の末尾にある位置をそのまま指定するか、"
        "指定せずに記録してください。",
    ),
    "coordinator.renewal_not_later": M(
        "The new end of the term must be later than the present one ({until}). A wrong term is corrected instead.",
        "更新後の任期の終わりには、現在の任期の終わり（{until}）より後の日を指定してください。"
        "任期の誤りは、訂正として記録してください。",
    ),
    "council.agreed_another_day": M(
        "agreed_on: the day of the meeting ({held_on}) is expected.",
        "合意した日には、会議の開催日（{held_on}）を指定してください。",
    ),
    "council.at_work_before": M(
        "established_on: on {since} the council was at work already, or its purpose or members are of that day. "
        "Give that day or an earlier one, or correct what is recorded of it first.",
        "設置日：この協議体には、{since}の会議、休止、提案、地域課題、目的または構成団体の記録があります。"
        "その日以前の日を指定するか、先にその記録を訂正してください。",
    ),
    "council.changed_later": M(
        "The members changed on {since} already. Give that day or a later one, or correct the history of members.",
        "構成団体は{since}にも変更されています。その日以後の日を指定するか、構成団体の履歴を訂正してください。",
    ),
    "council.history_out_of_order": M(
        "The history of members begins without a day, and its later days ascend.",
        "構成団体の履歴は、最初の行を日付なしとし、以後は日付の古い順に並べてください。",
    ),
    "council.identical": M(
        "The same council is recorded already ({ids}). If it is that one, there is nothing to record. "
        "If it is another one, name these ids in not_the_same_as.",
        "同じ層・名称の協議体が記録されています（{ids}）。同じものであれば、記録する必要はありません。"
        "別の協議体であれば、これらの番号を、別のものの番号（not_the_same_as）に指定して記録してください。",
    ),
    "council.review_before_agreement": M(
        "The day of the review must be later than that of the agreement ({agreed_on}).",
        "見直しの日には、合意した日（{agreed_on}）より後の日を指定してください。",
    ),
    "council.tier_in_use": M(
        "tier: {ground} name this council as one of its tier ({count}). Withdraw or correct them first.",
        "層（tier）：この協議体には{ground_ja}（{count}件）があるため、層を訂正できません。"
        "先にそれらを取り消すか、訂正してください。",
    ),
    "day.before_beginning": M(
        "The day {day} is before {since}, when this began or was last recorded. Give that day or a later one.",
        "指定した日（{day}）は、始まった日または前回の記録の日（{since}）より前です。その日以後の日を指定してください。",
    ),
    "day.in_future": M(
        "The day {day} is still to come. Record it when it has happened.",
        "指定した日（{day}）はまだ来ていません。その日以後に記録してください。",
    ),
    "fee.contradicts": M(
        "fee_yen: the written fee ({fee}) does not say {fee_yen} yen for taking part once. Let both say the same, "
        "or leave fee_yen out.",
        "利用料（円）の {fee_yen} は、記載された利用料「{fee}」の1回の金額と一致しません。"
        "両方を同じ金額にするか、利用料（円）を空にしてください。",
    ),
    "information.no_practice": M(
        "This information is not a good practice, so it cannot be taken up.",
        "この情報は実践事例ではないため、取り入れを記録できません。",
    ),
    "information.identical": M(
        "The same information is recorded already ({ids}). If it is that one, there is nothing to record. "
        "If it is another one, name these ids in not_the_same_as.",
        "同じ内容の情報共有が記録されています（{ids}）。同じ情報共有であれば、記録する必要はありません。"
        "別の情報共有であれば、これらの番号を、別のものの番号（not_the_same_as）に指定して記録してください。",
    ),
    "information.no_recipient": M(
        "Name the councils or bodies that the information goes to, or the area whose bodies it goes to. "
        "A good practice needs none of them.",
        "共有先の協議体か団体、または共有先の団体の地域を指定してください。実践事例は、指定しなくても市町村内に共有されます。",
    ),
    "information.one_recipient": M(
        "Name the one that acknowledges: a council or a body.",
        "受領を確認した共有先として、協議体か団体のどちらか一つを指定してください。",
    ),
    "information.one_sender": M(
        "Name one sender: a body or a council.",
        "共有元には、団体か協議体のどちらか一つを指定してください。",
    ),
    "information.shared": M(
        "This information was recorded already, with other content.",
        "この情報共有は、すでに別の内容で記録されています。",
    ),
    "information.unknown": M(
        "There is no such information in your territory.", "担当地域にこの情報共有の記録はありません。"
    ),
    "information.withdrawn": M(
        "The information was withdrawn, because it was recorded by mistake. If that was wrong, undo it first.",
        "この情報共有の記録は、誤りとして取り消されています。取消しが誤りの場合は、先に取消しを元に戻してください。",
    ),
    "meeting.unknown": M(
        "This council has held no such meeting.",
        "この協議体に、指定した会議の記録はありません。",
    ),
    "outreach.declined_without_reason": M(
        "Say why the body declined.",
        "辞退の場合は、理由を記入してください。",
    ),
    "outreach.identical": M(
        "The same outreach is recorded already ({ids}). If it is that one, record its answer there. "
        "If it is another one, name these ids in not_the_same_as.",
        "同じ団体への同じ日の同じ働きかけが記録されています（{ids}）。同じ働きかけであれば、回答はその記録に加えてください。"
        "別の働きかけであれば、これらの番号を、別のものの番号（not_the_same_as）に指定して記録してください。",
    ),
    "outreach.made": M(
        "This outreach was recorded already, with other content.",
        "この働きかけは、すでに別の内容で記録されています。",
    ),
    "outreach.no_such_answer": M(
        "This answer of this day is not recorded, or was withdrawn already. Look which answers stand.",
        "この日のこの回答は記録されていないか、すでに取り消されています。残っている回答を確認してください。",
    ),
    "outreach.unknown": M("There is no such outreach in your territory.", "担当地域にこの働きかけの記録はありません。"),
    "outreach.withdrawn": M(
        "The outreach was withdrawn, because it was recorded by mistake. If that was wrong, undo it first.",
        "この働きかけの記録は、誤りとして取り消されています。取消しが誤りの場合は、先に取消しを元に戻してください。",
    ),
    "partnership.body_twice": M(
        "bodies: a partnership joins two bodies or more, each named once. If fewer remain, end it.",
        "団体：連携体制には、異なる二つ以上の団体を一度ずつ指定してください。二つに満たなくなる場合は、終了を記録してください。",
    ),
    "partnership.ended": M(
        "The partnership ended on {on} already. If that was a mistake, undo the end first.",
        "この連携体制は{on}に終了しています。誤りであれば、先に終了を取り消してください。",
    ),
    "partnership.formed": M(
        "This partnership was recorded already, with other content.",
        "この連携体制は、すでに別の内容で記録されています。",
    ),
    "partnership.identical": M(
        "The same partnership is recorded already ({ids}). If it is that one, agree its planned end anew or undo "
        "its end. If it is another one, name these ids in not_the_same_as.",
        "同じ団体・目的・開始日の連携体制が記録されています（{ids}）。同じ連携体制であれば、終了予定日を変更するか、終了を取り消してください。"
        "別の連携体制であれば、これらの番号を、別のものの番号（not_the_same_as）に指定して記録してください。",
    ),
    "partnership.no_such_change": M(
        "on: no change of bodies on {on} is recorded, or it was taken back already. Look at the history of bodies.",
        "日付：{on}の団体の変更は記録されていないか、すでに取り消されています。団体の履歴を確認してください。",
    ),
    "partnership.unknown": M(
        "There is no such partnership in your territory.", "担当地域にこの連携体制の記録はありません。"
    ),
    "partnership.withdrawn": M(
        "The partnership was withdrawn, because it was recorded by mistake. If that was wrong, undo it first.",
        "この連携体制の記録は、誤りとして取り消されています。取消しが誤りの場合は、先に取消しを元に戻してください。",
    ),
    "provider.not_secured": M(
        "The provider is not secured for this class of service ({service_class}).",
        "このサービス提供者は、このサービスの分類（{service_class_ja}）では確保されていません。",
    ),
}
