"""The views of needs: needs, issues and surveys, and of other services areas, councils, searches and proposals."""

from __future__ import annotations

from shiendomain.areas_view import areas_view
from shiendomain.councils_view import CouncilRow
from shiendomain.councils_view import councils_view as councils

from .foreign import ProposalRow, SearchRow, proposals, searches
from .issues import IssueRow, issues
from .needs import NeedRow, needs
from .surveys import SurveyRow, surveys

VIEWS = (areas_view, councils, needs, issues, surveys, searches, proposals)

__all__ = [
    "VIEWS", "CouncilRow", "IssueRow", "NeedRow", "ProposalRow", "SearchRow", "SurveyRow", "councils", "issues",
    "needs", "proposals", "searches", "surveys",
]  # fmt: skip
