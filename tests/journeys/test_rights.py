"""Who may do what, and where: every route of every service, as every role, at one's own things and at others'.

A role that may not is told so. What lies in another territory is answered exactly as what is not there at all: in the
path, in the query and in the body, one at a time and all together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import UUID

import httpx2
import pytest
from tests.declared import RIGHTS
from tests.turns import share

from shienops.demo.loop import Loop, WalkPlace, eventually
from shienops.system import System
from shienweb import Role

from .bodies import ASKED, body_of, contact, developed
from .town import DUE, TODAY, Town

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(400)]

Ids = Mapping[str, str]
PAGES = {  # what the documents do not list
    "portal.front_page": ("GET", "/"),
    "portal.area_page": ("GET", "/areas/{area}"),
    "portal.demand_page": ("GET", "/areas/{area}/demand"),
    "portal.development_page": ("GET", "/areas/{area}/development"),
    "portal.network_page": ("GET", "/areas/{area}/network"),
    "portal.practices_page": ("GET", "/areas/{area}/practices"),
    "portal.tiers_page": ("GET", "/areas/{area}/tiers"),
    "portal.ended_areas_page": ("GET", "/areas/{area}/ended-areas"),
    "portal.rounds_page": ("GET", "/areas/{area}/rounds"),
    "portal.need_page": ("GET", "/needs/{need_id}"),
    "portal.proposal_page": ("GET", "/proposals/{proposal_id}"),
    "portal.meeting_pack_page": ("GET", "/councils/{council_id}/meeting-pack"),
    "portal.hand_over_page": ("GET", "/areas/{area}/hand-over"),
    "portal.hand_over_document_page": ("GET", "/hand-overs/{hand_over_id}/document"),
}
# Whether a code is taken anywhere decides what becomes of it: codes of areas are the country's, not a territory's.
TAKEN_CODES = {("registry.define_area", ("body", "area")), ("registry.register_batch", ("body", "areas", "0", "area"))}
OF_THE_CITY = {  # what the whole municipality sees and may name: a neighbour's is found
    ("registry.show_council", ("path", "council_id")),
    ("registry.share_information", ("body", "to_councils", "0")),
    ("registry.register_resource", ("body", "details", "service_areas", "0")),
    ("registry.revise_resource", ("body", "service_areas", "0")),
    ("registry.register_batch", ("body", "resources", "0", "details", "service_areas", "0")),
}


@dataclass(frozen=True)
class Request:
    """A request to a service: its parts hold ids of a territory's things."""

    service: str
    operation: str
    method: str
    path: str
    parts: Mapping[str, Any]

    @property
    def right(self) -> str:
        """Its place in the table of rights."""
        return f"{self.service}.{self.operation}"

    def places(self, ours: Ids) -> Iterator[tuple[tuple[str, ...], str]]:
        """Where it names one of our things, and which."""
        names = {value: name for name, value in ours.items()}
        for place, value in leaves(self.parts):
            if value in names and (self.right, place) not in TAKEN_CODES:
                yield place, names[value]

    def of_the_city(self, places: Sequence[tuple[tuple[str, ...], str]]) -> Sequence[tuple[str, ...]]:
        """Those of these places where it names what is seen in the whole municipality."""
        return [place for place, _ in places if (self.right, place) in OF_THE_CITY]

    def naming(self, places: Sequence[tuple[tuple[str, ...], str]], ids: Ids) -> Request:
        """The same, naming others' things in these places."""
        parts = self.parts
        for place, name in places:
            parts = put(parts, place, ids[name])
        return replace(self, parts=parts)

    def arguments(self, url: str) -> dict[str, Any]:
        """As the client takes it."""
        path = self.path.format(**self.parts["path"])
        return {"url": url + path, "params": self.parts["query"], "json": self.parts["body"]}


def leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts in a tree of JSON, each with its place."""
    if isinstance(value, Mapping):
        yield from chain.from_iterable(leaves(one, (*place, key)) for key, one in value.items())
    elif isinstance(value, list):
        yield from chain.from_iterable(leaves(one, (*place, str(n))) for n, one in enumerate(value))
    elif isinstance(value, str):
        yield place, value


def put(value: Any, place: Sequence[str], new: str) -> Any:
    """The tree with another text in this place."""
    if not place:
        return new
    if isinstance(value, Mapping):
        return {key: put(one, place[1:], new) if key == place[0] else one for key, one in value.items()}
    return [put(one, place[1:], new) if str(n) == place[0] else one for n, one in enumerate(value)]


async def test_every_route_refuses_roles_and_hides_what_is_anothers(system: System) -> None:
    async with Town(system, "99110") as town, Town(system, "99111") as away:
        ours, neighbours = [await things(town, place) for place in await town.build(districts=2)]
        (foreign,) = [await things(away, place) for place in await away.build(districts=1)]
        for token in (town.known, away.known):
            for service in system.services:
                await away.person(Role.AUDITOR, known=token).get(service, f"/boards/{away.code}")
        async with httpx2.AsyncClient(timeout=30) as client:
            requests = [one async for one in all_requests(system, client, ours)]
            assert {one.right for one in requests} == set(RIGHTS)
            asking = Asking(system, client)
            wrong = [*await asking.refused(requests, (ours, neighbours, foreign))]
            wrong += await asking.hidden(requests, ours, {"neighbouring": neighbours, "foreign": foreign})
            wrong += await asking.there(requests, ours)
    assert wrong == []


class Asking:
    """Sends requests as somebody of a role and an area, and tells what should not have been answered."""

    def __init__(self, system: System, client: httpx2.AsyncClient) -> None:
        self._system = system
        self._client = client

    async def answer(self, request: Request, role: Role, area: str) -> tuple[int, Any]:
        """The status, and the body without what differs from answer to answer."""
        headers = {"Authorization": f"Bearer {self._system.token(role, [area])}"}
        arguments = request.arguments(self._system.url(request.service))
        found = await self._client.request(request.method, headers=headers, **arguments)
        trace = found.headers["x-trace-id"]
        if "json" not in found.headers["content-type"]:
            return found.status_code, found.text.replace(trace, "")
        body = found.json()
        if isinstance(body, dict):
            body = {key: value for key, value in body.items() if key not in ("trace_id", "position", "stale")}
        return found.status_code, body

    async def refused(self, requests: Sequence[Request], territories: Sequence[Ids]) -> list[str]:
        """A role that may not, may not anywhere: roles and territories take turns."""
        wrong = []
        for n, request in enumerate(requests):
            for m, role in enumerate(share(sorted(set(Role) - RIGHTS[request.right]), n, 2)):
                for ids in share(territories, n + m, len(territories)):
                    status, body = await self.answer(request, role, ids["area"])
                    if status != 403 or "role.not_allowed" not in str(body):
                        wrong.append(f"{request.right} as {role} of {ids['area']}: {status} {body}")
        return wrong

    async def hidden(self, requests: Sequence[Request], ours: Ids, theirs: Mapping[str, Ids]) -> list[str]:
        """Others' things are as unknown as unknown ones: a neighbour's and a stranger's take turns."""
        wrong = []
        for request in requests:
            places = [*request.places(ours)]
            for n, chosen in enumerate([[one] for one in places] + ([places] if len(places) > 1 else [])):
                for m, role in enumerate(sorted(RIGHTS[request.right])):
                    unknown = await self.answer(request.naming(chosen, nothing(ours)), role, ours["area"])
                    in_path = any(place[0] == "path" for place, _ in chosen)
                    if (in_path and unknown[0] != 404) or (request.method != "GET" and unknown[0] < 400):
                        wrong.append(f"{request.right} {chosen} as {role}: takes what is not there, {unknown}")
                    for whose, ids in share([*theirs.items()], n + m, len(theirs)):
                        told = await self.answer(request.naming(chosen, ids), role, ours["area"])
                        if whose == "neighbouring" and (seen := request.of_the_city(chosen)):
                            right = told[0] == unknown[0] if len(seen) < len(chosen) else told != unknown
                        else:
                            right = told == unknown
                        if not right:
                            wrong.append(f"{request.right} {chosen} as {role}: {whose} {told}, unknown {unknown}")
        return wrong

    async def there(self, requests: Sequence[Request], ours: Ids) -> list[str]:
        """One's own things are found: otherwise this test would see nothing. What takes them away comes last."""
        wrong = []
        ends_area = ("withdraw_area", "reorganize_area")
        for request in sorted(requests, key=lambda r: (r.operation in ends_area, r.operation.startswith("withdraw_"))):
            for role in sorted(RIGHTS[request.right]):
                status, body = await self.answer(request, role, ours["area"])
                if status in (401, 403, 404, 422) or status >= 500:
                    wrong.append(f"{request.right} as {role}, at home: {status} {body}")
        return wrong


