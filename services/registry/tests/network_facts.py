"""The facts that the tests of councils, posts, providers and the network speak of, after those of `facts.py`."""

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
    CoordinatorMoved,
    CoordinatorReinstated,
    CoordinatorRenewed,
    CoordinatorWithdrawn,
    CouncilCorrected,
    CouncilDormant,
    CouncilMembersChanged,
    CouncilMoved,
    CouncilPurpose,
    CouncilPurposeAgreed,
    CouncilResumed,
    CouncilSitting,
    CouncilWithdrawn,
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
    ProviderMoved,
    ProviderReleased,
    ProviderRevised,
    ProviderSecured,
    ProviderWithdrawn,
    Recipient,
)
from shiendomain.vocabulary import (
    BodyKind,
    CouncilMember,
    CouncilSeat,
    Member,
    OutreachAnswer,
    OutreachRequest,
    ServiceClass,
    SupportKind,
    Tier,
)
from shienevents import Event

from .facts import AN_ID, ANOTHER, AREA, DAY, ESTABLISHED

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
A_THIRD = UUID(int=3)
ASSOCIATION = Member(kind=BodyKind.NEIGHBOURHOOD, name="東自治会連合会", parent="市自治会連合会")
NPO = Member(kind=BodyKind.NPO, name="NPOみどり")
SITS = CouncilMember(**dict(ASSOCIATION), seat=CouncilSeat.RESIDENTS_ASSOCIATION)
SITS_TOO = CouncilMember(**dict(NPO))

MEMBERS_CHANGED = CouncilMembersChanged(council_id=AN_ID, on=MAY, members=(SITS, SITS_TOO), reason="改選")
FIRST = CouncilSitting(members=ESTABLISHED.members)
SECOND = CouncilSitting(on=MAY, members=(SITS, SITS_TOO), reason="改選")
PURPOSE = CouncilPurpose(
    text="歩いて行ける居場所をつくる", agreed_on=MAY, review_on=date(2027, 4, 1), meeting_id=A_THIRD
)
PURPOSE_AGREED = CouncilPurposeAgreed(council_id=AN_ID, purpose=PURPOSE)
COUNCIL_CORRECTED = CouncilCorrected(
    council_id=AN_ID, name="北部協議体", history=(FIRST, SECOND), purpose=None, changed=("name", "purpose"),
    reason="別の協議体の合意だった", tier=Tier.TIER2,
)  # fmt: skip
DORMANT = CouncilDormant(council_id=AN_ID, on=JUNE, reason="改選が終わるまで")
COUNCIL_WITHDRAWN = CouncilWithdrawn(council_id=AN_ID, area=AREA, reason="二重の記録")
POST_WITHDRAWN = CoordinatorWithdrawn(coordinator_id=AN_ID, area=AREA, reason="二重の記録")
PROVIDER_WITHDRAWN = ProviderWithdrawn(provider_id=ANOTHER, area=AREA, reason="二重の登録", same_as=AN_ID)
COUNCIL_MOVED = CouncilMoved(council_id=AN_ID, from_area=AREA, area="272108-04", reason="校区の再編")
COUNCIL_RESUMED = CouncilResumed(council_id=AN_ID, on=JULY, reason="改選が終わった")

RENEWED = CoordinatorRenewed(coordinator_id=AN_ID, term_until=date(2030, 4, 1))
PRINTED = PrintedDocument(position="needs.3.120,registry.3.48", day=MAY)
HANDED_OVER = CoordinatorHandedOver(
    coordinator_id=AN_ID, on=JUNE, successor_id=ANOTHER, note="提案は市の回答待ち",
    document=PRINTED, stale_after_days=90, area=AREA,
)  # fmt: skip
POST_MOVED = CoordinatorMoved(coordinator_id=AN_ID, from_area=AREA, area="272108-04", reason="校区の再編")
POST_REINSTATED = CoordinatorReinstated(coordinator_id=AN_ID, reason="別の配置だった")
POST_CORRECTED = CoordinatorCorrected(
    coordinator_id=AN_ID, employer="ささえりあ北部", employer_kind=BodyKind.SUPPORT_CENTRE, posts=1, term_from=DAY,
    term_until=date(2028, 4, 1), changed=("employer", "posts"), reason="人数の誤り",
    tier=Tier.TIER2,
)  # fmt: skip

REVISED = ProviderRevised(
    provider_id=ANOTHER, name="緑会", kana="みどりかい", kind=BodyKind.WELFARE_CORPORATION,
    corporate_number="1234567890123", changed=("name",), reason="名称の変更",
)  # fmt: skip
SECURED = ProviderSecured(provider_id=ANOTHER, service_class=ServiceClass.VISIT_A, capacity=20, since=JULY)
RELEASED = ProviderReleased(provider_id=ANOTHER, service_class=ServiceClass.VISIT_A, reason="人員不足")

OUTREACH = OutreachMade(
    outreach_id=AN_ID, area=AREA, body=ASSOCIATION, made_on=MAY, request=OutreachRequest.LEND_VENUE,
    asked="集会所を月二回",
)  # fmt: skip
CONSIDERING = OutreachAnswered(
    outreach_id=AN_ID, answer=OutreachAnswer.CONSIDERING, reason="役員会で相談", answered_on=JUNE
)
AGREED = OutreachAnswered(outreach_id=AN_ID, answer=OutreachAnswer.AGREED, answered_on=JULY)
NOT_AGREED = OutreachAnswerWithdrawn(
    outreach_id=AN_ID, wrong=OutreachAnswer.AGREED, wrong_on=JULY, reason="別の団体の回答だった",
    answer=OutreachAnswer.CONSIDERING, answered_on=JUNE, answered_for="役員会で相談",
)  # fmt: skip
OUTREACH_WITHDRAWN = OutreachWithdrawn(outreach_id=AN_ID, reason="別の地域の記録")
OUTREACH_REINSTATED = OutreachReinstated(outreach_id=AN_ID, answer=OutreachAnswer.AGREED, reason="この地域だった")

