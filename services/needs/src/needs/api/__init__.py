"""The routes of needs, split by stream; no rule lives here."""

from shienweb import log_routes

from ..projections import accesses
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
    log_routes(accesses),
)
"""`similar` before `need`: its path is not the id of a need."""
