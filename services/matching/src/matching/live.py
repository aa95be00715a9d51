"""Matching between two rounds (随時マッチング): whatever is new or changed is proposed at once.

The last round of an area says whether, and by which policy. A need that is recorded or changed, or whose match came to
nothing, is proposed the best free places. A resource that is new or changed, or has free places again, is looked at
from the side of the needs that it could serve. It is never the whole city: a fact touches some needs, and each turn
takes so many of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from typing import Final
from uuid import UUID

from shiendomain.areas import AreaTree
from shiendomain.areas_view import AreaRow, areas_view, node_of
from shiendomain.days import day_of
from shiendomain.matching import (
    MatchConcluded,
    MatchDeclined,
    MatchEnded,
    MatchLapsed,
    MatchOutcomeCorrected,
    OfferNoted,
)
from shiendomain.registry import ResourceMoved, ResourceRegistered, ResourceRevised, ResourceVerified
from shiendomain.rounds import RoundOpened, RoundPolicy
from shiendomain.vocabulary import SupportKind
from shienevents import Due, Event, Snapshot, Wake

from . import views
from .projections import OfferRow, OpenNeed, RoundRow, centres, offers, open_needs, rounds
from .projections.needs import NeedSource
from .rounds.live import live_proposals
from .rounds.problem import Seen, problem_of

HEARD: Final[tuple[type[Event], ...]] = (
    *NeedSource.__args__, OfferNoted, ResourceRegistered, ResourceRevised, ResourceMoved, ResourceVerified,
    MatchDeclined, MatchLapsed, MatchConcluded, MatchEnded, MatchOutcomeCorrected, RoundOpened,
)  # fmt: skip
"""After one of these, somebody may be proposed something."""

_NEEDS = 100  # of one turn: some ten milliseconds
_NEEDS_OF_A_RESOURCE = 500  # the most urgent ones; the next round sees all


@dataclass(frozen=True)
class Standing:
    """A municipality, and its rounds, the newest first."""

    municipality: str
    areas: Sequence[AreaRow]
    tree: AreaTree
    rounds: Sequence[RoundRow]

    def of(self, area: str) -> RoundRow | None:
        """The last round over this area, if what is new is proposed since; else `None`."""
        path = self.tree.path(area)
        last = next((row for row in self.rounds if row.area in path), None)
        return last if last and last.live else None

    def below(self, area: str) -> Sequence[str]:
        """Of this area and all below it, those where what is new is proposed."""
        return [code for code in self.tree.subtree(area) if self.of(code)]


class LiveMatching:
    """Remembers which needs are still to be looked at; the process that starts looks at all that wait."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, None] = {}

    def rests(self) -> bool:
        """Whether no need is left to be looked at."""
        return not self._waiting

    async def due(self, snapshot: Snapshot, wake: Wake) -> Sequence[Due]:
        """What is proposed now."""
        day = day_of(wake.now)
        if wake.first:
            self._waiting = dict.fromkeys(await _everything(snapshot, day))
        elif wake.touched:
            self._waiting |= dict.fromkeys(await _touched(snapshot, day, _ids(wake.touched)))
        taken = list(islice(self._waiting, _NEEDS))
        found = await _proposed(snapshot, day, taken) if taken else []
        for need in taken:
            del self._waiting[need]
        return found


async def _everything(snapshot: Snapshot, day: date) -> Sequence[UUID]:
    """All needs that wait where what is new is proposed."""
    return await _below(snapshot, day, await snapshot.select(rounds, "where live order by area"))


async def _below(snapshot: Snapshot, day: date, live: Sequence[RoundRow]) -> Sequence[UUID]:
    """All needs that wait in the areas of these rounds, where what is new is proposed."""
    standing = await _standing(snapshot, day, [row.area for row in live])
    codes = {code for row in live if row.area in standing for code in standing[row.area].below(row.area)}
    return await views.needs_left(snapshot, sorted(codes), list(SupportKind), None) if codes else []


