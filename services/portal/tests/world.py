"""A small city and one event of every type about it: what the portal's tests fold."""

from __future__ import annotations

from datetime import date
from uuid import UUID

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
from shiendomain.matching import (
    AcceptanceNoted,
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchEnded,
    MatchesReleased,
    MatchFound,
    MatchLapsed,
    MatchOutcomeCorrected,
    MatchProposed,
    Nearest,
    NoMatchFound,
    OfferNoted,
    ServiceOffered,
)
from shiendomain.meetings import Attendance, CouncilMeetingHeld, MeetingCorrected, MeetingFollowed, MeetingWithdrawn
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
    IssueMoved,
    IssueRaised,
    IssueReopened,
    IssuesMerged,
    IssueSplit,
    NeedBatchRecorded,
    NeedCorrected,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedsAddedToIssue,
    NeedsConsolidated,
    NeedSourceCorrected,
    NeedsRemovedFromIssue,
    NeedUngrouped,
    NeedWithdrawn,
    SurveyClosed,
    SurveyCorrected,
    SurveyMoved,
    SurveyOpened,
    SurveyReopened,
    SurveyRevised,
    SurveyWithdrawn,
)
from shiendomain.registry import (
    ActivityDetails,
    ActivityReportCorrected,
    ActivityReported,
    ActivityReportWithdrawn,
    AreaDefined,
    AreaReorganizationWithdrawn,
    AreaReorganized,
    AreaWorkMapped,
    AreaWorkMappingReversed,
    BatchRegistered,
    CohortMoved,
    ContactErased,
    ContactMoved,
    ContactRecorded,
    ContactRenewed,
    CoordinatorAssigned,
    CoordinatorMoved,
    CoordinatorWithdrawn,
    CouncilEstablished,
    CouncilMoved,
    CouncilWithdrawn,
    FreshnessPromiseCorrected,
    FreshnessPromised,
    FreshnessPromiseWithdrawn,
    PlaceClosed,
    PlaceCorrected,
    PlaceDetails,
    PlaceFilled,
    PlacementCorrected,
    PlacementEnded,
    PlaceMoved,
    PlaceOffered,
    PlaceReopened,
    PlaceWithdrawn,
    ProviderMoved,
    ProviderRegistered,
    ProviderWithdrawn,
    ResourceDetails,
    ResourceMoved,
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSource,
    ResourceSourceCorrected,
    ResourceSuspended,
    ResourceVerificationWithdrawn,
    ResourceVerified,
    SupportersGaveUp,
    SupportersPlaced,
    SupportersTrained,
    TrainingCorrected,
    TrainingDetails,
    TrainingWithdrawn,
    VenueDetails,
    VenueMoved,
    VenueReleased,
    VenueRevised,
    VenueSecured,
    VenueSecuredAgain,
    VenueWithdrawn,
)
from shiendomain.reminders import AnswerReminded
from shiendomain.rounds import PlacePrice, RoundOpened, RoundPolicy, RoundSolved, Shortage
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
    Accessibility,
    AgeBand,
    AreaKind,
    AreaThing,
    BodyKind,
    ByMapping,
    ContactErasure,
    ContactPurpose,
    ContactSubject,
    EndReason,
    FailureReason,
    FitReason,
    Frequency,
    IssueOutcome,
    KindSuccessor,
    LapseReason,
    Missing,
    NeedBehind,
    Obstacle,
    Outcome,
    Participation,
    PlaceEnd,
    PlacementEnd,
    ResourceEnd,
    SelfHelpOutcome,
    ServiceClass,
    ServiceEnd,
    SourceKind,
    SupportKind,
    SurveyMethod,
    Target,
    TargetKind,
    ThingSuccessor,
    Tier,
    VenueEnd,
    VerificationMethod,
)
from shienevents import Event

from .network import NETWORK

CITY, NORTH, SOUTH = "272108", "272108-01", "272108-02"
DAY = date(2026, 4, 1)


def an_id(kind: str, n: int = 1) -> UUID:
    """The nth id of a kind of thing, the same in every run."""
    kinds = (
        "need", "issue", "resource", "match", "search", "proposal", "service", "meeting", "council", "survey",
        "outreach", "partnership", "information", "provider",
        "cohort", "placement", "venue", "place", "entry", "round",
    )  # fmt: skip
    return UUID(int=(0x7000 << 64) + ((kinds.index(kind) + 1) << 32) + n)


