"""The texts of the problem codes of resource development (資源開発), in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

DEVELOPMENT: Final[Mapping[str, M]] = {
    "cohort.held_later": M(
        "The training was followed by something on {first} already. Give that day or an earlier one.",
        "この養成の後の記録が {first} にあります。その日以前の日を指定してください。",
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
