"""Progress and errors on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.status import Status

from shienops._parts import Step
from shienops.errors import StackError

T = TypeVar("T")


def shown(rows: Sequence[T]) -> Iterable[T]:
    """The rows of a file, with a bar on the screen while they are read."""
    return track(rows, "読込み / reading", console=Console(highlight=False), transient=True)


class Progress:
    """Prints a line with the seconds of each finished step, and shows a spinner for the running step."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._spinner = Status("", console=self._console)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._spinner.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spinner.stop()

    def __call__(self, step: Step) -> None:
        """Show one step."""
        if step.seconds is None:
            self._spinner.update(step.text)
        else:
            self._console.print(f"[green]✔[/green] {step.seconds:6.2f} s  {step.text}")


def print_error(error: StackError) -> None:
    """Print an error to stderr: what happened and the remedy, in English and in Japanese."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[red]shien: {escape(error.message_en)}[/red] [dim]({error.code})[/dim]")
    console.print(f"  {error.remedy}", markup=False)
    console.print(f"[red]shien: {escape(error.message_ja)}[/red]")
    console.print(f"  {error.remedy_ja}", markup=False)
