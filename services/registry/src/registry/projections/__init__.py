"""The views of the registry: areas (of shiendomain), councils, posts of coordinators, providers and resources."""

from __future__ import annotations

from shiendomain.areas_view import areas_view

from .posts import CoordinatorRow, CouncilRow, coordinators, councils
from .providers import ProviderRow, providers
from .resources import NO_DAY, ResourceRow, resources
from .search import searchable, sort_name

VIEWS = (areas_view, councils, coordinators, providers, resources)

__all__ = [
    "NO_DAY", "VIEWS", "CoordinatorRow", "CouncilRow", "ProviderRow", "ResourceRow", "coordinators", "councils",
    "providers", "resources", "searchable", "sort_name",
]  # fmt: skip
