"""The routes of escalation, split by subject. Facts come from the views; the rules are in the deciders."""

from . import answer, board, meeting, proposal, providers, self_help, service, services

ROUTES = (
    meeting.routes,
    self_help.routes,
    proposal.routes,
    answer.routes,
    service.routes,
    providers.routes,
    services.routes,
    board.routes,
)
