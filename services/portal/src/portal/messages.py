"""The texts of this service's problem codes, in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

MESSAGES: Final[Mapping[str, M]] = {
    "hand_over.not_reached": M(
        "The document of this hand-over goes up to a position that the portal has not reached. Ask again in a minute. "
        "If the position was recorded wrongly, undo the hand-over and record it with the position that is printed on "
        "the document.",
        "この引継書の位置までの記録が、まだ反映されていません。しばらくしてから開き直してください。位置の記録が誤りであれば、"
        "引継ぎを取り消し、引継書の末尾にある位置を指定して記録し直してください。",
    ),
    "hand_over.unknown": M("There is no such hand-over in your territory.", "担当地域にこの引継ぎの記録はありません。"),
    "trace.unknown": M("There is nothing with this id in your territory.", "担当地域に該当するものはありません。"),
}