def nothing(ours: Ids) -> Ids:
    """Ids that nobody has."""
    ids = {name: str(UUID(int=0xDEAD0000 + n)) for n, name in enumerate(ours)}
    return {**ids, "area": f"{ours['area']}-77"}


async def all_requests(system: System, client: httpx2.AsyncClient, ours: Ids) -> Any:
    """A request to every route, naming things of ours wherever it can."""
    for service in system.services:
        document = (await client.get(system.url(service) + "/openapi.json")).json()
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                yield request_of(service, operation["operationId"], method.upper(), path, operation, ours)
    for right, (method, path) in PAGES.items():
        service, _, name = right.partition(".")
        yield request_of(service, name, method, path, {}, ours)


def request_of(service: str, name: str, method: str, path: str, operation: Mapping[str, Any], ours: Ids) -> Request:
    """A request to one route. A provision is named by its number, which is no id."""
    path = path.replace("{provision}", "1")
    query = [one["name"] for one in operation.get("parameters", ()) if one.get("in") == "query"]
    parts = {
        "path": {key: ours.get(f"{service} {key}", ours[key]) for key in ours if f"{{{key}}}" in path},
        "query": {key: ours[key] for key in query if key in ours} | dict(ASKED.get(f"{service}.{name}", {})),
        "body": body_of(f"{service}.{name}", ours) if method != "GET" else None,
    }
    return Request(service, name, method, path, parts)


async def things(town: Town, place: WalkPlace) -> Ids:
    """The ids of one thing of every kind in this area."""
    async with Loop(town.system, place, known=town.known) as loop:
        walked = await loop.walk()
    waiting = await up_to_receipt(town, place)
    async with Loop(town.system, place, known=town.known) as loop:
        need = await loop.record_need(kind="salon")
        await loop.find_nothing()
        await loop.raise_issue()
        issue = loop.walked.issue
        survey = {"title": "暮らし", "method": "interview", "period_from": str(TODAY), "period_until": str(TODAY)}
        surveyed = await loop.tier2.post("needs", "/surveys", {"area": place.area, **survey})
        meeting = {"council_id": place.council, "held_on": str(TODAY), "issues": [issue]}
        held = await loop.tier2.post("escalation", "/meetings", meeting)
        promise = {"issue_id": issue, "meeting_id": held["id"], "body_kind": "npo", "body": "北の会"}
        promise |= {"what": "送迎を試行する", "until": str(DUE)}
        agreed = await loop.tier2.post("escalation", "/self-help", promise)
    others = await develop(town, place, walked.resource)
    provider = {"area": place.area, "name": f"{place.area}の会", "kind": "npo"}
    post = {"area": place.area, "tier": "tier2", "employer": "市", "employer_kind": "shakyo"}
    term = {"term_from": "2026-04-01", "term_until": "2027-04-01"}
    body = {"kind": "npo", "name": "北の会"}
    promise = {"area": place.area, "percent": 80, "within_days": 180, "since": str(TODAY)}
    await town.administrator.post("registry", "/freshness-promises", promise)
    asked = {"area": place.area, "body": body, "made_on": str(TODAY), "request": "lend_venue"}
    formed = {"area": place.area, "purpose": "送迎", "bodies": [body, {**body, "name": "南の会"}], "since": str(TODAY)}
    shared = {"area": place.area, "from_body": body, "to_councils": [place.council], "subject": "制度", "text": "改正"}
    registry = {
        "outreach_id": ("/outreach", asked), "partnership_id": ("/partnerships", formed),
        "information_id": ("/information", shared | {"shared_on": str(TODAY)}),
    }  # fmt: skip
    async with Loop(town.system, place, known=town.known) as loop:
        network = {name: (await loop.tier2.post("registry", *sent))["id"] for name, sent in registry.items()}
        served = await of_service(loop, walked.proposal)
    lead = town.person(Role.TIER1_COORDINATOR, place.area)
    matched = await lead.post("matching", "/rounds", {"area": place.area})
    known = str((await town.administrator.post("registry", "/providers", provider))["id"])
    coordinator = str((await town.administrator.post("registry", "/coordinators", post | term))["id"])
    return {
        **network, **served, "area": place.area, "council_id": place.council, "need_id": need, "issue_id": issue,
        "proposal_id": waiting, "match_id": walked.match, "resource_id": walked.resource,
        "self_help_id": agreed["id"], "survey_id": surveyed["id"], "meeting_id": held["id"], "thing": walked.need,
        "provider_id": known, "round_id": matched["id"],
        "stream": f"need-{need}", "registry stream": f"council-{place.council}",
        "matching stream": f"offer-{walked.resource}", "escalation stream": f"proposal-{waiting}",
        "portal stream": f"access-{await looked_back(town, place)}",
        "contact_id": (await town.administrator.post("registry", "/contacts", contact(known)))["id"],
        "coordinator_id": coordinator, "hand_over_id": await handed_over(town, coordinator),
        "mapping_id": await mapped(town, place.area), **others,
    }  # fmt: skip


