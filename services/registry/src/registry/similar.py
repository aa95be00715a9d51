"""How like a resource or a provider is to one that is about to be registered. Pure: the same two give the same points.

Of at most 100 points the name gives 50 or, where it is only similar, up to 40; the address 40, and a location within 50
metres 10. Of providers the corporate number gives 50. What is alike in none is not suggested.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from shiendomain.comparing import comparable, comparable_address, in_common
from shiendomain.distances import Point, metres_between
from shiendomain.vocabulary import Resemblance

from .decider.listed import key_of_place
from .projections import ProviderRow, ResourceRow

SAME_NAME, SIMILAR_NAME, SAME_ADDRESS, NEAR, SAME_NUMBER = 50, 40, 40, 10, 50
SIMILAR_PERCENT, NEAR_METRES = 60, 50
Points = tuple[int, tuple[Resemblance, ...]]


@dataclass(frozen=True)
class Sought:
    """What is about to be registered, in the form in which it is compared. Empty: not given."""

    name: str
    address: str = ""
    number: str = ""
    point: Point | None = None

    @classmethod
    def of(cls, name: str, address: str = "", *, number: str = "", point: Point | None = None) -> Self:
        """What is about to be registered, as it is written."""
        return cls(comparable(name), comparable_address(address), number, point)

    @property
    def place_key(self) -> str:
        """What an identical resource has too; empty where none can be identical."""
        return key_of_place(self.name, self.address)


def likeness(sought: Sought, resource: ResourceRow) -> Points:
    """The points of a resource, and in what the two are alike."""
    found = name_points(sought.name, resource.name_key)
    if sought.address and sought.address == resource.address_key:
        found.append((SAME_ADDRESS, Resemblance.SAME_ADDRESS))
    if sought.point and (here := point_of(resource)) and metres_between(sought.point, here) <= NEAR_METRES:
        found.append((NEAR, Resemblance.NEAR))
    return sum(points for points, _ in found), tuple(reason for _, reason in found)


def likeness_of_provider(sought: Sought, provider: ProviderRow) -> Points:
    """The points of a provider, and in what the two are alike."""
    found = name_points(sought.name, provider.name_key)
    if sought.number and sought.number == provider.corporate_number:
        found.append((SAME_NUMBER, Resemblance.SAME_NUMBER))
    return sum(points for points, _ in found), tuple(reason for _, reason in found)


def point_of(resource: ResourceRow) -> Point | None:
    """Where the resource is; None where that is not known."""
    if resource.lat_e7 is None or resource.lon_e7 is None:
        return None
    return Point(resource.lat_e7, resource.lon_e7)


def name_points(one: str, other: str) -> list[tuple[int, Resemblance]]:
    """The points of two names in the form in which they are compared."""
    if one and one == other:
        return [(SAME_NAME, Resemblance.SAME_NAME)]
    percent = in_common(one, other)
    if percent < SIMILAR_PERCENT:
        return []
    return [(SIMILAR_NAME * percent // 100, Resemblance.SIMILAR_NAME)]
