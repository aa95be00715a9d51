"""The views: councils, issues with their gaps, meetings, and proposals."""

from __future__ import annotations

from shiendomain.areas_view import areas_view

from .foreign import CouncilRow, ProviderRow, councils, providers
from .issues import Behind, IssueRow, issues
from .meetings import Attended, MeetingRow, meetings
from .proposals import ProposalRow, proposals

VIEWS = (areas_view, councils, providers, issues, meetings, proposals)

__all__ = [
    "VIEWS", "Attended", "Behind", "CouncilRow", "IssueRow", "MeetingRow", "ProposalRow", "ProviderRow", "councils",
    "issues", "meetings", "proposals", "providers",
]  # fmt: skip
