"""Who may do what: one table, read by people and by the door of every route. What it lacks is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ._principal import Role

TIER1 = Role.TIER1_COORDINATOR
TIER2 = Role.TIER2_COORDINATOR
SECRETARY = Role.COUNCIL_SECRETARY
ADMINISTRATOR = Role.MUNICIPAL_ADMINISTRATOR
AUDITOR = Role.AUDITOR
SUBSCRIBER = Role.SUBSCRIBER

# Where the tiers share one area its coordinator is of the first; so what needs and matches ask for, both tiers do.
COORDINATORS = frozenset({TIER1, TIER2})
READERS = frozenset({TIER1, TIER2, SECRETARY, ADMINISTRATOR, AUDITOR, SUBSCRIBER})
CONVENERS = frozenset({TIER1, TIER2, SECRETARY})  # who can hold a council's meeting and note what came of it
PROPOSERS = frozenset({TIER2, SECRETARY})  # who speaks for a tier-2 council
ANSWERERS = frozenset({TIER1})  # who answers for the municipality
CITY = frozenset({ADMINISTRATOR})
KEEPERS = frozenset({TIER1, TIER2, ADMINISTRATOR})  # who keeps the register of resources true

RIGHTS: Final[Mapping[str, frozenset[Role]]] = {
    "registry.define_area": CITY,
    "registry.reorganize_area": CITY,
    "registry.list_areas": READERS,
    "registry.show_area": READERS,
    "registry.establish_council": frozenset({ADMINISTRATOR, SECRETARY}),
    "registry.list_councils": READERS,
    "registry.show_council": READERS,
    "registry.assign_coordinator": CITY,
    "registry.list_coordinators": READERS,
    "registry.show_coordinator": READERS,
    "registry.register_provider": frozenset({ADMINISTRATOR, TIER1}),
    "registry.list_providers": READERS,
    "registry.show_provider": READERS,
    "registry.register_resource": KEEPERS,
    "registry.revise_resource": KEEPERS,
    "registry.verify_resource": KEEPERS,
    "registry.suspend_resource": KEEPERS,
    "registry.resume_resource": KEEPERS,
    "registry.retire_resource": KEEPERS,
    "registry.list_resources": READERS,
    "registry.show_resource": READERS,
    "registry.stale_resources": READERS,
    "registry.register_batch": CITY,
    "registry.show_board": READERS,
    "needs.open_survey": COORDINATORS,
    "needs.close_survey": COORDINATORS,
    "needs.list_surveys": READERS,
    "needs.show_survey": READERS,
    "needs.record_need": COORDINATORS,
    "needs.revise_need": COORDINATORS,
    "needs.withdraw_need": COORDINATORS,
    "needs.list_needs": READERS,
    "needs.show_need": READERS,
    "needs.raise_issue": COORDINATORS,
    "needs.declare_gap": COORDINATORS,
    "needs.list_issues": READERS,
    "needs.show_issue": READERS,
    "needs.show_board": READERS,
    "matching.list_candidates": READERS,
    "matching.search_match": COORDINATORS,
    "matching.propose_match": COORDINATORS,
    "matching.accept_match": COORDINATORS,
    "matching.decline_match": COORDINATORS,
    "matching.lapse_match": COORDINATORS,
    "matching.conclude_match": COORDINATORS,
    "matching.list_matches": READERS,
    "matching.show_match": READERS,
    "matching.list_searches": READERS,
    "matching.show_board": READERS,
    "escalation.hold_meeting": CONVENERS,
    "escalation.list_meetings": READERS,
    "escalation.show_meeting": READERS,
    "escalation.escalate_proposal": PROPOSERS,
    "escalation.receive_proposal": ANSWERERS,
    "escalation.return_proposal": ANSWERERS,
    "escalation.deliberate_proposal": ANSWERERS,
    "escalation.adopt_proposal": ANSWERERS,
    "escalation.reject_proposal": ANSWERERS,
    "escalation.defer_proposal": ANSWERERS,
    "escalation.withdraw_proposal": PROPOSERS,
    "escalation.design_service": ANSWERERS,
    "escalation.launch_service": ANSWERERS,
    "escalation.list_proposals": READERS,
    "escalation.show_proposal": READERS,
    "escalation.show_board": READERS,
    "portal.show_board": READERS,
    "portal.show_trace": READERS,
    "portal.draw_trace": READERS,
    "portal.list_areas": READERS,
    "portal.show_resources": READERS,
    "portal.show_needs": READERS,
    "portal.show_matches": READERS,
    "portal.show_proposals": READERS,
    "portal.front_page": READERS,
    "portal.area_page": READERS,
    "portal.need_page": READERS,
}
