"""The good practices (実践事例) of a municipality, by support kind, with who acknowledged and who took them up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.areas import AreaTree
from shiendomain.councils_view import councils_view as councils
from shiendomain.vocabulary import SupportKind
from shienevents import Snapshot

from .projections import information, providers
from .projections.information import InformationRow

MOST = 200
"""So many of a municipality are shown, the newest."""


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice as the page shows it: the names of who acknowledged it, and of the councils that took it up."""

    row: InformationRow
    acknowledged: Sequence[str]
    taken_up: Sequence[str]


@dataclass(frozen=True, slots=True)
class Practices:
    """The practices of each kind of support that has one, the newest first; one for several kinds is in each."""

    kinds: Sequence[tuple[SupportKind, Sequence[Practice]]]
    total: int


async def practices_of(seen: Snapshot, tree: AreaTree, area: str) -> Practices:
    """The practices of the whole municipality that an area lies in."""
    codes = sorted(tree.areas_of(tree.municipality(area) or ""))
    sql = "where practice and not withdrawn and area = any($1::text[]) order by shared_on desc, information_id limit $2"
    rows = await seen.select(information, sql, codes, MOST)
    ids = {UUID(one) for row in rows for one in row.taken_up} | {one for row in rows for one in row.acknowledged}
    known = await seen.select(councils, "where council_id = any($1::uuid[])", sorted(ids))
    bodies = await seen.select(providers, "where provider_id = any($1::uuid[])", sorted(ids))
    names = {row.council_id: row.name for row in known} | {row.provider_id: row.name for row in bodies}
    found = [_shown(row, names) for row in rows]
    kinds = [(kind, [one for one in found if kind in one.row.support_kinds]) for kind in SupportKind]
    return Practices([(kind, some) for kind, some in kinds if some], len(found))


def _shown(row: InformationRow, names: dict[UUID, str]) -> Practice:
    def named(ids: Iterable[UUID]) -> list[str]:
        return [names.get(one, "名称不明の協議体・団体") for one in ids]

    days = {UUID(council): on for council, on in row.taken_up.items()}
    taken = [f"{name}（{on} から）" for name, on in zip(named(days), days.values(), strict=True)]
    return Practice(row, named(row.acknowledged), sorted(taken))
