"""The views: councils, issues with their gaps, meetings, what residents do, proposals, and services."""

from __future__ import annotations

from shiendomain.accesses_view import accesses_view
from shiendomain.activity_reports_view import activity_reports_view as activity_reports
from shiendomain.area_mappings import area_mappings, last_moves_of
from shiendomain.areas_view import areas_view
from shiendomain.councils_view import councils_view
from shiendomain.ended_areas import OF_ESCALATION
from shiendomain.needs_behind import Behind
from shiendomain.providers_view import ProviderRow
from shiendomain.providers_view import providers_view as providers
from shiendomain.rounds_view import RoundRow
from shiendomain.rounds_view import rounds_view as rounds
from shiendomain.self_help_view import SelfHelpRow
from shiendomain.self_help_view import self_help_view as self_help
from shiendomain.services_view import Provided, ServiceRow
from shiendomain.services_view import services_view as services

from .activities import ActivityRow, activities
from .entries import EntryRow, entries
from .foreign import NeedNow, needs
from .issues import IssueRow, issues
from .meetings import Attended, Discussed, MeetingRow, meetings
from .proposals import ProposalRow, proposals

last_moves = last_moves_of(OF_ESCALATION)
accesses = accesses_view("escalation")
VIEWS = (
    areas_view,
    area_mappings,
    last_moves,
    councils_view,
    providers,
    needs,
    issues,
    meetings,
    self_help,
    proposals,
    services,
    entries,
    activities,
    activity_reports,
    rounds,
    accesses,
)

__all__ = [
    "VIEWS",
    "ActivityRow",
    "Attended",
    "Behind",
    "Discussed",
    "EntryRow",
    "IssueRow",
    "MeetingRow",
    "NeedNow",
    "ProposalRow",
    "Provided",
    "ProviderRow",
    "RoundRow",
    "SelfHelpRow",
    "ServiceRow",
    "accesses",
    "activities",
    "activity_reports",
    "entries",
    "issues",
    "meetings",
    "needs",
    "proposals",
    "providers",
    "rounds",
    "self_help",
    "services",
]  # fmt: skip
