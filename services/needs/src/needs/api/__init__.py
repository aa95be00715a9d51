"""The routes of needs, split by stream; no rule lives here."""

from . import board, issue, issue_changes, need, survey

ROUTES = (survey.routes, need.routes, issue.routes, issue_changes.routes, board.routes)
