"""What escalation moves when the areas of its things ended: open proposals."""

from __future__ import annotations

from collections.abc import Sequence

from shiendomain.areas import AreaTree
from shienevents import Due, Snapshot
from shienweb import AreaTask

from .decider.proposal_move import MoveProposal


async def plan(_: Snapshot, __: AreaTree, tasks: Sequence[AreaTask]) -> Sequence[Due]:
    """Each proposal by itself."""
    return [task.due(MoveProposal(task.thing_id, task.move)) for task in tasks]
