"""Reading of services and of the requests of providers to take part in them."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from shiendomain.states import EntryState, ServiceState
from shienevents import NotFound
from shienweb import READERS, Answer, AreaQuery, Condition, Context, Page, Pages, Routes

from .. import views
from ..decider.service import still_waiting
from ..projections import EntryRow, entries, proposals, services
from .proposal import needs_of
from .proposal_out import NeedOut, needs_out
from .service_out import ServiceOut

routes = Routes(tags=["services"])


class ServiceWithNeeds(ServiceOut):
    """A service, and the needs behind its proposal that wait and that no provider was proposed to, as they are now."""

    needs_left: tuple[NeedOut, ...]


class EntryOut(Answer):
    """A provider's request to take part in a service, and what came of it."""

    entry_id: UUID
    proposal_id: UUID
    service_id: UUID
    area: str
    state: EntryState
    state_ja: str
    provider_id: UUID | None
    provider_name: str
    asked: str
    requested_on: date
    terms: str
    adjusted_on: date | None
    reason: str

    @classmethod
    def of(cls, row: EntryRow) -> Self:
        """The answer made of a row."""
        return cls(**vars(row) | {"state_ja": row.state.ja})


@routes.get("/services", may=READERS)
async def list_services(
    context: Context, paging: Pages, area: AreaQuery = None, state: ServiceState | None = None
) -> Page[ServiceOut]:
    """Services that are at home in these areas or serve one of them."""
    within = list(context.tree.served_with(context.areas_within(area)))
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            services,
            {"state": state},
            paging,
            order=("service_id",),
            where=(Condition("areas && {}", within),),
            as_=ServiceOut.of,
        )


@routes.get("/services/{service_id}", may=READERS)
async def show_service(service_id: UUID, context: Context) -> ServiceWithNeeds:
    """One service, and which needs behind its proposal it has not reached."""
    async with context.snapshot() as snapshot:
        service = await snapshot.get(services, service_id)
        if service is None or context.sight.with_above.isdisjoint(service.areas):
            raise NotFound("service.unknown")
        assert service.proposal_id is not None, "a service is designed for a proposal"
        proposal = await snapshot.get(proposals, service.proposal_id)
        waiting = await views.waiting_of(snapshot, proposal.needs if proposal else ())
    reached = {need.need_id for one in service.provisions for need in one.needs}
    behind = proposal.needs if proposal and proposal.service_id == service_id else ()
    left = needs_out(still_waiting(needs_of(need for need in behind if need.need_id not in reached), waiting))
    context.etag(service.version)
    return ServiceWithNeeds(**vars(ServiceOut.of(service)), needs_left=left)


@routes.get("/entries", may=READERS)
async def list_entries(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    state: EntryState | None = None,
    service_id: UUID | None = None,
) -> Page[EntryOut]:
    """Requests of providers to take part in services of these areas. Those that are requested or adjusted wait."""
    filters = {"area": context.areas_within(area), "state": state, "service_id": service_id}
    async with context.snapshot() as snapshot:
        return await context.list_rows(snapshot, entries, filters, paging, order=("entry_id",), as_=EntryOut.of)
