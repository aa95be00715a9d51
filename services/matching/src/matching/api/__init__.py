"""The routes of matching. Facts of other services come from the views; the rules are in the deciders."""

from . import board, match, search

ROUTES = (search.routes, match.routes, board.routes)
