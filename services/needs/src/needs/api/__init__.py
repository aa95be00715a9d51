"""The routes of needs, split by stream; no rule lives here."""

from shiendomain.ended_areas import OF_NEEDS
from shienweb import area_work_routes, log_routes, mistake_routes

from ..area_moves import why
from ..projections import accesses, withdrawn
from . import batch, board, demand, issue, issue_changes, need, need_corrections, similar, survey

ROUTES = (
    survey.routes,
    similar.routes,
    need.routes,
    need_corrections.routes,
    batch.routes,
    issue.routes,
    issue_changes.routes,
    board.routes,
    demand.routes,
    area_work_routes(OF_NEEDS, why),
    mistake_routes(withdrawn),
    log_routes(accesses),
)
"""`similar` before `need`: its path is not the id of a need."""
