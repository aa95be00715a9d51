"""What the last rounds of matching say of a gap: who was left, and what one more place there would have been worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from shiendomain.rounds import Shortage
from shiendomain.vocabulary import SupportKind
from shienevents import Snapshot
from shienweb import Answer, PeopleCount

from ..projections import RoundRow, rounds


class PriceOut(Answer):
    """The people of an area whom the last round over it proposed nothing for the kind of support.

    `points`: what one more place at home in the area would have added to that round, at most.
    """

    area: str
    round_id: UUID
    day: date
    people: PeopleCount
    points: int


async def prices_of(snapshot: Snapshot, kind: SupportKind, paths: Mapping[str, Sequence[str]]) -> tuple[PriceOut, ...]:
    """Of each area, given with those above it, what the last round over it says; none where nobody was left."""
    above = sorted({area for path in paths.values() for area in path})
    newest = """where round_id in (select distinct on (area) round_id from rounds where area = any($1)
                order by area, opened_at desc, round_id) order by opened_at desc, round_id"""
    found = await snapshot.select(rounds, newest, above)
    return tuple(price for area, path in sorted(paths.items()) for price in _prices(area, path, kind, found))


def _prices(area: str, path: Sequence[str], kind: SupportKind, found: Iterable[RoundRow]) -> list[PriceOut]:
    last = next((row for row in found if row.area in path), None)
    if last is None or last.day is None:
        return []
    left = [Shortage.model_validate(one) for one in last.shortages]
    return [
        PriceOut(area=area, round_id=last.round_id, day=last.day, people=one.people, points=one.points)
        for one in left
        if (one.area, one.support_kind) == (area, kind)
    ]
