"""A small city in the running system, with something of every kind: a path can lead to a thing that is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg
from tests.declared import RIGHTS
from tests.journeys.bodies import contact as a_contact
from tests.journeys.bodies import developed as bodies_of

from shienops.demo.loop import Loop, WalkPlace
from shienops.demo.people import Known, Person
from shienops.system import System
from shienweb import Role

CITY, NORTH, SOUTH, FOREIGN = "272108", "272108-01", "272108-02", "431001"
SERVICES = ("registry", "needs", "matching", "escalation", "portal")
BEGUN = date(2020, 4, 1)
"""When the areas and their councils began."""
_PREFERRED = (Role.TIER1_COORDINATOR, Role.TIER2_COORDINATOR, Role.MUNICIPAL_ADMINISTRATOR, Role.AUDITOR)


@dataclass(frozen=True)
class City:
    """The system, the ids of what is in it, and the latest position."""

    system: System
    ids: dict[str, str]
    position: str

    def role(self, service: str, operation: str) -> Role:
        """A role that may do this."""
        return next(role for role in _PREFERRED if role in RIGHTS[f"{service}.{operation}"])

    def token(self, service: str, operation: str, *, areas: Sequence[str] = (CITY,), subject: str = "tester") -> str:
        """A token of somebody who may do this, anywhere in the city."""
        return self.system.token(self.role(service, operation), areas, body="city", subject=subject)

    def id(self, service: str, name: str) -> str | None:
        """The id of a thing that is there, by the name of the parameter or field."""
        if service == "matching" and name == "resource_id":
            name = "launched_id"  # the one that has a match
        return self.ids.get(name)

    def path(self, service: str, template: str) -> str:
        """A path of the document with the ids of things that are there."""
        return re.sub(r"\{(\w+)\}", lambda found: self.id(service, found[1]) or "", template)

    async def written(self, service: str) -> int:
        """How many events of the service people caused. What ticks and reactions write may come at any time."""
        connection = await asyncpg.connect(self.system.stack.owner_dsn(service))
        try:
            found = await connection.fetchval(
                "select count(*) from events where split_part(actor, '/', 1) not in ('tick', 'reaction')"
            )
        finally:
            await connection.close()
        return int(found)


async def settle(system: System) -> City:
    """Define the city, and walk one need through the whole loop."""
    known = Known()
    async with (
        Person(system, Role.MUNICIPAL_ADMINISTRATOR, [CITY], known, body="city") as admin,
        Person(system, Role.TIER1_COORDINATOR, [CITY], known, body="city") as tier1,
    ):
        await admin.post("registry", "/areas", an_area(CITY, None))
        for code in (NORTH, SOUTH):
            await admin.post("registry", "/areas", an_area(code))
        await admin.post(
            "registry", f"/areas/{NORTH}/reorganization", {"successors": [SOUTH], "valid_from": "2099-04-01"}
        )
        mapped = {"kinds": [{"kind": "needs", "successor": SOUTH}], "reason": "校区の統合"}
        mapping = await admin.post("registry", f"/areas/{NORTH}/mappings", mapped)
        await admin.post("registry", f"/areas/{NORTH}/reorganization-withdrawal", {"reason": "延期"})
        councils = [await _council(admin, area, tier) for area, tier in ((NORTH, "tier2"), (CITY, "tier1"))]
        coordinator = await admin.post("registry", "/coordinators", a_coordinator())
        handed_over = await _handed_over(admin)
        provider = await admin.post("registry", "/providers", {"area": NORTH, "name": "北の会", "kind": "npo"})
        contact = await admin.post("registry", "/contacts", a_contact(provider["id"]))
        await admin.post("registry", "/freshness-promises", a_promise())
        network = await _network(tier1, councils[0])
        place = WalkPlace(CITY, NORTH, councils[0], councils[1])
        async with Loop(system, place, known=known) as loop:
            walked = await loop.walk()
            survey = await loop.tier2.post("needs", "/surveys", a_survey())
        meeting = (await tier1.get("escalation", "/meetings", area=NORTH))["items"][0]["meeting_id"]
        promise = {"issue_id": walked.issue, "meeting_id": meeting, "body_kind": "npo", "body": "北の会"}
        promise |= {"what": "送迎を試行する", "until": "2099-03-31"}
        self_help = await tier1.post("escalation", "/self-help", promise)
        resource = await tier1.post("registry", "/resources", a_resource())
        need = await tier1.post("needs", "/needs", a_need())
        developed = await _developed(tier1, resource["id"])
        entry = {"provider_name": "北の会", "asked": "担える", "requested_on": "2026-04-01"}
        asked = await tier1.post("escalation", f"/proposals/{walked.proposal}/entries", entry)
        service = (await tier1.get("escalation", f"/proposals/{walked.proposal}"))["service_id"]
        # Not live: a test that proposes by hand would race with what is proposed at once.
        matched = await tier1.post("matching", "/rounds", {"area": CITY, "live": False})
    ids = {
        "area": NORTH, "council_id": councils[0], "provider_id": provider["id"], "need_id": need["id"],
        "survey_id": survey["id"], "issue_id": walked.issue, "proposal_id": walked.proposal,
        "match_id": walked.match, "resource_id": resource["id"], "launched_id": walked.resource,
        "round_id": matched["id"],
        "coordinator_id": coordinator["id"], "hand_over_id": handed_over, "thing": walked.need, "meeting_id": meeting,
        "self_help_id": self_help["id"], "contact_id": contact["id"], "subject_id": provider["id"],
        "stream": f"need-{need['id']}",
        "entry_id": asked["id"], "service_id": service, "provision": "1",
        "mapping_id": mapping["id"],
        **network,
        **developed,
    }  # fmt: skip
    return City(system, ids, known.token())


async def _network(tier1: Person, council: str) -> dict[str, str]:
    """The ids of an outreach, a partnership, and information that was shared with the council."""
    day = "2026-04-01"
    bodies = [{"kind": "npo", "name": "北の会"}, {"kind": "shakyo", "name": "北の社協"}]
    asked = {"area": NORTH, "body": bodies[0], "made_on": day, "request": "lend_venue"}
    formed = {"area": NORTH, "bodies": bodies, "purpose": "送迎", "since": day}
    shared = {"area": NORTH, "from_body": bodies[0], "to_councils": [council], "subject": "制度", "text": "改正"}
    return {
        "outreach_id": (await tier1.post("registry", "/outreach", asked))["id"],
        "partnership_id": (await tier1.post("registry", "/partnerships", formed))["id"],
        "information_id": (await tier1.post("registry", "/information", {**shared, "shared_on": day}))["id"],
    }


async def _handed_over(admin: Person) -> str:
    """The id of the hand-over of another post."""
    post = (await admin.post("registry", "/coordinators", {**a_coordinator(), "term_until": "2028-04-01"}))["id"]
    await admin.post("registry", f"/coordinators/{post}/hand-over", {"on": "2026-04-02"})
    return str((await admin.get("registry", f"/coordinators/{post}"))["hand_over_id"])


async def _council(admin: Person, area: str, tier: str) -> str:
    body = {"area": area, "tier": tier, "name": f"{area} 協議体", "members": []}
    return str((await admin.post("registry", "/councils", body, on=BEGUN))["id"])


async def _developed(tier1: Person, resource: str) -> dict[str, str]:
    """The ids of a cohort with a placement, a venue, a place to take part, and a report of activity."""
    bodies = bodies_of({"area": NORTH, "resource_id": resource})
    cohort = (await tier1.post("registry", "/cohorts", bodies["train_supporters"]))["id"]
    placement = await tier1.post("registry", f"/cohorts/{cohort}/placements", bodies["place_supporters"])
    venue = await tier1.post("registry", "/venues", bodies["secure_venue"])
    place = await tier1.post("registry", "/places", bodies["offer_place"])
    report = await tier1.post("registry", f"/resources/{resource}/activity-reports", bodies["report_activity"])
    return {
        "cohort_id": cohort,
        "placement_id": placement["id"],
        "venue_id": venue["id"],
        "place_id": place["id"],
        "report_id": report["id"],
    }


def an_area(code: str, parent: str | None = CITY) -> dict[str, Any]:
    """The body of an area."""
    kind, tiers = ("centre_area", ["tier2"]) if parent else ("municipality", ["tier1"])
    name = f"地域{code}"
    return {"area": code, "parent": parent, "kind": kind, "tiers": tiers, "name": name, "valid_from": str(BEGUN)}


def a_promise() -> dict[str, Any]:
    """The body of a promise how fresh lists are."""
    return {"area": NORTH, "percent": 80, "within_days": 180, "since": "2026-04-01"}


def a_coordinator() -> dict[str, Any]:
    """The body of a coordinator's post."""
    return {
        "area": NORTH, "tier": "tier2", "employer": "校区社協", "employer_kind": "shakyo",
        "term_from": "2026-04-01", "term_until": "2027-04-01",
    }  # fmt: skip


def a_need() -> dict[str, Any]:
    """The body of a need."""
    return {"area": NORTH, "support_kind": "salon", "people": 3, "frequency": "weekly", "source": "coordinator"}


def a_resource() -> dict[str, Any]:
    """The body of a resource."""
    return {"area": NORTH, "details": {"name": "ふれあいサロン", "support_kinds": ["salon"], "capacity": 30}}


def a_survey() -> dict[str, Any]:
    """The body of a survey."""
    return {
        "area": NORTH, "title": "暮らしの困りごと", "method": "interview",
        "period_from": "2026-04-01", "period_until": "2026-06-30",
    }  # fmt: skip
