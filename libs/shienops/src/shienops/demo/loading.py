"""The sample city brought into the services, over HTTP as everybody else does: first the city, then its two years.

Work is done in stages. Within a stage everything happens at once, a dozen requests at a time, and nothing waits for
what the others write; the next stage waits for all that the last one wrote.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

from shienops.demo.city import CODE, NAME, WALKED
from shienops.demo.loading_cases import CaseLoader
from shienops.demo.loading_development import DevelopmentLoader
from shienops.demo.loading_needs import NeedLoader
from shienops.demo.loading_network import NetworkLoader
from shienops.demo.loop import WalkPlace
from shienops.demo.people import Known, Person
from shienops.demo.plan import City, Post, Resource
from shienops.demo.staff import Staff
from shienops.system import System
from shienweb import Role

OnProgress = Callable[[str, int, int], None]
"""Called with what is loaded, how many of it are done, and of how many."""

Work = Callable[[Known], Awaitable[None]]
"""One piece of work of a stage: begins with what is known before it, and learns what it writes."""

_AT_ONCE = 12


class Loader:
    """Loads one city into a running system."""

    def __init__(self, system: System, city: City, today: date, known: Known, on_progress: OnProgress) -> None:
        self.system = system
        self.city = city
        self.today = today
        self.known = known
        self.councils: dict[str, str] = {}
        self.resources: dict[str, str] = {}
        self._tell = on_progress
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def load(self) -> dict[str, WalkPlace]:
        """Load everything, unless an earlier run has done so. Returns where each tier-2 area's loop can be walked."""
        async with AsyncExitStack() as stack:
            people = await self._people(stack)
            if await self._is_there(people.administrator):
                return self.places()
            await self._register(people.administrator)
            await self._found(people.administrator)
            needs = NeedLoader(self, people)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._verify(people))
                group.create_task(needs.record())
                group.create_task(DevelopmentLoader(self, people).develop())
                group.create_task(NetworkLoader(self, people).connect())
            async with asyncio.TaskGroup() as group:
                group.create_task(needs.match())
                group.create_task(CaseLoader(self, people, needs.ids).load())
            await self._end(people)
        return self.places()

    def places(self) -> dict[str, WalkPlace]:
        """The tier-2 areas with the councils, and a kind of support that nobody gives there."""
        top = self.councils[CODE]
        found = {}
        for area in self.city.areas:
            begun = {case.support_kind for case in self.city.cases if case.area == area.code}
            free = [kind for kind in self.city.lacking[area.code] if kind not in begun]
            kind = next(iter(free), WALKED)
            found[area.code] = WalkPlace(CODE, area.code, self.councils[area.code], top, kind)
        return found

    async def free_place(self) -> WalkPlace:
        """The first place where nobody gives what is lacking there, by what the registry lists now."""
        places = list(self.places().values())
        async with Person(self.system, Role.AUDITOR, [CODE], self.known) as auditor:
            for place in places:
                listed = await auditor.get("registry", "/resources", area=place.area, support_kind=place.kind)
                if not listed["items"]:
                    return place
        return places[0]

    async def _is_there(self, admin: Person) -> bool:
        """Whether the city and its councils are there already: then only these are looked up."""
        areas = {one["area"] for one in await every(admin, "registry", "/areas")}
        councils = await every(admin, "registry", "/councils")
        self.councils = {one["area"]: one["council_id"] for one in councils}
        found = areas == set(self.councils) == {CODE, *(area.code for area in self.city.areas)}
        if found:
            self._tell("読込済み loaded before", 1, 1)
        return found

    async def stage(self, what: str, works: Sequence[Work]) -> None:
        """Do these at once. Whoever comes later waits for all that they wrote."""
        base, learned, done = self.known.token(), list[str](), 0

        async def one(work: Work) -> None:
            nonlocal done
            known = Known()
            known.learn(base)
            async with self._gate:
                await work(known)
            learned.append(known.token())
            done += 1
            self._tell(what, done, len(works))

        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(one(work))
        for token in learned:
            self.known.learn(token)

    async def _people(self, stack: AsyncExitStack) -> Staff:
        def person(role: Role, area: str, body: str) -> Person:
            who = Person(self.system, role, [area], self.known, body=body)
            stack.push_async_exit(who)
            return who

        return Staff(
            administrator=person(Role.MUNICIPAL_ADMINISTRATOR, CODE, NAME),
            tier1=person(Role.TIER1_COORDINATOR, CODE, NAME),
            tier2={area.code: person(Role.TIER2_COORDINATOR, area.code, area.name) for area in self.city.areas},
        )

    async def _register(self, admin: Person) -> None:
        """Areas and providers in one list, then the resources, a list for each day on which some were registered."""
        top = {"area": CODE, "kind": "municipality", "tiers": ["tier1"], "name": NAME, "boundary": self.city.outline}
        below = [
            {"area": one.code, "parent": CODE, "kind": "centre_area", "tiers": ["tier2"], "name": one.name,
             "boundary": one.boundary}
            for one in self.city.areas
        ]  # fmt: skip
        areas = [{**one, "valid_from": str(self.city.begun)} for one in (top, *below)]
        batch = {"areas": areas, "providers": list(self.city.providers)}
        await admin.post("registry", "/resource-batches", batch, on=self.city.begun)
        self._tell("圏域 areas", len(areas), len(areas))
        for day in sorted({one.registered_on for one in self.city.resources}):
            rows = [_row(one) for one in self.city.resources if one.registered_on == day]
            await admin.post("registry", "/resource-batches", {"resources": rows}, on=day)
        listed = await every(admin, "registry", "/resources")
        self.resources = {one["reference"]: one["resource_id"] for one in listed}

    async def _found(self, admin: Person) -> None:
        """The councils, and the coordinators' posts."""

        def council(area: str, tier: str, name: str) -> Work:
            async def establish(known: Known) -> None:
                body = {"area": area, "tier": tier, "name": name, "members": _members(tier)}
                done = await admin.apart(known).post("registry", "/councils", body, on=self.city.begun)
                self.councils[area] = str(done["id"])

            return establish

        def post(one: Post) -> Work:
            async def assign(known: Known) -> None:
                body = {**vars(one), "term_from": str(one.term_from), "term_until": str(one.term_until)}
                await admin.apart(known).post("registry", "/coordinators", body, on=one.term_from)

            return assign

        councils = [council(area.code, "tier2", f"{area.name}協議体") for area in self.city.areas]
        works = [council(CODE, "tier1", "みほん市協議体"), *councils, *map(post, self.city.posts)]
        await self.stage("協議体・担当 councils, posts", works)

    async def _verify(self, people: Staff) -> None:
        """Coordinators find listed resources to be as they are listed."""

        def verified(one: Resource, day: date) -> Work:
            async def verify(known: Known) -> None:
                method = ("phone", "visit", "document", "self_report")[day.toordinal() % 4]
                path = f"/resources/{self.resources[one.reference]}/verification"
                person = people.of(str(one.row["area"]), known)
                await person.post("registry", path, {"verified_on": str(day), "method": method}, on=day)

            return verify

        works = [verified(one, day) for one in self.city.resources for day in one.verified_on]
        await self.stage("資源の確認 verifications", works)

    async def _end(self, people: Staff) -> None:
        """Resources that stop for a while, or for good: what was matched with these comes undone."""

        def ended(one: Resource) -> Work:
            async def end(known: Known) -> None:
                assert one.ending is not None
                person = people.of(str(one.row["area"]), known)
                path = f"/resources/{self.resources[one.reference]}"
                step = "retirement" if one.ending.retired else "suspension"
                await person.post("registry", f"{path}/{step}", {"reason": one.ending.reason}, on=one.ending.on)
                if one.ending.resumed_on:
                    await person.post("registry", f"{path}/resumption", on=one.ending.resumed_on)

            return end

        works = [ended(one) for one in self.city.resources if one.ending]
        await self.stage("休止・廃止 suspended, retired", works)


