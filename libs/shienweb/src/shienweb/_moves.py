"""The body with which the area of a thing is corrected, whatever the thing."""

from __future__ import annotations

from shiendomain.moves import Move
from shiendomain.vocabulary import AreaCode, LineOfReason

from ._body import Body, example
from ._context import RequestContext


class AreaCorrection(Body):
    """The area to which it really belongs, and what was wrong."""

    model_config = example(area="272108-04", reason="隣の校区のものだった")

    area: AreaCode
    reason: LineOfReason

    async def move(self, context: RequestContext) -> Move:
        """The move. Raises `NotFound` for an area outside the territory, `Rejected` for one that has ended."""
        home = await context.home(self.area)
        return Move(home.area, context.tree.areas_of(home.municipality), self.reason)
