"""The machines of what builds the network: councils, posts, outreach, partnerships and shared information."""

from __future__ import annotations

from ..registry import (
    AcknowledgementWithdrawn,
    BodyAcknowledged,
    BodyAcknowledgementWithdrawn,
    CoordinatorAssigned,
    CoordinatorCorrected,
    CoordinatorHandedOver,
    CoordinatorMoved,
    CoordinatorReinstated,
    CoordinatorRenewed,
    CoordinatorWithdrawn,
    CouncilCorrected,
    CouncilDormant,
    CouncilEstablished,
    CouncilMembersChanged,
    CouncilMoved,
    CouncilPurposeAgreed,
    CouncilResumed,
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
    PracticeTakenUp,
    PracticeTakingUpWithdrawn,
)
from ..states import CouncilState, InformationState, OutreachState, PartnershipState, PostState, RecordState
from .shape import MAPPED, START, Machine, step

COUNCIL = Machine(
    name="council",
    ja="協議体",
    en="Council",
    service="registry",
    of="council_id",
    states=(*CouncilState, RecordState.WITHDRAWN),
    steps=(
        step(CouncilEstablished, START, CouncilState.ACTIVE, by="registry.establish_council"),
        step(CouncilMembersChanged, CouncilState, by="registry.change_council_members"),
        step(CouncilPurposeAgreed, CouncilState, by="registry.agree_council_purpose"),
        step(CouncilCorrected, CouncilState, by="registry.correct_council"),
        step(CouncilMoved, CouncilState, by=f"registry.move_council {MAPPED}"),
        step(CouncilDormant, CouncilState.ACTIVE, CouncilState.DORMANT, by="registry.declare_council_dormant"),
        step(CouncilResumed, CouncilState.DORMANT, CouncilState.ACTIVE, by="registry.resume_council"),
        step(CouncilWithdrawn, CouncilState, RecordState.WITHDRAWN, by="registry.withdraw_council"),
    ),
    ends=(RecordState.WITHDRAWN,),
    lists={
        CouncilState.ACTIVE: "registry /councils?due=true",
        CouncilState.DORMANT: "registry /councils?state=dormant",
    },
)

POST = Machine(
    name="post",
    ja="生活支援コーディネーターの配置",
    en="Post of a coordinator",
    service="registry",
    of="coordinator_id",
    states=(*PostState, RecordState.WITHDRAWN),
    steps=(
        step(CoordinatorAssigned, START, PostState.ASSIGNED, by="registry.assign_coordinator"),
        step(CoordinatorRenewed, PostState.ASSIGNED, by="registry.renew_coordinator"),
        step(CoordinatorCorrected, PostState, by="registry.correct_coordinator"),
        step(CoordinatorMoved, PostState, by=f"registry.move_coordinator {MAPPED}"),
        step(CoordinatorHandedOver, PostState.ASSIGNED, PostState.HANDED_OVER, by="registry.hand_over_coordinator"),
        step(CoordinatorReinstated, PostState.HANDED_OVER, PostState.ASSIGNED, by="registry.reinstate_coordinator"),
        step(CoordinatorWithdrawn, PostState.ASSIGNED, RecordState.WITHDRAWN, by="registry.withdraw_coordinator"),
    ),
    ends=(PostState.HANDED_OVER, RecordState.WITHDRAWN),
    lists={PostState.ASSIGNED: "registry /coordinators?ends_within=60"},
)

ASKED, CONSIDERING = OutreachState.ASKED, OutreachState.CONSIDERING
AGREED, DECLINED = OutreachState.AGREED, OutreachState.DECLINED