NEED, ISSUE, RESOURCE, MATCH = an_id("need"), an_id("issue"), an_id("resource"), an_id("match")
SEARCH, PROPOSAL, SERVICE, ROUND = an_id("search"), an_id("proposal"), an_id("service"), an_id("round")
SELF_HELP = UUID(int=(0x7000 << 64) + (0xFF << 32))
MEETING, COUNCIL, SURVEY = an_id("meeting"), an_id("council"), an_id("survey")
COHORT, PLACEMENT, VENUE, PLACE = an_id("cohort"), an_id("placement"), an_id("venue"), an_id("place")


def square(west: int, south: int, size: int = 100_000) -> tuple[tuple[tuple[tuple[int, int], ...], ...], ...]:
    """A square boundary, in 1e-7 degree."""
    east, north = west + size, south + size
    return ((((west, south), (east, south), (east, north), (west, north), (west, south)),),)


def area(code: str, parent: str | None = CITY, name: str = "", tier: Tier = Tier.TIER2) -> AreaDefined:
    """An area of the city."""
    kind = AreaKind.CENTRE_AREA if parent else AreaKind.MUNICIPALITY
    west = 1_356_000_000 + int(code[-2:]) * 100_000
    return AreaDefined(
        area=code, parent=parent, municipality=CITY, kind=kind, tiers=(tier,), name=name or code, valid_from=DAY,
        boundary=square(west, 348_000_000) if parent else (),
    )  # fmt: skip


CITY_DEFINED = area(CITY, None, "見本市", Tier.TIER1)
NORTH_DEFINED = area(NORTH, name="北圏域")
SOUTH_DEFINED = area(SOUTH, name="南圏域")
COUNCIL_ESTABLISHED = CouncilEstablished(council_id=COUNCIL, area=NORTH, tier=Tier.TIER2, name="北協議体", members=())


def behind(need: UUID = NEED, where: str = NORTH, people: int = 3) -> NeedBehind:
    """A need behind something."""
    return NeedBehind(need_id=need, area=where, people=people)


def need(need_id: UUID = NEED, where: str = NORTH, people: int = 3) -> NeedRecorded:
    """A need for outings."""
    return NeedRecorded(
        need_id=need_id, area=where, support_kind=SupportKind.OUTING, people=people, frequency=Frequency.WEEKLY,
        source=SourceKind.COORDINATOR,
    )  # fmt: skip


DETAILS = ResourceDetails(
    name="外出支援の会",
    support_kinds=(SupportKind.OUTING,),
    service_class=ServiceClass.VISIT_D,
    service_areas=(CITY,),
    capacity=10,
)


def resource(resource_id: UUID = RESOURCE, where: str = NORTH, service: UUID | None = None) -> ResourceRegistered:
    """A resource that drives people."""
    return ResourceRegistered(
        resource_id=resource_id, area=where, details=DETAILS, source=ResourceSource(kind=SourceKind.COORDINATOR),
        service_id=service, for_needs=(behind(),) if service else (),
    )  # fmt: skip


def verified(resource_id: UUID = RESOURCE, on: date = DAY) -> ResourceVerified:
    """Somebody asked the resource."""
    return ResourceVerified(resource_id=resource_id, verified_on=on, method=VerificationMethod.PHONE)


def proposed(
    match_id: UUID = MATCH, need_id: UUID = NEED, where: str = NORTH, resource_id: UUID = RESOURCE
) -> MatchProposed:
    """A match of a need to a resource."""
    return MatchProposed(
        match_id=match_id, need_id=need_id, need_area=where, resource_id=resource_id, resource_version=1, people=3,
        reasons=(FitReason.KIND, FitReason.CAPACITY), service_id=None,
    )  # fmt: skip


def match_events(match_id: UUID, need_id: UUID, where: str, resource_id: UUID) -> list[Event]:
    """What may happen to a match, after it was proposed."""
    which = {"match_id": match_id, "need_id": need_id, "need_area": where, "resource_id": resource_id}
    return [
        MatchAccepted(**which, people=3),
        MatchDeclined(**which, reason=FailureReason.NOT_SUITABLE),
        MatchLapsed(**which, reason=LapseReason.NO_ANSWER, people_freed=3),
        *(
            MatchConcluded(**which, outcome=outcome, people_helped=2, people_freed=1, reason=FailureReason.OTHER)
            for outcome in Outcome
        ),
        *(
            MatchOutcomeCorrected(
                **which,
                outcome=outcome,
                people_helped=1,
                people_freed=-1,
                ongoing=True,
                why="誤り",
                reason=FailureReason.OTHER,
            )
            for outcome in Outcome
        ),
        *(MatchEnded(**which, reason=reason, ended_on=DAY, people_freed=2) for reason in EndReason),
        MatchEnded(**which, reason=EndReason.NO_LONGER_NEEDED, ended_on=DAY, people_freed=2, with_need=True),
    ]


