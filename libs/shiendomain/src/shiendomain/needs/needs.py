"""The events of a need (支援ニーズ)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from ..vocabulary import (
    AgeBand,
    AreaCode,
    ByMapping,
    FailureReason,
    Frequency,
    LapseReason,
    Line,
    LineOfReason,
    NeedSource,
    People,
    SourceKind,
    SupportKind,
    TimeOfDay,
    Urgency,
    Weekday,
    Yen,
)


class NeedRecorded(Event, wire="needs.need_recorded.v1"):
    """A need of an area was recorded: `people` people there need this kind of support. No weekdays: any day.

    `hours_from` and `hours_until` are times of day; without one of them: from or until any hour. `exact_source` says
    more exactly what `source` says with the nearest word of its list; without it `source` is exact.
    `not_the_same_as`: identical needs of the same day that somebody looked at, and that are other ones.
    """

    need_id: UUID
    area: AreaCode
    support_kind: SupportKind
    people: People
    age_band: AgeBand = AgeBand.ANY
    frequency: Frequency
    weekdays: tuple[Weekday, ...] = ()
    fee_ceiling_yen: Yen | None = None
    source: SourceKind
    survey_id: UUID | None = None
    note: Line = ""
    hours_from: TimeOfDay | None = None
    hours_until: TimeOfDay | None = None
    urgency: Urgency = Urgency.NORMAL
    exact_source: NeedSource | None = None
    not_the_same_as: tuple[UUID, ...] = ()

    @property
    def found_by(self) -> NeedSource:
        """The source of the need, as exactly as it was said."""
        return self.exact_source or NeedSource[self.source.name]


class NeedRevised(Event, wire="needs.need_revised.v1"):
    """The facts of a need were revised. Its area and its kind of support stay."""

    need_id: UUID
    people: People
    age_band: AgeBand
    frequency: Frequency
    weekdays: tuple[Weekday, ...]
    fee_ceiling_yen: Yen | None
    note: Line
    hours_from: TimeOfDay | None = None
    hours_until: TimeOfDay | None = None
    urgency: Urgency = Urgency.NORMAL


class NeedGrouped(Event, wire="needs.need_grouped.v1"):
    """The need was grouped into an issue: an open one, or one that another issue handed over."""

    need_id: UUID
    issue_id: UUID


class NeedUngrouped(Event, wire="needs.need_ungrouped.v1"):
    """The need was taken out of its issue, or the issue was closed: it stands alone again."""

    need_id: UUID
    issue_id: UUID


class NeedMatched(Event, wire="needs.need_matched.v1"):
    """A match of the need was accepted: the resource holds places for it."""

    need_id: UUID
    match_id: UUID
    resource_id: UUID


class NeedPartlyMet(Event, wire="needs.need_partly_met.v1"):
    """A match helped some people of the need; the others wait on. `reason`: why it did not help all of them."""

    need_id: UUID
    match_id: UUID
    resource_id: UUID
    service_id: UUID | None
    people_helped: Annotated[int, Field(ge=1, le=100_000)]
    reason: FailureReason | None = None


class NeedMet(Event, wire="needs.need_met.v1"):
    """The need was met by a match: with its `people_helped`, all people of the need are helped.

    `service_id` names the launched service, when the resource came from one.
    """

    need_id: UUID
    match_id: UUID
    resource_id: UUID
    service_id: UUID | None
    people_helped: Annotated[int, Field(ge=0, le=100_000)]


class NeedReopened(Event, wire="needs.need_reopened.v1"):
    """The match that held or helped the need was undone; its people wait again."""

    need_id: UUID
    match_id: UUID
    reason: FailureReason | LapseReason


class NeedWithdrawn(Event, wire="needs.need_withdrawn.v1"):
    """The need no longer exists. `by_mistake`: it should not have been recorded, and is in no figure any more."""

    need_id: UUID
    reason: Line
    by_mistake: bool = False


class NeedReinstated(Event, wire="needs.need_reinstated.v1"):
    """The withdrawal of the need was a mistake: it exists, and waits for support again."""

    need_id: UUID
    reason: Line


class NeedCorrected(Event, wire="needs.need_corrected.v1"):
    """The need was recorded with the wrong kind of support."""

    need_id: UUID
    support_kind: SupportKind
    reason: Line


class NeedSourceCorrected(Event, wire="needs.need_source_corrected.v1"):
    """The need was recorded with the wrong source, or under the wrong survey: this is how it was found.

    `source` and `exact_source` as in `NeedRecorded`. Without `survey_id` no survey found it.
    """

    need_id: UUID
    source: SourceKind
    survey_id: UUID | None = None
    reason: LineOfReason
    exact_source: NeedSource | None = None

    @property
    def found_by(self) -> NeedSource:
        """The source of the need, as exactly as it was said."""
        return self.exact_source or NeedSource[self.source.name]


class NeedMoved(Event, wire="needs.need_moved.v1"):
    """The need was recorded in the wrong area: it is a need of `area`.

    The stream stays where it is, so its envelopes go on naming the area in which the need was recorded.
    """

    need_id: UUID
    from_area: AreaCode
    area: AreaCode
    reason: Line
    by_mapping: ByMapping | None = None


class NeedBatchRecorded(Event, wire="needs.need_batch_recorded.v1"):
    """The rows of a list of needs were recorded together: so many were new, revised, or already as the list says."""

    batch_id: UUID
    area: AreaCode
    new: Annotated[int, Field(ge=0)]
    revised: Annotated[int, Field(ge=0)]
    unchanged: Annotated[int, Field(ge=0)]


NeedEvent = (
    NeedRecorded
    | NeedRevised
    | NeedCorrected
    | NeedSourceCorrected
    | NeedMoved
    | NeedGrouped
    | NeedUngrouped
    | NeedMatched
    | NeedPartlyMet
    | NeedMet
    | NeedReopened
    | NeedWithdrawn
    | NeedReinstated
)
