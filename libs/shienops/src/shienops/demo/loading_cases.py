"""Issues, council meetings and proposals of the sample city, each as far as its plan says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from shienops.demo import stories
from shienops.demo.city import CODE
from shienops.demo.loading_needs import search_for
from shienops.demo.loop import eventually
from shienops.demo.people import Known, Person
from shienops.demo.plan import Case
from shienops.demo.staff import Staff
from shienops.demo.stories import STORIES

if TYPE_CHECKING:
    from shienops.demo.loading import Loader, Work

_NOT_PROPOSED = ("raised", "gap")


class CaseLoader:
    """Loads the cases, and all meetings of all councils. `needs` are the needs' ids by their number."""

    def __init__(self, loader: Loader, people: Staff, needs: Mapping[int, str]) -> None:
        self._loader = loader
        self._people = people
        self._needs = needs
        self._issues: dict[int, str] = {}
        self._proposals: dict[int, str] = {}
        self._meetings: dict[tuple[str, date], str] = {}

    async def load(self) -> None:
        """Issues first; then the districts' meetings about them, proposals, the city's meetings, and the answers."""
        city, stage = self._loader.city, self._loader.stage
        cases = list(enumerate(city.cases))
        proposed = [(n, case) for n, case in cases if case.outcome not in _NOT_PROPOSED]
        await stage("地域課題 issues", [self._raised(n, case) for n, case in cases])
        lower = [self._met(area.code, day) for area in city.areas for day in city.meetings[area.code]]
        await stage("第2層協議体 tier-2 meetings", lower)
        await stage("提案 proposals", [self._escalated(n, case) for n, case in proposed])
        await stage("第1層協議体 tier-1 meetings", [self._met(CODE, day) for day in city.meetings[CODE]])
        await stage("提案への回答 answers", [self._answered(n, case) for n, case in proposed if case.received_on])

    def _raised(self, n: int, case: Case) -> Work:
        async def raise_one(known: Known) -> None:
            person, story = self._people.of(case.area, known), STORIES[case.support_kind]
            for need in case.needs:
                await search_for(person, self._needs[need], self._loader.city.needs[need])
            issue = {
                "area": case.area, "council_id": self._loader.councils[case.area], "title": story.issue,
                "summary": story.summary, "needs": [self._needs[need] for need in case.needs],
            }  # fmt: skip
            self._issues[n] = str((await person.post("needs", "/issues", issue, on=case.raised_on))["id"])
            if case.gap_on:  # its evidence are the searches
                await person.post("needs", f"/issues/{self._issues[n]}/gap", {"missing": []}, on=case.gap_on)

        return raise_one

    def _met(self, area: str, day: date) -> Work:
        """A meeting, about what was on its agenda."""
        cases = list(enumerate(self._loader.city.cases))
        issues = [self._issues[n] for n, case in cases if case.area == area and day in (case.met_on, case.again_on)]
        upper = area == CODE
        # A work is made before its stage begins: so the proposals of the stage before are there.
        proposals = [self._proposals[n] for n, case in cases if upper and case.deliberated_on == day]
        minutes = stories.MINUTES_PROPOSAL if proposals else stories.MINUTES_ISSUE if issues else stories.MINUTES
        kinds = ("citywide", "support_centre") if upper else ("neighbourhood", "welfare_commissioners", "shakyo")
        body: dict[str, Any] = {
            "council_id": self._loader.councils[area], "held_on": str(day), "issues": issues, "proposals": proposals,
            "attendance": [{"kind": kind, "count": 2 + (day.day + n) % 4} for n, kind in enumerate(kinds)],
            "minutes": minutes,
        }  # fmt: skip

        async def meet(known: Known) -> None:
            person = self._people.of(area, known)
            meeting = self._meetings[area, day] = str(
                (await person.post("escalation", "/meetings", body, on=day))["id"]
            )
            if issues and not upper:
                await self._promised(person, issues[0], meeting, day)

        return meet

    async def _promised(self, person: Person, issue: str, meeting: str, day: date) -> None:
        """A body says what it does itself about an issue. What came of it is reported, or is overdue."""
        until = day + timedelta(days=60)
        promise = {
            "issue_id": issue, "meeting_id": meeting, "body_kind": "neighbourhood", "body": "自治会連合会",
            "what": "見守りを兼ねた声かけを月1回試みる", "until": str(until),
        }  # fmt: skip
        agreed = str((await person.post("escalation", "/self-help", promise, on=day))["id"])
        if until < self._loader.today and until.day % 3:
            report = {"outcome": "ongoing", "line": "月1回続いている", "reported_on": str(until)}
            await person.post("escalation", f"/self-help/{agreed}/report", report, on=until)

    def _escalated(self, n: int, case: Case) -> Work:
        async def escalate(known: Known) -> None:
            lower, upper = self._people.of(case.area, known), self._people.of(CODE, known)
            await self._propose(lower, n, case, case.met_on)
            if not case.received_on:
                return
            path = f"/proposals/{self._proposals[n]}"
            await upper.post("escalation", f"{path}/receipt", {"due_on": str(case.due_on)}, on=case.received_on)
            if case.returned_on:
                await upper.post("escalation", f"{path}/return", {"asked": case.reason}, on=case.returned_on)
            if case.again_on:
                await self._propose(lower, n, case, case.again_on)
            if case.outcome == "withdrawn":
                await lower.post("escalation", f"{path}/withdrawal", {"reason": case.reason}, on=case.decided_on)

        return escalate

    async def _propose(self, person: Person, n: int, case: Case, day: date) -> None:
        story = STORIES[case.support_kind]
        body = {
            "issue_id": self._issues[n], "meeting_id": self._meetings[case.area, day],
            "title": story.proposal, "ask": story.ask,
        }  # fmt: skip
        self._proposals[n] = str((await person.post("escalation", "/proposals", body, on=day))["id"])

    def _answered(self, n: int, case: Case) -> Work:
        async def answer(known: Known) -> None:
            if case.deliberated_on is None:
                return
            upper, story = self._people.of(CODE, known), STORIES[case.support_kind]
            path = f"/proposals/{self._proposals[n]}"
            views = {"meeting_id": self._meetings[CODE, case.deliberated_on], "supply": story.supply,
                     "fee": story.fee_view, "supporters": story.supporters}  # fmt: skip
            await upper.post("escalation", f"{path}/deliberations", views, on=case.deliberated_on)
            if case.outcome == "rejected":
                await upper.post("escalation", f"{path}/rejection", {"reason": case.reason}, on=case.decided_on)
            elif case.deferred_until:
                body = {"until": str(case.deferred_until), "reason": case.reason}
                await upper.post("escalation", f"{path}/deferral", body, on=case.decided_on)
            elif case.decided_on:
                await upper.post("escalation", f"{path}/adoption", {"reason": case.reason}, on=case.decided_on)
                await self._serve(upper, n, case)

        return answer

    async def _serve(self, upper: Person, n: int, case: Case) -> None:
        """What was adopted is designed and launched, and the needs behind it are matched with it."""
        if case.designed_on is None:
            return
        story, path = STORIES[case.support_kind], f"/proposals/{self._proposals[n]}"
        design = {
            "name": story.service, "service_class": story.service_class, "support_kinds": [case.support_kind],
            "fee_yen": story.fee_yen, "criteria": story.criteria, "starts_on": str(case.starts_on),
        }  # fmt: skip
        await upper.post("escalation", f"{path}/design", design, on=case.designed_on)
        if case.launched_on is None:
            return
        people = sum(self._loader.city.needs[need].people for need in case.needs)
        launch = {"provider_name": "みほん市社会福祉協議会", "capacity": people + 10, "schedule": story.schedule,
                  "launched_on": str(case.launched_on)}  # fmt: skip
        await upper.post("escalation", f"{path}/launch", launch, on=case.launched_on)
        await self._asked_to_join(upper, n, case.launched_on)
        lower = self._people.of(case.area, upper.known)
        async with asyncio.TaskGroup() as group:
            for nth, need in enumerate(case.needs):
                group.create_task(self._help(lower, case, need, last=nth == len(case.needs) - 1))

    async def _asked_to_join(self, upper: Person, n: int, launched_on: date) -> None:
        """A second provider asks to take part; with every other one the terms are adjusted already."""
        day = min(launched_on + timedelta(days=20), self._loader.today)
        asked = {
            "provider_name": "NPO法人おでかけ支援", "asked": "車両の維持費の補助があれば、週2回まで担える",
            "requested_on": str(day),
        }  # fmt: skip
        path = f"/proposals/{self._proposals[n]}/entries"
        entry = (await upper.post("escalation", path, asked, on=day))["id"]
        if n % 2:
            terms = {"terms": "燃料費を市が補助し、週2回運行する", "adjusted_on": str(day)}
            await upper.post("escalation", f"/entries/{entry}/terms", terms, on=day)

    async def _help(self, person: Person, case: Case, need: int, *, last: bool) -> None:
        """The launched service helps all but the last need, for which it has begun."""
        assert case.launched_on is not None

        async def proposed() -> Any:
            found = await person.get("matching", "/matches", need_id=self._needs[need], state="proposed")
            return next(iter(found["items"]), None)

        match = await eventually(proposed)
        path = f"/resources/{match['resource_id']}/matches/{match['match_id']}"
        day = case.launched_on + timedelta(days=5)
        await person.post("matching", f"{path}/acceptance", on=day)
        if not last:
            body = {"outcome": "helped", "people_helped": match["people"]}
            await person.post("matching", f"{path}/conclusion", body, on=day + timedelta(days=30))
