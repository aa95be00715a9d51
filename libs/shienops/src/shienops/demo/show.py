"""The demonstration on the screen: steps as they happen, boards as tables, the trace as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from shienops.demo.verify import Compared


class Screen:
    """What a person sees of the demonstration."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._bars: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        )
        self._steps = 0

    def head(self, ja: str, en: str) -> None:
        """A part begins."""
        self.console.print(f"\n[bold]{ja}[/bold]  [dim]{en}[/dim]")

    def step(self, ja: str, en: str) -> None:
        """A step of the loop was done."""
        self._steps += 1
        self.console.print(f"  [green]{self._steps:2d}[/green] {ja}  [dim]{en}[/dim]")

    def loaded(self, what: str, done: int, total: int) -> None:
        """So many of these are loaded."""
        if what not in self._bars:
            self._bars[what] = self._progress.add_task(what, total=total)
            self._progress.start()
        self._progress.update(self._bars[what], completed=done, total=total)

    def all_loaded(self) -> None:
        """Nothing more is loaded."""
        self._progress.stop()

    def board(self, title: str, board: Mapping[str, Any]) -> None:
        """The board of tier 1 with the rows of tier 2 it is the sum of."""
        table = Table(title=title, title_justify="left")
        columns = _columns(board["board"])
        table.add_column("圏域")
        for column in columns:
            table.add_column(column.replace(".", "\n"), justify="right")
        for row in board["areas"]:
            table.add_row(str(row["name"]), *(_cell(row["board"], column) for column in columns))
        table.add_section()
        table.add_row("第1層 = Σ 第2層", *(_cell(board["board"], column) for column in columns), style="bold")
        self.console.print(table)
        self.console.print(f"  [dim]position {board['position']}[/dim]\n  [dim]digest {board['digest']}[/dim]")

    def trace(self, trace: Mapping[str, Any]) -> None:
        """One need's way through the services."""
        table = Table(show_header=False, box=None, padding=(0, 1))
        for event in trace["events"]:
            table.add_row(f"[cyan]{event['source']}[/cyan]", str(event["ja"]), f"[dim]{event['en']}[/dim]")
        self.console.print(table)

    def compared(self, found: Sequence[Compared]) -> None:
        """Live views against their replays."""
        table = Table(title="記録の検証: 稼働中 = DB から再現 = Kafka から再現", title_justify="left")
        for column in ("service", "view", "rows", "digest", ""):
            table.add_column(column, justify="right" if column == "rows" else "left")
        for one in found:
            mark = "[green]✔ same[/green]" if one.same else "[red]✘ differs[/red]"
            table.add_row(one.service, one.view, str(one.rows), one.live[:16], mark)
        self.console.print(table)


def _columns(total: Mapping[str, Any], before: str = "") -> list[str]:
    """The figures of a board, by their path: those that are not zero."""
    found: list[str] = []
    for name, value in total.items():
        if isinstance(value, Mapping):
            found += _columns(value, f"{before}{name}.")
        elif isinstance(value, int) and value:
            found.append(f"{before}{name}")
    return found


def _cell(row: Mapping[str, Any], path: str) -> str:
    value: Any = row
    for name in path.split("."):
        value = value[name]
    return str(value)
