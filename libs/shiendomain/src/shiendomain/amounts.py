"""How many people of a need were helped, and how many still wait: the same fold in every service that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .needs import NeedMet, NeedPartlyMet, NeedReopened
from .states import NeedState


class Amounts(NamedTuple):
    """The people that a need asks for, and those helped, by the match that helped them.

    `by_match` is plain JSON (the ids are texts), so a row can hold it. Helped people are a sum over matches: one that
    helped partly counts for those it reached, and the others wait on.

    Source: a rule of this product for the function (C) ニーズと取組のマッチング of the slides. No more people are
    helped than were asked for.
    """

    people: int = 0
    by_match: Mapping[str, int] = {}

    def after(self, event: NeedMet | NeedPartlyMet | NeedReopened) -> Amounts:
        """After a match helped, or after what it had given was undone."""
        others = {match: people for match, people in self.by_match.items() if match != str(event.match_id)}
        if isinstance(event, NeedReopened):
            return self._replace(by_match=others)
        return self._replace(by_match={**others, str(event.match_id): event.people_helped})

    @property
    def helped(self) -> int:
        """How many people were helped."""
        return sum(self.by_match.values())

    @property
    def left(self) -> int:
        """How many people were not helped yet."""
        return max(0, self.people - self.helped)

    def waiting(self, state: NeedState) -> int:
        """How many people wait for support; none for a need that is met or withdrawn."""
        return self.left if state.wants_support else 0


def people_in_state_sql() -> str:
    """The people of a need as boards count them in its state, in SQL.

    Of a met need those helped, of a withdrawn one those it asked for, of any other one those who wait. The columns are
    named state, people, people_helped and people_waiting.
    """
    return (
        f"case state when '{NeedState.MET.value}' then people_helped"
        f" when '{NeedState.WITHDRAWN.value}' then people else people_waiting end"
    )
