"""The machines of proposals, of the services that come of them, of providers' requests, meetings and self-help."""

from __future__ import annotations

from ..escalation import (
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
from ..meetings import CouncilMeetingHeld, MeetingCorrected, MeetingFollowed, MeetingWithdrawn
from ..mergers import AnsweredWithMerged, MergeUndone, OriginRenewed, ProposalMergedInto, ProposalUnmerged
from ..reminders import AnswerReminded
from ..self_help import SelfHelpAgreed, SelfHelpCorrected, SelfHelpReported
from ..services import (
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
from ..splits import ProposalPartJoined, ProposalPartMade, ProposalSplit, SplitUndone
from ..states import EntryState, MeetingState, ProposalState, SelfHelpState, ServiceState
from .shape import AREA_ENDED, MAPPED, START, Machine, Step, step

ESCALATED, RECEIVED, RETURNED = ProposalState.ESCALATED, ProposalState.RECEIVED, ProposalState.RETURNED
DELIBERATED, DEFERRED, ADOPTED = ProposalState.DELIBERATED, ProposalState.DEFERRED, ProposalState.ADOPTED
REJECTED, WITHDRAWN = ProposalState.REJECTED, ProposalState.WITHDRAWN
MERGED, MERGE_UNDONE = ProposalState.MERGED, ProposalState.MERGE_UNDONE
SPLIT, SPLIT_UNDONE = ProposalState.SPLIT, ProposalState.SPLIT_UNDONE
DESIGNED, LAUNCHED, PROPOSAL_ENDED = ProposalState.DESIGNED, ProposalState.LAUNCHED, ProposalState.ENDED
AT_TIER1 = (RECEIVED, DELIBERATED, DEFERRED)
"""The states in which the upper tier answers."""
MISTAKEN = ("回答が誤りだった", "the answer was a mistake")
ANSWERED_TOGETHER = " ".join(
    f"escalation.{name}"
    for name in (
        "receive_proposal", "deliberate_proposal", "return_proposal", "defer_proposal", "adopt_proposal",
        "reject_proposal", "design_service", "launch_service", "end_service", "reinstate_service",
    )
)  # fmt: skip
WITH_ANSWER = ("合併した提案への回答は、もとの提案にも記録される", "an origin has each answer of the merged one")
ALONE = ("不採択・事業終了の後は単独で提案する", "by itself after a rejection, or the end of the service")
NAMES_A_DAY = "escalation.receive_proposal escalation.change_due_date escalation.defer_proposal"
DAY_PASSED = ("その期日を過ぎても回答がない", "the day that was named has passed without an answer")
BY_WHOM = ("差戻し中は協議体、ほかは第1層が分割する", "by its council while it is returned, else by tier 1")
NOT_DECIDED = ("どの部分にも採否がなく、再提案もされていない間", "while no part is decided, or went up again")
GIVEN_UP = ("開始前に取りやめた場合を含む", "also when it was given up before it began")


def _of_service(before: tuple[ProposalState | ServiceState, ...], running: ProposalState | ServiceState) -> list[Step]:
    """What happens in a service and leaves its state: `before` is designed and running."""
    designed, _ = before
    return [
        step(ServiceDesignRevised, designed, by="escalation.revise_design"),
        step(EntryRequested, before, by="escalation.request_entry"),
        step(TermsAdjusted, before, by="escalation.adjust_terms"),
        step(EntryDeclined, before, by="escalation.decline_entry escalation.end_service"),
        step(ProviderJoined, running, by="escalation.join_service"),
        step(ServiceExtended, running, by="escalation.extend_service"),
        step(ServiceRevised, running, by="escalation.revise_service"),
        step(ProviderLeft, running, by="escalation.leave_service"),
    ]


PROPOSAL = Machine(
    name="proposal",
    ja="提案",
    en="Proposal",
    service="escalation",
    of="proposal_id",
    states=ProposalState,
    steps=(
        step(ProposalEscalated, (START, RETURNED, REJECTED, WITHDRAWN, PROPOSAL_ENDED), ESCALATED,
             by="escalation.escalate_proposal"),
        step(ProposalEscalated, MERGED, (MERGED, ESCALATED), by="escalation.escalate_proposal", note=ALONE),
        step(OwnProposalMade, MERGED, (MERGED, ESCALATED), by="escalation.renew_own_proposal", note=ALONE),
        step(OwnProposalMade, START, ESCALATED, by="escalation.make_own_proposal"),
        step(OwnProposalMade, (RETURNED, REJECTED, WITHDRAWN, PROPOSAL_ENDED), ESCALATED,
             by="escalation.renew_own_proposal"),
        step(ProposalReceived, ESCALATED, RECEIVED, by="escalation.receive_proposal"),
        step(DueDateChanged, (RECEIVED, DELIBERATED), by="escalation.change_due_date"),
        step(AnswerReminded, (*AT_TIER1, MERGED), by=NAMES_A_DAY, note=DAY_PASSED),
        step(ProposalDeliberated, AT_TIER1, DELIBERATED, by="escalation.deliberate_proposal"),
        step(ProposalReturned, AT_TIER1, RETURNED, by="escalation.return_proposal"),
        step(ProposalDeferred, AT_TIER1, DEFERRED, by="escalation.defer_proposal"),
        step(ProposalAdopted, AT_TIER1, ADOPTED, by="escalation.adopt_proposal"),
        step(ProposalRejected, AT_TIER1, REJECTED, by="escalation.reject_proposal"),
        step(AnswerRevoked, RECEIVED, ESCALATED, by="escalation.revoke_answer", note=MISTAKEN),
        step(AnswerRevoked, (DELIBERATED, RETURNED, DEFERRED, ADOPTED, REJECTED), AT_TIER1,
             by="escalation.revoke_answer", note=MISTAKEN),
        step(ProposalMoved, (ESCALATED, RETURNED, *AT_TIER1, ADOPTED, DESIGNED, MERGED), by=MAPPED, note=AREA_ENDED),
        step(ProposalWithdrawn, (ESCALATED, RETURNED, *AT_TIER1), WITHDRAWN, by="escalation.withdraw_proposal"),
        step(ProposalsMerged, START, RECEIVED, by="escalation.merge_proposals"),
        step(ProposalMergedInto, AT_TIER1, MERGED, by="escalation.merge_proposals"),
        step(AnsweredWithMerged, MERGED, by=ANSWERED_TOGETHER, note=WITH_ANSWER),
        step(DueDateChanged, MERGED, by="escalation.change_due_date", note=WITH_ANSWER),
        step(AnswerRevoked, MERGED, by="escalation.revoke_answer", note=WITH_ANSWER),
        step(OriginRenewed, RETURNED, (RETURNED, ESCALATED),
             by="escalation.escalate_proposal escalation.renew_own_proposal",
             note=("すべての協議体が答えると、再び提案済みとなる", "it goes up again when all councils answered")),
        step(ProposalUnmerged, MERGED, (ESCALATED, *AT_TIER1), by="escalation.undo_merger"),
        step(MergeUndone, (ESCALATED, RETURNED, *AT_TIER1), MERGE_UNDONE, by="escalation.undo_merger"),
        step(ProposalSplit, (RETURNED, *AT_TIER1), SPLIT, by="escalation.split_proposal", note=BY_WHOM),
        step(ProposalPartMade, START, (RETURNED, RECEIVED), by="escalation.split_proposal"),
        step(SplitUndone, SPLIT, (RETURNED, *AT_TIER1), by="escalation.undo_split", note=NOT_DECIDED),
        step(ProposalPartJoined, (RETURNED, *AT_TIER1), SPLIT_UNDONE, by="escalation.undo_split"),
        step(ServiceDesigned, ADOPTED, DESIGNED, by="escalation.design_service"),
        step(ServiceLaunched, DESIGNED, LAUNCHED, by="escalation.launch_service"),
        *_of_service((DESIGNED, LAUNCHED), LAUNCHED),
        step(ServiceEnded, (DESIGNED, LAUNCHED), PROPOSAL_ENDED, by="escalation.end_service", note=GIVEN_UP),
        step(ServiceReinstated, PROPOSAL_ENDED, (DESIGNED, LAUNCHED), by="escalation.reinstate_service",
             note=("終了の記録が誤りだった", "the end was recorded by mistake")),
    ),
    ends=(REJECTED, WITHDRAWN, PROPOSAL_ENDED, MERGE_UNDONE, SPLIT, SPLIT_UNDONE),
    lists={
        state: f"escalation /proposals?state={state.value}"
        for state in (ESCALATED, *AT_TIER1, RETURNED, ADOPTED, DESIGNED, LAUNCHED, MERGED)
    },
)  # fmt: skip

SERVICE = Machine(
    name="service",
    ja="サービス",
    en="Service",
    service="escalation",
    of="service_id",
    states=ServiceState,
    steps=(
        step(ServiceDesigned, START, ServiceState.DESIGNED, by="escalation.design_service"),
        step(ServiceLaunched, ServiceState.DESIGNED, ServiceState.RUNNING, by="escalation.launch_service"),
        *_of_service((ServiceState.DESIGNED, ServiceState.RUNNING), ServiceState.RUNNING),
        step(ServiceEnded, (ServiceState.DESIGNED, ServiceState.RUNNING), ServiceState.ENDED,
             by="escalation.end_service", note=GIVEN_UP),
        step(ServiceReinstated, ServiceState.ENDED, (ServiceState.DESIGNED, ServiceState.RUNNING),
             by="escalation.reinstate_service", note=("終了の記録が誤りだった", "the end was recorded by mistake")),
    ),
    ends=(ServiceState.ENDED,),
    lists={
        state: f"escalation /services?state={state.value}" for state in (ServiceState.DESIGNED, ServiceState.RUNNING)
    },
)  # fmt: skip

ASKED, ADJUSTED = EntryState.REQUESTED, EntryState.ADJUSTED

ENTRY = Machine(
    name="entry",
    ja="参入の要望",
    en="Request to take part",
    service="escalation",
    of="entry_id",
    states=EntryState,
    steps=(
        step(EntryRequested, START, ASKED, by="escalation.request_entry"),
        step(TermsAdjusted, (ASKED, ADJUSTED), ADJUSTED, by="escalation.adjust_terms"),
        step(ServiceLaunched, (ASKED, ADJUSTED), EntryState.JOINED, by="escalation.launch_service"),
        step(ProviderJoined, (ASKED, ADJUSTED), EntryState.JOINED, by="escalation.join_service"),
        step(EntryDeclined, (ASKED, ADJUSTED), EntryState.DECLINED,
             by="escalation.decline_entry escalation.end_service"),
    ),
    ends=(EntryState.JOINED, EntryState.DECLINED),
    lists={ASKED: "escalation /entries?state=requested", ADJUSTED: "escalation /entries?state=adjusted"},
)  # fmt: skip

GROUND = ("会議を根拠に記録した", "it is the ground of something")
STANDS_ON_IT = " ".join(
    f"escalation.{name}"
    for name in (
        "escalate_proposal", "make_own_proposal", "renew_own_proposal", "deliberate_proposal", "agree_self_help",
    )
)  # fmt: skip

MEETING = Machine(
    name="meeting",
    ja="協議体の開催",
    en="Council meeting",
    service="escalation",
    of="meeting_id",
    states=MeetingState,
    steps=(
        step(CouncilMeetingHeld, START, MeetingState.HELD, by="escalation.hold_meeting"),
        step(MeetingCorrected, MeetingState.HELD, by="escalation.correct_meeting"),
        step(MeetingFollowed, MeetingState.HELD, by=STANDS_ON_IT, note=GROUND),
        step(MeetingWithdrawn, MeetingState.HELD, MeetingState.WITHDRAWN, by="escalation.withdraw_meeting"),
    ),
    ends=(MeetingState.HELD, MeetingState.WITHDRAWN),
    lists={},
)

SELF_HELP = Machine(
    name="self_help",
    ja="自分達にできること",
    en="Self-help",
    service="escalation",
    of="self_help_id",
    states=SelfHelpState,
    steps=(
        step(SelfHelpAgreed, START, SelfHelpState.AGREED, by="escalation.agree_self_help"),
        step(SelfHelpCorrected, SelfHelpState, by="escalation.correct_self_help"),
        step(SelfHelpReported, SelfHelpState, SelfHelpState.REPORTED, by="escalation.report_self_help"),
    ),
    ends=(SelfHelpState.REPORTED,),
    lists={SelfHelpState.AGREED: "escalation /self-help?overdue=true"},
)
