"""One event of every type about the council, the post, the provider and the network of the small city of `world.py`."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.registry import (
    AcknowledgementWithdrawn,
    BodyAcknowledged,
    BodyAcknowledgementWithdrawn,
    BodyRecipient,
    CoordinatorCorrected,
    CoordinatorHandedOver,
    CoordinatorReinstated,
    CoordinatorRenewed,
    CouncilCorrected,
    CouncilDormant,
    CouncilMembersChanged,
    CouncilPurpose,
    CouncilPurposeAgreed,
    CouncilResumed,
    CouncilSitting,
    InformationAcknowledged,
    InformationReinstated,
    InformationShared,
    InformationWithdrawn,
    OutreachAnswered,
    OutreachAnswerWithdrawn,
    OutreachMade,
    OutreachReinstated,
    OutreachWithdrawn,
    PartnershipBodiesChanged,
    PartnershipChangeWithdrawn,
    PartnershipEnded,
    PartnershipFormed,
    PartnershipPlanned,
    PartnershipReinstated,
    PartnershipWithdrawn,
    Practice,
    PracticeTakenUp,
    PracticeTakingUpWithdrawn,
    PrintedDocument,
    ProviderReleased,
    ProviderRevised,
    ProviderSecured,
    Recipient,
)
from shiendomain.vocabulary import (
    BodyKind,
    CouncilMember,
    Member,
    OutreachAnswer,
    OutreachRequest,
    ServiceClass,
    SupportKind,
)
from shienevents import Event

NORTH, DAY = "272108-01", date(2026, 4, 1)


def an_id(place: int) -> UUID:
    """The first id of the kind at this place of the list of `world.an_id`."""
    return UUID(int=(0x7000 << 64) + (place << 32) + 1)


COUNCIL, OUTREACH, PARTNERSHIP, INFORMATION, BODY = an_id(9), an_id(11), an_id(12), an_id(13), an_id(14)
ASSOCIATION = Member(kind=BodyKind.NEIGHBOURHOOD, name="東自治会連合会")
NPO = Member(kind=BodyKind.NPO, name="NPOみどり")
SITTING = (CouncilMember(**dict(ASSOCIATION)), CouncilMember(**dict(NPO)))
MEMBERS_CHANGED = CouncilMembersChanged(council_id=COUNCIL, on=DAY, members=SITTING, reason="改選")
PURPOSE = CouncilPurpose(text="歩いて行ける居場所をつくる", agreed_on=DAY, review_on=date(2026, 4, 2))
PURPOSE_AGREED = CouncilPurposeAgreed(council_id=COUNCIL, purpose=PURPOSE)
OUTREACH_MADE = OutreachMade(
    outreach_id=OUTREACH, area=NORTH, body=ASSOCIATION, made_on=DAY, request=OutreachRequest.LEND_VENUE, asked="集会所"
)
REVISED = ProviderRevised(
    provider_id=COUNCIL, name="NPO新見本", kind=BodyKind.NPO, changed=("name",), reason="名称の変更"
)
DECLINED = OutreachAnswered(outreach_id=OUTREACH, answer=OutreachAnswer.DECLINED, reason="手狭", answered_on=DAY)
PRACTICE = Practice(support_kinds=(SupportKind.SALON,), done="空き家を借りた", came_of_it="週1回集まる")
PRINTED = PrintedDocument(position="needs.3.9", day=DAY)
POST = {"employer": "北包括", "employer_kind": BodyKind.SUPPORT_CENTRE, "posts": 2, "term_from": DAY}

NETWORK: list[Event] = [
    MEMBERS_CHANGED,
    PURPOSE_AGREED,
    CouncilCorrected(
        council_id=COUNCIL, name="北部協議体", history=(CouncilSitting(members=SITTING[1:]),), purpose=PURPOSE,
        changed=("history", "name"), reason="名称の誤り",
    ),
    CouncilDormant(council_id=COUNCIL, on=DAY, reason="改選"),
    CouncilResumed(council_id=COUNCIL, on=DAY),
    CoordinatorRenewed(coordinator_id=COUNCIL, term_until=date(2030, 4, 1)),
    CoordinatorHandedOver(coordinator_id=COUNCIL, on=DAY, successor_id=OUTREACH, note="一件", document=PRINTED),
    CoordinatorReinstated(coordinator_id=COUNCIL, reason="別の配置"),
    CoordinatorCorrected(
        coordinator_id=COUNCIL, **POST, term_until=date(2030, 4, 1), changed=("posts",), reason="人数の誤り"
    ),
    REVISED,
    ProviderSecured(provider_id=COUNCIL, service_class=ServiceClass.VISIT_A, capacity=20, since=DAY),
    ProviderReleased(provider_id=COUNCIL, service_class=ServiceClass.VISIT_A, reason="人員不足"),
    OUTREACH_MADE,
    DECLINED,
    OutreachAnswerWithdrawn(
        outreach_id=OUTREACH, wrong=OutreachAnswer.DECLINED, wrong_on=DAY, reason="別の団体の回答だった"
    ),
    OutreachWithdrawn(outreach_id=OUTREACH, reason="二重の記録"),
    OutreachReinstated(outreach_id=OUTREACH, answer=OutreachAnswer.DECLINED, reason="二重ではなかった"),
    PartnershipFormed(
        partnership_id=PARTNERSHIP, area=NORTH, bodies=(ASSOCIATION, NPO), purpose="買物の送迎", since=DAY
    ),
    PartnershipPlanned(partnership_id=PARTNERSHIP, until=DAY, reason="協定の更新"),
    PartnershipPlanned(partnership_id=PARTNERSHIP, until=None, reason="期限を定めない"),
    PartnershipBodiesChanged(
        partnership_id=PARTNERSHIP, on=DAY,
        bodies=(ASSOCIATION, NPO, Member(kind=BodyKind.COMPANY, name="見本交通")), reason="見本交通の参加",
    ),
    PartnershipChangeWithdrawn(partnership_id=PARTNERSHIP, on=DAY, reason="別の連携体制への参加"),
    PartnershipEnded(partnership_id=PARTNERSHIP, on=DAY, reason="車両の廃止"),
    PartnershipReinstated(partnership_id=PARTNERSHIP, reason="別の連携"),
    PartnershipWithdrawn(partnership_id=PARTNERSHIP, reason="二重の記録"),
    InformationShared(
        information_id=INFORMATION, area=NORTH, from_body=NPO,
        to_councils=(Recipient(council_id=COUNCIL, area=NORTH),), subject="制度", text="改正", shared_on=DAY,
        practice=PRACTICE, to_bodies=(BodyRecipient(body_id=BODY, area=NORTH),),
    ),
    PracticeTakenUp(information_id=INFORMATION, council_id=COUNCIL, on=DAY),
    PracticeTakingUpWithdrawn(information_id=INFORMATION, council_id=COUNCIL, reason="別の事例"),
    InformationAcknowledged(information_id=INFORMATION, council_id=COUNCIL, on=DAY),
    AcknowledgementWithdrawn(information_id=INFORMATION, council_id=COUNCIL, reason="別の情報"),
    BodyAcknowledged(information_id=INFORMATION, body_id=BODY, on=DAY),
    BodyAcknowledgementWithdrawn(information_id=INFORMATION, body_id=BODY, reason="別の情報"),
    InformationWithdrawn(information_id=INFORMATION, reason="二重の記録"),
    InformationReinstated(information_id=INFORMATION, reason="二重ではなかった"),
]  # fmt: skip