def escalated(
    proposal_id: UUID = PROPOSAL, issue_id: UUID = ISSUE, where: str = NORTH, round_: int = 1
) -> ProposalEscalated:
    """A proposal to the city."""
    return ProposalEscalated(
        proposal_id=proposal_id, area=where, issue_id=issue_id, council_id=COUNCIL, meeting_id=MEETING,
        target=Target(kind=TargetKind.MUNICIPALITY, area=CITY), title="買物に行けない", ask="移動支援の事業化",
        support_kind=SupportKind.OUTING, needs=(behind(where=where),), round=round_,
    )  # fmt: skip


GROWN = GrownFrom(
    resource_id=RESOURCE, name="東の足の会", area=NORTH, registered_on=date(2024, 5, 1),
    years=(GrownYear(year=2025, reports=2, days=365, times=50, participants=40, attendances=900, supporters=12),),
)  # fmt: skip
DESIGNED = ServiceDesigned(
    proposal_id=PROPOSAL, service_id=SERVICE, name="おでかけ便", service_class=ServiceClass.VISIT_D,
    support_kinds=(SupportKind.OUTING,), starts_on=DAY,
)  # fmt: skip
LAUNCHED = ServiceLaunched(
    proposal_id=PROPOSAL, service_id=SERVICE, name="おでかけ便", service_class=ServiceClass.VISIT_D,
    support_kinds=(SupportKind.OUTING,), provider_name="見本市社協", area=CITY, service_areas=(NORTH,),
    launched_on=DAY, needs=(behind(),),
)  # fmt: skip
CONSOLIDATED = NeedsConsolidated(issue_id=ISSUE, area=NORTH, needs=(behind(),))
RAISED = IssueRaised(issue_id=ISSUE, area=NORTH, council_id=COUNCIL, title="買物に行けない")
GAP = GapDeclared(
    issue_id=ISSUE, area=NORTH, council_id=COUNCIL, title="買物に行けない", support_kind=SupportKind.OUTING,
    missing=(Missing.CAPACITY,), searches=(SEARCH,), needs=(behind(),),
)  # fmt: skip
MAPPING = UUID(int=(0x7000 << 64) + (99 << 32) + 1)
MOVED, OTHER_ISSUE = behind(an_id("need", 9)), an_id("issue", 9)
ISSUE_EVENTS: list[Event] = [
    IssueCorrected(issue_id=ISSUE, council_id=COUNCIL, title="通院の足", summary="", reason="通院だった"),
    NeedsAddedToIssue(issue_id=ISSUE, needs=(MOVED,)),
    NeedsRemovedFromIssue(issue_id=ISSUE, needs=(MOVED.need_id,), reason="買い物だった"),
    IssueSplit(issue_id=ISSUE, into=OTHER_ISSUE, needs=(MOVED.need_id,), reason="担い手が違う"),
    IssuesMerged(issue_id=ISSUE, merged=OTHER_ISSUE, needs=(MOVED,), reason="同じ課題"),
    GapWithdrawn(issue_id=ISSUE, reason="隣にあった"),
    IssueClosed(issue_id=ISSUE, outcome=IssueOutcome.SOLVED_LOCALLY, reason="送迎が始まった"),
    IssueReopened(issue_id=ISSUE, needs=(behind(),), reason="続かなかった"),
    IssueMoved(
        issue_id=ISSUE,
        from_area=NORTH,
        area=SOUTH,
        needs=(NEED,),
        reason="再編",
        by_mapping=ByMapping(mapping_id=MAPPING),
    ),
]
NO_MATCH = NoMatchFound(
    search_id=SEARCH, need_id=NEED, need_area=NORTH, support_kind=SupportKind.OUTING,
    missing=(Missing.CAPACITY, Missing.AREA), considered=4, round_id=ROUND,
    nearest=(Nearest(resource_id=RESOURCE, obstacles=(Obstacle.CAPACITY,), free=0),),
)  # fmt: skip
ROUND_OPENED = RoundOpened(
    round_id=ROUND, area=CITY, day=DAY, positions="needs.0.1", policy=RoundPolicy(), need_count=1, people=3,
    resource_count=1, places=2,
)  # fmt: skip
ROUND_SOLVED = RoundSolved(
    round_id=ROUND, area=CITY, objective=2400, certificate="0f" * 32, pairs=1, people_proposed=2, people_unserved=1,
    place_prices=(PlacePrice(resource_id=RESOURCE, points=1150),),
    shortages=(Shortage(area=NORTH, support_kind=SupportKind.OUTING, people=1, points=1460),),
)  # fmt: skip
FOUND = MatchFound(need_id=NEED, need_area=NORTH, match_id=MATCH, resource_id=RESOURCE)
NOTED = AcceptanceNoted(need_id=NEED, need_area=NORTH, match_id=MATCH, resource_id=RESOURCE)
OFFERED = ServiceOffered(need_id=NEED, need_area=NORTH, match_id=MATCH, resource_id=RESOURCE)
RELEASED = MatchesReleased(need_id=NEED, need_area=NORTH, matches=((MATCH, RESOURCE),), released_on=DAY)
MEETING_HELD = CouncilMeetingHeld(
    meeting_id=MEETING, council_id=COUNCIL, area=NORTH, tier=Tier.TIER2, held_on=DAY, issues=(ISSUE,),
    attendance=(Attendance(kind=BodyKind.NPO, count=2),),
)  # fmt: skip
MEETING_CORRECTED = MeetingCorrected(
    meeting_id=MEETING, held_on=date(2026, 4, 2), issues=(ISSUE,), proposals=(PROPOSAL,),
    attendance=(Attendance(kind=BodyKind.NPO, count=3),), reason="開催日の誤り",
)  # fmt: skip
MEETING_WITHDRAWN = MeetingWithdrawn(meeting_id=MEETING, issues=(ISSUE,), reason="二重の記録")
MEETING_FOLLOWED = MeetingFollowed(meeting_id=MEETING, proposal_id=PROPOSAL, self_help_id=SELF_HELP)
OWN_PROPOSAL = OwnProposalMade(
    proposal_id=an_id("proposal", 8), area=CITY, council_id=COUNCIL, meeting_id=MEETING,
    target=Target(kind=TargetKind.MUNICIPALITY, area=CITY), title="サロンの自立", ask="世話役の養成",
    support_kind=SupportKind.SALON, round=1,
)  # fmt: skip
MERGED_PROPOSAL, PART_PROPOSAL = an_id("proposal", 9), an_id("proposal", 7)
PART = Origin(
    proposal_id=PROPOSAL, issue_id=ISSUE, council_id=COUNCIL, area=NORTH, title="買物に行けない", ask="送迎",
    needs=(NeedBehind(need_id=NEED, area=NORTH, people=3),),
)  # fmt: skip
OFFER = OfferNoted(
    resource_id=RESOURCE, resource_version=1, open=True, support_kinds=(SupportKind.OUTING,), service_areas=(CITY,),
    capacity=10,
)  # fmt: skip