async def mapped(town: Town, area: str) -> str:
    """The id of a mapping that was made when the end of the area was announced, and reversed as it was called off."""
    ends = {"successors": [town.code], "valid_from": "2099-04-01"}
    await town.administrator.post("registry", f"/areas/{area}/reorganization", ends)
    body = {"kinds": [{"kind": "needs", "successor": town.code}], "reason": "校区の廃止"}
    made = await town.administrator.post("registry", f"/areas/{area}/mappings", body)
    await town.administrator.post("registry", f"/areas/{area}/reorganization-withdrawal", {"reason": "延期"})
    return str(made["id"])


async def looked_back(town: Town, place: WalkPlace) -> str:
    """The id of an access: an auditor asked for a past board."""
    auditor = town.person(Role.AUDITOR, place.area)
    await auditor.get("portal", f"/boards/{place.area}", as_of=datetime.now(UTC).isoformat())

    async def logged() -> str | None:
        found = await auditor.get("portal", "/accesses", kind="past_read")
        mine = (one for one in found["items"] if one["about"] == f"/boards/{place.area}")
        return next((str(one["access_id"]) for one in mine), None)

    return str(await eventually(logged))


async def of_service(loop: Loop, proposal: str) -> Ids:
    """The ids of the service of this proposal, of its provision, and of a request to take part in it."""
    entry = {"provider_name": "北の会", "asked": "担える", "requested_on": str(TODAY)}
    asked = await loop.tier1.post("escalation", f"/proposals/{proposal}/entries", entry)
    service = (await loop.tier1.get("escalation", f"/proposals/{proposal}"))["service_id"]
    return {"entry_id": asked["id"], "service_id": service}


async def handed_over(town: Town, coordinator: str) -> str:
    """The id of the hand-over of a post."""
    await town.administrator.post("registry", f"/coordinators/{coordinator}/hand-over", {"on": str(TODAY)})
    return str((await town.administrator.get("registry", f"/coordinators/{coordinator}"))["hand_over_id"])


async def develop(town: Town, place: WalkPlace, resource: str) -> Ids:
    """The ids of a cohort with a placement, a venue, a place to take part, and a report of activity."""
    bodies = developed({"area": place.area, "resource_id": resource})

    async def made(path: str, body: str) -> str:
        return str((await town.administrator.post("registry", path, bodies[body]))["id"])

    cohort = await made("/cohorts", "train_supporters")
    return {
        "cohort_id": cohort, "placement_id": await made(f"/cohorts/{cohort}/placements", "place_supporters"),
        "venue_id": await made("/venues", "secure_venue"), "place_id": await made("/places", "offer_place"),
        "report_id": await made(f"/resources/{resource}/activity-reports", "report_activity"),
    }  # fmt: skip


async def up_to_receipt(town: Town, place: WalkPlace) -> str:
    """A proposal that was received and waits for its answer."""
    async with Loop(town.system, place, known=town.known) as loop:
        await loop.record_need(kind="meals")
        await loop.find_nothing()
        await loop.raise_issue()
        await loop.escalate()
        body = {"due_on": str(DUE)}
        await loop.tier1.post("escalation", f"/proposals/{loop.walked.proposal}/receipt", body)
        return loop.walked.proposal
