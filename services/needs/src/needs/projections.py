"""The views of the needs service: needs, issues, surveys, and of other services areas, councils and searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import UTC, date, datetime
from typing import assert_never
from uuid import UUID

from shiendomain.amounts import Amounts
from shiendomain.areas_view import areas_view
from shiendomain.matching import NoMatchFound
from shiendomain.needs import (
    GapDeclared,
    IssueEvent,
    IssueRaised,
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedPartlyMet,
    NeedRecorded,
    NeedReopened,
    NeedRevised,
    NeedsConsolidated,
    NeedWithdrawn,
    SurveyClosed,
    SurveyEvent,
    SurveyOpened,
)
from shiendomain.registry import CouncilEstablished
from shiendomain.states import IssueState, NeedState
from shiendomain.vocabulary import (
    AgeBand,
    Frequency,
    Missing,
    SourceKind,
    SupportKind,
    SurveyMethod,
    Tier,
    Weekday,
)
from shienevents import Envelope, Row, View, replace, types_of

NOT_RECORDED = datetime(1970, 1, 1, tzinfo=UTC)
"""`recorded_at` before the first event of a row's own stream. Lists are sorted by this column, so it is never null."""


class NeedRow(Row, key=("need_id",)):
    """One need. `gap` is written from the stream of its issue, every other column from the need's own stream.

    `state` is never GAP: readers combine it with `gap` (`shiendomain.rules.need_state`). `version` is 0 before the
    first event of the need's own stream. `match_id` is the match that holds or met it, `undone` the one undone last.
    `helped` are the people helped by match (`shiendomain.amounts`).
    """

    need_id: UUID
    area: str = ""
    state: NeedState = NeedState.OPEN
    gap: bool = False
    support_kind: SupportKind = SupportKind.OTHER
    people: int = 0
    age_band: AgeBand = AgeBand.ANY
    frequency: Frequency = Frequency.OCCASIONAL
    weekdays: tuple[Weekday, ...] = ()
    fee_ceiling_yen: int | None = None
    source: SourceKind = SourceKind.COORDINATOR
    survey_id: UUID | None = None
    note: str = ""
    issue_id: UUID | None = None
    match_id: UUID | None = None
    resource_id: UUID | None = None
    service_id: UUID | None = None
    helped: dict[str, int] = field(default_factory=dict)
    people_helped: int = 0
    people_waiting: int = 0
    undone: UUID | None = None
    undone_for: str = ""
    withdrawn_for: str = ""
    recorded_at: datetime = NOT_RECORDED
    correlation: UUID | None = None
    version: int = 0


def evolve_need(row: NeedRow, event: NeedEvent | GapDeclared, envelope: Envelope) -> NeedRow:
    """The need after an event."""
    if isinstance(event, GapDeclared):
        return replace(row, gap=True)
    row = with_event(replace(row, version=envelope.version), event, envelope)
    return replace(row, people_waiting=Amounts(row.people, row.helped).waiting(row.state))


def with_event(row: NeedRow, event: NeedEvent, envelope: Envelope) -> NeedRow:
    """The need with what an event says."""
    match event:
        case NeedRecorded():
            return replace(
                with_facts(row, event),
                area=event.area,
                support_kind=event.support_kind,
                source=event.source,
                survey_id=event.survey_id,
                recorded_at=envelope.recorded_at,
                correlation=envelope.correlation,
            )
        case NeedRevised():
            return with_facts(row, event)
        case NeedGrouped():
            state = NeedState.GROUPED if row.state is NeedState.OPEN else row.state
            return replace(row, state=state, issue_id=event.issue_id)
        case NeedWithdrawn():
            return replace(row, state=NeedState.WITHDRAWN, withdrawn_for=event.reason)
        case NeedMatched():
            return replace(row, state=NeedState.MATCHED, match_id=event.match_id, resource_id=event.resource_id)
        case NeedPartlyMet() | NeedMet() | NeedReopened():
            return with_help(row, event)
        case _:
            assert_never(event)


def with_facts(row: NeedRow, event: NeedRecorded | NeedRevised) -> NeedRow:
    """The row with the facts that may be revised: the fields of `NeedRevised`."""
    return replace(row, **{name: getattr(event, name) for name in NeedRevised.model_fields})


def with_help(row: NeedRow, event: NeedPartlyMet | NeedMet | NeedReopened) -> NeedRow:
    """The row after a match helped, or was undone."""
    amounts = Amounts(row.people, row.helped).after(event)
    row = replace(row, helped=dict(amounts.by_match), people_helped=amounts.helped)
    if isinstance(event, NeedMet):
        return replace(
            row,
            state=NeedState.MET,
            match_id=event.match_id,
            resource_id=event.resource_id,
            service_id=event.service_id,
        )
    row = replace(
        row,
        state=NeedState.GROUPED if row.issue_id else NeedState.OPEN,
        match_id=None,
        resource_id=None,
        service_id=None,
    )
    if isinstance(event, NeedReopened):
        return replace(row, undone=event.match_id, undone_for=event.reason.value)
    return row


