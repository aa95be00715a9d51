"""The texts of the problem codes of contacts (連絡先), in English and Japanese, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shienweb import Message as M

CONTACT_MESSAGES: Final[Mapping[str, M]] = {
    "contact.kept_too_long": M(
        "keep_until: {latest} is the latest day. Who needs the contact longer asks the body again then, and renews it.",
        "保存期限（keep_until）に指定できるのは {latest} までです。"
        "さらに必要な場合は、その時に団体に確認のうえ、期限を更新してください。",
    ),
    "contact.kept_until_past": M(
        "keep_until: {today} or a later day is expected.",
        "保存期限（keep_until）には、{today} 以降の日を指定してください。",
    ),
    "contact.no_such_member": M(
        "member: only a body of a council can be named, as the council has it: {names}.",
        "構成団体（member）には、協議体の構成団体を登録どおりの名称で指定してください（{names}）。",
    ),
    "contact.not_here": M(
        "telephone: what is recorded here is published and kept. Record the number as a contact (POST /contacts).",
        "電話番号（telephone）は、ここに記録すると公開され残り続けるため、受け付けません。"
        "連絡先（POST /contacts）として記録してください。",
    ),
    "contact.of_councils_only": M(
        "A council's secretariat reads only contacts of the bodies of its council. Ask the coordinator for others.",
        "協議体事務局が閲覧できるのは、協議体の構成団体の連絡先だけです。"
        "そのほかの連絡先は、担当地域のコーディネーターに確認してください。",
    ),
    "contact.other_purpose": M(
        "purpose: this contact is kept for another purpose ({purpose}). Read it for that purpose only.",
        "利用目的（purpose）が違います。この連絡先は「{purpose_ja}」のために保存されています。"
        "その目的で必要な場合にだけ閲覧してください。",
    ),
    "contact.recorded": M(
        "This contact was recorded already. Record another content as a new contact.",
        "この連絡先は、すでに記録されています。別の内容は、新しい連絡先として記録してください。",
    ),
    "contact.unknown": M(
        "There is no such contact in your territory, or it was erased.",
        "担当地域にこの連絡先はないか、すでに消去されています。",
    ),
}
