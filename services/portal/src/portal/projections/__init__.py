"""The views of the portal, each a pure fold: a module for each kind of thing, and the trail of all events.

areas.py       the shapes of areas
information.py information that was shared, and good practices
network.py     posts of coordinators, outreach, partnerships
resources.py   needs.py   matches.py   proposals.py
in_vain.py     needs that a search or a round found nothing for
development.py  supporters, venues, and places where older people take part
hand_overs.py  hand-overs of posts
trail.py       every event, with its sentence
sentences/     the sentences, a module for each service
"""

from __future__ import annotations

from typing import Any

from shiendomain.accesses_view import accesses_view
from shiendomain.activity_reports_view import activity_reports_view as activity_reports
from shiendomain.area_mappings import area_mappings, last_moves
from shiendomain.area_shapes_view import area_shapes
from shiendomain.areas_view import areas_view
from shiendomain.councils_view import councils_view as councils
from shiendomain.freshness_view import freshness_view
from shiendomain.providers_view import providers_view as providers
from shiendomain.rounds_view import rounds_view as rounds
from shiendomain.self_help_view import self_help_view as self_help
from shiendomain.services_view import services_view as services
from shienevents import View

from .development import cohorts, places, venues
from .hand_overs import hand_overs
from .in_vain import in_vain
from .information import information
from .matches import matches
from .meetings import meetings
from .needs import issues, needs
from .network import outreach, partnerships, posts
from .proposals import proposals
from .resources import resources
from .surveys import surveys
from .trail import EVERYTHING, mentions, trail

accesses = accesses_view("portal")
VIEWS: tuple[View[Any], ...] = (
    areas_view, area_shapes, area_mappings, last_moves, councils, resources, needs, issues, surveys, matches, proposals,
    services, meetings, self_help,
    providers, outreach, partnerships, information, posts, hand_overs, cohorts, venues, places, activity_reports,
    freshness_view, rounds, in_vain, trail, mentions, accesses,
)  # fmt: skip

__all__ = [
    "EVERYTHING", "VIEWS", "accesses", "activity_reports", "area_shapes", "cohorts", "councils", "hand_overs",
    "in_vain", "information", "issues", "matches", "meetings", "mentions", "needs", "outreach", "partnerships",
    "places", "posts", "proposals", "providers", "resources", "rounds", "self_help", "services", "surveys", "trail",
    "venues",
]  # fmt: skip
