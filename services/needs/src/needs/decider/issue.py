"""The rules of an issue (地域課題): it is raised with a council, and its gap is declared when nothing answers it.

The evidence of a gap is searches without a match, or what a coordinator says is missing, or both. A search shows that
the registry holds nothing that fits; a coordinator who knows the district need not run one to know that no bus goes
there. Without either there is no gap.

That each need is open is a rule of the need's own stream (`need.group`), written in the same commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.needs import GapDeclared, IssueEvent, IssueRaised, NeedsConsolidated
from shiendomain.vocabulary import Missing, NeedBehind, SupportKind
from shienevents import Decider, Home, NotFound, Rejected, types_of


@dataclass(frozen=True)
class NeedSeen:
    """A need as the view has it (a fact)."""

    need_id: UUID
    area: str
    people: int
    support_kind: SupportKind


@dataclass(frozen=True)
class SearchSeen:
    """A search without a match for one of the issue's needs (a fact)."""

    search_id: UUID
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class RaiseIssue:
    """Group needs of one kind and raise them with a council.

    Facts: `needs` as seen, `areas` is the issue's area and all below it, `council_area` is the area of the council and
    `area_path` the issue's area and all above it; `council_dormant_since` is set where the council is dormant.
    """

    issue_id: UUID
    home: Home
    council_id: UUID
    title: str
    summary: str
    needs: tuple[NeedSeen, ...]
    areas: tuple[str, ...]
    area_path: tuple[str, ...]
    council_area: str
    council_dormant_since: date | None = None


@dataclass(frozen=True)
class DeclareGap:
    """Declare that nothing answers the issue. Facts: `searches` without a match, and the kind of the issue's needs."""

    issue_id: UUID
    support_kind: SupportKind
    missing: tuple[Missing, ...]
    searches: tuple[SearchSeen, ...]


Command = RaiseIssue | DeclareGap


@dataclass(frozen=True)
class Issue:
    """An issue: its needs, how it was raised, and its gap once that is declared."""

    needs: tuple[NeedBehind, ...] = ()
    raised: IssueRaised | None = None
    gap: GapDeclared | None = None


def decide(command: Command, issue: Issue) -> Sequence[IssueEvent]:
    """The events that follow from a command."""
    match command:
        case RaiseIssue():
            return raise_(command, issue)
        case DeclareGap():
            return declare(command, issue)
        case _:
            assert_never(command)


def raise_(command: RaiseIssue, issue: Issue) -> Sequence[IssueEvent]:
    """The needs are grouped and the issue is raised."""
    needs = tuple(NeedBehind(need_id=need.need_id, area=need.area, people=need.people) for need in command.needs)
    raised = IssueRaised(
        issue_id=command.issue_id,
        area=command.home.area,
        council_id=command.council_id,
        title=command.title,
        summary=command.summary,
    )
    if raised == issue.raised and {need.need_id for need in needs} == {need.need_id for need in issue.needs}:
        return []
    if issue.raised:
        raise Rejected("issue.raised")
    check_needs(command)
    if command.council_area not in command.area_path:
        raise Rejected("issue.council_elsewhere", area=command.council_area)
    if command.council_dormant_since is not None:
        raise Rejected("council.dormant", since=command.council_dormant_since)
    return [NeedsConsolidated(issue_id=command.issue_id, area=command.home.area, needs=needs), raised]


def check_needs(command: RaiseIssue) -> None:
    """Needs of one kind, each once, within the issue's area."""
    if not command.needs:
        raise Rejected("issue.no_needs")
    if len({need.need_id for need in command.needs}) < len(command.needs):
        raise Rejected("issue.need_twice")
    if len({need.support_kind for need in command.needs}) > 1:
        raise Rejected("issue.mixed_kinds", kinds=sorted({need.support_kind for need in command.needs}))
    if elsewhere := [str(need.need_id) for need in command.needs if need.area not in command.areas]:
        raise Rejected("issue.need_elsewhere", needs=elsewhere)


def declare(command: DeclareGap, issue: Issue) -> Sequence[IssueEvent]:
    """The gap, declared once, with its evidence."""
    if issue.raised is None:
        raise NotFound("issue.unknown")
    if issue.gap:
        return []
    lacked = {*command.missing, *(one for search in command.searches for one in search.missing)}
    if not lacked:
        raise Rejected("issue.no_evidence")
    return [
        GapDeclared(
            issue_id=command.issue_id,
            area=issue.raised.area,
            council_id=issue.raised.council_id,
            title=issue.raised.title,
            support_kind=command.support_kind,
            missing=tuple(missing for missing in Missing if missing in lacked),
            searches=tuple(search.search_id for search in command.searches),
            needs=issue.needs,
        )
    ]


def evolve(issue: Issue, event: IssueEvent) -> Issue:
    """The issue after an event."""
    match event:
        case NeedsConsolidated():
            return replace(issue, needs=event.needs)
        case IssueRaised():
            return replace(issue, raised=event)
        case GapDeclared():
            return replace(issue, gap=event)
        case _:
            assert_never(event)


decider = Decider[Command, Issue, IssueEvent](
    name="issue",
    commands=types_of(Command),
    events=types_of(IssueEvent),
    stream=lambda command: command.issue_id,
    home=lambda command: command.home if isinstance(command, RaiseIssue) else None,
    initial=Issue(),
    decide=decide,
    evolve=evolve,
)
