"""The routes of escalation, split by stream; no rule lives here."""

from . import board, meeting, proposal

ROUTES = (meeting.routes, proposal.routes, board.routes)
