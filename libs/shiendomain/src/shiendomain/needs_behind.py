"""The needs behind an issue, a proposal or a service, as rows of views hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from .vocabulary import NeedBehind


@dataclass(frozen=True)
class Behind:
    """A need behind an issue or a proposal."""

    need_id: UUID
    area: str
    people: int

    def moved(self, area: str) -> Behind:
        """The same need in another area."""
        return replace(self, area=area)


def behind(needs: Sequence[NeedBehind]) -> tuple[Behind, ...]:
    """The needs as rows hold them."""
    return tuple(Behind(need.need_id, need.area, need.people) for need in needs)
