"""Needs, with the people helped."""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, date, datetime
from typing import assert_never
from uuid import UUID

from shiendomain.amounts import Amounts
from shiendomain.days import day_of
from shiendomain.needs import (
    NeedCorrected,
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedSourceCorrected,
    NeedUngrouped,
    NeedWithdrawn,
)
from shiendomain.rules import state_after_help, unanswered_state
from shiendomain.states import NeedState
from shiendomain.vocabulary import AgeBand, Frequency, NeedSource, SupportKind, Urgency, Weekday
from shienevents import Envelope, Row, View, replace, types_of

NOT_RECORDED = datetime(1970, 1, 1, tzinfo=UTC)
"""`recorded_at` before the first event of a row's own stream. Lists are sorted by this column, so it is never null."""


class NeedRow(Row, key=("need_id",)):
    """One need, from its own stream.

    `state` is never GAP: readers combine it with the state of its issue (`rules.need_state`, `rules.issue_gap_sql`).
    `recorded_on` and `met_on` are the days on which that happened. `match_id` is the match that holds or met it,
    `undone` the one undone last. `helped` are the people helped by match (`shiendomain.amounts`),
    `helped_on` the days on which that was recorded. `partly_for`: why the
    last match that helped some did not help all. `corrected_for`: what was wrong before it was corrected, moved or
    reinstated last.
    """

    need_id: UUID
    area: str = ""
    state: NeedState = NeedState.OPEN
    support_kind: SupportKind = SupportKind.OTHER
    people: int = 0
    age_band: AgeBand = AgeBand.ANY
    frequency: Frequency = Frequency.OCCASIONAL
    weekdays: tuple[Weekday, ...] = ()
    fee_ceiling_yen: int | None = None
    source: NeedSource = NeedSource.COORDINATOR
    survey_id: UUID | None = None
    note: str = ""
    hours_from: str | None = None
    hours_until: str | None = None
    urgency: Urgency = Urgency.NORMAL
    issue_id: UUID | None = None
    match_id: UUID | None = None
    resource_id: UUID | None = None
    service_id: UUID | None = None
    helped: dict[str, int] = field(default_factory=dict)
    helped_on: dict[str, str] = field(default_factory=dict)
    people_helped: int = 0
    people_waiting: int = 0
    undone: UUID | None = None
    undone_for: str = ""
    partly_for: str = ""
    withdrawn_for: str = ""
    by_mistake: bool = False
    corrected_for: str = ""
    not_the_same_as: tuple[UUID, ...] = ()
    recorded_on: date | None = None
    met_on: date | None = None
    recorded_at: datetime = NOT_RECORDED
    correlation: UUID | None = None
    version: int = 0


def evolve_need(row: NeedRow, event: NeedEvent, envelope: Envelope) -> NeedRow:
    """The need after an event."""
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
                source=event.found_by,
                survey_id=event.survey_id,
                not_the_same_as=event.not_the_same_as,
                recorded_on=day_of(envelope.occurred_at),
                recorded_at=envelope.recorded_at,
                correlation=envelope.correlation,
            )
        case NeedRevised():
            return with_facts(row, event)
        case NeedCorrected():
            return replace(row, support_kind=event.support_kind, corrected_for=event.reason)
        case NeedSourceCorrected(survey_id=survey_id, reason=reason):
            return replace(row, source=event.found_by, survey_id=survey_id, corrected_for=reason)
        case NeedMoved():
            return replace(row, area=event.area, corrected_for=event.reason)
        case NeedGrouped():
            return replace(row, state=_moved(row.state, NeedState.OPEN, NeedState.GROUPED), issue_id=event.issue_id)
        case NeedUngrouped():
            return replace(row, state=_moved(row.state, NeedState.GROUPED, NeedState.OPEN), issue_id=None)
        case NeedWithdrawn():
            row = replace(row, withdrawn_for=event.reason, by_mistake=event.by_mistake)
            return replace(row, state=NeedState.WITHDRAWN)
        case NeedReinstated():
            row = replace(row, corrected_for=event.reason)
            return replace(row, state=unanswered_state(row.issue_id), withdrawn_for="", by_mistake=False)
        case NeedMatched():
            return replace(row, state=NeedState.MATCHED, match_id=event.match_id, resource_id=event.resource_id)
        case NeedPartlyMet() | NeedMet() | NeedReopened():
            return with_help(row, event, envelope)
        case _:
            assert_never(event)


def _moved(state: NeedState, before: NeedState, after: NeedState) -> NeedState:
    return after if state is before else state


def with_facts(row: NeedRow, event: NeedRecorded | NeedRevised) -> NeedRow:
    """The row with the facts that may be revised: the fields of `NeedRevised`."""
    return replace(row, **{name: getattr(event, name) for name in NeedRevised.model_fields})


def with_help(row: NeedRow, event: NeedPartlyMet | NeedMet | NeedReopened, envelope: Envelope) -> NeedRow:
    """The row after a match helped, or was undone."""
    amounts = Amounts(row.people, row.helped).after(event)
    on = day_of(envelope.occurred_at).isoformat()
    days = {match: row.helped_on[match] if row.helped.get(match) == n else on for match, n in amounts.by_match.items()}
    row = replace(row, helped=dict(amounts.by_match), helped_on=days, people_helped=amounts.helped)
    if isinstance(event, NeedMet):
        return replace(
            row,
            state=NeedState.MET,
            met_on=day_of(envelope.occurred_at),
            match_id=event.match_id,
            resource_id=event.resource_id,
            service_id=event.service_id,
        )
    row = replace(
        row,
        state=state_after_help(row.state, row.issue_id),
        met_on=None,
        match_id=None,
        resource_id=None,
        service_id=None,
    )
    if isinstance(event, NeedReopened):
        return replace(row, undone=event.match_id, undone_for=event.reason.value)
    return replace(row, partly_for=event.reason.value if event.reason else "")


needs = View[NeedRow](
    name="needs",
    version=11,
    row=NeedRow,
    subscribes_to=types_of(NeedEvent),
    keys=lambda event, _: [event.need_id],
    evolve=evolve_need,
    indexes=(("area", "recorded_at"), ("issue_id",)),
)
