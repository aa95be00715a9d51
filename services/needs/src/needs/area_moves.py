"""What needs moves when the areas of its things ended: surveys, needs, and issues together with their needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from shiendomain.areas import AreaTree
from shiendomain.vocabulary import AreaThing
from shienevents import Due, Snapshot
from shienweb import AreaTask

from .decider.issue_commands import MoveIssue
from .decider.need_commands import MoveNeed
from .decider.survey import MoveSurvey
from .projections import IssueRow, NeedRow, issues, needs


class Moving(NamedTuple):
    """An issue that moves, with the needs that go with it, and open ones that would be left outside its area."""

    issue: IssueRow
    going: tuple[UUID, ...]
    elsewhere: tuple[UUID, ...]


class Seen(NamedTuple):
    """The issues of the tasks, as they would move, and the needs of the tasks and of these issues."""

    issues: Mapping[UUID, Moving]
    needs: Mapping[UUID, NeedRow]


async def plan(seen: Snapshot, tree: AreaTree, tasks: Sequence[AreaTask]) -> Sequence[Due]:
    """A survey and a need that stands alone move by themselves, a need of an issue in the commit of its issue."""
    facts = await _facts(seen, tree, tasks)
    return [due for task in tasks if (due := _due(task, facts))]


async def why(seen: Snapshot, tree: AreaTree, tasks: Sequence[AreaTask]) -> Mapping[UUID, str]:
    """Issues that have needs elsewhere, and needs whose issue does not move."""
    facts = await _facts(seen, tree, tasks)
    going = {need_id for one in facts.issues.values() if not one.elsewhere for need_id in one.going}
    found = {id_: "mapping.issue_need_elsewhere" for id_, one in facts.issues.items() if one.elsewhere}
    needs_of = (task.thing_id for task in tasks if task.kind is AreaThing.NEEDS)
    grouped = (one for one in needs_of if one in facts.needs and facts.needs[one].issue_id and one not in going)
    return found | dict.fromkeys(grouped, "mapping.need_in_issue")


def _due(task: AreaTask, facts: Seen) -> Due | None:
    id_, to = task.thing_id, task.move
    if task.kind is AreaThing.SURVEYS:
        return task.due(MoveSurvey(id_, to))
    if task.kind is AreaThing.NEEDS:
        alone = id_ in facts.needs and facts.needs[id_].issue_id is None
        return task.due(MoveNeed(id_, to)) if alone else None
    issue, going, elsewhere = facts.issues[id_]
    if elsewhere:
        return None
    return task.due(*(MoveNeed(one, to, id_) for one in going), MoveIssue(id_, to, issue.needs, going))


async def _facts(seen: Snapshot, tree: AreaTree, tasks: Sequence[AreaTask]) -> Seen:
    ids = {kind: [task.thing_id for task in tasks if task.kind is kind] for kind in AreaThing}
    of_tasks = await seen.select(issues, "where issue_id = any($1::uuid[])", ids[AreaThing.ISSUES])
    by_id = {row.issue_id: row for row in of_tasks}
    wanted = [*ids[AreaThing.NEEDS], *(one for row in of_tasks for one in row.needs)]
    rows = await seen.select(needs, "where need_id = any($1::uuid[])", wanted)
    found = {row.need_id: row for row in rows}
    brought = {(task.mapping_id, task.thing_id) for task in tasks}
    moving = {
        task.thing_id: _moving(task, tree, by_id[task.thing_id], found, brought)
        for task in tasks
        if task.kind is AreaThing.ISSUES
    }
    return Seen(moving, found)


def _moving(
    task: AreaTask, tree: AreaTree, issue: IssueRow, found: Mapping[UUID, NeedRow], brought: set[tuple[UUID, UUID]]
) -> Moving:
    """The issue and its open needs of the same area. On the way back those go that the mapping had brought."""
    to, waiting = task.move, [found[one] for one in issue.needs if one in found and found[one].state.wants_support]
    back = to.by_mapping is not None and to.by_mapping.back
    going = tuple(
        row.need_id
        for row in waiting
        if row.area == to.only_from and (not back or (task.mapping_id, row.need_id) in brought)
    )
    within = set(tree.subtree(to.area))
    elsewhere = tuple(row.need_id for row in waiting if row.need_id not in going and row.area not in within)
    return Moving(issue, going, elsewhere)
