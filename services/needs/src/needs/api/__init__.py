"""The routes of needs, split by stream; no rule lives here."""

from shienweb import log_routes, mistake_routes

from ..projections import accesses, withdrawn
from . import batch, board, demand, issue, issue_changes, need, similar, survey

ROUTES = (
    survey.routes,
    similar.routes,
    need.routes,
    batch.routes,
    issue.routes,
    issue_changes.routes,
    board.routes,
    demand.routes,
    mistake_routes(withdrawn),
    log_routes(accesses),
)
"""`similar` before `need`: its path is not the id of a need."""
