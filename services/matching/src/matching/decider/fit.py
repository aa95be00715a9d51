"""Whether a resource, as its offer was noted last, fits a need."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shiendomain.matching import OfferNoted
from shiendomain.vocabulary import SupportKind
from shienevents import Rejected


@dataclass(frozen=True)
class NeedFacts:
    """What is known of a need: `path` is its area and those above it, `open` whether it still waits for support.

    `people` wait: those whom no other match has helped or holds places for.
    """

    need_id: UUID
    area: str
    path: tuple[str, ...]
    support_kind: SupportKind
    people: int
    open: bool


def serves(noted: OfferNoted, need: NeedFacts) -> bool:
    """Whether the resource serves the need's area or one above it."""
    return bool(set(need.path) & set(noted.service_areas))


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
    if need.support_kind not in noted.support_kinds:
        raise Rejected("match.kind_not_offered", kind=need.support_kind)
    if not serves(noted, need):
        raise Rejected("match.area_not_served", area=need.area)