def need_events(need_id: UUID) -> list[Event]:
    """What may happen to a need, after it was recorded."""
    met = {"need_id": need_id, "match_id": MATCH, "resource_id": RESOURCE}
    return [
        NeedRevised(
            need_id=need_id, people=5, age_band=AgeBand.ANY, frequency=Frequency.DAILY, weekdays=(),
            fee_ceiling_yen=None, note="",
        ),
        NeedGrouped(need_id=need_id, issue_id=ISSUE),
        NeedUngrouped(need_id=need_id, issue_id=ISSUE),
        NeedMatched(**met),
        NeedPartlyMet(**met, service_id=SERVICE, people_helped=1),
        NeedMet(**met, service_id=SERVICE, people_helped=3),
        NeedReopened(need_id=need_id, match_id=MATCH, reason=FailureReason.NO_CAPACITY),
        NeedWithdrawn(need_id=need_id, reason="転居"),
        NeedReinstated(need_id=need_id, reason="別のニーズだった"),
        NeedCorrected(need_id=need_id, support_kind=SupportKind.MEALS, reason="配食だった"),
        NeedSourceCorrected(need_id=need_id, source=SourceKind.CONSULTATION, survey_id=SURVEY, reason="相談だった"),
        NeedMoved(need_id=need_id, from_area=NORTH, area=CITY, reason="市全体のニーズだった"),
    ]  # fmt: skip