OUTREACH = Machine(
    name="outreach",
    ja="働きかけ",
    en="Outreach",
    service="registry",
    of="outreach_id",
    states=OutreachState,
    steps=(
        step(OutreachMade, START, ASKED, by="registry.make_outreach"),
        step(OutreachAnswered, (ASKED, CONSIDERING, AGREED, DECLINED), (CONSIDERING, AGREED, DECLINED),
             by="registry.answer_outreach", note=("最後の回答による", "by the last answer")),
        step(OutreachAnswerWithdrawn, (CONSIDERING, AGREED, DECLINED), (ASKED, CONSIDERING, AGREED, DECLINED),
             by="registry.withdraw_outreach_answer", note=("残る最後の回答による", "by the last answer that stands")),
        step(OutreachWithdrawn, (ASKED, CONSIDERING, AGREED, DECLINED), OutreachState.WITHDRAWN,
             by="registry.withdraw_outreach"),
        step(OutreachReinstated, OutreachState.WITHDRAWN, (ASKED, CONSIDERING, AGREED, DECLINED),
             by="registry.reinstate_outreach", note=("最後の回答による", "by the last answer")),
    ),
    ends=(AGREED, DECLINED, OutreachState.WITHDRAWN),
    lists={ASKED: "registry /outreach?unanswered_for=30", CONSIDERING: "registry /outreach?unanswered_for=30"},
)  # fmt: skip

ACTIVE, ENDED = PartnershipState.ACTIVE, PartnershipState.ENDED

PARTNERSHIP = Machine(
    name="partnership",
    ja="連携体制",
    en="Partnership",
    service="registry",
    of="partnership_id",
    states=PartnershipState,
    steps=(
        step(PartnershipFormed, START, ACTIVE, by="registry.form_partnership"),
        step(PartnershipPlanned, ACTIVE, by="registry.plan_partnership"),
        step(PartnershipBodiesChanged, ACTIVE, by="registry.change_partnership"),
        step(PartnershipChangeWithdrawn, (ACTIVE, ENDED), by="registry.withdraw_partnership_change"),
        step(PartnershipEnded, ACTIVE, ENDED, by="registry.end_partnership"),
        step(PartnershipReinstated, (ENDED, PartnershipState.WITHDRAWN), ACTIVE, by="registry.reinstate_partnership"),
        step(PartnershipWithdrawn, (ACTIVE, ENDED), PartnershipState.WITHDRAWN, by="registry.withdraw_partnership"),
    ),
    ends=(ENDED, PartnershipState.WITHDRAWN),
    lists={ACTIVE: "registry /partnerships?state=active"},
)

AWAITED, SHARED = InformationState.AWAITED, InformationState.SHARED

INFORMATION = Machine(
    name="information",
    ja="情報共有",
    en="Shared information",
    service="registry",
    of="information_id",
    states=InformationState,
    steps=(
        step(InformationShared, START, (AWAITED, SHARED), by="registry.share_information",
             note=("共有先の協議体か団体があれば受領確認待ち", "awaited when it went to councils or bodies")),
        step(InformationAcknowledged, AWAITED, (AWAITED, SHARED), by="registry.acknowledge_information",
             note=("全ての共有先が確認すると共有済み", "shared when every recipient has acknowledged it")),
        step(InformationAcknowledged, SHARED, by="registry.acknowledge_information"),
        step(AcknowledgementWithdrawn, (AWAITED, SHARED), AWAITED, by="registry.withdraw_acknowledgement"),
        step(BodyAcknowledged, AWAITED, (AWAITED, SHARED), by="registry.acknowledge_information",
             note=("全ての共有先が確認すると共有済み", "shared when every recipient has acknowledged it")),
        step(BodyAcknowledged, SHARED, by="registry.acknowledge_information"),
        step(BodyAcknowledgementWithdrawn, (AWAITED, SHARED), AWAITED, by="registry.withdraw_acknowledgement"),
        step(PracticeTakenUp, (AWAITED, SHARED), by="registry.take_up_practice"),
        step(PracticeTakingUpWithdrawn, (AWAITED, SHARED), by="registry.withdraw_taking_up"),
        step(InformationWithdrawn, (AWAITED, SHARED), InformationState.WITHDRAWN, by="registry.withdraw_information"),
        step(InformationReinstated, InformationState.WITHDRAWN, (AWAITED, SHARED), by="registry.reinstate_information",
             note=("取消しの前の受領確認による", "as it was acknowledged before")),
    ),
    ends=(SHARED, InformationState.WITHDRAWN),
    lists={AWAITED: "registry /information?state=awaited"},
)  # fmt: skip
