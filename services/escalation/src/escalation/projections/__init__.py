"""The views: councils, issues with their gaps, meetings, what residents do themselves, and proposals."""

from __future__ import annotations

from shiendomain.areas_view import areas_view
from shiendomain.councils_view import councils_view
from shiendomain.self_help_view import SelfHelpRow
from shiendomain.self_help_view import self_help_view as self_help

from .foreign import ProviderRow, providers
from .issues import Behind, IssueRow, issues
from .meetings import Attended, Discussed, MeetingRow, meetings
from .proposals import ProposalRow, proposals

VIEWS = (areas_view, councils_view, providers, issues, meetings, self_help, proposals)

__all__ = [
    "VIEWS", "Attended", "Behind", "Discussed", "IssueRow", "MeetingRow", "ProposalRow", "ProviderRow", "SelfHelpRow",
    "issues", "meetings", "proposals", "providers", "self_help",
]  # fmt: skip
