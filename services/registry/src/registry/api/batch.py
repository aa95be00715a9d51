"""Registering the rows of a list together: all of them, or none. Safe to repeat.

The id of a row is made from its municipality and its reference in the list. A row that is sent again therefore changes
nothing, or is a revision. Telephone numbers go to the contacts.
"""

from __future__ import annotations

from uuid import UUID

from shienevents import Beside
from shienweb import CITY, BatchAnswer, Context, Refusal, RequestContext, Routes, execute_batch

from ..area_changes import judged_by_the_tree
from .batch_known import Alike, MovedRow
from .batch_rows import NO_ROWS, Batch, BatchRows, body_error

routes = Routes(tags=["resources"])
routes.limit_body("POST", "/resource-batches", 32 * 1024 * 1024)


class BatchResult(BatchAnswer):
    """How many rows were new, revised, or already so; and the position to wait for (empty: nothing was written).

    `alike` names rows of which a resource is registered already, from another list or by hand, `moved` rows that the
    list has in another area than before: their resources are at home there now, with their contacts.
    """

    alike: tuple[Alike, ...] = ()
    moved: tuple[MovedRow, ...] = ()


@routes.post("/resource-batches", may=CITY, status_code=201)
async def register_batch(body: Batch, context: Context) -> BatchResult:
    """Register areas, providers and resources of a list together, or none of them; each fault names its row."""
    batch_id = context.new_id()

    async def register(check: Beside | None) -> BatchResult:
        return await _register(body, context, batch_id, check)

    return await (judged_by_the_tree(context, register) if body.areas else register(None))


async def _register(body: Batch, context: RequestContext, batch_id: UUID, check: Beside | None) -> BatchResult:
    rows = BatchRows(body, context)
    commands = await rows.commands()
    if rows.faults or not commands:
        raise Refusal(422, "fields.malformed", errors=rows.faults or [body_error(NO_ROWS)])
    done = await execute_batch(
        context,
        [command for command, _ in commands],
        commands[0][1],
        batch_id=batch_id,
        dry_run=body.dry_run,
        fields=rows.fields,
        correlation=batch_id,
        beside=rows.contacts,
        check=check,
        facts={
            "alike": [one.model_dump(mode="json") for one in rows.alike],
            "moved": [one.model_dump(mode="json") for one in rows.moved],
        },
    )
    return BatchResult(**vars(done), alike=rows.alike, moved=rows.moved)
