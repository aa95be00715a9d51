"""The views of the registry: areas and councils (of shiendomain), posts, providers, resources, and the network."""

from __future__ import annotations

from shiendomain.areas_view import areas_view
from shiendomain.councils_view import CouncilRow
from shiendomain.councils_view import councils_view as councils

from .network import (
    InformationRow,
    OutreachRow,
    PartnershipRow,
    information,
    outreach,
    partnerships,
)
from .posts import CoordinatorRow, coordinators
from .providers import ProviderRow, providers
from .resources import ResourceRow, resources
from .search import NO_DAY, searchable, sort_name

VIEWS = (areas_view, councils, coordinators, providers, resources, outreach, partnerships, information)

__all__ = [
    "NO_DAY", "VIEWS", "CoordinatorRow", "CouncilRow", "InformationRow", "OutreachRow", "PartnershipRow",
    "ProviderRow", "ResourceRow", "coordinators", "councils", "information", "outreach", "partnerships", "providers",
    "resources", "searchable", "sort_name",
]  # fmt: skip
