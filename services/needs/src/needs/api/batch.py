"""Recording the needs of a list together: all of them, or none. Safe to repeat.

The id of a row is made from its municipality and its reference in the list. A row that is sent again therefore changes
nothing, or is a revision of what the list changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field, StringConstraints

from shiendomain.surveys_view import check_cited
from shiendomain.vocabulary import Reference
from shienevents import Home, Rejected
from shienweb import (
    COORDINATORS,
    Answer,
    BatchAnswer,
    Body,
    Context,
    FieldError,
    Refusal,
    RequestContext,
    Routes,
    example,
    execute_batch,
    row_error,
)

from .. import views
from ..decider.need import check_hours
from ..decider.need_commands import ListNeed
from ..identical import said_of
from ..projections import surveys
from .need import NewNeed, recorded_already

routes = Routes(tags=["needs"])
routes.limit_body("POST", "/need-batches", 32 * 1024 * 1024)
MOST_ROWS, MOST_IDENTICAL, MOST_NAMED = 10_000, 1_000, 20
_ROWS = UUID("5f6f9d9c-2f0b-5d0e-8a55-8c6f1f3e7a42")
"""The namespace of the ids of listed rows. It must never change."""


class NeedInList(NewNeed):
    """A need, and the id that its row has in the list."""

    model_config = example(
        area="272108-03", support_kind="outing", people=3, frequency="weekly", source="survey", reference="survey-17"
    )

    reference: Annotated[Reference, StringConstraints(min_length=1)]


class NeedBatch(Body):
    """Up to 10,000 rows. A dry run checks and counts, and writes nothing."""

    model_config = example(
        needs=[
            {
                "area": "272108-03",
                "support_kind": "outing",
                "people": 3,
                "frequency": "weekly",
                "source": "survey",
                "reference": "survey-17",
            }
        ],
        dry_run=True,
    )

    needs: Annotated[tuple[NeedInList, ...], Field(min_length=1, max_length=MOST_ROWS)]
    dry_run: bool = False


class IdenticalRow(Answer):
    """A new row that says what these needs say, which want support and became known on the same day."""

    row: int
    need_ids: tuple[UUID, ...]


class NeedBatchResult(BatchAnswer):
    """How many rows were new, revised, or already so; and the position to wait for (empty: nothing was written).

    `identical` names rows of which a need is recorded already, otherwise than by this batch; 1,000 at most. They are
    not refused, because their references tell them apart: a dry run names them before they are recorded twice.
    """

    identical: tuple[IdenticalRow, ...] = ()


class Rows:
    """The rows of a batch as commands. What is wrong with them is collected in `faults`."""

    def __init__(self, context: RequestContext) -> None:
        self._context = context
        self.faults: list[FieldError] = []
        self.identical: tuple[IdenticalRow, ...] = ()

    async def commands(self, needs: Sequence[NeedInList]) -> Sequence[ListNeed]:
        """The commands of the rows that nothing is wrong with."""
        homes = {area: await self._home(area) for area in sorted({row.area for row in needs})}
        found: dict[UUID, tuple[int, ListNeed]] = {}
        for n, row in enumerate(needs):
            home = homes[row.area]
            if isinstance(home, Rejected):
                self._fault(f"needs.{n}.area", home)
                continue
            need_id = uuid5(_ROWS, f"{home.municipality}\n{row.reference}")
            if need_id in found:
                self._fault(f"needs.{n}.reference", Rejected("batch.row_twice"))
            found[need_id] = n, self._command(need_id, home, row, n)
        await self._check_surveys(found)
        self.identical = await self._identical(found)
        return [command for _, command in found.values()]

    def _command(self, need_id: UUID, home: Home, row: NeedInList, n: int) -> ListNeed:
        facts = row.facts()
        try:
            check_hours(facts)
        except Rejected as rejected:
            self._fault(f"needs.{n}.hours_until", rejected)
        return ListNeed(need_id, home, row.support_kind, facts, row.source, row.reference, row.survey_id)

    async def _home(self, area: str) -> Home | Rejected:
        try:
            return await self._context.home(area)
        except Rejected as rejected:
            return rejected

    async def _check_surveys(self, found: Mapping[UUID, tuple[int, ListNeed]]) -> None:
        """A new need is recorded under an open survey of the territory. One that is recorded already stays under it."""
        named = {command.survey_id for _, command in found.values() if command.survey_id}
        if not named:
            return
        wrong: dict[UUID, Rejected] = {}
        async with self._context.snapshot() as snapshot:
            for survey_id in named:
                try:
                    check_cited(await snapshot.get(surveys, survey_id), self._context.territory)
                except Rejected as rejected:
                    wrong[survey_id] = rejected
            rows = [(n, command) for n, command in found.values() if command.survey_id in wrong]
            known = await views.needs_of(snapshot, [command.need_id for _, command in rows]) if rows else ()
        recorded = {need.need_id for need in known}
        for n, command in rows:
            if command.survey_id and command.need_id not in recorded:
                self._fault(f"needs.{n}.survey_id", wrong[command.survey_id])

    async def _identical(self, found: Mapping[UUID, tuple[int, ListNeed]]) -> tuple[IdenticalRow, ...]:
        said = {
            n: said_of(row.home.area, row.support_kind, row.facts, row.source, row.survey_id)
            for n, row in found.values()
        }
        known = await recorded_already(self._context, set(said.values()))
        own = {same: found.keys() & set(ids) for same, ids in known.items()}
        others = {same: tuple(one for one in ids if one not in found)[:MOST_NAMED] for same, ids in known.items()}
        rows = ((n, others.get(said[n])) for one, (n, _) in found.items() if one not in own.get(said[n], ()))
        return tuple(IdenticalRow(row=n, need_ids=ids) for n, ids in rows if ids)[:MOST_IDENTICAL]

    def _fault(self, field: str, rejected: Rejected) -> None:
        self.faults.append(row_error(self._context, field, rejected))


@routes.post("/need-batches", may=COORDINATORS, status_code=201)
async def record_batch(body: NeedBatch, context: Context) -> NeedBatchResult:
    """Record the needs of a list together, or none of them; each fault names its row. Each begins its own thread."""
    rows = Rows(context)
    commands = await rows.commands(body.needs)
    if rows.faults:
        raise Refusal(422, "fields.malformed", errors=rows.faults)
    fields = {str(command.need_id): f"needs.{n}" for n, command in enumerate(commands)}
    done = await execute_batch(
        context, commands, commands[0].home, batch_id=context.new_id(), dry_run=body.dry_run, fields=fields,
        facts={"identical": [one.model_dump(mode="json") for one in rows.identical]},
    )  # fmt: skip
    return NeedBatchResult(**vars(done), identical=rows.identical)