def resource_events(resource_id: UUID) -> list[Event]:
    """What may happen to a resource, after it was registered."""
    return [
        ResourceRevised(resource_id=resource_id, details=DETAILS, changed=("fee",)),
        verified(resource_id),
        ResourceVerificationWithdrawn(
            resource_id=resource_id,
            verified_on=DAY,
            method=VerificationMethod.PHONE,
            reason="別の資源だった",
            fields=("fee", "name"),
        ),
        ResourceSuspended(resource_id=resource_id, reason=ResourceEnd.SEASONAL),
        ResourceResumed(resource_id=resource_id),
        ResourceRetired(resource_id=resource_id, reason=ResourceEnd.OTHER),
        ResourceReinstated(resource_id=resource_id, reason="別の資源だった"),
        ResourceMoved(resource_id=resource_id, from_area=NORTH, area=CITY, reason="市全体の資源だった"),
        ResourceSourceCorrected(
            resource_id=resource_id, source=SourceKind.SURVEY, survey_id=SURVEY, reason="調査だった"
        ),
    ]


def of_same_number(kind: str, proposal_id: UUID) -> UUID:
    """The id of a thing of this kind that is the proposal's alone."""
    return an_id(kind, proposal_id.int & 0xFFFF_FFFF)


def proposal_events(proposal_id: UUID) -> list[Event]:
    """What may happen to a proposal, after it went up. Its service is of its number: no two proposals share one."""
    of = {"proposal_id": proposal_id, "service_id": of_same_number("service", proposal_id)}
    return [
        ProposalReceived(proposal_id=proposal_id, due_on=date(2026, 6, 1)),
        ProposalReturned(proposal_id=proposal_id, asked="人数は"),
        ProposalDeliberated(proposal_id=proposal_id, meeting_id=MEETING),
        ProposalAdopted(proposal_id=proposal_id, reason="必要"),
        ProposalRejected(proposal_id=proposal_id, reason="予算"),
        ProposalDeferred(proposal_id=proposal_id, until=date(2027, 4, 1), reason="来年度"),
        ProposalWithdrawn(proposal_id=proposal_id, reason="解決"),
        DESIGNED.model_copy(update=of),
        LAUNCHED.model_copy(update=of),
        *service_events(proposal_id),
        DueDateChanged(proposal_id=proposal_id, due_on=date(2026, 7, 1), reason="次回を待つ"),
        AnswerRevoked(
            proposal_id=proposal_id, answer=ProposalState.REJECTED, state=ProposalState.RECEIVED,
            due_on=date(2026, 6, 1), reason="取り違え",
        ),
        AnswerReminded(proposal_id=proposal_id, due_on=DAY, reminded_on=DAY, number=1),
    ]  # fmt: skip


def merged(proposal_id: UUID = MERGED_PROPOSAL) -> ProposalsMerged:
    """A merged proposal, of which the proposal is part."""
    return ProposalsMerged(
        proposal_id=proposal_id, area=CITY, target=Target(kind=TargetKind.MUNICIPALITY, area=CITY), title="送迎",
        ask="市を回る送迎", support_kind=SupportKind.OUTING, origins=(PART,), waiting_since=DAY,
        due_on=date(2026, 6, 1), reason="同じ内容",
    )  # fmt: skip


def merger_events(proposal_id: UUID, merged_id: UUID = MERGED_PROPOSAL) -> list[Event]:
    """What may happen to a proposal that is part of a merged one, and to that one."""
    of = {"proposal_id": proposal_id, "merged_id": merged_id}
    return [
        ProposalMergedInto(**of, due_on=date(2026, 6, 1), reason="同じ内容"),
        *(
            AnsweredWithMerged(**of, answer=answer, until=until, text="理由")
            for answer, until in (
                (ProposalState.RECEIVED, date(2026, 7, 1)), (ProposalState.RETURNED, None),
                (ProposalState.DEFERRED, date(2027, 4, 1)), (ProposalState.REJECTED, None),
            )
        ),
        AnsweredWithMerged(**of, answer=ProposalState.LAUNCHED, launched_on=DAY),
        ProposalUnmerged(**of, state=ProposalState.RECEIVED, due_on=date(2026, 6, 1), reason="異なる"),
        OriginRenewed(proposal_id=proposal_id, renewed=PROPOSAL, origins=(PART,), awaited=(ISSUE,), round=2),
        OriginRenewed(proposal_id=proposal_id, renewed=PROPOSAL, origins=(PART,), round=2),
        MergeUndone(proposal_id=proposal_id, origins=(PROPOSAL,), reason="異なる"),
    ]  # fmt: skip


