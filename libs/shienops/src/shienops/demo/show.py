"""The demonstration on the screen: steps as they happen, boards as tables, the trace as a list."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.style import Style
from rich.table import Table
from rich.text import Text

from shiendomain.days import day_of
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
        self.console.print()
        self._both("", f"[bold]{escape(ja)}[/bold]", en)

    def step(self, ja: str, en: str) -> None:
        """A step of the loop was done."""
        self._steps += 1
        self._both(f"  [green]{self._steps:2d}[/green] ", escape(ja), en)

    def _both(self, start: str, ja: str, en: str) -> None:
        """A sentence in both languages: on one line, or the English one below where they are too long together."""
        first, second = Text.from_markup(start + ja), f"[dim]{escape(en)}[/dim]"
        indent = Text.from_markup(start).cell_len
        if first.cell_len + 2 + len(en) <= self.console.width:
            self.console.print(f"{start}{ja}  {second}")
            return
        grid = Table.grid()
        grid.add_column(width=indent)
        grid.add_column(overflow="fold")
        grid.add_row(start.rstrip(), ja)
        grid.add_row("", second)
        self.console.print(grid)

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
        for title, figures in (("資源とニーズ", _NEEDS), ("協議体と提案", _PROPOSALS)):
            self.console.print(f"\n[italic]{board['name']}  {board['day']}  {title}[/italic]")
            table = Table(box=SIMPLE_HEAD, padding=0)
            table.add_column("圏域", overflow="fold", min_width=10)
            for heading, _ in figures:
                table.add_column(heading, justify="right", overflow="fold", min_width=4)
            for row in board["areas"]:
                table.add_row(escape(_short(row["name"])), *_cells(row["board"], figures))
            table.add_section()
            table.add_row("第1層 = Σ", *_cells(board["board"], figures), style="bold")
            self.console.print(table)
        self.console.print(f"  [dim]digest {board['digest']}[/dim]", soft_wrap=True)

    def link(self, url: str) -> None:
        """One line that opens the address, however long it is: never broken, and a link where the terminal has them."""
        self.console.print(Text(url, style=Style(link=url)), soft_wrap=True)

    def command(self, *words: str | Path) -> None:
        """One line to be run in a terminal. This `shien` and paths are named as seen from the folder one is in."""
        shien = os.path.relpath(sys.argv[0])
        said = [os.path.relpath(word) if isinstance(word, Path) else word for word in words]
        self.console.print(Text(shlex.join(["shien" if shien.startswith("..") else shien, *said])), soft_wrap=True)

    def trace(self, trace: Mapping[str, Any]) -> None:
        """One need's way through the services."""
        table = Table(show_header=False, box=None, padding=(0, 1))
        for _ in range(3):
            table.add_column(overflow="fold")
        for event in trace["events"]:
            source = f"[cyan]{event['source']}[/cyan]"
            told = f"{escape(event['ja'])}\n[dim]{escape(event['en'])}[/dim]"
            table.add_row(str(day_of(datetime.fromisoformat(event["occurred_at"]))), source, told)
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


Figures = tuple[tuple[str, tuple[str, ...]], ...]
"""Headings of at most four cells a line, each with the figures of the board that are added up below it."""

_NEEDS: Figures = (
    ("資源", ("resources.unverified", "resources.fresh", "resources.stale", "resources.suspended")),
    ("要\n確認", ("resources.unverified", "resources.stale")),
    ("休止", ("resources.suspended",)),
    ("廃止", ("resources.retired",)),
    ("未\n対応", ("needs.open",)),
    ("課題", ("needs.grouped",)),
    ("不足", ("needs.gap",)),
    ("調整\n中", ("needs.matched",)),
    ("充足", ("needs.met",)),
    ("取\n下げ", ("needs.withdrawn",)),
    ("支援\n人数", ("people.helped",)),
)  # fmt: skip
_PROPOSALS: Figures = (
    ("会議", ("councils.meetings",)),
    ("課題", ("issues.raised", "issues.gap")),
    ("提案\n済み", ("proposals.escalated",)),
    ("受理", ("proposals.received",)),
    ("差\n戻し", ("proposals.returned",)),
    ("協議", ("proposals.deliberated",)),
    ("期限\n超過", ("proposal_ages.overdue",)),
    ("保留", ("proposals.deferred",)),
    ("採択", ("proposals.adopted",)),
    ("設計", ("proposals.designed",)),
    ("開始", ("proposals.launched",)),
    ("不\n採択", ("proposals.rejected",)),
    ("取\n下げ", ("proposals.withdrawn",)),
)


def _short(name: str) -> str:
    """A name without its note in brackets; the title has the whole name."""
    return name.split("（", maxsplit=1)[0]


def _cells(board: Mapping[str, Any], figures: Figures) -> list[str]:
    def figure(path: str) -> int:
        section, name = path.split(".")
        return int(board[section][name])

    return [str(sum(map(figure, paths))) for _, paths in figures]
