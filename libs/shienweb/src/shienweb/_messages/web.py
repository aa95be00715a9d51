"""The texts that every service has. `WEB`: of the HTTP layer. `SHARED`: of things that several services know."""

from __future__ import annotations

from typing import Final

from ._message import Message as M

WEB: Final[dict[str, M]] = {
    "bodies.too_many": M(
        "Nothing was changed: the service is taking in too many large bodies. Send it again later.",
        "大きな本文を同時に受け取りすぎています。何も変更していません。後でもう一度送ってください。",
    ),
    "body.malformed": M(
        "The body is not valid JSON: {why}.",
        "本文が JSON として正しくありません（{why_ja}）。",
    ),
    "body.too_large": M(
        "The body is larger than {limit} bytes. Send less at once.",
        "本文が大きすぎます。{limit} バイト以内に分けて送ってください。",
    ),
    "body.too_slow": M(
        "The body did not arrive within {seconds} seconds. Send it again.",
        "本文が {seconds} 秒以内に届きませんでした。もう一度送ってください。",
    ),
    "content.encoded": M(
        "A compressed body is not accepted. Send it without Content-Encoding.",
        "圧縮した本文は受け付けません。Content-Encoding を付けずに送ってください。",
    ),
    "content.type": M(
        "Content-Type: {expected} in UTF-8 is expected.",
        "Content-Type: {expected}（UTF-8）で送ってください。",
    ),
    "cursor.malformed": M(
        "cursor: send back next_cursor of the page before, exactly as it was answered.",
        "cursor: 前のページの next_cursor を、そのまま送ってください。",
    ),
    "event.too_large": M(
        "The texts are too long to be recorded. Shorten them.",
        "文章が長すぎるため、記録できません。短くしてください。",
    ),
    "fields.malformed": M(
        "Some fields cannot be accepted. `errors` names each of them.",
        "入力に誤りがあります。項目ごとの説明（errors）に従って修正してください。",
    ),
    "header.malformed": M("{header}: {expected}.", "{header}: {expected_ja}。"),
    "headers.too_large": M(
        "The headers are larger than {limit} bytes.",
        "ヘッダーが大きすぎます。{limit} バイト以内にしてください。",
    ),
    "idempotency_key.reused": M(
        "Idempotency-Key: this key was used for another request. Choose a new key.",
        "Idempotency-Key: このキーは別の内容で使われています。新しいキーを使ってください。",
    ),
    "input.malformed": M("The input cannot be accepted as it is.", "入力を受け付けられません。"),
    "issuer.away": M(
        "The keys that access tokens are verified with cannot be read now. Try again shortly.",
        "アクセストークンを確認する鍵を読み込めません。しばらくしてから、もう一度お試しください。",
    ),
    "method.not_allowed": M("This address does not accept {method}.", "このアドレスでは {method} を使えません。"),
    "occurred_at.before_its_beginning": M(
        "Shien-Occurred-At: this began at {begun_at}; give a later time.",
        "Shien-Occurred-At: この記録の始まりは {begun_at} です。それより後の日時を指定してください。",
    ),
    "path.unknown": M("There is nothing at this address.", "このアドレスには何もありません。"),
    "position.malformed": M(
        "position: send back the token exactly as a write answered it.",
        "position: 書き込みの応答にある値を、そのまま送ってください。",
    ),
    "position.not_reached": M(
        "Shien-After: this service has not read up to that position yet. Try again shortly.",
        "Shien-After: 指定した位置までまだ反映されていません。しばらくしてから、もう一度送ってください。",
    ),
    "precondition.failed": M(
        "It was changed by somebody else in the meantime. Read it again and repeat the request.",
        "ほかの利用者が先に変更しました。内容を読み直してから、もう一度送ってください。",
    ),
    "problem.unknown": M("There is no problem with this code.", "このコードの説明はありません。"),
    "role.not_allowed": M("The role {role} may not do this.", "{role_ja}の権限では、この操作はできません。"),
    "server.failed": M(
        "An error occurred on the server. It is recorded under trace_id.",
        "サーバーでエラーが起きました。trace_id とともに記録しました。",
    ),
    "store.unavailable": M(
        "The database does not answer. Try again shortly.",
        "データベースが応答しません。しばらくしてから、もう一度お試しください。",
    ),
    "stream.conflict": M(
        "It was changed by somebody else in the meantime. Read it again and repeat the request.",
        "ほかの利用者が先に変更しました。内容を読み直してから、もう一度送ってください。",
    ),
    "text.malformed": M(
        "{field}: NUL, control characters and broken characters are not accepted.",
        "{field}: 制御文字や壊れた文字は使えません。",
    ),
    "token.expired": M(
        "The access token has expired. Get a new one.",
        "アクセストークンの有効期限が切れています。取得し直してください。",
    ),
    "token.invalid": M("The access token cannot be accepted.", "アクセストークンが正しくありません。"),
    "token.missing": M(
        "Send an access token as Authorization: Bearer …",
        "アクセストークンを Authorization: Bearer … で送ってください。",
    ),
    "token.no_areas": M(
        "Your account has no area here. Ask the administrator of your municipality to assign one.",
        "このアカウントには担当地域が設定されていません。市町村の管理者に設定を依頼してください。",
    ),
    "token.no_body": M(
        "Your account has no organisation here, or more than one. Ask the administrator of your municipality to assign "
        "one.",
        "このアカウントの所属団体が設定されていないか、複数あります。一つを設定するよう、市町村の管理者に依頼してください。",
    ),
    "token.no_role": M(
        "Your account has no role here, or more than one. Ask the administrator of your municipality to assign one.",
        "このアカウントの役割が設定されていないか、複数あります。一つを設定するよう、市町村の管理者に依頼してください。",
    ),
    "token.revoked": M(
        "This access token was ended before it expired: by signing out, or by the operator. Get a new one.",
        "このアクセストークンは、サインアウトまたは運用者の操作により使えなくなっています。取得し直してください。",
    ),
    "views.behind": M(
        "What was recorded a moment ago is not readable yet. Nothing was written. Repeat the request shortly.",
        "直前に記録した内容がまだ反映されていません。何も書き込まれていません。しばらくしてから、もう一度送ってください。",
    ),
}

