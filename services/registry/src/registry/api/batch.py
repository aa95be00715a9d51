"""Registering the rows of a list together: all of them, or none. Safe to repeat.

The id of a row is made from its municipality and its reference in the list. A row that is sent again therefore changes
nothing, or is a revision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from shiendomain.registry import BatchRegistered
from shienevents import Append, Home
from shienweb import CITY, Answer, Context, Refusal, RequestContext, Routes

from ..decider.batch import NoteBatch, decider
from .batch_known import Alike
from .batch_rows import NO_ROWS, Batch, BatchRows, body_error

routes = Routes(tags=["resources"])
routes.limit_body("POST", "/resource-batches", 32 * 1024 * 1024)


class BatchResult(Answer):
    """How many rows were new, revised, or already so; and the position to wait for (empty: nothing was written).

    `alike` names new rows with name and address of a resource that is registered already.
    """

    id: str
    new: int
    revised: int
    unchanged: int
    dry_run: bool
    position: str
    alike: tuple[Alike, ...] = ()


class DryRun(Exception):
    """Ends a dry run once its counts are known and before anything is written."""


class BatchSummary:
    """Makes the last command of a batch, with the counts, from what its rows append.

    `note` is that command, and `nothing` the one of a batch in which no row changes anything.
    """

    def __init__(self, batch_id: UUID, commands: Sequence[tuple[object, Home]], *, dry_run: bool) -> None:
        self._dry_run = dry_run
        self.nothing = self.note = NoteBatch(batch_id, commands[0][1], 0, 0, len(commands))

    def __call__(self, appends: Sequence[Append]) -> NoteBatch:
        """The command. It is made once more when the batch is decided again after a race. Raises `DryRun`."""
        new = sum(append.expected == 0 for append in appends)
        unchanged = self.nothing.unchanged - len(appends)
        self.note = replace(self.nothing, new=new, revised=len(appends) - new, unchanged=unchanged)
        if self._dry_run:
            raise DryRun
        return self.note


@routes.post("/resource-batches", may=CITY, status_code=201)
async def register_batch(body: Batch, context: Context) -> BatchResult:
    """Register areas, providers and resources of a list together, or none of them; each fault names its row."""
    rows = BatchRows(body, context)
    commands = await rows.commands()
    if rows.faults or not commands:
        raise Refusal(422, "fields.malformed", errors=rows.faults or [body_error(NO_ROWS)])
    batch_id = context.new_id()
    summary = BatchSummary(batch_id, commands, dry_run=body.dry_run)
    try:
        result = await context.execute_together(
            [command for command, _ in commands], id=batch_id, summary=summary, correlation=batch_id
        )
    except DryRun:
        return batch_result("", summary.note, dry_run=True, position="", alike=rows.alike)
    counts = await noted(context, summary.nothing) if context.replayed else summary.note
    return batch_result(result.id, counts, dry_run=False, position=result.position, alike=rows.alike)


def batch_result(
    id_: str, counts: NoteBatch | BatchRegistered, *, dry_run: bool, position: str, alike: tuple[Alike, ...]
) -> BatchResult:
    """The answer of a batch with these counts."""
    return BatchResult(
        id=id_,
        new=counts.new,
        revised=counts.revised,
        unchanged=counts.unchanged,
        dry_run=dry_run,
        position=position,
        alike=alike,
    )


async def noted(context: RequestContext, nothing: NoteBatch) -> NoteBatch | BatchRegistered:
    """The counts that the first request with this Idempotency-Key recorded; `nothing` where no row changed anything."""
    loaded = await context.service.store.load(decider.stream_id(nothing))
    events = [context.service.types.parse(stored.type, stored.data) for stored in loaded.events]
    return next((event for event in events if isinstance(event, BatchRegistered)), nothing)
