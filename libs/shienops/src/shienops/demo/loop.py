"""One need walked through the whole loop, by the people who do it, over HTTP.

need recorded → no match found → issue → gap → council → proposal → adopted → designed → launched
→ resource registered → match proposed → accepted → concluded → need met
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shiendomain.days import today
from shienops.demo.people import Deployment, Known, Person
from shienweb import Role

OnStep = Callable[[str, str], None]
"""Told of every step: a sentence in Japanese, and in English."""


@dataclass(frozen=True)
class Place:
    """Where the loop is walked: the municipality (or ward) of tier 1, an area of tier 2 in it, and their councils."""

    city: str
    area: str
    council: str
    city_council: str | None


@dataclass
class Walked:
    """The ids of what came of it."""

    need: str = ""
    issue: str = ""
    proposal: str = ""
    service: str = ""
    resource: str = ""
    match: str = ""
    ids: dict[str, str] = field(default_factory=dict)


def silent(ja: str, en: str) -> None:
    """Tell nobody."""


async def patiently(look: Callable[[], Awaitable[Any]], seconds: float = 90) -> Any:
    """What `look` finds, once it finds something. Reactions of other services take a moment."""
    async with asyncio.timeout(seconds):
        while not (found := await look()):  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)
        return found


class Loop:
    """The walk. `async with Loop(system, place) as loop: walked = await loop.walk()`; the journeys walk its parts."""

    def __init__(
        self,
        system: Deployment,
        place: Place,
        on_step: OnStep = silent,
        known: Known | None = None,
    ) -> None:
        self.place = place
        self.known = known or Known()
        self.tell = on_step
        self.today = today()
        self.tier2 = Person(system, Role.TIER2_COORDINATOR, [place.area], self.known, body="sasaeria")
        self.tier1 = Person(system, Role.TIER1_COORDINATOR, [place.city], self.known, body="city")
        self.walked = Walked()

    async def __aenter__(self) -> Loop:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.tier2.__aexit__()
        await self.tier1.__aexit__()

    async def walk(self) -> Walked:
        """The whole loop."""
        await self.record_need()
        await self.find_nothing()
        await self.raise_issue()
        await self.escalate()
        await self.answer()
        await self.launch()
        await self.meet()
        return self.walked

    async def record_need(self, *, kind: str = "outing", people: int = 3) -> str:
        """Tier 2 hears of a need."""
        done = await self.tier2.post(
            "needs",
            "/needs",
            {
                "area": self.place.area,
                "support_kind": kind,
                "people": people,
                "frequency": "weekly",
                "source": "coordinator",
                "note": "買い物に行けない",
            },
        )
        self.walked.need = done["id"]
        self.tell(f"第2層: ニーズを記録（{people}人）", f"tier 2: a need of {people} people is recorded")
        return self.walked.need

    async def find_nothing(self) -> None:
        """A search finds nothing that fits."""
        done = await self.tier2.post("matching", f"/needs/{self.walked.need}/search")
        self.walked.ids["search"] = done["id"]
        self.tell("マッチング: 合う資源がない", f"matching: nothing fits; missing {', '.join(done['missing'])}")

    async def raise_issue(self) -> None:
        """The need becomes an issue of the area, and a gap is declared."""
        issue = {"area": self.place.area, "council_id": self.place.council, "title": "買い物への移動手段がない"}
        done = await self.tier2.post("needs", "/issues", {**issue, "needs": [self.walked.need]})
        self.walked.issue = done["id"]
        self.tell("第2層: 地域課題として問題提起", "tier 2: raised as an issue of the area")
        await self.tier2.post("needs", f"/issues/{self.walked.issue}/gap", {"missing": ["kind"]})
        self.tell("第2層: 不足するサービスと宣言", "tier 2: declared a gap")

    async def escalate(self) -> None:
        """The tier-2 council meets and proposes upward."""
        meeting = await self._meeting(self.tier2, self.place.council, issues=[self.walked.issue])
        done = await self.tier2.post(
            "escalation",
            "/proposals",
            {
                "issue_id": self.walked.issue,
                "meeting_id": meeting,
                "title": "買い物への移動支援",
                "ask": "週1回の送迎を市の事業として検討してほしい",
            },
        )
        self.walked.proposal = done["id"]
        self.tell("第2層協議体: 市へ提案", "tier-2 council: proposed to the city")

    async def answer(self) -> None:
        """Tier 1 receives, deliberates and adopts."""
        await self._proposal("receipt", {"due_on": str(self.today + timedelta(days=60))})
        self.tell("第1層: 受理（期限を設定）", "tier 1: received, with a due date")
        meeting = None
        if self.place.city_council:
            meeting = await self._meeting(self.tier1, self.place.city_council, proposals=[self.walked.proposal])
        if meeting:
            views = {
                "meeting_id": meeting,
                "supply": "社協と調整できる",
                "fee": "片道200円",
                "supporters": "登録者12人",
            }
            await self._proposal("deliberations", views)
            self.tell("第1層協議体: 審議", "tier-1 council: deliberated")
        await self._proposal("adoption", {"reason": "複数の校区から同じ提案があり、効果が見込める"})
        self.tell("第1層: 採択", "tier 1: adopted")

    async def launch(self) -> str:
        """Tier 1 designs and launches; the registry registers the resource, and matching proposes it."""
        done = await self._proposal(
            "design",
            {
                "name": "お買い物送迎サービス",
                "service_class": "visit_d",
                "support_kinds": ["outing"],
                "fee_yen": 200,
                "criteria": "65歳以上で移動が難しい人",
                "starts_on": str(self.today),
            },
        )
        self.tell("第1層: サービスを設計", "tier 1: designed a service")
        await self._proposal(
            "launch",
            {
                "provider_name": "みほん社会福祉協議会",
                "capacity": 20,
                "schedule": "毎週水曜",
                "launched_on": str(self.today),
            },
        )
        self.walked.service = str((await self._proposal_now())["service_id"] or done["id"])
        self.tell("第1層: サービス開始", "tier 1: launched")
        match = await patiently(self._proposed)
        self.walked.match, self.walked.resource = match["match_id"], match["resource_id"]
        self.tell(
            "資源台帳に登録され、元のニーズに自動で提案された",
            "the registry lists it, and it is proposed to the need behind it",
        )
        return self.walked.resource

    async def meet(self) -> None:
        """Tier 2 accepts the match and says what came of it."""
        match = f"/resources/{self.walked.resource}/matches/{self.walked.match}"
        await self.tier2.post("matching", f"{match}/acceptance")
        self.tell("第2層: マッチング成立", "tier 2: accepted the match")
        need = await self.tier2.get("needs", f"/needs/{self.walked.need}")
        body = {"outcome": "helped", "people_helped": need["people"]}
        await self.tier2.post("matching", f"{match}/conclusion", body)
        await patiently(self.met)
        self.tell("ニーズが満たされた", "the need is met")

    async def met(self) -> bool:
        """Whether the need is met by now."""
        need = await self.tier2.get("needs", f"/needs/{self.walked.need}")
        return bool(need["state"] == "met")

    async def _proposed(self) -> Any:
        found = await self.tier2.get("matching", "/matches", need_id=self.walked.need, state="proposed")
        return next(iter(found["items"]), None)

    async def _proposal(self, what: str, body: object) -> dict[str, Any]:
        return await self.tier1.post("escalation", f"/proposals/{self.walked.proposal}/{what}", body)

    async def _proposal_now(self) -> Any:
        return await self.tier1.get("escalation", f"/proposals/{self.walked.proposal}")

    async def _meeting(self, who: Person, council: str, **about: list[str]) -> str:
        body: dict[str, Any] = {
            "council_id": council,
            "held_on": str(self.today),
            "minutes": "議事録（合成データ）",
            **about,
        }
        body["attendance"] = [{"kind": "neighbourhood", "count": 4}, {"kind": "npo", "count": 2}]
        done = await who.post("escalation", "/meetings", body)
        return str(done["id"])
