"""The texts of the problem codes of services that answer proposals, in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

SERVICE_MESSAGES: Final[Mapping[str, M]] = {
    "entry.answered": M(
        "The provider's request has its answer already ({state}).",
        "この参入の要望には、すでに回答しています（{state_ja}）。",
    ),
    "entry.unknown": M(
        "There is no such request to take part in this service.",
        "このサービスに、この参入の要望はありません。",
    ),
    "provision.left": M(
        "The provider left on {left_on}. Let it join anew, if it gives the service again.",
        "このサービス提供者は {left_on} に提供を終えています。再び提供する場合は、参入として記録してください。",
    ),
    "provision.unknown": M(
        "The service has no provision of this number. GET /services/{{service_id}} shows them.",
        "このサービスに、この番号の提供はありません。サービスの画面で番号を確認してください。",
    ),
    "service.activity_not_free": M(
        "The activity in takes_over has ended, or belongs to a service by now. Leave takes_over out, and say "
        "beside: true.",
        "引き継ぐ活動（takes_over）は、すでに廃止になったか、別の事業になっています。指定を外し、活動と並行し"
        "て行う（beside）を選んでください。",
    ),
    "service.activity_unsaid": M(
        "The proposal grew from an activity of residents: {names}. Name it in takes_over, so that it becomes "
        "the service; or say beside: true, if it goes on by itself.",
        "この提案のもとになった住民の活動があります：{names}。その活動が事業になる場合は引き継ぐ活動（takes_o"
        "ver）に指定し、活動がそのまま続く場合は、活動と並行して行う（beside）を選んでください。",
    ),
    "service.area_outside": M(
        "These service areas are not in your territory: {areas}.",
        "次の対象地域は、担当地域の外です：{areas}。",
    ),
    "service.before_it_began": M(
        "It began on {since}: a day on or after that is expected.",
        "開始日（{since}）以後の日を指定してください。",
    ),
    "service.before_start": M(
        "By its design the service starts on {starts_on}. Launch it from that day on, or revise the design first.",
        "制度設計の開始予定日は {starts_on} です。その日以後に事業開始を記録するか、先に制度設計を改めてください。",
    ),
    "service.day_to_come": M(
        "The day {day} is still to come. Record it after it has happened.",
        "指定した日（{day}）はまだ来ていません。当日以後に記録してください。",
    ),
    "service.kind_not_asked": M(
        "The proposal asks for {kind}. The service must give it, alone or among others.",
        "提案が求めている支援の種類は「{kind_ja}」です。サービスの種類に含めてください。",
    ),
    "service.last_provider": M(
        "It is the only provider of the service. Let another one join first, or end the service.",
        "ほかにサービス提供者がいません。先に別のサービス提供者の参入を記録するか、サービスの終了を記録してください。",
    ),
    "service.not_grown_from": M(
        "The proposal did not grow from the resource in takes_over. Name one that its rounds show in grown_from.",
        "引き継ぐ活動（takes_over）は、この提案のもとになった活動ではありません。提案に示されている、もとにな"
        "った活動を指定してください。",
    ),
    "service.serves_no_need": M(
        "None of the proposal's needs lies in these service areas.",
        "指定した対象地域には、提案のもとになったニーズがありません。",
    ),
    "service.unknown": M("There is no such service in your territory.", "担当地域にこのサービスはありません。"),
}
