"""One need walked through the whole loop, by the people who do it, over HTTP.

need recorded → no match found → issue → gap → council → proposal → adopted → designed → launched
→ resource registered → match proposed → accepted → concluded → need met

What is said of each step is what the services answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shiendomain.days import today
from shiendomain.states import IssueState
from shiendomain.vocabulary import Missing, Obstacle, SupportKind
from shienops.demo import stories
from shienops.demo.people import Deployment, Known, Person
from shienops.demo.stories import STORIES
from shienweb import Role

_KINDS = {kind.value: kind.ja for kind in SupportKind}
_MISSING = {word.value: word.ja for word in Obstacle}

OnStep = Callable[[str, str], None]
"""Called with every step: a sentence in Japanese, and in English."""


@dataclass(frozen=True)
class WalkPlace:
    """Where the loop is walked: the municipality (or ward) of tier 1, an area of tier 2 in it, and their councils.

    `kind` is the kind of support that is wanted there.
    """

    city: str
    area: str
    council: str
    city_council: str | None
    kind: str = "outing"


@dataclass
class Walked:
    """The ids of what came of it, what was missing, and how many matches of the need are left without an end."""

    need: str = ""
    issue: str = ""
    proposal: str = ""
    service: str = ""
    resource: str = ""
    match: str = ""
    missing: tuple[str, ...] = ()
    left: int = 0
    ids: dict[str, str] = field(default_factory=dict)


def no_output(ja: str, en: str) -> None:
    """Print nothing."""


async def eventually(look: Callable[[], Awaitable[Any]], seconds: float = 90) -> Any:
    """What `look` finds, once it finds something. Reactions of other services take a moment."""
    async with asyncio.timeout(seconds):
        while not (found := await look()):  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)
        return found


class Loop:
    """The walk. `async with Loop(system, place) as loop: walked = await loop.walk()`; the journeys walk its parts."""

    def __init__(
        self, system: Deployment, place: WalkPlace, on_step: OnStep = no_output, known: Known | None = None
    ) -> None:
        self.place = place
        self.known = known or Known()
        self.tell = on_step
        self.today = today()
        self.tier2 = Person(system, Role.TIER2_COORDINATOR, [place.area], self.known, body="ささえりあ")
        self.tier1 = Person(system, Role.TIER1_COORDINATOR, [place.city], self.known, body="市")
        self.walked = Walked()
        self.story = STORIES[place.kind]
        self._kind = place.kind
        self._said_missing: tuple[str, ...] = ()

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
        await self.look_back()
        return self.walked

    async def record_need(self, *, kind: str | None = None, people: int = 3) -> str:
        """Tier 2 hears of a need."""
        self._kind = kind or self.place.kind
        self.story = STORIES[self._kind]
        body = {
            "area": self.place.area,
            "support_kind": self._kind,
            "people": people,
            "frequency": "weekly",
            "source": "coordinator",
            "note": self.story.note,
        }
        self.walked.need = (await self.tier2.post("needs", "/needs", body))["id"]
        ja = _KINDS[self._kind]
        self.tell(f"第2層: ニーズを記録（{ja}、{people}人）", f"tier 2: recorded a need: {self._kind}, {people} people")
        return self.walked.need

    async def find_nothing(self) -> None:
        """A search, and what it found. A resource that is proposed is asked; it has no place, and is declined."""
        done = await self.tier2.post("matching", f"/needs/{self.walked.need}/search")
        self.walked.ids["search"] = done["id"]
        if done["outcome"] == "proposed":
            await self._decline(done)
            return

        async def listed() -> Any:
            found = await self.tier2.get("matching", "/searches", need_id=self.walked.need)
            return next((one for one in found["items"] if one["search_id"] == done["id"]), None)

        search = await eventually(listed)
        considered, missing = search["considered"], [*search["missing"], *search["unmet"]]
        self.tell(
            f"マッチング: 同じ種類の資源{considered}件に、合うものなし（{_labels(missing)}）",
            f"matching: none of {considered} resources of that kind fits; missing: {', '.join(missing)}",
        )

    async def _decline(self, done: dict[str, Any]) -> None:
        """The proposed resource has no place after all: so it is a coordinator who says what is missing."""
        found = await self.tier2.get("matching", f"/needs/{self.walked.need}/candidates")
        names = {one["resource_id"]: one["name"] for one in found["candidates"]}
        name = names.get(done["resource_id"], done["resource_id"])
        self.tell(f"マッチング: 「{name}」を提案", f"matching: proposed {name}")
        match = f"/resources/{done['resource_id']}/matches/{done['id']}"
        await self.tier2.post("matching", f"{match}/declination", {"reason": "no_capacity"})
        self._said_missing = (Missing.CAPACITY.value,)
        self.tell(f"第2層: 「{name}」は空きがなく辞退", f"tier 2: {name} has no place; declined")

    async def raise_issue(self) -> None:
        """The need becomes an issue of the area, and a gap is declared: by the search, else by what was said."""
        issue = {
            "area": self.place.area, "council_id": self.place.council,
            "title": self.story.issue, "summary": self.story.summary,
        }  # fmt: skip
        done = await self.tier2.post("needs", "/issues", {**issue, "needs": [self.walked.need]})
        self.walked.issue = done["id"]
        self.tell(f"第2層: 地域課題「{self.story.issue}」を提起", "tier 2: raised as an issue of the area")
        said = {"missing": self._said_missing, "reason": stories.NO_PLACE if self._said_missing else ""}
        await self.tier2.post("needs", f"/issues/{self.walked.issue}/gap", said)

        async def with_gap() -> Any:
            issue = await self.tier2.get("needs", f"/issues/{self.walked.issue}")
            return issue if issue["state"] == IssueState.GAP else None

        declared = await eventually(with_gap)
        missing, searches = tuple(declared["missing"]), len(declared["searches"])
        self.walked.missing = missing
        self.tell(
            f"第2層: 不足するサービスに決定（根拠: {_labels(missing)}、探索{searches}件）",
            f"tier 2: declared a gap; evidence: missing {', '.join(missing)}; searches: {searches}",
        )

    async def escalate(self) -> None:
        """The tier-2 council meets and proposes upward."""
        meeting = await self._meeting(self.tier2, self.place.council, stories.MINUTES_ISSUE, issues=[self.walked.issue])
        body = {"issue_id": self.walked.issue, "meeting_id": meeting}
        body |= {"title": self.story.proposal, "ask": self.story.ask}
        self.walked.proposal = (await self.tier2.post("escalation", "/proposals", body))["id"]
        target = {"council": ("第1層協議体", "the tier-1 council"), "municipality": ("市町村", "the municipality")}
        ja, en = target[(await self._proposal_now("escalated"))["target_kind"]]
        self.tell(f"第2層協議体: {ja}へ「{self.story.proposal}」を提案", f"tier-2 council: proposed to {en}")

    async def answer(self) -> None:
        """Tier 1 receives, deliberates and adopts."""
        await self._proposal("receipt", {"due_on": str(self.today + timedelta(days=60))})
        due = (await self._proposal_now("received"))["due_on"]
        self.tell(f"第1層: 受理（回答期限 {due}）", f"tier 1: received, to be answered by {due}")
        if self.place.city_council:
            about = [self.walked.proposal]
            meeting = await self._meeting(
                self.tier1, self.place.city_council, stories.MINUTES_PROPOSAL, proposals=about
            )
            views = {
                "meeting_id": meeting,
                "supply": self.story.supply,
                "fee": self.story.fee_view,
                "supporters": self.story.supporters,
            }
            await self._proposal("deliberations", views)
            times = (await self._proposal_now("deliberated"))["deliberations"]
            self.tell(f"第1層協議体: 協議（{times}回目）", f"tier-1 council: deliberated; times so far: {times}")
        await self._proposal("adoption", {"reason": stories.ADOPTED})
        now = await self._proposal_now("adopted")
        self.tell(f"第1層: {now['state_ja']}（{now['reason']}）", f"tier 1: {now['state']}, with a reason")

    async def launch(self) -> str:
        """Tier 1 designs and launches; the registry registers the resource, and matching proposes it."""
        design = {
            "name": self.story.service,
            "service_class": self.story.service_class,
            "support_kinds": [self._kind],
            "fee_yen": self.story.fee_yen,
            "criteria": self.story.criteria,
            "starts_on": str(self.today),
        }
        await self._proposal("design", design)
        now = await self._proposal_now("designed")
        self.walked.service = str(now["service_id"])
        self.tell(f"第1層: 「{now['service_name']}」を設計", "tier 1: designed a service")
        begin = {
            "provider_name": "社会福祉協議会", "capacity": 20,
            "schedule": self.story.schedule, "launched_on": str(self.today),
        }  # fmt: skip
        await self._proposal("launch", begin)
        begun = (await self._proposal_now("launched"))["launched_on"]
        self.tell(f"第1層: サービス開始（{begun}）", f"tier 1: launched on {begun}")
        match = await eventually(self._proposed)
        self.walked.match, self.walked.resource = match["match_id"], match["resource_id"]
        listed = await self.tier1.get("registry", f"/resources/{self.walked.resource}")
        self.tell(
            f"資源台帳に「{listed['details']['name']}」が載り、元のニーズに自動で提案された",
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
        await eventually(self.met)
        helped = (await self.tier2.get("needs", f"/needs/{self.walked.need}"))["people_helped"]
        self.tell(f"ニーズが満たされた（{helped}人）", f"the need is met: {helped} people")

    async def look_back(self) -> None:
        """Nothing of the need is left without an end."""

        async def concluded() -> Any:
            listed = (await self.tier2.get("matching", "/matches", need_id=self.walked.need))["items"]
            done = [match for match in listed if match["match_id"] == self.walked.match]
            return listed if done and done[0]["state"] == "concluded" else None

        found = await eventually(concluded)
        self.walked.left = sum(match["state"] in ("proposed", "accepted") for match in found)
        self.tell(
            f"このニーズのマッチング {len(found)} 件、未処理 {self.walked.left} 件",
            f"matches of the need: {len(found)}, without an end: {self.walked.left}",
        )

    async def met(self) -> bool:
        """Whether the need is met by now."""
        need = await self.tier2.get("needs", f"/needs/{self.walked.need}")
        return bool(need["state"] == "met")

    async def _proposed(self) -> Any:
        found = await self.tier2.get("matching", "/matches", need_id=self.walked.need, state="proposed")
        return next(iter(found["items"]), None)

    async def _proposal(self, what: str, body: object) -> dict[str, Any]:
        return await self.tier1.post("escalation", f"/proposals/{self.walked.proposal}/{what}", body)

    async def _proposal_now(self, state: str) -> Any:
        """The proposal once it is shown in this state: while a part is down, what is shown may be older."""

        async def shown() -> Any:
            proposal = await self.tier1.get("escalation", f"/proposals/{self.walked.proposal}")
            return proposal if proposal["state"] == state else None

        return await eventually(shown)

    async def _meeting(self, who: Person, council: str, minutes: str, **about: list[str]) -> str:
        body: dict[str, Any] = {"council_id": council, "held_on": str(self.today), "minutes": minutes, **about}
        body["attendance"] = [{"kind": "neighbourhood", "count": 4}, {"kind": "npo", "count": 2}]
        done = await who.post("escalation", "/meetings", body)
        return str(done["id"])


def _labels(missing: Sequence[str]) -> str:
    return "・".join(_MISSING[word] for word in missing)