def part(proposal_id: UUID = PART_PROPOSAL) -> ProposalPartMade:
    """A part of the proposal, which was split."""
    return ProposalPartMade(
        proposal_id=proposal_id, split_from=PROPOSAL, area=NORTH, issue_id=ISSUE, council_id=COUNCIL,
        target=Target(kind=TargetKind.MUNICIPALITY, area=CITY), title="移動販売", ask="集会所への移動販売",
        support_kind=SupportKind.OUTING, needs=(behind(),), state=ProposalState.RECEIVED, waiting_since=DAY,
        due_on=date(2026, 6, 1), reason="外出が難しい人がいる",
    )  # fmt: skip


def split_events(proposal_id: UUID) -> list[Event]:
    """A proposal is split, and is one again."""
    asked = PartAsked(proposal_id=PART_PROPOSAL, title="移動販売", ask="集会所への移動販売", needs=(NEED,))
    undone = SplitUndone(
        proposal_id=proposal_id, parts=(PART_PROPOSAL,), state=ProposalState.RECEIVED, due_on=date(2026, 6, 1),
        reason="一つの事業で足りる",
    )  # fmt: skip
    return [ProposalSplit(proposal_id=proposal_id, parts=(asked,), reason="外出が難しい人がいる"), undone]


PART_JOINED = ProposalPartJoined(proposal_id=PART_PROPOSAL, split_from=PROPOSAL, reason="一つの事業で足りる")


def service_events(proposal_id: UUID) -> list[Event]:
    """What may happen to a service that was designed for a proposal."""
    of = {"proposal_id": proposal_id, "service_id": of_same_number("service", proposal_id)}
    entry = {**of, "entry_id": of_same_number("entry", proposal_id)}
    kinds, later = {"service_class": ServiceClass.VISIT_D, "support_kinds": (SupportKind.OUTING,)}, date(2026, 9, 1)
    return [
        ServiceDesignRevised(**of, **kinds, name="おでかけ便", starts_on=DAY, reason="燃料費"),
        EntryRequested(**entry, provider_name="NPO見本", asked="週2回なら担える", requested_on=DAY),
        TermsAdjusted(**entry, terms="燃料費を補助", adjusted_on=DAY),
        EntryDeclined(**entry, reason="運転手がいない"),
        ProviderJoined(
            **of, **kinds, provision=2, name="おでかけ便", provider_name="NPO見本", area=CITY, service_areas=(SOUTH,),
            joined_on=later, needs=(behind(),),
        ),
        ServiceExtended(
            **of, provision=1, service_areas=(NORTH, SOUTH), added=(SOUTH,), extended_on=later, needs=(behind(),)
        ),
        ServiceRevised(**of, provision=1, fee_yen=300, changed_on=later, reason="値上がり"),
        ProviderLeft(**of, provision=2, left_on=later, reason=ResourceEnd.PROVIDER_WITHDREW),
        ServiceEnded(**of, provisions=(1,), ended_on=later, reason=ServiceEnd.NO_FUNDS, note="補助の終了"),
        ServiceReinstated(**of, provisions=(1,), reason="別のサービスだった"),
    ]  # fmt: skip


TRAINING = TrainingDetails(
    title="担い手養成講座", held_on=DAY, headcount=8, support_kinds=(SupportKind.OUTING, SupportKind.SALON),
    held_by="北校区社協", held_by_kind=BodyKind.SHAKYO,
)  # fmt: skip
ROOM = VenueDetails(
    name="北公民館", secured_on=DAY, schedule="毎週火曜", fee="1回300円", capacity=30,
    accessibility=(Accessibility.RAMP, Accessibility.LIFT), owner="北自治会", owner_kind=BodyKind.NEIGHBOURHOOD,
)  # fmt: skip
KITCHEN = PlaceDetails(
    offered_by="北サロン連絡会", offered_by_kind=BodyKind.VOLUNTEERS, resource_id=RESOURCE, offered_on=DAY,
    participation=Participation.COOKING, activity="会食会の調理", wanted=3, schedule="第2木曜",
)  # fmt: skip


def trained(cohort_id: UUID = COHORT, where: str = NORTH) -> SupportersTrained:
    """A cohort of supporters."""
    return SupportersTrained(cohort_id=cohort_id, area=where, details=TRAINING)


