"""The routes of needs, split by stream; no rule lives here."""

from . import board, issue, need, survey

ROUTES = (survey.routes, need.routes, issue.routes, board.routes)
