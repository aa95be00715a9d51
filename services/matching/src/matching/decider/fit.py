"""Whether a resource fits a need: the rules that proposals by hand, candidates and rounds share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from shiendomain.matching import OfferNoted
from shiendomain.vocabulary import SupportKind, Weekday
from shienevents import Rejected


@dataclass(frozen=True)
class NeedFacts:
    """What is known of a need: `path` is its area and those above it, `open` whether it still waits for support.

    `people` wait: those whom no other match has helped or holds places for. The rest is what they ask for: no weekdays
    is any day, an hour that is `None` is any hour, and a fee ceiling that is `None` is any fee.
    """

    need_id: UUID
    area: str
    path: tuple[str, ...]
    support_kind: SupportKind
    people: int
    open: bool
    weekdays: tuple[Weekday, ...] = ()
    hours_from: str | None = None
    hours_until: str | None = None
    fee_ceiling_yen: int | None = None


class Offered(Protocol):
    """What a resource gives, and where."""

    @property
    def support_kinds(self) -> tuple[SupportKind, ...]:
        """The kinds of support."""

    @property
    def service_areas(self) -> tuple[str, ...]:
        """The areas it serves, each with all below it."""


def gives(offered: Offered, need: NeedFacts) -> bool:
    """Whether the resource gives the kind of support."""
    return need.support_kind in offered.support_kinds


def serves(offered: Offered, need: NeedFacts) -> bool:
    """Whether the resource serves the need's area or one above it."""
    return not set(need.path).isdisjoint(offered.service_areas)


def check_people(people: int, need: NeedFacts) -> None:
    """No more people are matched than wait. Raises `Rejected`."""
    if need.people == 0:
        raise Rejected("match.nobody_waits")
    if people > need.people:
        raise Rejected("match.too_many_people", people=people, needed=need.people)


def check_fit(need: NeedFacts, noted: OfferNoted) -> None:
    """The need waits for support, and the resource gives this kind where the need is. Raises `Rejected`."""
    if not need.open:
        raise Rejected("match.need_closed")
    if not noted.open:
        raise Rejected("match.offer_closed")
    if not gives(noted, need):
        raise Rejected("match.kind_not_offered", kind=need.support_kind)
    if not serves(noted, need):
        raise Rejected("match.area_not_served", area=need.area)
