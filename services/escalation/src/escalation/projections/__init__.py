"""The views: councils, issues with their gaps, meetings, what residents do themselves, proposals, and services."""

from __future__ import annotations

from shiendomain.areas_view import areas_view
from shiendomain.councils_view import councils_view

from .foreign import ProviderRow, providers
from .issues import Behind, IssueRow, issues
from .meetings import Attended, MeetingRow, meetings
from .proposals import ProposalRow, proposals
from .self_help import SelfHelpRow, self_help
from .services import EntryRow, Provided, ServiceRow, entries, services

VIEWS = (areas_view, councils_view, providers, issues, meetings, self_help, proposals, services, entries)

__all__ = [
    "VIEWS", "Attended", "Behind", "EntryRow", "IssueRow", "MeetingRow", "ProposalRow", "Provided", "ProviderRow",
    "SelfHelpRow", "ServiceRow", "entries", "issues", "meetings", "proposals", "providers", "self_help", "services",
]  # fmt: skip
