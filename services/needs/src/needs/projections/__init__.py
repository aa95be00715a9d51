"""The views of needs: needs, issues, surveys; of other services areas, councils, searches, proposals, services."""

from __future__ import annotations

from shiendomain.accesses_view import accesses_view
from shiendomain.areas_view import areas_view
from shiendomain.councils_view import CouncilRow
from shiendomain.councils_view import councils_view as councils
from shiendomain.services_view import services_view as services
from shiendomain.withdrawn_view import withdrawn_view

from .foreign import ProposalRow, ProposedRow, SearchRow, proposals, proposed, searches
from .issues import IssueRow, issues
from .needs import NeedRow, needs
from .surveys import SurveyRow, surveys

accesses = accesses_view("needs")
withdrawn = withdrawn_view("needs")
VIEWS = (areas_view, councils, needs, issues, surveys, searches, proposed, proposals, services, withdrawn, accesses)

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