class IssueRow(Row, key=("issue_id",)):
    """One issue with its needs' ids. All from its own stream."""

    issue_id: UUID
    area: str = ""
    council_id: UUID | None = None
    title: str = ""
    summary: str = ""
    needs: tuple[UUID, ...] = ()
    state: IssueState = IssueState.RAISED
    missing: tuple[Missing, ...] = ()
    searches: tuple[UUID, ...] = ()
    recorded_at: datetime = NOT_RECORDED
    correlation: UUID | None = None
    version: int = 0


def evolve_issue(row: IssueRow, event: IssueEvent, envelope: Envelope) -> IssueRow:
    """The issue after an event."""
    row = replace(row, area=event.area, version=envelope.version)
    match event:
        case NeedsConsolidated():
            needs = tuple(need.need_id for need in event.needs)
            return replace(row, needs=needs, recorded_at=envelope.recorded_at, correlation=envelope.correlation)
        case IssueRaised():
            return replace(row, council_id=event.council_id, title=event.title, summary=event.summary)
        case GapDeclared():
            return replace(row, state=IssueState.GAP, missing=event.missing, searches=event.searches)
        case _:
            assert_never(event)


class SurveyRow(Row, key=("survey_id",)):
    """One survey. `responses` are known once it is closed, and `closed_for` when that was before its last day."""

    survey_id: UUID
    area: str = ""
    title: str = ""
    method: SurveyMethod = SurveyMethod.INTERVIEW
    period_from: date | None = None
    period_until: date | None = None
    responses: int | None = None
    closed_for: str = ""
    recorded_at: datetime = NOT_RECORDED
    correlation: UUID | None = None
    version: int = 0


def evolve_survey(row: SurveyRow, event: SurveyEvent, envelope: Envelope) -> SurveyRow:
    """The survey after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case SurveyOpened():
            return replace(
                row,
                area=event.area,
                title=event.title,
                method=event.method,
                period_from=event.period_from,
                period_until=event.period_until,
                recorded_at=envelope.recorded_at,
                correlation=envelope.correlation,
            )
        case SurveyClosed():
            return replace(row, responses=event.responses, closed_for=event.reason)
        case _:
            assert_never(event)


class CouncilRow(Row, key=("council_id",)):
    """A council of the registry, with which issues are raised."""

    council_id: UUID
    area: str = ""
    tier: Tier = Tier.TIER2
    name: str = ""


def evolve_council(row: CouncilRow, event: CouncilEstablished, _: Envelope) -> CouncilRow:
    """The council as it was established."""
    return replace(row, area=event.area, tier=event.tier, name=event.name)


class SearchRow(Row, key=("search_id",)):
    """A search of matching without a match: evidence for a gap."""

    search_id: UUID
    need_id: UUID | None = None
    missing: tuple[Missing, ...] = ()
    searched_at: datetime | None = None


def evolve_search(row: SearchRow, event: NoMatchFound, envelope: Envelope) -> SearchRow:
    """What the search found missing."""
    return replace(row, need_id=event.need_id, missing=event.missing, searched_at=envelope.recorded_at)


def keys_of_need(event: NeedEvent | GapDeclared, _: Envelope) -> Sequence[UUID]:
    """The need's own row; of a gap, the rows of the issue's needs."""
    return [need.need_id for need in event.needs] if isinstance(event, GapDeclared) else [event.need_id]


needs = View[NeedRow](
    name="needs",
    version=3,
    row=NeedRow,
    subscribes_to=types_of(NeedEvent | GapDeclared),
    keys=keys_of_need,
    evolve=evolve_need,
    indexes=(("area", "recorded_at"), ("issue_id",)),
)
issues = View[IssueRow](
    name="issues",
    version=2,
    row=IssueRow,
    subscribes_to=types_of(IssueEvent),
    keys=lambda event, _: [event.issue_id],
    evolve=evolve_issue,
    indexes=(("area", "recorded_at"),),
)
surveys = View[SurveyRow](
    name="surveys",
    version=3,
    row=SurveyRow,
    subscribes_to=types_of(SurveyEvent),
    keys=lambda event, _: [event.survey_id],
    evolve=evolve_survey,
    indexes=(("area", "recorded_at"),),
)
councils = View[CouncilRow](
    name="councils",
    version=1,
    row=CouncilRow,
    subscribes_to=(CouncilEstablished,),
    keys=lambda event, _: [event.council_id],
    evolve=evolve_council,
)
searches = View[SearchRow](
    name="searches",
    version=1,
    row=SearchRow,
    subscribes_to=(NoMatchFound,),
    keys=lambda event, _: [event.search_id],
    evolve=evolve_search,
    indexes=(("need_id",),),
)
VIEWS = (areas_view, councils, needs, issues, surveys, searches)
