"""The routes of matching. Facts of other services come from the views; the rules are in the deciders."""

from shienweb import log_routes

from ..projections import accesses
from . import board, correction, match, offer, round, search  # noqa: A004 - the word of the domain

ROUTES = (
    search.routes,
    match.routes,
    offer.routes,
    correction.routes,
    round.routes,
    board.routes,
    log_routes(accesses),
)
