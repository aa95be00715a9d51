"""The views of needs: needs, issues, surveys; of other services areas, councils, searches, proposals, services."""

from __future__ import annotations

from shiendomain.accesses_view import accesses_view
from shiendomain.area_mappings import area_mappings, last_moves_of
from shiendomain.areas_view import areas_view
from shiendomain.councils_view import CouncilRow
from shiendomain.councils_view import councils_view as councils
from shiendomain.ended_areas import OF_NEEDS
from shiendomain.services_view import services_view as services
from shiendomain.surveys_view import SurveyRow
from shiendomain.surveys_view import surveys_view as surveys
from shiendomain.withdrawn_view import withdrawn_view

from .foreign import ProposalRow, ProposedRow, SearchRow, proposals, proposed, searches
from .issues import IssueRow, issues
from .needs import NeedRow, needs

accesses = accesses_view("needs")
last_moves = last_moves_of(OF_NEEDS)
withdrawn = withdrawn_view("needs")
VIEWS = (
    areas_view,
    area_mappings,
    last_moves,
    councils,
    needs,
    issues,
    surveys,
    searches,
    proposed,
    proposals,
    services,
    withdrawn,
    accesses,
)

__all__ = [
    "VIEWS",
    "CouncilRow",
    "IssueRow",
    "NeedRow",
    "ProposalRow",
    "ProposedRow",
    "SearchRow",
    "SurveyRow",
    "accesses",
    "councils",
    "issues",
    "needs",
    "proposals",
    "proposed",
    "searches",
    "services",
    "surveys",
    "withdrawn",
]  # fmt: skip
