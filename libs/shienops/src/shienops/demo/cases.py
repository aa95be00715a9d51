"""Issues of the sample city and the proposals they become: one in every state and age. Pure and seeded."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from shienops.demo import stories
from shienops.demo.history import Needs, days
from shienops.demo.plan import Area, Case, Need

Slot = tuple[str, str]
"""An area and a kind of support that nobody gives there."""

# How far each comes, and how many months ago the council of its district decided on it.
_OUTCOMES: Sequence[tuple[str, int]] = (
    ("launched", 9), ("received_late", 4), ("deferred_late", 10), ("returned", 2), ("rejected", 12), ("escalated", 1),
    ("adopted", 4), ("deliberated", 2), ("designed", 6), ("withdrawn", 6), ("gap", 1), ("raised", 0),
    ("launched", 22), ("launched", 20), ("launched", 18), ("launched", 15), ("launched", 13), ("launched", 11),
    ("designed", 5), ("adopted", 5), ("adopted", 3), ("rejected", 19), ("rejected", 7), ("deferred", 8),
    ("deferred", 3), ("deferred_late", 14), ("withdrawn", 16), ("returned", 4), ("again", 5), ("deliberated", 3),
    ("deliberated_late", 6), ("deliberated_late", 5), ("received", 1), ("received", 2), ("received_late", 3),
    ("received_late", 7), ("escalated", 0), ("escalated", 3), ("gap", 0), ("gap", 2), ("raised", 1), ("raised", 3),
)  # fmt: skip
_PER_NEEDS = 600 / len(_OUTCOMES)
_DELIBERATED = ("deliberated", "deliberated_late", "adopted", "rejected", "deferred", "deferred_late", "designed",
                "launched")  # fmt: skip
_DECIDED = ("adopted", "rejected", "deferred", "deferred_late", "designed", "launched")


class Cases:
    """Makes the cases and the needs behind them."""

    def __init__(
        self, lots: random.Random, today: date, needs: Needs, meetings: Mapping[str, tuple[date, ...]], city: str
    ) -> None:
        self._lots = lots
        self._today = today
        self._needs = needs
        self._meetings = meetings
        self._city = city

    def make(self, count: int, slots: Sequence[Slot]) -> tuple[list[Case], list[Need], set[Slot]]:
        """So many cases, their needs by number, and the slots in which a service begins: there no other case is."""
        outcomes = list(_OUTCOMES[:count])
        free = list(slots)
        self._lots.shuffle(free)
        begins = [one for one in outcomes if one[0] == "launched"][: max(0, len(free) - 1)]
        others = [one for one in outcomes if one[0] != "launched"]
        launched, rest = free[: len(begins)], free[len(begins) :]
        placed = [*zip(begins, launched, strict=True), *((one, rest[n % len(rest)]) for n, one in enumerate(others))]
        needs: list[Need] = []
        cases = [self._case(outcome, months, slot, needs) for (outcome, months), slot in placed]
        return cases, needs, set(launched)

    def _case(self, outcome: str, months: int, slot: Slot, needs: list[Need]) -> Case:
        area, kind = slot
        met = self._meetings[area][min(months, len(self._meetings[area]) - 1)]
        raised = met - timedelta(days=9)
        numbers = []
        for _ in range(self._lots.choice([2, 2, 3, 3, 4])):
            searched = raised - days(self._lots, 1, 12)
            need = self._needs.of(area, kind, searched - days(self._lots, 2, 20))
            numbers.append(len(needs))
            needs.append(replace(need, searched_on=searched))
        gap = None if outcome == "raised" else met - timedelta(days=6)
        case = Case(area, kind, outcome, tuple(numbers), raised, gap, met)
        return case if outcome in ("raised", "gap", "escalated") else self._answered(case, months)

    def _answered(self, case: Case, months: int) -> Case:
        """The upper tier has it. Who answers in time says so before the due day."""
        received = case.met_on + days(self._lots, 4, 12)
        late = case.outcome in ("received_late", "deliberated_late")
        due = received + timedelta(days=45 if late else 60)
        if case.outcome in ("received", "deliberated", "returned"):
            due = max(due, self._today + days(self._lots, 4, 30))
        case = replace(case, received_on=received, due_on=due)
        if case.outcome in ("returned", "again"):
            case = replace(case, returned_on=received + days(self._lots, 4, 10), reason=stories.RETURNED)
        if case.outcome == "again":
            case = replace(case, again_on=self._meetings[case.area][max(0, months - 2)])
        if case.outcome == "withdrawn":
            return replace(case, decided_on=received + days(self._lots, 10, 25), reason=stories.WITHDRAWN)
        if case.outcome in _DELIBERATED:
            upper = min(day for day in self._meetings[self._city] if day >= received + timedelta(days=2))
            case = replace(case, deliberated_on=upper)
        return self._decided(case) if case.outcome in _DECIDED else case

    def _decided(self, case: Case) -> Case:
        assert case.deliberated_on is not None
        decided = case.deliberated_on + days(self._lots, 2, 6)
        case = replace(case, decided_on=min(decided, self._today))
        match case.outcome:
            case "rejected":
                return replace(case, reason=self._lots.choice(stories.REJECTED))
            case "deferred":
                return replace(case, deferred_until=self._today + days(self._lots, 40, 150), reason=stories.DEFERRED)
            case "deferred_late":
                until = min(decided + timedelta(days=120), self._today - days(self._lots, 10, 40))
                return replace(case, deferred_until=until, reason=stories.DEFERRED)
            case "adopted":
                return replace(case, reason=stories.ADOPTED)
        designed = decided + days(self._lots, 15, 30)
        starts = designed + days(self._lots, 30, 60)
        case = replace(case, reason=stories.ADOPTED, designed_on=designed, starts_on=starts)
        if case.outcome == "designed":
            return replace(case, starts_on=max(starts, self._today + days(self._lots, 20, 90)))
        return replace(case, launched_on=starts)


def how_many(needs: int) -> int:
    """How many cases a city with so many needs has."""
    return min(len(_OUTCOMES), max(1, round(needs / _PER_NEEDS)))


def slots_of(areas: Sequence[Area], lacking: Mapping[str, tuple[str, ...]], kept: Slot) -> Sequence[Slot]:
    """All areas and kinds that nobody gives there, without the one that is kept for the walk."""
    return [(area.code, kind) for area in areas for kind in lacking[area.code] if (area.code, kind) != kept]