COMPANY = Member(kind=BodyKind.COMPANY, name="見本交通")
FORMED = PartnershipFormed(partnership_id=AN_ID, area=AREA, bodies=(ASSOCIATION, NPO), purpose="買物の送迎", since=MAY)
PLANNED = PartnershipPlanned(partnership_id=AN_ID, until=JUNE, reason="協定の更新")
BODIES_CHANGED = PartnershipBodiesChanged(
    partnership_id=AN_ID, on=JUNE, bodies=(ASSOCIATION, NPO, COMPANY), reason="見本交通の参加"
)
CHANGE_WITHDRAWN = PartnershipChangeWithdrawn(partnership_id=AN_ID, on=JUNE, reason="別の連携体制への参加")
ENDED = PartnershipEnded(partnership_id=AN_ID, on=JUNE, reason="車両の廃止")
PARTNERSHIP_REINSTATED = PartnershipReinstated(partnership_id=AN_ID, reason="別の連携だった")
PARTNERSHIP_WITHDRAWN = PartnershipWithdrawn(partnership_id=AN_ID, reason="二重の記録")

SHARED = InformationShared(
    information_id=AN_ID, area=AREA, from_body=NPO,
    to_councils=(Recipient(council_id=ANOTHER, area=AREA), Recipient(council_id=A_THIRD, area="272108-04")),
    to_bodies_of=AREA, subject="補助制度の改正", text="補助率が変わる", shared_on=MAY,
)  # fmt: skip
ACKNOWLEDGED = InformationAcknowledged(information_id=AN_ID, council_id=ANOTHER, on=JUNE)
ACKNOWLEDGEMENT_WITHDRAWN = AcknowledgementWithdrawn(information_id=AN_ID, council_id=ANOTHER, reason="別の情報だった")
A_FOURTH = UUID(int=4)
TO_A_BODY = SHARED.model_copy(update={"to_bodies": (BodyRecipient(body_id=A_FOURTH, area=AREA),), "to_councils": ()})
BODY_ACKNOWLEDGED = BodyAcknowledged(information_id=AN_ID, body_id=A_FOURTH, on=JUNE)
BODY_ACKNOWLEDGEMENT_WITHDRAWN = BodyAcknowledgementWithdrawn(
    information_id=AN_ID, body_id=A_FOURTH, reason="別の情報だった"
)
INFORMATION_WITHDRAWN = InformationWithdrawn(information_id=AN_ID, reason="二重の記録")
INFORMATION_REINSTATED = InformationReinstated(information_id=AN_ID, reason="二重ではなかった")

PRACTICE = Practice(support_kinds=(SupportKind.OUTING,), done="自治会の車で送迎した", came_of_it="毎週6人が通えた")
PRACTICE_SHARED = SHARED.model_copy(update={"practice": PRACTICE})
TAKEN_UP = PracticeTakenUp(information_id=AN_ID, council_id=A_THIRD, on=JUNE, note="月2回から")
NOT_TAKEN_UP = PracticeTakingUpWithdrawn(information_id=AN_ID, council_id=A_THIRD, reason="別の事例だった")

COUNCIL_LATER = [MEMBERS_CHANGED, PURPOSE_AGREED, COUNCIL_CORRECTED, DORMANT, COUNCIL_RESUMED, COUNCIL_MOVED]
POST_LATER = [RENEWED, HANDED_OVER, POST_REINSTATED, POST_CORRECTED, POST_MOVED]
PROVIDER_MOVED = ProviderMoved(provider_id=ANOTHER, from_area=AREA, area="272108-04", reason="隣の校区の団体だった")
PROVIDER_LATER = [REVISED, SECURED, RELEASED, PROVIDER_MOVED]
OUTREACH_LATER = [CONSIDERING, AGREED, NOT_AGREED, OUTREACH_WITHDRAWN, OUTREACH_REINSTATED]
PARTNERSHIP_LATER = [PLANNED, BODIES_CHANGED, CHANGE_WITHDRAWN, ENDED, PARTNERSHIP_REINSTATED, PARTNERSHIP_WITHDRAWN]
INFORMATION_LATER = [
    ACKNOWLEDGED,
    ACKNOWLEDGEMENT_WITHDRAWN,
    BODY_ACKNOWLEDGED,
    BODY_ACKNOWLEDGEMENT_WITHDRAWN,
    TAKEN_UP,
    NOT_TAKEN_UP,
    INFORMATION_WITHDRAWN,
    INFORMATION_REINSTATED,
]
NETWORK_EXAMPLES: list[Event] = [
    *COUNCIL_LATER,
    *POST_LATER,
    *PROVIDER_LATER,
    OUTREACH,
    CONSIDERING,
    NOT_AGREED,
    OUTREACH_WITHDRAWN,
    OUTREACH_REINSTATED,
    FORMED.model_copy(update={"planned_until": JUNE}),
    *PARTNERSHIP_LATER,
    PRACTICE_SHARED,
    *INFORMATION_LATER,
    COUNCIL_WITHDRAWN,
    POST_WITHDRAWN,
    PROVIDER_WITHDRAWN,
]
