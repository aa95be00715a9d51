"""The sample city as data: what is there, and what happens in its two years. Nothing here is loaded yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shiendomain.registry import Ring


@dataclass(frozen=True)
class Area:
    """A tier-2 area of the sample city: its shape in integers of 1e-7 degree."""

    code: str
    name: str
    boundary: tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True)
class Ending:
    """A resource stops: `retired`, else suspended, perhaps until `resumed_on`."""

    retired: bool
    reason: str
    on: date
    resumed_on: date | None = None


@dataclass(frozen=True)
class Resource:
    """A resource: its row as the registry's batch takes it, and the days of its life."""

    reference: str
    row: Mapping[str, object]
    registered_on: date
    verified_on: tuple[date, ...]
    ending: Ending | None


@dataclass(frozen=True)
class Trial:
    """A resource is proposed for a need.

    `outcome`: proposed, accepted, declined, lapsed, or as it was concluded: helped, partly, not_helped.
    """

    resource: str
    outcome: str
    proposed_on: date
    answered_on: date
    concluded_on: date
    helped: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class Need:
    """A need: what is wanted where, and what becomes of it.

    `trials` are the resources that are proposed for it, one after the other; `searched_on` is the day of a search that
    finds nothing; `survey` is the number of the survey it was found in; `people_before` is what was recorded first.
    """

    area: str
    support_kind: str
    people: int
    frequency: str
    age_band: str
    source: str
    note: str
    recorded_on: date
    trials: tuple[Trial, ...] = ()
    searched_on: date | None = None
    withdrawn: tuple[date, str] | None = None
    survey: int | None = None
    people_before: int | None = None


@dataclass(frozen=True)
class Case:
    """Needs of one kind that nothing answers, raised as an issue; `outcome` is how far it comes.

    `raised` and `gap` stop before a proposal; the others are states of the proposal. `again_on` is the meeting that
    escalates it a second time. A day is `None` where the case does not come so far.
    """

    area: str
    support_kind: str
    outcome: str
    needs: tuple[int, ...]
    raised_on: date
    gap_on: date | None
    met_on: date
    received_on: date | None = None
    due_on: date | None = None
    returned_on: date | None = None
    again_on: date | None = None
    deliberated_on: date | None = None
    decided_on: date | None = None
    deferred_until: date | None = None
    designed_on: date | None = None
    starts_on: date | None = None
    launched_on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Survey:
    """A survey of an area; `responses` when it is closed."""

    area: str
    title: str
    method: str
    period_from: date
    period_until: date
    responses: int | None


@dataclass(frozen=True)
class Post:
    """A coordinator's post for a term; `term_until` is the first day after it."""

    area: str
    tier: str
    employer: str
    employer_kind: str
    posts: int
    term_from: date
    term_until: date


@dataclass(frozen=True)
class City:
    """The whole city, and its two years. `lacking`: the kinds of support that nobody gives in an area.

    `meetings`: by area, the days its council meets, the last one first.
    """

    begun: date
    outline: tuple[tuple[Ring, ...], ...]
    areas: tuple[Area, ...]
    providers: tuple[Mapping[str, object], ...]
    resources: tuple[Resource, ...]
    lacking: Mapping[str, tuple[str, ...]]
    posts: tuple[Post, ...]
    meetings: Mapping[str, tuple[date, ...]]
    surveys: tuple[Survey, ...]
    needs: tuple[Need, ...]
    cases: tuple[Case, ...]
