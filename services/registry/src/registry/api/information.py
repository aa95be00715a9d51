"""Routes of information that is shared (情報共有) with councils and bodies.

It is seen by those of its own area, of the areas of the councils and bodies it went to, and of the area whose bodies it
went to. Who works in the area of a body records its acknowledgement, because a body has no account. A good practice
(実践事例) is seen in the whole municipality (see `practices.py`).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.registry import BodyRecipient, Practice, Recipient
from shiendomain.states import InformationState
from shiendomain.vocabulary import AreaCode, LineOfReason, Member, Name, Text
from shienevents import NotFound, Rejected, Snapshot
from shienweb import (
    CONVENERS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Distinct,
    Page,
    Pages,
    RequestContext,
    Routes,
    WriteResult,
    check_said,
    contains,
    example,
)

from .. import views
from ..decider.information import (
    AcknowledgeInformation,
    ReinstateInformation,
    ShareInformation,
    WithdrawAcknowledgement,
    WithdrawInformation,
)
from ..identical import said_of_information
from ..projections import InformationRow, information
from .outreach import Mistake
from .seen import bodies_of, councils_of

routes = Routes(tags=["network"])


class NewInformation(Body):
    """What one body or one council shares with councils, with bodies of the register, or with all bodies of an area.

    One of `from_body` and `from_council` is given, and one of `to_councils`, `to_bodies` and `to_bodies_of` at least.
    Councils and bodies that are named acknowledge it. With `practice` it is a good practice, which all areas of the
    municipality find: no recipient is needed. `not_the_same_as` names identical information that somebody looked at,
    and that is another one.
    """

    model_config = example(
        area="272108",
        from_body={"kind": "municipality", "name": "高齢福祉課"},
        to_councils=["0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f"],
        subject="移動支援の補助制度の改正",
        text="令和8年10月から、運行経費の補助率が変わる。",
        shared_on="2026-08-03",
    )

    area: AreaCode
    from_body: Member | None = None
    from_council: UUID | None = None
    to_councils: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()
    to_bodies: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()
    to_bodies_of: AreaCode | None = None
    subject: Name
    text: Annotated[Text, Field(min_length=1)]
    shared_on: date
    practice: Practice | None = None
    not_the_same_as: Distinct = ()


class Acknowledging(Body):
    """Who acknowledges: a council, or a body of the register."""

    council_id: UUID | None = None
    body_id: UUID | None = None

    async def recipient(self, context: RequestContext) -> UUID:
        """The one that is named. Raises `NotFound` for one that is not of the territory."""
        match self.council_id, self.body_id:
            case UUID() as council_id, None:
                await councils_of(context, [council_id], frozenset(context.territory.codes))
                return council_id
            case None, UUID() as body_id:
                (body,) = await bodies_of(context, [body_id])
                context.must_cover(body.area, "provider.unknown")
                return body_id
            case _:
                raise Rejected("information.one_recipient")


class Acknowledgement(Acknowledging):
    """The council or the body that acknowledged, and the day."""

    model_config = example(council_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f", on="2026-08-20")

    on: date


class AcknowledgementMistake(Acknowledging):
    """The council or the body whose acknowledgement was recorded by mistake, and why."""

    model_config = example(council_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f", reason="別の情報の受領だった")

    reason: LineOfReason


class TakenUp(Answer):
    """From which day on a council does so too, and what it says of it."""

    on: date
    note: str


class InformationOut(Answer):
    """Information that was shared, with the day on which each recipient acknowledged it; `awaited` have not yet.

    `taken_up`: the councils that took a good practice up. `not_taken_up_for`: why one of them was withdrawn.
    `corrected_for`: why an acknowledgement was withdrawn. `withdrawn_for`: why it was recorded by mistake;
    `reinstated_for`: why that was undone.
    """

    information_id: UUID
    area: str
    state: InformationState
    from_body: Member | None
    from_council: UUID | None
    to_councils: tuple[UUID, ...]
    to_bodies: tuple[UUID, ...]
    to_bodies_of: str | None
    subject: str
    text: str
    shared_on: date
    acknowledged: dict[UUID, date]
    awaited: tuple[UUID, ...]
    corrected_for: str
    withdrawn_for: str
    reinstated_for: str
    not_the_same_as: tuple[UUID, ...]
    practice: Practice | None
    taken_up: dict[UUID, TakenUp]
    not_taken_up_for: str
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: InformationRow) -> Self:
        """The answer of a row."""
        said = {name: getattr(row, name) for name in Practice.model_fields}
        return cls(**vars(row) | {"practice": Practice(**said) if row.practice else None})


@routes.post("/information", may=CONVENERS, status_code=201)
async def share_information(body: NewInformation, context: Context) -> WriteResult:
    """Share information with councils, with bodies, and with all bodies of an area.

    It goes to councils and areas of the whole municipality, and to bodies that are seen in the territory. The council
    that shares it is one of the territory. What is recorded already is refused (`not_the_same_as`).
    """
    home = await context.home(body.area)
    if body.to_bodies_of:
        await context.home(body.to_bodies_of, of_city=True)
    if body.from_council:
        await councils_of(context, [body.from_council], frozenset(context.territory.codes))
    recipients = await councils_of(context, body.to_councils, context.sight.city)
    bodies = await bodies_of(context, body.to_bodies)
    information_id = context.new_id()
    command = ShareInformation(
        information_id=information_id,
        home=home,
        from_body=body.from_body,
        from_council=body.from_council,
        to_councils=tuple(Recipient(council_id=row.council_id, area=row.area) for row in recipients),
        to_bodies_of=body.to_bodies_of,
        subject=body.subject,
        text=body.text,
        shared_on=body.shared_on,
        dormant_since=min((since for row in recipients if (since := row.dormant_on(body.shared_on))), default=None),
        today=context.occurred_on,
        practice=body.practice,
        to_bodies=tuple(BodyRecipient(body_id=row.provider_id, area=row.area) for row in bodies),
        not_the_same_as=body.not_the_same_as,
    )
    new = said_of_information(command)
    await check_said(context, information, "information", home.area, said_of_information, new, command.not_the_same_as)
    return await context.execute(command, id=information_id)


@routes.post("/information/{information_id}/acknowledgement", may=CONVENERS)
async def acknowledge_information(information_id: UUID, body: Acknowledgement, context: Context) -> WriteResult:
    """Record that a council or a body of the territory acknowledged what it was sent, wherever that came from."""
    recipient = await body.recipient(context)
    command = AcknowledgeInformation(information_id, recipient, body.on, context.occurred_on)
    return await context.execute(command, id=information_id, any_area=True)


@routes.post("/information/{information_id}/acknowledgement-withdrawal", may=CONVENERS)
async def withdraw_acknowledgement(information_id: UUID, body: AcknowledgementMistake, context: Context) -> WriteResult:
    """Withdraw the acknowledgement of a council or a body that was recorded by mistake."""
    recipient = await body.recipient(context)
    command = WithdrawAcknowledgement(information_id, recipient, body.reason)
    return await context.execute(command, id=information_id, any_area=True)


@routes.post("/information/{information_id}/withdrawal", may=CONVENERS)
async def withdraw_information(information_id: UUID, body: Mistake, context: Context) -> WriteResult:
    """Withdraw information that was recorded by mistake."""
    return await context.execute(WithdrawInformation(information_id, body.reason), id=information_id)


@routes.post("/information/{information_id}/reinstatement", may=CONVENERS)
async def reinstate_information(information_id: UUID, body: Mistake, context: Context) -> WriteResult:
    """Undo the withdrawal of information that was itself a mistake."""
    return await context.execute(ReinstateInformation(information_id, body.reason), id=information_id)


@routes.get("/information", may=READERS)
async def list_information(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    state: Annotated[InformationState | None, Query()] = None,
    awaited: Annotated[UUID | None, Query(description="Not acknowledged yet by this council or body")] = None,
) -> Page[InformationOut]:
    """List information that an area shared or was sent, the newest first."""
    areas = context.areas_within(area)
    seen = Condition(
        """(area = any({0}) or to_bodies_of = any({1})
            or to_councils && array(select council_id from councils where area = any({0}))
            or to_bodies && array(select provider_id from providers where area = any({0})))""",
        list(areas),
        list(context.tree.served_with(areas)),
    )
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            information,
            {"state": state, "awaited": contains(awaited)},
            paging,
            order=("shared_on", "information_id"),
            newest_first=True,
            where=[seen],
            as_=InformationOut.of,
        )


@routes.get("/information/{information_id}", may=READERS)
async def show_information(information_id: UUID, context: Context) -> InformationOut:
    """Show information that was shared, and who has acknowledged it."""
    async with context.snapshot() as snapshot:
        found = await seen(context, snapshot, information_id)
    context.etag(found.version)
    return InformationOut.of(found)


async def seen(context: RequestContext, snapshot: Snapshot, information_id: UUID) -> InformationRow:
    """Information of the territory, sent there, or a practice of the municipality. Raises `NotFound` for other.

    It was sent to councils and bodies, wherever these are now.
    """
    row = await snapshot.get(information, information_id)
    if row is None:
        raise NotFound("information.unknown")
    councils = await views.councils_of(snapshot, row.to_councils)
    bodies = await views.providers_of(snapshot, row.to_bodies, context.territory.codes)
    if bodies or any(map(context.territory.covers, (row.area, *(council.area for council in councils)))):
        return row
    if row.practice and row.area in context.sight.city:
        return row
    if row.to_bodies_of is None or row.to_bodies_of not in context.sight.with_above:
        raise NotFound("information.unknown")
    return row
