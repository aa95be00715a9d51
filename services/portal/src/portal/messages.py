"""The texts of this service's problem codes, in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

MESSAGES: Final[Mapping[str, M]] = {
    "form.foreign": M(
        "This form was sent by a page of another site, so nothing was done. Use the form on a page of this site.",
        "この操作は別のサイトのページから送られたため、行いませんでした。このサイトのページを開いて、操作し直してください。",
    ),
    "hand_over.not_reached": M(
        "The document of this hand-over goes up to a position that the portal has not reached. Ask again in a minute. "
        "If the position was recorded wrongly, undo the hand-over and record it with the position that is printed on "
        "the document.",
        "この引継書の位置までの記録が、まだ反映されていません。しばらくしてから開き直してください。位置の記録が誤りであれば、"
        "引継ぎを取り消し、引継書の末尾にある位置を指定して記録し直してください。",
    ),
    "hand_over.unknown": M("There is no such hand-over in your territory.", "担当地域にこの引継ぎの記録はありません。"),
    "sign_in.long_token": M(
        "The token is longer than a browser can keep. Ask the operator to have the identity provider put fewer groups "
        "and roles into it.",
        "トークンが長すぎて、ブラウザーに保存できません。トークンに含めるグループや役割を減らすよう、運用者に依頼してください。",
    ),
    "sign_in.no_token": M(
        "This is not a token. Paste the text exactly as the identity provider issued it.",
        "トークンの形ではありません。認証サーバーが発行した文字列をそのまま貼り付けてください。",
    ),
    "sign_out.not_ended": M(
        "You are still signed in: the server could not record that you signed out. Try again shortly.",
        "サインアウトを記録できなかったため、まだサインインしたままです。しばらくしてから、もう一度お試しください。",
    ),
    "trace.unknown": M("There is nothing with this id in your territory.", "担当地域に該当するものはありません。"),
}
