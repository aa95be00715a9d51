"""The last steps of an import: print the problems, and send all rows if no row is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from shienops._folder import DataFolder
from shienops.cli import settings_of
from shienops.errors import StackError
from shienops.imports.areas import begun_as_known
from shienops.imports.codes import code_of, why_no_code
from shienops.imports.columns import Columns
from shienops.imports.problems import Problem, clip, counted, refusals, unreadable
from shienops.imports.report import show_problems, write_report
from shienops.imports.send import Batch, BatchRejected, Rows, Target
from shienops.imports.tables import Table
from shienops.imports.whole import Imported, first_days, send_whole
from shienops.settings import StackSettings
from shienops.tokens import demo_token
from shienweb import Role


@dataclass(frozen=True)
class Outcome:
    """The result of reading a file, and the batch to send."""

    table: Table
    columns: Columns
    problems: Sequence[Problem]
    batch: Rows
    notes: tuple[tuple[str, str], ...] = ()
    undated: tuple[str, ...] = ()
    """codes of the municipalities whose areas have no first day in the file, nor by an option"""


def municipality_of(text: str) -> str:
    """Return the local government code of an option. Raises `Unreadable`."""
    code = code_of(text)
    if code is None:
        ja, en = why_no_code(text, clip(text))
        raise unreadable(
            "municipality",
            f"{ja}。",
            f"{en}.",
            "検査数字を含む 6 桁で指定してください(例: 枚方市 272108)。",
            "Specify six digits with the check digit, such as 272108 for Hirakata.",
        )
    return code.code


@dataclass(frozen=True)
class Run:
    """The options of one call of `shien import`."""

    dry_run: bool
    report: Path | None
    url: str | None
    token: str | None
    data: Path | None
    codes: tuple[str, ...]
    keep_both: bool = False

    def finish(self, outcome: Outcome) -> None:
        """Print the problems, and send the batch if no row is refused.

        Raises:
            typer.Exit: with code 1, when a row is refused.
            StackError: when the batch cannot be sent or its service rejects it.
        """
        console = Console(highlight=False, soft_wrap=True)
        self._print_summary(outcome, console)
        refused = refusals(outcome.problems)
        self._show(outcome.problems, console)
        if refused:
            rows = len({problem.row for problem in refused})
            console.print(
                f"[red]✗ 取り込めない行が {rows} 行あるため、取り込みを中止しました。[/red]\n"
                f"  Refused: {counted(rows, 'row', 'rows')}; nothing was imported."
            )
            raise typer.Exit(1)
        target = self._target(outcome.batch)
        if target is None:
            console.print("✔ 検査のみ行いました(送信はしていません)。\n  Checked only; nothing was sent.")
            return
        self._send(target, _dated(outcome, target), outcome.columns, console)

    def codes_of_token(self) -> tuple[str, ...]:
        """Return the areas of the token; none when it cannot be read. The registry checks the token."""
        try:
            part = (self.token or "").split(".")[1]
            areas = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["areas"]
            return tuple(map(str, areas))
        except (IndexError, ValueError, KeyError, TypeError):
            return ()

    def _print_summary(self, outcome: Outcome, console: Console) -> None:
        for ja, en in (*outcome.table.notes, *outcome.notes, outcome.batch.counted()):
            console.print(f"{ja} / {en}", markup=False)
        known = "、".join(f"{field}={clip(header, 30)}" for field, header in outcome.columns.headers.items())
        console.print(f"列 / columns: {known}", markup=False)
        if outcome.columns.unknown:
            unknown = "、".join(clip(header, 30) for header in outcome.columns.unknown)
            console.print(f"使用しない列 / columns not used: {unknown}", markup=False)

    def _show(self, problems: Sequence[Problem], console: Console) -> None:
        show_problems(problems, console)
        if self.report is not None:
            write_report(problems, self.report)

    def _target(self, batch: Rows) -> Target | None:
        """Return the URL of the batch's service and the token; None for a dry run without a URL."""
        settings = settings_of(data=self.data)
        url = service_url(settings, batch.service, self.url)
        if self.dry_run and (self.url is None or url is None):
            return None
        if url is None:
            raise no_service(batch.service)
        token = self.token or local_token(settings.data, url, self.codes, batch.role, "shien-import")
        return Target(url.rstrip("/"), token)

    def _send(self, target: Target, batch: Rows, columns: Columns, console: Console) -> None:
        shown = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*shown, console=console, transient=True) as progress:
            task = progress.add_task("送信 / sending", total=None)
            try:
                sent = send_whole(
                    target,
                    batch,
                    dry_run=self.dry_run,
                    keep_both=self.keep_both,
                    on_bytes=lambda done, total: progress.update(task, completed=done, total=total),
                )
            except BatchRejected as rejected:
                progress.stop()
                self._show(named(rejected.problems, columns), console)
                raise
        self._show(named(sent.warnings, columns), console)
        console.print(_summary(sent, dry_run=self.dry_run))


