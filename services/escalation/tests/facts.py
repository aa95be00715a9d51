"""The facts of the tests: an issue with a gap, its tier-2 council's meeting, and the tier-1 council above."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from escalation.decider.going_up import CouncilFacts, GapFacts, proposal_id_of
from escalation.decider.meeting import MeetingFacts
from shiendomain.areas import Territory
from shiendomain.escalation import (
    AnswerRevoked,
    DueDateChanged,
    OwnProposalMade,
    ProposalAdopted,
    ProposalDeferred,
    ProposalDeliberated,
    ProposalEscalated,
    ProposalMoved,
    ProposalReceived,
    ProposalRejected,
    ProposalReturned,
    ProposalsMerged,
    ProposalWithdrawn,
    ServiceDesigned,
    ServiceLaunched,
)
from shiendomain.grown import GrownFrom, GrownYear
from shiendomain.meetings import (
    Attendance,
    CouncilMeetingHeld,
    MeetingCorrected,
    MeetingFollowed,
    MeetingItem,
    MeetingWithdrawn,
)
from shiendomain.mergers import (
    AnsweredWithMerged,
    MergeUndone,
    Origin,
    OriginRenewed,
    ProposalMergedInto,
    ProposalUnmerged,
)
from shiendomain.needs import (
    GapDeclared,
    GapWithdrawn,
    IssueClosed,
    IssueCorrected,
    IssueRaised,
    IssueReopened,
    IssuesMerged,
    IssueSplit,
    NeedsAddedToIssue,
    NeedsConsolidated,
    NeedsRemovedFromIssue,
)
from shiendomain.registry import (
    ActivityDetails,
    ActivityReported,
    CouncilEstablished,
    ProviderRegistered,
    ProviderRevised,
    ProviderWithdrawn,
    ResourceDetails,
    ResourceRegistered,
    ResourceSource,
)
from shiendomain.reminders import AnswerReminded
from shiendomain.rounds import RoundOpened, RoundPolicy, RoundSolved
from shiendomain.self_help import SelfHelpAgreed, SelfHelpCorrected, SelfHelpReported
from shiendomain.services import (
    EntryDeclined,
    EntryRequested,
    ProviderJoined,
    ProviderLeft,
    ServiceDesignRevised,
    ServiceEnded,
    ServiceExtended,
    ServiceReinstated,
    ServiceRevised,
    TermsAdjusted,
)
from shiendomain.splits import PartAsked, ProposalPartJoined, ProposalPartMade, ProposalSplit, SplitUndone
from shiendomain.states import ProposalState
from shiendomain.vocabulary import (
    BodyKind,
    ByMapping,
    IssueOutcome,
    MeetingItemKind,
    Missing,
    NeedBehind,
    ResourceEnd,
    SelfHelpOutcome,
    ServiceClass,
    ServiceEnd,
    SourceKind,
    SupportKind,
    Target,
    TargetKind,
    Tier,
)
from shienevents import Home


def uuid(number: int) -> UUID:
    return UUID(f"00000000-0000-7000-8000-{number:012x}")


CITY, WARD, NORTH, SOUTH, FOREIGN = "272108", "272108-w", "272108-01", "272108-02", "431001"
COUNCIL, UPPER = uuid(1), uuid(2)
ISSUE, MEETING, UPPER_MEETING, SERVICE = uuid(11), uuid(12), uuid(13), uuid(14)
NPO, FAR = uuid(31), uuid(32)
PROPOSAL = proposal_id_of(ISSUE)
HOME = Home(CITY, NORTH)
TODAY = date(2026, 4, 10)
ALL = Territory((CITY,), (CITY, NORTH, SOUTH, WARD))
HERE = Territory((NORTH,), (NORTH,))
PATH = (NORTH, WARD, CITY)

NEEDS = (
    NeedBehind(need_id=uuid(21), area=NORTH, people=3),
    NeedBehind(need_id=uuid(22), area=NORTH, people=2),
    NeedBehind(need_id=uuid(23), area=SOUTH, people=1),
)
LOWER_COUNCIL = CouncilFacts(COUNCIL, NORTH, Tier.TIER2)
UPPER_COUNCIL = CouncilFacts(UPPER, WARD, Tier.TIER1)
GAP = GapFacts(SupportKind.OUTING, NEEDS)
HELD = MeetingFacts(MEETING, COUNCIL, (ISSUE,), (), NORTH, TODAY)
UPPER_HELD = MeetingFacts(UPPER_MEETING, UPPER, (), (PROPOSAL,), WARD, TODAY)
TO_COUNCIL = Target(kind=TargetKind.COUNCIL, area=WARD, council_id=UPPER)
TO_CITY = Target(kind=TargetKind.MUNICIPALITY, area=CITY)

ITEM = MeetingItem(
    kind=MeetingItemKind.SALON_INDEPENDENCE, text="世話役の交代", decision="輪番とする", smooth_running=True
)
HELD_EVENT = CouncilMeetingHeld(
    meeting_id=MEETING,
    council_id=COUNCIL,
    area=NORTH,
    tier=Tier.TIER2,
    held_on=TODAY,
    issues=(ISSUE,),
    attendance=(Attendance(kind=BodyKind.NPO, count=2),),
    minutes="移動支援について",
    items=(ITEM,),
)
MEETING_CORRECTED = MeetingCorrected(
    meeting_id=MEETING,
    held_on=TODAY - timedelta(days=1),
    issues=(ISSUE,),
    proposals=(PROPOSAL,),
    attendance=(Attendance(kind=BodyKind.NPO, count=3),),
    minutes="移動支援について協議",
    items=(ITEM,),
    reason="開催日の誤り",
)


MEETING_FOLLOWED = MeetingFollowed(meeting_id=MEETING, proposal_id=PROPOSAL, self_help_id=uuid(41))
MEETING_WITHDRAWN = MeetingWithdrawn(meeting_id=MEETING, issues=(ISSUE,), reason="二重の記録")


def escalated(target: Target = TO_COUNCIL, round: int = 1) -> ProposalEscalated:  # noqa: A002 - the event's word
    return ProposalEscalated(
        proposal_id=PROPOSAL,
        area=NORTH,
        issue_id=ISSUE,
        council_id=COUNCIL,
        meeting_id=MEETING,
        target=target,
        title="買い物の足",
        ask="週一回の送迎",
        support_kind=SupportKind.OUTING,
        needs=NEEDS,
        round=round,
    )


OWN = OwnProposalMade(
    proposal_id=uuid(51),
    area=WARD,
    council_id=UPPER,
    meeting_id=UPPER_MEETING,
    target=TO_CITY,
    title="サロンの自立",
    ask="世話役の養成",
    support_kind=SupportKind.SALON,
    round=1,
)
PARTS = (
    Origin(
        proposal_id=uuid(66),
        issue_id=ISSUE,
        council_id=COUNCIL,
        area=NORTH,
        title="買い物の足",
        ask="週一回の送迎",
        needs=NEEDS,
    ),
    Origin(
        proposal_id=uuid(62),
        issue_id=uuid(63),
        council_id=uuid(64),
        area=SOUTH,
        title="通院の足",
        ask="週二回の送迎",
        needs=(NeedBehind(need_id=uuid(65), area=SOUTH, people=4),),
    ),
)
PARTS_MERGED = ProposalsMerged(
    proposal_id=PROPOSAL,
    area=WARD,
    target=TO_COUNCIL,
    title="区を回る送迎",
    ask="週二回の送迎",
    support_kind=SupportKind.OUTING,
    origins=PARTS,
    waiting_since=TODAY - timedelta(days=9),
    due_on=TODAY,
    reason="同じ内容",
)
OF_MERGER = {"proposal_id": PROPOSAL, "merged_id": uuid(61)}
MERGED_INTO = ProposalMergedInto(**OF_MERGER, due_on=TODAY, reason="同じ内容")
TOLD = AnsweredWithMerged(
    **OF_MERGER, answer=ProposalState.LAUNCHED, until=date(2026, 5, 1), launched_on=TODAY, text="一台から"
)
UNMERGED = ProposalUnmerged(
    **OF_MERGER,
    state=ProposalState.DEFERRED,
    due_on=TODAY,
    deferred_until=date(2026, 6, 1),
    reason="校区ごとに異なる",
)
ORIGIN_RENEWED = OriginRenewed(proposal_id=PROPOSAL, renewed=uuid(66), origins=PARTS, round=2)
MERGE_UNDONE = MergeUndone(proposal_id=PROPOSAL, origins=(uuid(66), uuid(62)), reason="校区ごとに異なる")
PROPOSAL_SPLIT = ProposalSplit(
    proposal_id=PROPOSAL,
    parts=(
        PartAsked(proposal_id=uuid(71), title="移動支援", ask="週二回の送迎", needs=(uuid(21),)),
        PartAsked(proposal_id=uuid(72), title="移動販売", ask="集会所への移動販売", needs=(uuid(22), uuid(23))),
    ),
    reason="外出が難しい人がいる",
)
PART_MADE = ProposalPartMade(
    proposal_id=PROPOSAL,
    split_from=uuid(73),
    area=NORTH,
    issue_id=ISSUE,
    council_id=COUNCIL,
    target=TO_COUNCIL,
    title="移動支援",
    ask="週二回の送迎",
    support_kind=SupportKind.OUTING,
    needs=NEEDS[:1],
    state=ProposalState.RECEIVED,
    waiting_since=TODAY - timedelta(days=9),
    due_on=TODAY,
    reason="外出が難しい人がいる",
)
SPLIT_UNDONE = SplitUndone(
    proposal_id=PROPOSAL,
    parts=(uuid(71), uuid(72)),
    state=ProposalState.DEFERRED,
    due_on=TODAY,
    deferred_until=date(2026, 6, 1),
    reason="一つの事業で足りる",
)
PART_JOINED = ProposalPartJoined(proposal_id=PROPOSAL, split_from=uuid(73), reason="一つの事業で足りる")
RECEIVED = ProposalReceived(proposal_id=PROPOSAL, due_on=TODAY)
DUE_CHANGED = DueDateChanged(proposal_id=PROPOSAL, due_on=date(2026, 6, 30), reason="次の協議体を待つ")
RETURNED = ProposalReturned(proposal_id=PROPOSAL, asked="何人が使うか")
DELIBERATED = ProposalDeliberated(proposal_id=PROPOSAL, meeting_id=UPPER_MEETING, supply="二台", fee="一回200円")
ADOPTED = ProposalAdopted(proposal_id=PROPOSAL, reason="必要")
REMINDED = AnswerReminded(proposal_id=PROPOSAL, due_on=TODAY, reminded_on=TODAY + timedelta(days=1), number=1)
REVOKED = AnswerRevoked(
    proposal_id=PROPOSAL,
    answer=ProposalState.ADOPTED,
    state=ProposalState.DELIBERATED,
    due_on=TODAY,
    reason="別の提案への回答だった",
)
REJECTED = ProposalRejected(proposal_id=PROPOSAL, reason="財源がない")
DEFERRED = ProposalDeferred(proposal_id=PROPOSAL, until=date(2026, 5, 1), reason="予算を待つ")
PROPOSAL_MOVED = ProposalMoved(
    proposal_id=PROPOSAL,
    from_area=NORTH,
    area=SOUTH,
    reason="校区の再編",
    by_mapping=ByMapping(mapping_id=UUID(int=43)),
)
WITHDRAWN = ProposalWithdrawn(proposal_id=PROPOSAL, reason="地域で解決")
DESIGNED = ServiceDesigned(
    proposal_id=PROPOSAL,
    service_id=SERVICE,
    name="北おでかけ便",
    service_class=ServiceClass.VISIT_D,
    support_kinds=(SupportKind.OUTING,),
    fee_yen=200,
    criteria="要支援者",
    starts_on=date(2026, 4, 1),
)
LAUNCHED = ServiceLaunched(
    proposal_id=PROPOSAL,
    service_id=SERVICE,
    name="北おでかけ便",
    service_class=ServiceClass.VISIT_D,
    support_kinds=(SupportKind.OUTING,),
    provider_name="NPO 北",
    area=NORTH,
    service_areas=(NORTH, SOUTH),
    capacity=10,
    fee_yen=200,
    schedule="毎週火曜",
    launched_on=TODAY,
    needs=NEEDS,
)
OF_SERVICE = {"proposal_id": PROPOSAL, "service_id": SERVICE}
ENTRY = uuid(51)
LATER = date(2026, 4, 20)
IN_NORTH = LAUNCHED.model_copy(update={"service_areas": (NORTH,), "needs": NEEDS[:2]})
DESIGN_REVISED = ServiceDesignRevised(
    **OF_SERVICE,
    name="北おでかけ便",
    service_class=ServiceClass.VISIT_D,
    support_kinds=(SupportKind.OUTING,),
    fee_yen=300,
    criteria="要支援者",
    starts_on=date(2026, 4, 1),
    reason="燃料費",
)
REQUESTED = EntryRequested(
    **OF_SERVICE, entry_id=ENTRY, provider_name="NPO 南", asked="週二回なら担える", requested_on=TODAY
)
ADJUSTED = TermsAdjusted(**OF_SERVICE, entry_id=ENTRY, terms="燃料費を補助する", adjusted_on=TODAY)
ENTRY_DECLINED = EntryDeclined(**OF_SERVICE, entry_id=ENTRY, reason="運転手がいない")
JOINED = ProviderJoined(
    **OF_SERVICE,
    provision=2,
    entry_id=ENTRY,
    name="北おでかけ便",
    service_class=ServiceClass.VISIT_D,
    support_kinds=(SupportKind.OUTING,),
    provider_name="NPO 南",
    area=NORTH,
    service_areas=(SOUTH,),
    capacity=5,
    fee_yen=200,
    schedule="毎週金曜",
    joined_on=LATER,
    needs=NEEDS[2:],
)
EXTENDED = ServiceExtended(
    **OF_SERVICE, provision=1, service_areas=(NORTH, SOUTH), added=(SOUTH,), extended_on=LATER, needs=NEEDS[2:]
)
SERVICE_REVISED = ServiceRevised(
    **OF_SERVICE, provision=1, fee_yen=300, schedule="毎週火曜", capacity=10, changed_on=LATER, reason="燃料費"
)
LEFT = ProviderLeft(**OF_SERVICE, provision=2, left_on=LATER, reason=ResourceEnd.PROVIDER_WITHDREW, note="引退")
SERVICE_ENDED = ServiceEnded(
    **OF_SERVICE, provisions=(1,), ended_on=LATER, reason=ServiceEnd.NO_FUNDS, note="補助が終わった"
)
REINSTATED = ServiceReinstated(**OF_SERVICE, provisions=(1,), reason="別のサービスだった")
CONSOLIDATED = NeedsConsolidated(issue_id=ISSUE, area=NORTH, needs=NEEDS)
RAISED = IssueRaised(issue_id=ISSUE, area=NORTH, council_id=COUNCIL, title="買い物に行けない")
DECLARED = GapDeclared(
    issue_id=ISSUE,
    area=NORTH,
    council_id=COUNCIL,
    title="買い物に行けない",
    support_kind=SupportKind.OUTING,
    missing=(Missing.KIND,),
    needs=NEEDS,
)
CORRECTED = IssueCorrected(issue_id=ISSUE, council_id=UPPER, title="通院の足", summary="", reason="通院だった")
ADDED = NeedsAddedToIssue(issue_id=ISSUE, needs=NEEDS[:1])
REMOVED = NeedsRemovedFromIssue(issue_id=ISSUE, needs=(NEEDS[0].need_id,), reason="別の課題")
SPLIT = IssueSplit(issue_id=ISSUE, into=uuid(15), needs=(NEEDS[0].need_id,), reason="担い手が違う")
MERGED = IssuesMerged(issue_id=ISSUE, merged=uuid(15), needs=NEEDS[:1], reason="同じ課題")
WITHDRAWN_GAP = GapWithdrawn(issue_id=ISSUE, reason="隣にあった")
CLOSED = IssueClosed(issue_id=ISSUE, outcome=IssueOutcome.SOLVED_LOCALLY, reason="送迎が始まった")
REOPENED = IssueReopened(issue_id=ISSUE, needs=NEEDS[:1], reason="続かなかった")
SELF_HELP = uuid(41)
AGREED = SelfHelpAgreed(
    self_help_id=SELF_HELP,
    area=NORTH,
    issue_id=ISSUE,
    council_id=COUNCIL,
    meeting_id=MEETING,
    agreed_on=TODAY,
    body_kind=BodyKind.NEIGHBOURHOOD,
    body="北自治会",
    what="週1回の送迎を試行する",
    until=date(2026, 9, 30),
)
PUT_RIGHT = SelfHelpCorrected(
    self_help_id=SELF_HELP,
    issue_id=ISSUE,
    body_kind=BodyKind.SENIORS_CLUB,
    body="北老人クラブ",
    what="月1回の送迎を試行する",
    until=date(2026, 12, 28),
    reason="担い手が代わった",
)
REPORTED = SelfHelpReported(
    self_help_id=SELF_HELP,
    issue_id=ISSUE,
    outcome=SelfHelpOutcome.ONGOING,
    line="毎週火曜に続いている",
    reported_on=date(2026, 9, 30),
    people_helped=6,
)


def established(council: CouncilFacts) -> CouncilEstablished:
    return CouncilEstablished(
        council_id=council.council_id, area=council.area, tier=council.tier, name="協議体", members=()
    )


ACTIVITY_LISTED = ResourceRegistered(
    resource_id=uuid(71),
    area=NORTH,
    details=ResourceDetails(name="北の足の会", support_kinds=(SupportKind.OUTING,), service_areas=(NORTH,)),
    source=ResourceSource(kind=SourceKind.COORDINATOR),
)
ACTIVITY_SAID = ActivityReported(
    report_id=uuid(72),
    resource_id=uuid(71),
    area=NORTH,
    details=ActivityDetails(
        period_from=date(2025, 4, 1),
        period_until=date(2025, 9, 30),
        times=50,
        participants=40,
        attendances=900,
        supporters=12,
    ),
)


GROWN = GrownFrom(
    resource_id=uuid(71),
    name="北の足の会",
    area=NORTH,
    registered_on=date(2024, 5, 1),
    years=(GrownYear(year=2025, reports=2, days=365, times=50, participants=40, attendances=900, supporters=12),),
)
ROUND_OPENED = RoundOpened(
    round_id=uuid(81),
    area=CITY,
    day=TODAY,
    positions="",
    policy=RoundPolicy(),
    need_count=3,
    people=6,
    resource_count=1,
    places=1,
)
ROUND_SOLVED = RoundSolved(
    round_id=uuid(81),
    area=CITY,
    objective=1,
    certificate="0" * 64,
    pairs=1,
    people_proposed=1,
    people_unserved=5,
)


def registered(provider_id: UUID, area: str = NORTH) -> ProviderRegistered:
    return ProviderRegistered(provider_id=provider_id, area=area, name="NPO 北", kind=BodyKind.NPO)


def renamed(provider_id: UUID) -> ProviderRevised:
    return ProviderRevised(
        provider_id=provider_id, name="NPO 南", kind=BodyKind.NPO, changed=("name",), reason="改称した"
    )


PROVIDER_WITHDRAWN = ProviderWithdrawn(provider_id=NPO, area=SOUTH, reason="二重の登録")