async def _touched(snapshot: Snapshot, day: date, ids: Sequence[UUID]) -> Sequence[UUID]:
    """The needs among these ids, those that the resources among them may serve, and all of a round that begins."""
    opened = await _below(snapshot, day, await snapshot.select(rounds, "where round_id = any($1) and live", ids))
    changed = [row.need_id for row in await snapshot.select(open_needs, "where need_id = any($1)", ids)]
    found = await snapshot.select(offers, "where resource_id = any($1) and open", ids)
    ended = await views.needs_that_ended(snapshot, ids)
    return [*changed, *ended, *opened, *await _served_by(snapshot, day, [row for row in found if row.free != 0])]


async def _served_by(snapshot: Snapshot, day: date, found: Sequence[OfferRow]) -> Sequence[UUID]:
    """The needs that wait for a kind that these offers give, where they serve."""
    served = {area for row in found for area in row.service_areas}
    standing = await _standing(snapshot, day, served)
    codes = {code for area in served if area in standing for code in standing[area].below(area)}
    kinds = sorted({kind for row in found for kind in row.support_kinds})
    most = _NEEDS_OF_A_RESOURCE * len(found)
    return await views.needs_left(snapshot, sorted(codes), kinds, most) if codes else []


async def _proposed(snapshot: Snapshot, day: date, ids: Sequence[UUID]) -> Sequence[Due]:
    """What is proposed to these needs."""
    needs = [
        row for row in await snapshot.select(open_needs, "where need_id = any($1)", ids) if row.state.wants_support
    ]
    standing = await _standing(snapshot, day, {need.area for need in needs})
    asking = [
        (where, last, need) for need in needs if (where := standing.get(need.area)) and (last := where.of(need.area))
    ]
    asking.sort(key=lambda one: (one[1].round_id, one[2].need_id))
    found: list[Due] = []
    for _, same in groupby(asking, key=lambda one: one[1].round_id):
        together = list(same)
        where, last, _ = together[0]
        found += await _of_one_round(snapshot, day, where, last, [need for *_, need in together])
    return found


async def _of_one_round(
    snapshot: Snapshot, day: date, where: Standing, last: RoundRow, needs: Sequence[OpenNeed]
) -> Sequence[Due]:
    codes = sorted({need.area for need in needs})
    ids = [need.need_id for need in needs]
    near = await views.offers_near(
        snapshot,
        where.tree.served_with(codes),
        where.tree.subtree(last.area),
        sorted({need.support_kind for need in needs}),
    )
    matches = await views.matches_around(snapshot, ids, [offer.resource_id for offer in near])
    middles = await snapshot.select(centres, "where area = any($1::text[])", codes)
    policy = RoundPolicy.model_validate(last.policy)
    seen = Seen(last.area, where.municipality, day, policy, where.areas, needs, near, matches, middles)
    return live_proposals(problem_of(seen), where.municipality, await views.last_searches(snapshot, ids))


async def _standing(snapshot: Snapshot, day: date, areas: Iterable[str]) -> Mapping[str, Standing]:
    """Of each of these areas, its municipality with its rounds; areas of one without any are left out."""
    rows = await snapshot.select(areas_view, "where area = any($1::text[])", sorted(set(areas)))
    found: dict[str, Standing] = {}
    for municipality in sorted({row.municipality for row in rows}):
        every = await snapshot.select(areas_view, "where municipality = $1", municipality)
        codes = [row.area for row in every]
        newest = "where area = any($1::text[]) order by opened_at desc, round_id"
        if last := await snapshot.select(rounds, newest, codes):
            found[municipality] = Standing(municipality, every, AreaTree(map(node_of, every), day), last)
    return {row.area: found[row.municipality] for row in rows if row.municipality in found}


def _ids(touched: Iterable[str]) -> Sequence[UUID]:
    return sorted(map(UUID, touched))
