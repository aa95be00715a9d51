"""The views of the needs service: needs, issues, surveys, and of other services areas, councils and searches."""

from __future__ import annotations

from shiendomain.areas_view import areas_view

from .foreign import CouncilRow, SearchRow, councils, searches
from .issues import IssueRow, issues
from .needs import NeedRow, needs
from .surveys import SurveyRow, surveys

VIEWS = (areas_view, councils, needs, issues, surveys, searches)

__all__ = [
    "VIEWS", "CouncilRow", "IssueRow", "NeedRow", "SearchRow", "SurveyRow", "councils", "issues", "needs", "searches",
    "surveys",
]  # fmt: skip
