"""The views of the registry: areas and councils (of shiendomain), posts, providers, resources, and the network.

And what is developed: cohorts of supporters with their placements, venues, and places where older people
take part. Of contacts: their references. Of the needs service: surveys, which resources cite, and the councils
that issues are before; of needs and escalation, which things mappings may name. And since when each area is in use.
"""

from __future__ import annotations

from shiendomain.accesses_view import accesses_view
from shiendomain.activity_reports_view import ActivityReportRow
from shiendomain.activity_reports_view import activity_reports_view as activity_reports
from shiendomain.area_mappings import area_mappings, last_moves_of
from shiendomain.area_shapes_view import area_shapes
from shiendomain.areas_view import areas_view
from shiendomain.councils_view import CouncilRow
from shiendomain.councils_view import councils_view as councils
from shiendomain.ended_areas import OF_REGISTRY
from shiendomain.freshness_view import freshness_view
from shiendomain.surveys_view import surveys_view as surveys
from shiendomain.withdrawn_view import withdrawn_view

from .asked import AskedRow, asked
from .contacts import ContactRow, contacts
from .elsewhere import elsewhere
from .first_uses import first_uses
from .meetings import CouncilMeetingRow, council_meetings
from .named import IssueCouncilRow, NamedRow, issue_councils, named
from .network import (
    InformationRow,
    OutreachRow,
    PartnershipRow,
    information,
    outreach,
    partnerships,
)
from .places import PlaceRow, places
from .posts import CoordinatorRow, coordinators
from .providers import ProviderRow, providers
from .resources import ResourceRow, resources
from .search import NO_DAY, searchable, sort_name
from .supporters import CohortRow, PlacementRow, cohorts, placements
from .venues import VenueRow, venues

accesses = accesses_view("registry")
last_moves = last_moves_of(OF_REGISTRY)
withdrawn = withdrawn_view("registry")
VIEWS = (
    areas_view, area_shapes, area_mappings, last_moves, councils, coordinators, providers, resources, outreach,
    partnerships, information, cohorts, placements, venues, places, activity_reports, contacts, freshness_view, asked,
    council_meetings, surveys, named, issue_councils, first_uses, elsewhere, withdrawn, accesses,
)  # fmt: skip

__all__ = [
    "NO_DAY",
    "VIEWS",
    "ActivityReportRow",
    "AskedRow",
    "CohortRow",
    "ContactRow",
    "CoordinatorRow",
    "CouncilMeetingRow",
    "CouncilRow",
    "InformationRow",
    "IssueCouncilRow",
    "NamedRow",
    "OutreachRow",
    "PartnershipRow",
    "PlaceRow",
    "PlacementRow",
    "ProviderRow",
    "ResourceRow",
    "VenueRow",
    "accesses",
    "activity_reports",
    "area_shapes",
    "asked",
    "cohorts",
    "contacts",
    "coordinators",
    "council_meetings",
    "councils",
    "elsewhere",
    "first_uses",
    "information",
    "issue_councils",
    "named",
    "outreach",
    "partnerships",
    "placements",
    "places",
    "providers",
    "resources",
    "searchable",
    "sort_name",
    "surveys",
    "venues",
    "withdrawn",
]  # fmt: skip
