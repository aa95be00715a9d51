"""What people see and may name beyond their territory (decision 91): one rule, which every service applies.

They write within their territory. They see, and may name in what they write:

- of the areas above theirs: the councils, their meetings, partnerships, and the bodies of the register (`with_above`);
- from anywhere: resources that serve their areas, and the providers of these;
- of their municipality: the areas that a resource may serve, the councils that information goes to, and what is shared
  as good practice (`city`).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from .areas import AreaTree, Territory


@dataclass(frozen=True, slots=True)
class Sight:
    """What the holder of a territory sees, by areas."""

    tree: AreaTree
    territory: Territory

    @property
    def with_above(self) -> Set[str]:
        """The areas of the territory, and all above them. What serves one of these serves the territory."""
        return frozenset(self.tree.served_with(self.territory.codes))

    @property
    def city(self) -> Set[str]:
        """The areas of the territory, and all areas of the municipalities that it is part of, ended or not."""
        known = {self.tree.municipality(code) for code in self.territory.given}
        return frozenset(self.territory.codes).union(*(self.tree.areas_of(one) for one in known if one))
