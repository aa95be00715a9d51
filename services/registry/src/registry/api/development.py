"""The figures of resource development (資源開発) on the board: supporters, venues, places and reported activity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shiendomain.fiscal import FiscalYear
from shiendomain.states import VenueState
from shiendomain.vocabulary import SupportKind
from shienevents import Snapshot
from shienweb import Answer, PeopleCount

from .. import views
from ..activity_views import ActivityCount, count_activities
from ..views import ALL_KINDS, PlaceCount, SupporterCount, VenueCount


class SupporterFigures(Answer):
    """How many people were trained; of them, how many support something now, gave up, and can be asked (unplaced)."""

    trained: PeopleCount
    placed: PeopleCount
    gave_up: PeopleCount
    unplaced: PeopleCount


class PlaceFigures(Answer):
    """How many places seek older people today, how many people these still want, and how many take part in all."""

    seeking: int
    still_wanted: PeopleCount
    filled: PeopleCount


class ActivityFigures(Answer):
    """Reports of activity of this fiscal year: how many, how often resources were active, attendances (延べ人数)."""

    reports: int
    times: int
    attendances: PeopleCount


class DevelopmentFigures(Answer):
    """Supporters, also by support kind (a cohort of several kinds counts in each), venues by state, places, and what
    resources reported of their activity.
    """

    supporters: SupporterFigures
    supporter_kinds: dict[SupportKind, SupporterFigures]
    venues: dict[VenueState, int]
    places: PlaceFigures
    activities: ActivityFigures


class DevelopmentCounts:
    """What was counted of some areas in one snapshot."""

    def __init__(
        self,
        supporters: Sequence[SupporterCount],
        venues: Sequence[VenueCount],
        places: Sequence[PlaceCount],
        activities: Sequence[ActivityCount],
    ) -> None:
        self._supporters = {(one.area, one.support_kind): one for one in supporters}
        self._venues = {(one.area, one.state): one.venues for one in venues}
        self._places = {one.area: one for one in places}
        self._activities = {one.area: one for one in activities}

    @classmethod
    async def of(cls, snapshot: Snapshot, areas: Sequence[str], day: date) -> DevelopmentCounts:
        """The counts of these areas, on this day and in its fiscal year up to it."""
        return cls(
            await views.count_supporters(snapshot, areas, day),
            await views.count_venues(snapshot, areas, day),
            await views.count_places(snapshot, areas, day),
            await count_activities(snapshot, areas, FiscalYear.of(day).first, day),
        )

    def figures(self, area: str) -> DevelopmentFigures:
        """The figures of one area; what was not counted is zero."""
        place = self._places.get(area, PlaceCount(area, 0, 0, 0))
        activity = self._activities.get(area, ActivityCount(area, 0, 0, 0))
        return DevelopmentFigures(
            supporters=self._of_kind(area, ALL_KINDS),
            supporter_kinds={kind: self._of_kind(area, kind) for kind in SupportKind},
            venues={state: self._venues.get((area, state), 0) for state in VenueState},
            places=PlaceFigures(seeking=place.seeking, still_wanted=place.still_wanted, filled=place.filled),
            activities=ActivityFigures(
                reports=activity.reports, times=activity.times, attendances=activity.attendances
            ),
        )

    def _of_kind(self, area: str, kind: str) -> SupporterFigures:
        found = self._supporters.get((area, kind), SupporterCount(area, kind, 0, 0, 0, 0))
        return SupporterFigures(
            trained=found.trained, placed=found.placed, gave_up=found.gave_up, unplaced=found.unplaced
        )
