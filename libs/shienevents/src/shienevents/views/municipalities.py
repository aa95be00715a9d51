"""Of which cell each municipality is. A municipality is of one: of that which told of it first.

Two cells that both record a municipality would be added up as if they were one. So what another cell tells of it is
parked, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ..core.cells import cell_of
from ..core.envelope import Record

OF_TWO_CELLS: Final = "this municipality is of another cell"
"""How the reason begins for which events are parked that a second cell tells of a municipality."""


class Municipalities:
    """The cell of each municipality, as far as it is known; the name of the own cell is empty.

    `service`: who hears the cells. Its own events are about all of them, and say nothing of this.
    """

    def __init__(self, service: str = "", cells: Mapping[str, str] | None = None) -> None:
        self._service = service
        self.cells = dict(cells or {})

    def concern(self, batch: Sequence[Record]) -> bool:
        """Whether a record of a batch may be refused: nothing is of two cells where one alone is heard."""
        if not self.cells:
            return False
        return any(self.cells.values()) or any(map(cell_of, {record.source for record in batch}))

    def refused(self, record: Record) -> str:
        """Why this record is parked; empty for one of the cell that its municipality is of, or of the first one."""
        municipality, cell = record.envelope.municipality, cell_of(record.source)
        known = self.cells.get(municipality, cell)
        if known == cell or record.source == self._service:
            return ""
        return (
            f"{OF_TWO_CELLS}: {_named(known)} told of {municipality} first, and {_named(cell)} records it too; end it "
            f"in the cell that it does not belong to, and skip what stays parked (shien parked skip) / "
            f"市区町村 {municipality} は先に{_named_ja(known)}の記録にあり、{_named_ja(cell)}にも登録されています。"
            "誤って登録した側で終了させ、保留のままの記録は shien parked skip で飛ばしてください"
        )

    def told_of(self, batch: Iterable[Record]) -> dict[str, str]:
        """The municipalities of which a batch tells first, with their cell."""
        found: dict[str, str] = {}
        for record in batch:
            if record.envelope.municipality not in self.cells and record.source != self._service:
                found.setdefault(record.envelope.municipality, cell_of(record.source))
        return found


def _named(cell: str) -> str:
    return f"the cell {cell}" if cell else "the portal's own cell"


def _named_ja(cell: str) -> str:
    return f"セル {cell} " if cell else "このポータル自身のセル"
