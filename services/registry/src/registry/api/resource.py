"""Routes of resources (社会資源)."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shiendomain.registry import ResourceDetails
from shiendomain.surveys_view import check_cited
from shiendomain.vocabulary import (
    AreaCode,
    GivenSourceKind,
    Line,
    LineOfReason,
    ResourceEnd,
    SourceKind,
    VerificationMethod,
)
from shienevents import NotFound
from shienweb import (
    KEEPERS,
    READERS,
    Body,
    Context,
    Distinct,
    RequestContext,
    Routes,
    WriteResult,
    example,
)

from ..decider.resource_commands import (
    CorrectResourceSource,
    RegisterResource,
    ReinstateResource,
    ResumeResource,
    RetireResource,
    ReviseResource,
    SuspendResource,
    VerifyResource,
    WithdrawVerification,
)
from ..projections import providers, resources, surveys
from .duplicates import check_resource
from .listing import GivenSource, Listing, ResourceShown, Revision
from .seen import providers_seen, resource_seen

routes = Routes(tags=["resources"])


class NewResource(Body):
    """A resource of an area, and where the listing comes from.

    `not_the_same_as` names resources of this name and address that somebody looked at, and that are other ones.
    """

    model_config = example(
        area="272108-03",
        details={
            "name": "ふれあいサロン",
            "support_kinds": ["salon"],
            "service_areas": ["272108-03"],
            "schedule": "第2・4火曜",
            "fee": "1回200円",
            "fee_yen": 200,
            "capacity": 20,
        },
        source={"kind": "coordinator"},
    )

    area: AreaCode
    details: Listing
    source: GivenSource = GivenSource(kind=SourceKind.COORDINATOR)
    not_the_same_as: Distinct = ()


class GivenVerification(Body):
    """The listing was checked and is true, in these fields (none: all of it)."""

    model_config = example(verified_on="2026-04-10", method="visit")

    verified_on: date
    method: VerificationMethod
    fields: Annotated[tuple[Line, ...], Field(max_length=len(ResourceDetails.model_fields))] = ()


class VerificationMistake(Body):
    """Why the last verification was a mistake."""

    model_config = example(reason="別の資源を確認したものだった")

    reason: LineOfReason


class SourceCorrection(Body):
    """The right source of a resource, the survey that found it, and what was wrong. No survey: none found it."""

    model_config = example(source="consultation", reason="調査ではなく、相談で把握した")

    source: GivenSourceKind
    survey_id: UUID | None = None
    reason: LineOfReason


class End(Body):
    """Why a resource is suspended or retired."""

    model_config = example(reason="supporters_lacking", note="担い手を募集中")

    reason: ResourceEnd
    note: Line = ""


class Reinstatement(Body):
    """Why the retirement was a mistake."""

    model_config = example(reason="同じ名称の別の資源を廃止するつもりだった")

    reason: LineOfReason


async def checked(
    context: RequestContext, details: ResourceDetails, resource_id: UUID | None = None
) -> ResourceDetails:
    """The details with the registered name of their provider.

    Raises `NotFound` or `Rejected` for areas that are not of the municipality or have ended, and for a provider that is
    not seen in the territory. Areas and a provider that the resource has already stay, whatever became of them.
    """
    async with context.snapshot() as snapshot:
        known = await snapshot.get(resources, resource_id) if resource_id else None
    if known is not None and not context.territory.covers(known.area):
        known = None  # of what is another's nothing is told: it is refused as what is not there
    for area in details.service_areas:
        if known is None or area not in known.service_areas:
            await context.home(area, of_city=True)
    if details.provider_id is None:
        return details
    async with context.snapshot() as snapshot:
        if known is not None and known.provider_id == details.provider_id:
            provider = await snapshot.get(providers, details.provider_id)
        else:
            provider = (await providers_seen(context, snapshot, [details.provider_id])).get(details.provider_id)
    if provider is None:
        raise NotFound("provider.unknown")
    return details.model_copy(update={"provider_name": provider.name})


@routes.post("/resources", may=KEEPERS, status_code=201)
async def register_resource(body: NewResource, context: Context) -> WriteResult:
    """Register a resource, not yet verified. A survey that found it must be one of the territory that is open.

    One whose name and address another resource has already (`GET /similar-resources` shows them) is refused, unless
    the other one is named in `not_the_same_as`.
    """
    home = await context.home(body.area)
    details = await checked(context, body.details.details(body.area))
    if body.source.survey_id:
        async with context.snapshot() as snapshot:
            check_cited(await snapshot.get(surveys, body.source.survey_id), context.territory)
    resource_id = context.new_id()
    await check_resource(context, details, body.not_the_same_as)
    source, day = body.source.source(), context.occurred_on
    command = RegisterResource(resource_id, home, details, source, not_the_same_as=body.not_the_same_as, today=day)
    return await context.execute(command, id=resource_id)


@routes.put("/resources/{resource_id}", may=KEEPERS)
async def revise_resource(resource_id: UUID, body: Revision, context: Context) -> WriteResult:
    """Replace the details of a resource as a whole."""
    details = await checked(context, body.details(""), resource_id)
    return await context.execute(ReviseResource(resource_id, details, context.occurred_on), id=resource_id)


@routes.post("/resources/{resource_id}/verification", may=KEEPERS)
async def verify_resource(resource_id: UUID, body: GivenVerification, context: Context) -> WriteResult:
    """Record that the listing was checked and is true."""
    fields = tuple(dict.fromkeys(body.fields))
    command = VerifyResource(resource_id, body.verified_on, body.method, fields, context.occurred_on)
    return await context.execute(command, id=resource_id)


@routes.post("/resources/{resource_id}/verification-withdrawal", may=KEEPERS)
async def withdraw_verification(resource_id: UUID, body: VerificationMistake, context: Context) -> WriteResult:
    """Withdraw the last verification, which was recorded by mistake. What was verified before counts again."""
    return await context.execute(WithdrawVerification(resource_id, body.reason), id=resource_id)


@routes.post("/resources/{resource_id}/suspension", may=KEEPERS)
async def suspend_resource(resource_id: UUID, body: End, context: Context) -> WriteResult:
    """Record that a resource gives no support for now."""
    return await context.execute(SuspendResource(resource_id, body.reason, body.note), id=resource_id)


@routes.post("/resources/{resource_id}/resumption", may=KEEPERS)
async def resume_resource(resource_id: UUID, context: Context) -> WriteResult:
    """Record that a suspended resource gives support again; it is to be verified."""
    return await context.execute(ResumeResource(resource_id), id=resource_id)


@routes.post("/resources/{resource_id}/retirement", may=KEEPERS)
async def retire_resource(resource_id: UUID, body: End, context: Context) -> WriteResult:
    """Record that a resource no longer exists. One that belongs to a service ends with it (escalation)."""
    return await context.execute(RetireResource(resource_id, body.reason, body.note), id=resource_id)


@routes.post("/resources/{resource_id}/reinstatement", may=KEEPERS)
async def reinstate_resource(resource_id: UUID, body: Reinstatement, context: Context) -> WriteResult:
    """Undo the retirement of a resource that was a mistake. It is to be verified; matches that lapsed stay lapsed."""
    return await context.execute(ReinstateResource(resource_id, body.reason), id=resource_id)


@routes.post("/resources/{resource_id}/source-correction", may=KEEPERS)
async def correct_resource_source(resource_id: UUID, body: SourceCorrection, context: Context) -> WriteResult:
    """Correct the source of a resource and its survey, whatever became of the resource.

    Another survey must be one of the territory that is open, as when a resource is registered. Of what a list or a
    launched service brought only the survey is corrected.
    """
    async with context.snapshot() as snapshot:
        known = await snapshot.get(resources, resource_id)
        if body.survey_id and not (known and known.survey_id == body.survey_id):
            check_cited(await snapshot.get(surveys, body.survey_id), context.territory)
    command = CorrectResourceSource(resource_id, body.source, body.survey_id, body.reason)
    return await context.execute(command, id=resource_id)


@routes.get("/resources/{resource_id}", may=READERS)
async def show_resource(resource_id: UUID, context: Context) -> ResourceShown:
    """Show a resource, with the next days on which it is open."""
    resource = await resource_seen(context, resource_id)
    context.etag(resource.version)
    return ResourceShown.on(resource, context.day)
