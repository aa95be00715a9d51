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
    REPLACED = "replaced", "新しい連絡先への変更", "Replaced by another contact"
    MISTAKE = "mistake", "記録の誤り", "Recorded by mistake"


class RetentionNotGiven(ValueError):
    """A person names the end of the retention as the reason of an erasure."""

    en = "the end of the retention is recorded when its day has passed; give another reason"
    ja = "保存期限の経過による消去は自動で記録されます。ほかの理由を指定してください"


def _not_retention(reason: ContactErasure) -> ContactErasure:
    if reason is ContactErasure.RETENTION_ENDED:
        raise RetentionNotGiven
    return reason


GivenContactErasure = Annotated[ContactErasure, AfterValidator(_not_retention)]
"""The reason as a person gives it: only the service itself records that the retention ended."""
