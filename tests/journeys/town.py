"""A town in a running system, and the people who work there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Self

from tests.ocel_replay import check_structure, replay

from shiendomain.days import today
from shienevents import positions_at
from shienops._ocel import write
from shienops.demo.loop import WalkPlace
from shienops.demo.people import Known, Person
from shienops.demo.verify import verify
from shienops.seeing.opened import opened
from shienops.system import System
from shienweb import Role

TODAY = today()
_NUMBERS = count(1)
"""For notes and minutes that differ: nobody records the same need, or the same meeting, twice."""
DUE = TODAY + timedelta(days=60)
"""By when an answer is due. Not TODAY: the day may end while the tests run."""
BEGUN = TODAY - timedelta(days=400)


def minutes_of_its_own() -> str:
    """Minutes that no other meeting has."""
    return f"会議 第{next(_NUMBERS)}回"


def government_code(five: str) -> str:
    """The local government code that begins with these five digits."""
    weighed = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), five, strict=True))
    return five + str((11 - weighed % 11) % 10)


class Town:
    """A municipality of a running system: its code, and people who know of all that was done for it.

    `replayed`: at the end its log is read from the stores, which a system in containers does not let out.
    """

    def __init__(self, system: System, five: str, *, replayed: bool = True) -> None:
        self.system = system
        self.code = government_code(five)
        self.known = Known()
        self.replayed = replayed
        self.councils: dict[str, str] = {}
        self._open = AsyncExitStack()
        self.administrator = self.person(Role.MUNICIPAL_ADMINISTRATOR)
        self.auditor = self.person(Role.AUDITOR)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, failed: type[BaseException] | None, *_: object) -> None:
        await self._open.aclose()
        if failed is None and self.replayed:
            await fits_the_machines(self.system, self.code)

    def person(self, role: Role, *areas: str, known: Known | None = None, body: str = "demo") -> Person:
        """Somebody of these areas, else of the whole town, who is told of everything, or of nothing but their own."""
        who = Person(self.system, role, areas or [self.code], self.known if known is None else known, body=body)
        self._open.push_async_exit(who)
        return who

    async def area(self, code: str, kind: str, *tiers: str, parent: str | None = None) -> None:
        """Define an area."""
        body = {"area": code, "kind": kind, "tiers": tiers, "name": f"地域{code}", "valid_from": str(BEGUN)}
        await self.administrator.post("registry", "/areas", body | {"parent": parent})

    async def council(self, code: str, tier: str) -> str:
        """Establish a council of this tier in an area."""
        body = {"area": code, "tier": tier, "name": f"協議体{code}{tier}"}
        done = await self.administrator.post("registry", "/councils", body)
        self.councils[code] = done["id"]
        return str(done["id"])

    async def build(self, districts: int) -> Sequence[WalkPlace]:
        """A city of the first tier with so many districts of the second, each with its council."""
        await self.area(self.code, "municipality", "tier1")
        top = await self.council(self.code, "tier1")
        places = []
        for n in range(1, districts + 1):
            area = f"{self.code}-{n:02d}"
            await self.area(area, "school_district", "tier2", parent=self.code)
            places.append(WalkPlace(self.code, area, await self.council(area, "tier2"), top))
        return places

    async def need(self, who: Person, area: str, *, people: int = 1, kind: str = "outing") -> str:
        """Record a need, of which nobody has said the same."""
        body = {"area": area, "support_kind": kind, "people": people, "frequency": "weekly", "source": "coordinator"}
        return str((await who.post("needs", "/needs", body | {"note": f"記録 {next(_NUMBERS)}"}))["id"])

    async def resource(self, area: str, *, capacity: int | None, kind: str = "outing") -> str:
        """Register a resource of an area, that serves it."""
        details = {"name": f"送迎{area}", "support_kinds": [kind], "provider_name": "NPO", "capacity": capacity}
        done = await self.administrator.post("registry", "/resources", {"area": area, "details": details})
        return str(done["id"])

    async def board(self, area: str = "") -> Mapping[str, Any]:
        """The portal's board with all below, as its whole territory's auditor reads it."""
        found: Mapping[str, Any] = await self.auditor.get("portal", f"/boards/{area or self.code}", subtree="true")
        return found


async def fits_the_machines(system: System, code: str) -> None:
    """What happened in the town, exported and replayed by a second reader, is what the published machines allow."""
    path = system.folder.path.parent / f"{code}.json"
    async with opened(system.stack) as stores:
        ends = {name: (await positions_at(store, datetime.now(UTC))).seqs for name, store in stores.items()}
        await write(path, stores, ends, code)
    log = json.loads(path.read_text())
    check_structure(log)
    assert replay(log).misfits == []


def adds_up(board: Mapping[str, Any]) -> None:
    """Tier 1 is the sum of tier 2, in every figure."""
    summed = {
        section: {name: sum(row["board"][section][name] for row in board["areas"]) for name in figures}
        for section, figures in board["board"].items()
    }
    assert board["board"] == summed, board["position"]
    assert board["parked"] == dict.fromkeys(board["parked"], 0)


async def all_views_agree(system: System) -> None:
    """Every view of every service is what its events make of it, from the stores and from Kafka."""
    compared = await verify(system)
    assert [f"{one.service}.{one.view}" for one in compared if not one.same] == []
    assert {one.service for one in compared} == set(system.services)
