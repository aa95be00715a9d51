"""The views of the registry: areas (of shiendomain), councils, posts of coordinators, providers and resources.

And what is developed: cohorts of supporters with their placements, venues, and places where older people take part.
"""

from __future__ import annotations

from shiendomain.areas_view import areas_view

from .places import PlaceRow, places
from .posts import CoordinatorRow, CouncilRow, coordinators, councils
from .providers import ProviderRow, providers
from .resources import NO_DAY, ResourceRow, resources
from .search import searchable, sort_name
from .supporters import CohortRow, PlacementRow, cohorts, placements
from .venues import VenueRow, venues

VIEWS = (areas_view, councils, coordinators, providers, resources, cohorts, placements, venues, places)

__all__ = [
    "NO_DAY", "VIEWS", "CohortRow", "CoordinatorRow", "CouncilRow", "PlaceRow", "PlacementRow", "ProviderRow",
    "ResourceRow", "VenueRow", "cohorts", "coordinators", "councils", "placements", "places", "providers", "resources",
    "searchable", "sort_name", "venues",
]  # fmt: skip
