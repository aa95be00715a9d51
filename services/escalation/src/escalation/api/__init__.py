"""The routes of escalation, split by subject. Facts come from the views; the rules are in the deciders."""

from . import answer, board, meeting, proposal, service

ROUTES = (meeting.routes, proposal.routes, answer.routes, service.routes, board.routes)
