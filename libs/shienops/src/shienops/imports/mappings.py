"""A table that says to which successor each kind of thing of an ended area goes, and which things to another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from shiendomain.area_mappings import AreaMappingRow, destination
from shiendomain.vocabulary import AreaThing

from .problems import Problem, clip, unreadable
from .tables import ListRow, Table

HEADERS: Final = {"kind": ("種別", "kind"), "id": ("番号", "id"), "successor": ("移管先", "successor")}
ALL: Final = ("すべて", "all")
"""The word for every kind that no other row names."""
_KINDS: Final = {word: kind for kind in AreaThing for word in (kind.value, kind.ja, kind.en)}


@dataclass(frozen=True)
class MappingRead:
    """The successor of each kind, of single things by their id with the row that names them, and the problems."""

    kinds: Mapping[AreaThing, str]
    things: Mapping[str, tuple[str, int]]
    problems: Sequence[Problem] = ()

    def successor(self, kind: AreaThing, ids: Sequence[UUID], standing: Sequence[AreaMappingRow] = ()) -> str | None:
        """Where a thing goes by this mapping and those in force (`standing`), as the services will move it."""
        kinds = {str(one.value): to for one, to in self.kinds.items()}
        things = {one: to for one, (to, _) in self.things.items()}
        said = AreaMappingRow(mapping_id=UUID(int=0), kinds=kinds, things=things)
        found = destination([said, *standing], kind, ids)
        return found.successor if found else None

    def strange(self, known: Collection[str]) -> list[Problem]:
        """The rows that name a thing which the area does not have."""
        ja, en = "この地域に、この番号の記録はありません", "the area has nothing with this id"
        return [Problem(row, "番号", ja, en) for one, (_, row) in self.things.items() if one not in known]

    def body(self) -> dict[str, Any]:
        """The body of the request, but for its reason."""
        return {
            "kinds": [{"kind": kind.value, "successor": to} for kind, to in self.kinds.items()],
            "things": [{"thing_id": one, "successor": to} for one, (to, _) in self.things.items()],
        }


def read_mapping(table: Table) -> MappingRead:
    """Read the rows. Raises `Unreadable` where the column of the successor is missing."""
    columns = {name: next((one for one in known if one in table.headers), None) for name, known in HEADERS.items()}
    if columns["successor"] is None or (columns["kind"] is None and columns["id"] is None):
        raise unreadable(
            "mapping_columns",
            "見出し「移管先」と、「種別」か「番号」の列が必要です。",
            "Columns 移管先 (successor) and 種別 (kind) or 番号 (id) are expected.",
            "一行目に見出し「種別」「番号」「移管先」を書いてください。",
            "Name them in the first row: kind, id, successor.",
        )
    kinds: dict[AreaThing, str] = {}
    things: dict[str, tuple[str, int]] = {}
    rest, problems = "", list(table.problems)
    for record in table.records:
        kind, thing, to = (_cell(record, columns[name]) for name in ("kind", "id", "successor"))
        if problem := _problem(record.number, kind, thing, to):
            problems.append(problem)
        elif thing:
            things[str(UUID(thing))] = (to, record.number)
        elif kind in ALL:
            rest = to
        else:
            kinds[_KINDS[kind]] = to
    if rest:
        kinds = {one: kinds.get(one, rest) for one in AreaThing}
    return MappingRead(kinds, things, tuple(problems))


def _cell(record: ListRow, column: str | None) -> str:
    return record.cells.get(column, "").strip() if column else ""


def _problem(row: int, kind: str, thing: str, to: str) -> Problem | None:
    if not to:
        return Problem(row, "移管先", "移管先の地域のコードがありません", "the code of the successor is missing")
    if thing:
        try:
            UUID(thing)
        except ValueError:
            return Problem(row, "番号", f"番号として読めません: {clip(thing)}", f"not an id: {clip(thing)}")
        return None
    if kind not in _KINDS and kind not in ALL:
        known = "、".join(one.ja for one in AreaThing)
        return Problem(row, "種別", f"種別は次のいずれかです: {known}、すべて", f"unknown kind: {clip(kind)}")
    return None
