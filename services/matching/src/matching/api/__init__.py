"""The routes of matching. Facts of other services come from the views; the rules are in the deciders."""

from . import board, match, round, search  # noqa: A004 - the word of the domain

ROUTES = (search.routes, match.routes, round.routes, board.routes)