def cohort_events(cohort_id: UUID) -> list[Event]:
    """What may happen to a cohort, after it was trained."""
    placement = {"cohort_id": cohort_id, "placement_id": PLACEMENT}
    return [
        TrainingCorrected(cohort_id=cohort_id, details=TRAINING, reason="欠席"),
        SupportersGaveUp(cohort_id=cohort_id, gave_up=1, counted_on=DAY, reason="辞退"),
        SupportersPlaced(**placement, resource_id=RESOURCE, headcount=4, placed_on=DAY),
        PlacementEnded(**placement, headcount=1, ended_on=DAY, reason=PlacementEnd.HEALTH),
        PlacementCorrected(**placement, headcount=2, placed_on=DAY, reason="別のサロン"),
        CohortMoved(cohort_id=cohort_id, from_area=NORTH, area=CITY, reason="市全体の養成だった"),
        TrainingWithdrawn(cohort_id=cohort_id, area=CITY, reason="二重の記録", placements=(PLACEMENT,)),
    ]


def secured(venue_id: UUID = VENUE, where: str = NORTH) -> VenueSecured:
    """A venue."""
    return VenueSecured(venue_id=venue_id, area=where, details=ROOM)


def venue_events(venue_id: UUID) -> list[Event]:
    """What may happen to a venue, after it was secured."""
    return [
        VenueRevised(venue_id=venue_id, details=ROOM.model_copy(update={"fee": "無料"}), changed=("fee",)),
        VenueReleased(venue_id=venue_id, reason=VenueEnd.BUILDING_CLOSED, released_on=DAY),
        VenueSecuredAgain(venue_id=venue_id, secured_on=DAY, reason="改修後"),
        VenueMoved(venue_id=venue_id, from_area=NORTH, area=CITY, reason="市全体の会場だった"),
        VenueWithdrawn(venue_id=venue_id, area=CITY, reason="二重の記録"),
    ]


def offered(place_id: UUID = PLACE, where: str = NORTH) -> PlaceOffered:
    """A place to take part."""
    return PlaceOffered(place_id=place_id, area=where, details=KITCHEN)


def place_events(place_id: UUID) -> list[Event]:
    """What may happen to a place, after it was offered."""
    return [
        PlaceFilled(place_id=place_id, headcount=2, filled_on=DAY),
        PlaceCorrected(place_id=place_id, details=KITCHEN, filled=1, reason="1人が辞めた"),
        PlaceClosed(place_id=place_id, reason=PlaceEnd.ACTIVITY_ENDED, closed_on=DAY),
        PlaceReopened(place_id=place_id, reason="再開"),
        PlaceMoved(place_id=place_id, from_area=NORTH, area=CITY, reason="市全体の募集だった"),
        PlaceWithdrawn(place_id=place_id, area=CITY, reason="二重の記録"),
    ]


