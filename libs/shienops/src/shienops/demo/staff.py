"""The people of the sample city: who registers, who coordinates the city, and who coordinates its districts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shienops.demo.people import Known, Person


@dataclass(frozen=True)
class Staff:
    """One person of each kind; `tier2` by area."""

    administrator: Person
    tier1: Person
    tier2: Mapping[str, Person]

    def of(self, area: str, known: Known) -> Person:
        """Who coordinates this area, knowing just that: a district's own coordinator, else the city's."""
        return self.tier2.get(area, self.tier1).apart(known)
