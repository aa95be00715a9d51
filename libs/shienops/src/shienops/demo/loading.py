"""The sample city brought into the services, over HTTP as everybody else does: first the city, then its two years."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from typing import Any

from shienops.demo.city import CODE, NAME, City, Need
from shienops.demo.loop import Place
from shienops.demo.people import Known, Person, Refused
from shienops.system import System
from shienweb import Role

OnProgress = Callable[[str, int, int], None]
"""Told what is loaded, how many of it are done, and of how many."""

_AT_ONCE = 12


class Loader:
    """Loads one city into a running system."""

    def __init__(self, system: System, city: City, today: date, known: Known, on_progress: OnProgress) -> None:
        self.system = system
        self.city = city
        self.today = today
        self.known = known
        self.councils: dict[str, str] = {}
        self._tell = on_progress

    async def load(self) -> dict[str, Place]:
        """Everything. Returns where each tier-2 area's loop can be walked."""
        await self._areas_and_councils()
        await self._resources()
        await self._needs()
        return self.places()

    def places(self) -> dict[str, Place]:
        """The tier-2 areas, with the councils."""
        top = self.councils[CODE]
        return {area.code: Place(CODE, area.code, self.councils[area.code], top) for area in self.city.areas}

    async def _areas_and_councils(self) -> None:
        begun = self.today - timedelta(days=760)
        area = {"valid_from": str(begun)}
        async with Person(self.system, Role.MUNICIPAL_ADMINISTRATOR, [CODE], self.known, body="city") as admin:
            top = {
                "area": CODE,
                "kind": "municipality",
                "tiers": ["tier1"],
                "name": NAME,
                "boundary": self.city.outline,
            }
            await admin.post("registry", "/areas", top | area, on=begun)
            for n, one in enumerate(self.city.areas, 1):
                below = {"area": one.code, "parent": CODE, "kind": "centre_area", "tiers": ["tier2"], "name": one.name}
                await admin.post("registry", "/areas", below | area | {"boundary": one.boundary}, on=begun)
                self._tell("圏域 areas", n, len(self.city.areas))
            for code, tier, name in [
                (CODE, "tier1", "みほん市協議体"),
                *((one.code, "tier2", f"{one.name}協議体") for one in self.city.areas),
            ]:
                self.councils[code] = await self._council(admin, code, tier, name, begun)

    async def _council(self, admin: Person, code: str, tier: str, name: str, begun: date) -> str:
        members = [
            {"kind": "neighbourhood", "name": "自治会連合会"},
            {"kind": "welfare_commissioners", "name": "民生委員児童委員協議会"},
            {"kind": "shakyo", "name": "校区社会福祉協議会", "parent": "みほん市社会福祉協議会"},
        ]
        body = {"area": code, "tier": tier, "name": name, "members": members}
        council = await admin.post("registry", "/councils", body, on=begun)
        employer = {
            "employer": "みほん市" if tier == "tier1" else "地域包括支援センター",
            "employer_kind": "support_centre",
        }
        term = {"term_from": str(begun), "term_until": str(begun + timedelta(days=730))}
        await admin.post(
            "registry", "/coordinators", {"area": code, "tier": tier, "posts": 1, **employer, **term}, on=begun
        )
        return str(council["id"])

    async def _resources(self) -> None:
        batch = {"providers": list(self.city.providers), "resources": [_row(row) for row in self.city.resources]}
        async with Person(self.system, Role.MUNICIPAL_ADMINISTRATOR, [CODE], self.known, body="city") as admin:
            await admin.post("registry", "/resource-batches", batch, on=self.today - timedelta(days=740))
            listed = await _all(admin, "registry", "/resources")

            async def verify(n: int, resource: dict[str, Any]) -> None:
                body = {"verified_on": str(self.today - timedelta(days=n * 13 % 400)), "method": "phone"}
                await admin.apart().post("registry", f"/resources/{resource['resource_id']}/verification", body)

            checked = [one for n, one in enumerate(listed) if n % 5]  # a fifth was never verified
            await self._each("資源 resources", [verify(n, one) for n, one in enumerate(checked)])

    async def _needs(self) -> None:
        async with self._tier2() as people:
            works = [self._one_need(people[need.area].apart(), need) for need in self.city.needs]
            await self._each("2年分のニーズ needs of two years", works)
            await self._gaps(people)

    async def _one_need(self, person: Person, need: Need) -> None:
        on = need.recorded_on
        body = {"area": need.area, "support_kind": need.support_kind, "people": need.people}
        done = await person.post(
            "needs", "/needs", {**body, "frequency": need.frequency, "source": "consultation"}, on=on
        )
        if need.fate == "withdrawn":
            await person.post(
                "needs", f"/needs/{done['id']}/withdrawal", {"reason": "転居"}, on=_later(on, 20, self.today)
            )
        elif need.fate in ("met", "accepted", "declined"):
            found = await person.post("matching", f"/needs/{done['id']}/search", on=_later(on, 3, self.today))
            if found["outcome"] == "proposed":
                match = f"/resources/{found['resource_id']}/matches/{found['id']}"
                await self._match(person, match, need, _later(on, 10, self.today))

    async def _match(self, person: Person, match: str, need: Need, on: date) -> None:
        if need.fate == "declined":
            await person.post("matching", f"{match}/declination", {"reason": "not_suitable"}, on=on)
            return
        try:
            await person.post("matching", f"{match}/acceptance", on=on)
        except Refused as no:  # somebody else took the last places: a coordinator declines and looks again later
            if no.code != "match.no_capacity":
                raise
            await person.post("matching", f"{match}/declination", {"reason": "no_capacity"}, on=on)
            return
        if need.fate == "met":
            body = {"outcome": "helped", "people_helped": need.people}
            await person.post("matching", f"{match}/conclusion", body, on=_later(on, 20, self.today))

    async def _gaps(self, people: dict[str, Person]) -> None:
        """In every second area the open needs of one kind become an issue with a gap."""
        for n, area in enumerate(list(people)[::2]):
            person = people[area]
            found = await _all(person, "needs", "/needs", state="open")
            kinds = sorted({one["support_kind"] for one in found})
            if not kinds:
                continue
            needs = [one["need_id"] for one in found if one["support_kind"] == kinds[n % len(kinds)]][:6]
            issue = {"area": area, "council_id": self.councils[area], "title": "担い手が足りない", "needs": needs}
            on = self.today - timedelta(days=30 + 40 * n)
            done = await person.post("needs", "/issues", issue, on=on)
            await person.post("needs", f"/issues/{done['id']}/gap", {"missing": ["capacity"]}, on=on)
            self._tell("地域課題 issues", n + 1, (len(people) + 1) // 2)

    @asynccontextmanager
    async def _tier2(self) -> AsyncIterator[dict[str, Person]]:
        async with AsyncExitStack() as stack:
            yield {
                area.code: await stack.enter_async_context(
                    Person(self.system, Role.TIER2_COORDINATOR, [area.code], self.known, body=area.name)
                )
                for area in self.city.areas
            }

    async def _each(self, what: str, works: Sequence[Any]) -> None:
        """A dozen at once."""
        gate, done = asyncio.Semaphore(_AT_ONCE), 0

        async def one(work: Any) -> None:
            nonlocal done
            async with gate:
                await work
            done += 1
            self._tell(what, done, len(works))

        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(one(work))


async def _all(person: Person, service: str, path: str, **query: str) -> list[dict[str, Any]]:
    """All pages of a list."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await person.get(service, path, limit="200", **query, **cursor)
        items += page["items"]
        if not page["next_cursor"]:
            return items
        cursor = {"cursor": page["next_cursor"]}


def _row(resource: dict[str, object]) -> dict[str, object]:
    """A resource of the sample as a row of the registry's batch."""
    own = {"reference", "area", "provider"}
    details = {name: value for name, value in resource.items() if name not in own}
    source = {"kind": "import", "reference": resource["reference"]}
    row = {"area": resource["area"], "details": details, "source": source}
    return {**row, "provider_reference": resource["provider"]}


def _later(on: date, days: int, today: date) -> date:
    return min(on + timedelta(days=days), today)