REPORT = ActivityDetails(
    period_from=date(2026, 4, 1), period_until=date(2026, 4, 30), times=2, participants=14, attendances=26, supporters=3
)
SINGLE: list[Event] = [
    BatchRegistered(batch_id=SURVEY, area=CITY, new=2, revised=1, unchanged=0),
    NeedBatchRecorded(batch_id=SURVEY, area=NORTH, new=3, revised=1, unchanged=2),
    CITY_DEFINED,
    AreaReorganized(area=NORTH, successors=(SOUTH,), valid_from=DAY),
    AreaReorganizationWithdrawn(area=NORTH, reason="再編の延期"),
    AreaWorkMapped(
        mapping_id=MAPPING, area=NORTH, kinds=(KindSuccessor(kind=AreaThing.NEEDS, successor=SOUTH),),
        things=(ThingSuccessor(thing_id=COUNCIL, successor=SOUTH),), reason="校区の分割",
    ),
    AreaWorkMappingReversed(mapping_id=MAPPING, area=NORTH, reason="線の引き直し"),
    ProposalMoved(
        proposal_id=PROPOSAL, from_area=NORTH, area=SOUTH, reason="再編",
        by_mapping=ByMapping(mapping_id=MAPPING, back=True),
    ),
    COUNCIL_ESTABLISHED,
    CouncilMoved(council_id=COUNCIL, from_area=NORTH, area=SOUTH, reason="校区の再編"),
    CoordinatorMoved(coordinator_id=COUNCIL, from_area=NORTH, area=SOUTH, reason="校区の再編"),
    CoordinatorAssigned(
        coordinator_id=COUNCIL, area=NORTH, tier=Tier.TIER2, employer="北包括", employer_kind=BodyKind.SUPPORT_CENTRE,
        posts=1, term_from=DAY, term_until=date(2028, 3, 31),
    ),
    ProviderRegistered(provider_id=COUNCIL, area=NORTH, name="NPO見本", kind=BodyKind.NPO),
    ProviderMoved(provider_id=COUNCIL, from_area=NORTH, area=CITY, reason="市全体の団体だった"),
    FreshnessPromised(area=NORTH, percent=80, within_days=180, since=DAY),
    FreshnessPromiseCorrected(area=NORTH, percent=70, within_days=180, since=DAY, reason="割合の誤り"),
    FreshnessPromiseWithdrawn(area=NORTH, since=DAY, reason="市の約束に合わせる"),
    SurveyOpened(
        survey_id=SURVEY, area=NORTH, title="調査", method=SurveyMethod.INTERVIEW, period_from=DAY, period_until=DAY
    ),
    SurveyClosed(survey_id=SURVEY, responses=20),
    SurveyCorrected(survey_id=SURVEY, responses=24, reason="郵送分"),
    SurveyRevised(
        survey_id=SURVEY, title="調査", method=SurveyMethod.INTERVIEW, period_from=DAY, period_until=DAY, reason="訂正"
    ),
    SurveyReopened(survey_id=SURVEY, reason="別の調査だった"),
    SurveyWithdrawn(survey_id=COUNCIL, area=NORTH, reason="二重の記録"),
    CouncilWithdrawn(council_id=SURVEY, area=NORTH, reason="二重の記録"),
    CoordinatorWithdrawn(coordinator_id=SURVEY, area=NORTH, reason="二重の記録"),
    ProviderWithdrawn(provider_id=SURVEY, area=NORTH, reason="二重の登録", same_as=COUNCIL),
    SurveyMoved(survey_id=SURVEY, from_area=NORTH, area=CITY, reason="市全体の調査だった"),
    SelfHelpAgreed(
        self_help_id=SELF_HELP, area=NORTH, issue_id=ISSUE, council_id=COUNCIL, meeting_id=MEETING, agreed_on=DAY,
        body_kind=BodyKind.NEIGHBOURHOOD, body="北自治会", what="送迎を試行する", until=DAY,
    ),
    SelfHelpCorrected(
        self_help_id=SELF_HELP, issue_id=ISSUE, body_kind=BodyKind.NEIGHBOURHOOD, body="北自治会",
        what="送迎を試行する", until=DAY, reason="延ばした",
    ),
    SelfHelpReported(
        self_help_id=SELF_HELP, issue_id=ISSUE, outcome=SelfHelpOutcome.ONGOING, line="続いている", reported_on=DAY,
    ),
    CONSOLIDATED, RAISED, GAP, FOUND, NO_MATCH, NOTED, OFFERED, RELEASED, MEETING_HELD, OFFER,
    MEETING_CORRECTED, MEETING_FOLLOWED, MEETING_WITHDRAWN, OWN_PROPOSAL,
    ROUND_OPENED, ROUND_SOLVED,
    ActivityReported(report_id=COUNCIL, resource_id=RESOURCE, area=NORTH, details=REPORT),
    ActivityReportCorrected(report_id=COUNCIL, resource_id=RESOURCE, details=REPORT, reason="訂正"),
    ActivityReportWithdrawn(report_id=COUNCIL, resource_id=RESOURCE, reason="誤り"),
    *NETWORK,
    ContactRecorded(
        contact_id=SURVEY, about=ContactSubject.COUNCIL, subject_id=COUNCIL, area=NORTH,
        purpose=ContactPurpose.LIAISON, keep_until=DAY,
    ),
    ContactErased(contact_id=SURVEY, reason=ContactErasure.REQUESTED),
    ContactRenewed(contact_id=SURVEY, keep_until=DAY, reason="次年度も連絡する"),
    ContactMoved(contact_id=SURVEY, from_area=NORTH, area=CITY, reason="市全体の団体だった"),
]  # fmt: skip


def everything() -> list[Event]:
    """One event of every type, and of the types that differ by their words, one of each word."""
    return [
        *SINGLE, *ISSUE_EVENTS,
        resource(service=SERVICE), *resource_events(RESOURCE),
        need(), *need_events(NEED),
        proposed(), *match_events(MATCH, NEED, NORTH, RESOURCE),
        escalated(), *proposal_events(PROPOSAL), merged(), *merger_events(PROPOSAL),
        *split_events(PROPOSAL), part(), PART_JOINED,
        trained(), *cohort_events(COHORT), secured(), *venue_events(VENUE), offered(), *place_events(PLACE),
    ]  # fmt: skip
