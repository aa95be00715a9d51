"""The views of the needs service: needs, issues, surveys, and of other services areas, councils and searches."""

from __future__ import annotations

from shiendomain.areas_view import areas_view
from shiendomain.councils_view import CouncilRow
from shiendomain.councils_view import councils_view as councils

from .foreign import SearchRow, searches
from .issues import IssueRow, issues
from .needs import NeedRow, needs
from .surveys import SurveyRow, surveys

VIEWS = (areas_view, councils, needs, issues, surveys, searches)

__all__ = [
    "VIEWS", "CouncilRow", "IssueRow", "NeedRow", "SearchRow", "SurveyRow", "councils", "issues", "needs", "searches",
    "surveys",
]  # fmt: skip