def _dated(outcome: Outcome, target: Target) -> Rows:
    """The rows; of areas without a first day each begins as it is registered, or as the area above it."""
    known = {area: day for code in outcome.undated for area, day in first_days(target, code).items()}
    batch = outcome.batch
    return replace(batch, areas=tuple(begun_as_known(batch.areas, known))) if isinstance(batch, Batch) else batch


def named(problems: Iterable[Problem], columns: Columns) -> tuple[Problem, ...]:
    """The problems with the headers of the file in place of the names of fields."""
    return tuple(replace(one, column=columns.header(one.column)) for one in problems)


def _summary(sent: Imported, *, dry_run: bool) -> str:
    ja, en = ("検査しました", "checked, nothing written") if dry_run else ("取り込みました", "imported")
    return (
        f"✔ {ja}: 新規 {sent.new:,}、更新 {sent.revised:,}、変更なし {sent.unchanged:,}({sent.seconds:.1f} 秒)\n"
        f"  {en}: {sent.new:,} new, {sent.revised:,} revised, {sent.unchanged:,} unchanged"
    )


def local_token(data: Path, url: str, codes: Sequence[str], role: Role, body: str) -> str:
    """Return a demo token, if the service is on this machine. Raises `Unreadable`."""
    if not url.startswith(("http://127.0.0.1:", "http://localhost:", "http://[::1]:")):
        raise no_token(role)
    try:
        return demo_token(data, role, codes, body=body)
    except StackError:
        raise no_token(role) from None


def service_url(settings: StackSettings, service: str, given: str | None) -> str | None:
    """The address that was given, or of a service that is run elsewhere, or of one of this machine that was started."""
    port = DataFolder(settings.data).port(service)
    return given or settings.url_elsewhere(service) or (f"http://127.0.0.1:{port}" if port else None)


def no_service(service: str) -> StackError:
    """Return the error for an unknown address of the service."""
    return unreadable(
        f"no_{service}",
        f"{service} の URL が指定されていません。",
        f"The URL of the service {service} was not specified.",
        f"`shien serve` で起動するか、--{service} URL を指定してください。"
        "検査のみの場合は --dry-run を付けてください。",
        f"Start it with `shien serve`, or specify --{service} URL. To check only, add --dry-run.",
    )


def no_token(role: Role) -> StackError:
    """Return the error for a missing token."""
    ja, en = (
        ("市町村管理者", "a municipal administrator")
        if role is Role.MUNICIPAL_ADMINISTRATOR
        else ("コーディネーター", "a coordinator")
    )
    return unreadable(
        "no_token",
        "トークンが指定されていません。",
        "No token was specified.",
        f"--token または SHIEN_TOKEN で、{ja}のトークンを指定してください。",
        f"Specify a token of {en} with --token or SHIEN_TOKEN.",
    )
