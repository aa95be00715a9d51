"""The routes of escalation, split by subject. Facts come from the views; the rules are in the deciders."""

from shiendomain.ended_areas import OF_ESCALATION
from shienweb import area_work_routes, log_routes

from ..projections import accesses
from . import (
    agenda,
    answer,
    board,
    draft,
    meeting,
    merger,
    own_proposal,
    proposal,
    providers,
    self_help,
    service,
    services,
    split,
)

ROUTES = (
    meeting.routes,
    agenda.routes,
    self_help.routes,
    draft.routes,
    proposal.routes,
    own_proposal.routes,
    answer.routes,
    merger.routes,
    split.routes,
    service.routes,
    providers.routes,
    services.routes,
    board.routes,
    area_work_routes(OF_ESCALATION),
    log_routes(accesses),
)
