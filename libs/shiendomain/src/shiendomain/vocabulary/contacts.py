"""Words of contacts (連絡先): about what they are, what for they are kept, and why they are erased."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from ..words import Word


class ContactSubject(Word):
    """What a contact is about."""

    RESOURCE = "resource", "社会資源", "Resource"
    VENUE = "venue", "会場", "Venue"
    PROVIDER = "provider", "サービス提供者", "Provider"
    COUNCIL = "council", "協議体", "Council"


class ContactPurpose(Word):
    """What a contact is kept for (利用目的). It is read for this purpose only."""

    LIAISON = "liaison", "連絡調整", "Liaison"
    EMERGENCY = "emergency", "緊急時の連絡", "Emergencies"
    PUBLISHED = "published", "公開されている窓口", "Published desk"


class ContactErasure(Word):
    """Why a contact was erased."""

    REQUESTED = "requested", "本人・団体の申し出", "The person or body asked for it"
    PURPOSE_ENDED = "purpose_ended", "利用目的の終了", "The purpose ended"
    RETENTION_ENDED = "retention_ended", "保存期限の経過", "The retention ended"
    LEFT_THE_LIST = "left_the_list", "一覧からの削除", "No longer in the list"
    REPLACED = "replaced", "新しい連絡先への変更", "Replaced by another contact"
    MISTAKE = "mistake", "記録の誤り", "Recorded by mistake"


class ErasureNotGiven(ValueError):
    """A person names a reason that only the service itself records."""

    en = "the end of the retention, and that a list has it no longer, are recorded by the service; give another reason"
    ja = "保存期限の経過と一覧からの削除は、自動で記録されます。ほかの理由を指定してください"


def _not_own(reason: ContactErasure) -> ContactErasure:
    if reason in (ContactErasure.RETENTION_ENDED, ContactErasure.LEFT_THE_LIST):
        raise ErasureNotGiven
    return reason


GivenContactErasure = Annotated[ContactErasure, AfterValidator(_not_own)]
"""The reason as a person gives it."""
