"""The demonstration on the screen: steps as they happen, boards as tables, the trace as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
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

    def board(self, board: Mapping[str, Any]) -> None:
        """The board of tier 1 with the rows of tier 2 it is the sum of: the figures people ask for first."""
        title = f"{board['name']}  {board['day']}"
        table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.add_column("圏域", no_wrap=True)
        for title, _ in _FIGURES:
            table.add_column(title, justify="right")
        for row in board["areas"]:
            table.add_row(str(row["name"]), *_cells(row["board"]))
        table.add_section()
        table.add_row("第1層 = Σ", *_cells(board["board"]), style="bold")
        self.console.print(table)
        self.console.print(f"  [dim]digest {board['digest']}[/dim]")

    def trace(self, trace: Mapping[str, Any]) -> None:
        """One need's way through the services."""
        table = Table(show_header=False, box=None, padding=(0, 1))
        for event in trace["events"]:
            source = f"[cyan]{event['source']}[/cyan]"
            table.add_row(str(event["occurred_at"])[:10], source, f"{event['ja']}\n[dim]{event['en']}[/dim]")
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


_FIGURES = (
    ("資源", ("resources.registered", "resources.fresh", "resources.stale", "resources.suspended")),
    ("要\n確認", ("resources.registered", "resources.stale")),
    ("未\n対応", ("needs.open",)),
    ("課題", ("needs.grouped",)),
    ("不足", ("needs.gap",)),
    ("調整\n中", ("needs.matched",)),
    ("充足", ("needs.met",)),
    ("支援\n人数", ("people.helped",)),
    ("提案", ("proposals.escalated", "proposals.received", "proposals.deliberated", "proposals.adopted")),
    ("開始", ("proposals.launched",)),
)  # fmt: skip


def _cells(board: Mapping[str, Any]) -> list[str]:
    def figure(path: str) -> int:
        section, name = path.split(".")
        return int(board[section][name])

    return [str(sum(map(figure, paths))) for _, paths in _FIGURES]