async def every(person: Person, service: str, path: str, **query: str) -> list[dict[str, Any]]:
    """All pages of a list."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await person.get(service, path, limit="200", **query, **cursor)
        items += page["items"]
        if not page["next_cursor"]:
            return items
        cursor = {"cursor": page["next_cursor"]}


def _members(tier: str) -> list[dict[str, str]]:
    if tier == "tier1":
        return [
            {"kind": "citywide", "name": "みほん市社会福祉協議会"},
            {"kind": "citywide", "name": "みほん市老人クラブ連合会"},
            {"kind": "support_centre", "name": "みほん市地域包括支援センター連絡会"},
        ]
    return [
        {"kind": "neighbourhood", "name": "自治会連合会"},
        {"kind": "welfare_commissioners", "name": "民生委員児童委員協議会"},
        {"kind": "shakyo", "name": "校区社会福祉協議会", "parent": "みほん市社会福祉協議会"},
        {"kind": "seniors_club", "name": "老人クラブ", "parent": "みほん市老人クラブ連合会"},
    ]


def _row(resource: Resource) -> dict[str, object]:
    """A resource of the sample as a row of the registry's batch."""
    details = {name: value for name, value in resource.row.items() if name not in ("area", "provider")}
    source = {"kind": "import", "reference": resource.reference}
    row = {"area": resource.row["area"], "details": details, "source": source}
    return {**row, "provider_reference": resource.row["provider"]}
