"""What every service says: about the request itself, who asks, and where."""

from __future__ import annotations

from ._message import Message as M

WEB: dict[str, M] = {
    "area.closed": M(
        "area {area} ended on {closed_on}; write to its successors: {successors}",
        "地域 {area} は {closed_on} に再編されました。後継の地域（{successors}）に記録してください",
    ),
    "area.unknown": M("there is no such area for you", "その地域はありません"),
    "body.malformed": M(
        "the body is not valid JSON: {why}",
        "本文が JSON として正しくありません（{why_ja}）",
    ),
    "body.too_large": M(
        "the body is larger than {limit} bytes; send less at once",
        "本文が大きすぎます。{limit} バイト以内に分けて送ってください",
    ),
    "body.too_slow": M(
        "the body did not arrive within {seconds} seconds; send it again",
        "本文が {seconds} 秒以内に届きませんでした。もう一度送ってください",
    ),
    "content.encoded": M(
        "a compressed body is not taken; send it without Content-Encoding",
        "圧縮した本文は受け付けません。Content-Encoding を付けずに送ってください",
    ),
    "content.type": M(
        "Content-Type: {expected} in UTF-8 is expected",
        "Content-Type: {expected}（UTF-8）で送ってください",
    ),
    "cursor.malformed": M(
        "cursor: send back next_cursor of the page before, exactly as it was answered",
        "cursor: 前のページの next_cursor をそのまま送ってください",
    ),
    "event.too_large": M("the texts are too long to be recorded; shorten them", "文章が長すぎます。短くしてください"),
    "fields.malformed": M(
        "some fields cannot be taken; `errors` names each of them",
        "入力に誤りがあります。errors の各項目を直してください",
    ),
    "header.malformed": M("{header}: {expected}", "{header}: {expected_ja}"),
    "headers.too_large": M("the headers are larger than {limit} bytes", "ヘッダーが大きすぎます（{limit} バイトまで）"),
    "idempotency_key.reused": M(
        "Idempotency-Key: this key was used for another request; choose a new key",
        "Idempotency-Key: このキーは別の内容で使われています。新しいキーを使ってください",
    ),
    "input.malformed": M("the input cannot be taken as it is", "入力を受け付けられません"),
    "issuer.away": M(
        "the keys that access tokens are checked with cannot be read now; try again shortly",
        "アクセストークンを確認する鍵を、今は読み込めません。少し待ってから、もう一度お試しください",
    ),
    "method.not_allowed": M("this address does not take {method}", "このアドレスでは {method} を使えません"),
    "path.unknown": M("there is nothing at this address", "このアドレスには何もありません"),
    "position.malformed": M(
        "position: send back the token exactly as a write answered it",
        "position: 書き込みの応答のトークンをそのまま送ってください",
    ),
    "position.not_reached": M(
        "Shien-After: this service has not heard of that position yet; try again shortly",
        "Shien-After: その位置までまだ反映されていません。少し待ってからやり直してください",
    ),
    "precondition.failed": M(
        "it was changed by somebody else meanwhile; read it again and repeat the request",
        "他の人が先に変更しました。読み直してからもう一度送ってください",
    ),
    "problem.unknown": M("there is no problem with this code", "その番号の問題はありません"),
    "role.not_allowed": M("a {role} may not do this", "{role_ja}はこの操作をできません"),
    "server.failed": M(
        "something went wrong here; it is recorded under trace_id",
        "サーバーで問題が起きました。trace_id とともに記録しました",
    ),
    "store.unavailable": M(
        "the database does not answer; try again shortly",
        "データベースが応答しません。少し待ってからやり直してください",
    ),
    "stream.conflict": M(
        "it was changed by somebody else meanwhile; read it again and repeat the request",
        "他の人が先に変更しました。読み直してからもう一度送ってください",
    ),
    "text.malformed": M(
        "{field}: NUL, control characters and half characters are not taken",
        "{field}: 制御文字や壊れた文字は使えません",
    ),
    "token.expired": M(
        "the token has expired; get a new one",
        "アクセストークンの期限が切れています。取り直してください",
    ),
    "token.invalid": M("the token cannot be accepted", "アクセストークンが正しくありません"),
    "token.missing": M(
        "send an access token as Authorization: Bearer …",
        "アクセストークンを Authorization: Bearer … で送ってください",
    ),
}
