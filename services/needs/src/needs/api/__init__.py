"""The routes of needs, split by stream; no rule lives here."""

from . import batch, board, issue, issue_changes, need, survey

ROUTES = (survey.routes, need.routes, batch.routes, issue.routes, issue_changes.routes, board.routes)
