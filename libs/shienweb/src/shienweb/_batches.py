"""A batch in a request: its commands are written together with their counts, or none of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from shiendomain.batches import NoteBatch
from shienevents import Append, Beside, Connection, Home, Rejected

from ._answers import Answer, WriteResult
from ._context import RequestContext
from ._problems import FieldError, Refusal


class BatchAnswer(Answer):
    """How many rows were new, revised, or already so; and the position to wait for (empty: nothing was written)."""

    id: str
    new: int
    revised: int
    unchanged: int
    dry_run: bool
    position: str


class RowsBeside(Protocol):
    """What rows of a batch write beside their own streams.

    `rows`: by a stream that is no row's own, the stream of its row. `write`: into the service's own tables, in the
    commit of these appends.
    """

    @property
    def rows(self) -> Mapping[str, str]:
        """By stream, the stream of its row."""

    async def write(self, connection: Connection, appends: Sequence[Append]) -> None:
        """Write what follows from these appends."""


class _DryRun(Exception):
    """Ends a dry run once its counts are known and before anything is written."""


async def judge(context: RequestContext, command: object) -> WriteResult:
    """Decide a command as `RequestContext.execute` does, and write nothing. Raises what that raises."""

    async def end(_: Connection) -> None:
        raise _DryRun

    with suppress(_DryRun):
        await context.execute(command, id="", beside=end)
    return WriteResult(id="", version=0, position="")


class _Summary:
    """Makes the last command of a batch, with the counts, from what its rows append."""

    def __init__(self, nothing: NoteBatch, beside: RowsBeside | None, check: Beside | None, *, dry_run: bool) -> None:
        self._dry_run = dry_run
        self._nothing = self.note = nothing
        self._beside = beside
        self._check = check
        self._appends: Sequence[Append] = ()

    def __call__(self, appends: Sequence[Append]) -> NoteBatch:
        """The command. It is made once more when the batch is decided again after a race. Raises `_DryRun`."""
        self._appends = appends
        of_others = self._beside.rows if self._beside else {}
        rows = {of_others.get(append.stream, append.stream) for append in appends}
        new = sum(append.expected == 0 and append.stream not in of_others for append in appends)
        unchanged = self._nothing.unchanged - len(rows)
        self.note = replace(self._nothing, new=new, revised=len(rows) - new, unchanged=unchanged)
        if self._dry_run:
            raise _DryRun
        return self.note

    async def beside(self, connection: Connection) -> None:
        """What is checked, and written into the service's own tables, in the commit of the last decision."""
        if self._check:
            await self._check(connection)
        if self._beside:
            await self._beside.write(connection, self._appends)


async def execute_batch(
    context: RequestContext,
    commands: Sequence[object],
    home: Home,
    *,
    batch_id: UUID,
    dry_run: bool,
    fields: Mapping[str, str],
    correlation: UUID | None = None,
    beside: RowsBeside | None = None,
    check: Beside | None = None,
    facts: Mapping[str, object] | None = None,
) -> BatchAnswer:
    """Execute the commands of a batch together, and record their counts in the batch's own stream.

    `home`: of the batch's stream. A dry run checks and counts, and writes nothing. `fields`: by the id of a thing, the
    field of its row. `beside`: what the rows write beside their own streams. `check` is called first in their commit,
    and may refuse it. `facts`: what the answer says beside the counts. Raises what `RequestContext.execute_together`
    raises; but a row that a rule refuses is named (`Refusal` 422).
    """
    streams = {context.service.handler.decider(command).stream_id(command) for command in commands}
    nothing = NoteBatch(batch_id, home, 0, 0, len(streams - (beside.rows.keys() if beside else set())))
    summary = _Summary(nothing, beside, check, dry_run=dry_run)
    try:
        result = await context.execute_together(
            commands,
            id=batch_id,
            summary=summary,
            correlation=correlation,
            beside=summary.beside if beside or check else None,
            facts=lambda: {**(facts or {}), **counts_of(summary.note), "dry_run": False},
        )
    except Rejected as rejected:
        of_others, stream = beside.rows if beside else {}, rejected.stream or ""
        if field := fields.get(of_others.get(stream, stream).partition("-")[2]):
            raise Refusal(422, "fields.malformed", errors=[row_error(context, field, rejected)]) from None
        raise
    except _DryRun:
        return BatchAnswer(id="", **counts_of(summary.note), dry_run=True, position="")
    return BatchAnswer(id=result.id, **counts_of(summary.note), dry_run=False, position=result.position)


def row_error(context: RequestContext, field: str, rejected: Rejected) -> FieldError:
    """Why a rule refuses a row, by the field of the row."""
    message = context.message(rejected.code, **rejected.facts)
    return FieldError(field=field, en=message.en, ja=message.ja)


def counts_of(note: NoteBatch) -> dict[str, int]:
    """The counts of a batch, as its answer has them."""
    return {"new": note.new, "revised": note.revised, "unchanged": note.unchanged}