SHARED: Final[dict[str, M]] = {
    "area.closed": M(
        "The area {area} ended on {closed_on}. Record it in one of its successors: {successors}.",
        "地域 {area} は{closed_on}に再編されました。後継の地域（{successors}）に記録してください。",
    ),
    "area.not_begun": M(
        "The area {area} begins on {valid_from}. Nothing happened there before; give a later day, or another area.",
        "地域 {area} は{valid_from}に始まります。それより前の記録はできません。後の日か、別の地域を指定してください。",
    ),
    "area.of_another_cell": M(
        "This system has no area {area}. What is of an area of another system is recorded and changed there: {cells}.",
        "地域 {area} はこのシステムに登録されていません。"
        "別のシステムの地域の記録は、そのシステムで追加・変更してください（{cells}）。",
    ),
    "area.other_municipality": M(
        "area: an area of the same municipality is expected. End this record, and make it anew in the other one.",
        "地域（area）には、同じ市町村の地域を指定してください。"
        "別の市町村のものは、この記録を終了し、その市町村で記録し直してください。",
    ),
    "area.unknown": M("There is no such area in your territory.", "担当地域にこの地域はありません。"),
    "area.withdrawn": M(
        "The area {area} was recorded by mistake and withdrawn. Take another area, or withdraw its end first.",
        "地域 {area} は、誤って登録されたものとして取り消されています。"
        "別の地域を指定するか、先にその取消しを取り消してください。",
    ),
    "council.dormant": M(
        "The council has been dormant since {since}. Record that it works again first, or choose another council.",
        "この協議体は{since}から休止中です。先に協議体の再開を記録するか、別の協議体を指定してください。",
    ),
    "council.unknown": M("There is no such council in your territory.", "担当地域にこの協議体はありません。"),
    "issue.unknown": M("There is no such local issue in your territory.", "担当地域にこの地域課題はありません。"),
    "mapping.left_out": M(
        "No mapping in force says anything of it. Make another one that does, or move it by itself.",
        "適用中の移管の割当てに、移し先がありません。移し先を追加で割り当てるか、個別に移してください。",
    ),
    "mapping.not_back": M(
        "Its mapping was reversed, but it was not moved back. If it belongs there, move it by itself.",
        "移管の割当ては取り消されましたが、元の地域に戻っていません。戻すべきものであれば、個別に移してください。",
    ),
    "need.unknown": M("There is no such need in your territory.", "担当地域にこの支援ニーズはありません。"),
    "proposal.unknown": M("There is no such proposal in your territory.", "担当地域にこの提案はありません。"),
    "provider.unknown": M("There is no such provider in your territory.", "担当地域にこのサービス提供者はありません。"),
    "record.followed": M(
        "This record cannot be withdrawn as a mistake: {ground} stand on it ({count}). Withdraw or correct them first.",
        "この記録には{ground_ja}（{count}件）があるため、誤りとして取り消せません。"
        "先にそれらを取り消すか、訂正してください。",
    ),
    "record.withdrawn": M(
        "The record was withdrawn, because it was made by mistake. If it was right, record it anew.",
        "この記録は、誤りとして取り消されています。正しい場合は、新たに記録してください。",
    ),
    "resource.unknown": M("There is no such resource in your territory.", "担当地域にこの社会資源はありません。"),
    "stream.unknown": M("There is no such stream in your territory.", "担当地域にこのストリームはありません。"),
}
