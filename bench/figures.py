"""A figure with its floor, the table, and the file of the results."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass
class Figure:
    """One figure, measured several times: our values, and those of the floor in the same runs.

    `ratio` is value / floor for rates and floor / value for times. A higher ratio is better; 1 means no overhead.
    """

    name: str
    unit: str
    target: str
    values: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)
    note: str = ""

    def add(self, value: float, floor: float) -> None:
        """Add the values of one run."""
        self.values.append(value)
        self.floors.append(floor)

    @property
    def ratios(self) -> list[float]:
        """The ratio of each run."""
        pairs = list(zip(self.values, self.floors, strict=True))
        return [floor / value if self.unit in ("ms", "s") else value / floor for value, floor in pairs]

    def summary(self) -> dict[str, object]:
        """Return the medians, as in `results.json`."""
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
    """Print the table of the medians, in 80 columns: each name is whole. The range is that of the ratios."""
    table = Table(title="medians; the range is that of the ratio over the runs", box=None, pad_edge=False)
    for heading in ("name", "value", "unit", "floor", "ratio", "range"):
        table.add_column(heading, justify="left" if heading in ("name", "unit") else "right", no_wrap=True)
    for figure in figures:
        one = figure.summary()
        table.add_row(
            figure.name, f"{one['value']:,}", figure.unit, f"{one['floor']:,}", f"{one['ratio']:.2f}",
            f"{min(figure.ratios):.2f} – {max(figure.ratios):.2f}",
        )  # fmt: skip
    console.print(table)
    for figure in figures:
        remarks = [*([f"target {figure.target}"] if figure.target else []), *([figure.note] if figure.note else [])]
        if remarks:
            console.print(f"{figure.name}: {'; '.join(remarks)}")


def save(figures: list[Figure], path: Path) -> None:
    """Write `results.json`. Figures of a partial run replace those of the same name; the others are kept."""
    stored = {one["name"]: one for one in json.loads(path.read_text())} if path.exists() else {}
    stored |= {str(figure.name): figure.summary() for figure in figures}
    path.write_text(json.dumps(list(stored.values()), indent=1) + "\n")
