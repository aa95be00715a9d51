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
    "sign_in.away": M(
        "The city's identity provider does not answer, or not as it should. Try again in a "
        "minute; if it goes on, ask the operator.",
        "市の認証（認証サーバー）が応答しないか、正しく応答していません。1分ほどしてから、もう一度お試しください。続くときは、"
        "運用者に連絡してください。",
    ),
    "sign_in.cancelled": M(
        "The sign-in was cancelled, or the city's identity provider does not allow it. Sign in again; if it is refused "
        "again, ask the administrator of your municipality.",
        "サインインが取り消されたか、市の認証で許可されませんでした。もう一度サインインしてください。それでも許可されないときは、"
        "市町村の管理者に相談してください。",
    ),
    "sign_in.clock": M(
        "You could not be signed in: the clocks of the portal and of the identity provider differ. Ask the operator to "
        "set them.",
        "ポータルと認証サーバーの時計がずれているため、サインインできません。時計を合わせるよう、運用者に依頼してください。",
    ),
    "sign_in.crowded_out": M(
        "You were signed out here because your account signed in on several other browsers. If that was not you, ask "
        "the administrator of your municipality. Sign in again to go on where you were.",
        "同じアカウントで、ほかの複数のブラウザーからサインインがあったため、ここではサインアウトしました。心当たりがないときは、"
        "市町村の管理者に連絡してください。もう一度サインインすると、続きのページを表示します。",
    ),
    "sign_in.ended": M(
        "Your sign-in has expired, or has ended at the city's identity provider. Sign in again to go on.",
        "サインインの期限が切れました。もう一度サインインすると、続きのページを表示します。",
    ),
    "sign_in.idle": M(
        "You were signed out because nothing was done for a while. Sign in again to go on where you were.",
        "しばらく操作がなかったため、サインアウトしました。もう一度サインインすると、続きのページを表示します。",
    ),
    "sign_in.longest": M(
        "You were signed out because a sign-in counts for a limited time. Sign in again to go on where you were.",
        "サインインから一定の時間がたったため、サインアウトしました。もう一度サインインすると、続きのページを表示します。",
    ),
    "sign_in.misfit": M(
        "This sign-in cannot be finished: it took more than ten minutes, was finished already, was begun again in "
        "another tab, or the browser keeps no cookies. Sign in again.",
        "この手続きではサインインできません。10分を過ぎたか、すでに済んでいるか、別の画面でやり直されたか、ブラウザーがクッキーを"
        "保存していません。もう一度サインインしてください。",
    ),
    "sign_in.no_token": M(
        "This is not a token. Paste the text exactly as the identity provider issued it.",
        "トークンの形ではありません。認証サーバーが発行した文字列をそのまま貼り付けてください。",
    ),
    "sign_in.refused": M(
        "The portal cannot accept what the identity provider answered. Sign in again; if it goes on, ask the operator "
        "to compare the settings of both.",
        "認証サーバーからの回答を受け付けられませんでした。もう一度サインインしてください。続くときは、ポータルと認証サーバーの設定の"
        "確認を、運用者に依頼してください。",
    ),
    "sign_out.not_ended": M(
        "You are still signed in: the server could not record that you signed out. Try again shortly.",
        "サインアウトを記録できなかったため、まだサインインしたままです。しばらくしてから、もう一度お試しください。",
    ),
    "trace.unknown": M("There is nothing with this id in your territory.", "担当地域に該当するものはありません。"),
}
