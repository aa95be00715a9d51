"""A figure, its floor, and the table and file they end in."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass
class Figure:
    """One name measured several times: our values, and the floor's of the same run.

    `ratio` is ours / floor for rates and floor / ours for times: more is better, 1 costs nothing.
    """

    name: str
    unit: str
    target: str
    values: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)
    note: str = ""

    def add(self, value: float, floor: float) -> None:
        """One run."""
        self.values.append(value)
        self.floors.append(floor)

    @property
    def ratios(self) -> list[float]:
        """Run by run."""
        pairs = list(zip(self.values, self.floors, strict=True))
        return [floor / value if self.unit in ("ms", "s") else value / floor for value, floor in pairs]

    def summary(self) -> dict[str, object]:
        """The medians, as written to `results.json`."""
        return {
            "name": self.name,
            "value": round(statistics.median(self.values), 2 if self.unit == "s" else 1),
            "unit": self.unit,
            "floor": round(statistics.median(self.floors), 2 if self.unit == "s" else 1),
            "ratio": round(statistics.median(self.ratios), 2),
            "range": [round(min(self.values), 1), round(max(self.values), 1)],
            "runs": len(self.values),
            "target": self.target,
            **({"note": self.note} if self.note else {}),
        }


def show(figures: list[Figure], console: Console) -> None:
    """The table, medians with their range."""
    table = Table(title="medians, with the range over the runs")
    for heading in ("name", "value", "range", "unit", "floor", "ratio", "target"):
        table.add_column(heading, justify="left" if heading in ("name", "unit", "target") else "right")
    for figure in figures:
        one = figure.summary()
        low, high = min(figure.values), max(figure.values)
        table.add_row(
            figure.name, f"{one['value']:,}", f"{low:,.0f} – {high:,.0f}", figure.unit, f"{one['floor']:,}",
            f"{one['ratio']} ({min(figure.ratios):.2f} – {max(figure.ratios):.2f})", figure.target,
        )  # fmt: skip
    console.print(table)
    for figure in figures:
        if figure.note:
            console.print(f"{figure.name}: {figure.note}")


def save(figures: list[Figure], path: Path) -> None:
    """Write `results.json`; figures of a partial run replace their namesakes and leave the others."""
    held = {one["name"]: one for one in json.loads(path.read_text())} if path.exists() else {}
    held |= {str(figure.name): figure.summary() for figure in figures}
    path.write_text(json.dumps(list(held.values()), indent=1) + "\n")
