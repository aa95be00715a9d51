"""Needs of the sample city: recorded, found by surveys, withdrawn, and what was proposed for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shienops.demo.loop import eventually
from shienops.demo.people import Known, Person
from shienops.demo.plan import Need, Survey, Trial
from shienops.demo.staff import Staff

if TYPE_CHECKING:
    from shienops.demo.loading import Loader, Work

_CONCLUDED = ("helped", "partly", "not_helped")


class NeedLoader:
    """Loads the needs. `ids` are theirs, by their number in the city."""

    def __init__(self, loader: Loader, people: Staff) -> None:
        self.ids: dict[int, str] = {}
        self._loader = loader
        self._people = people
        self._surveys: dict[int, str] = {}
        self._matches: dict[int, str] = {}

    async def record(self) -> None:
        """Surveys are opened, needs are recorded, some are withdrawn or revised, and surveys are closed."""
        city, stage = self._loader.city, self._loader.stage
        surveys = list(enumerate(city.surveys))
        await stage("調査 surveys", [self._opened(n, survey) for n, survey in surveys])
        await stage("2年分のニーズ needs", [self._recorded(n, need) for n, need in enumerate(city.needs)])
        changed = [self._changed(n, need) for n, need in enumerate(city.needs) if need.withdrawn or need.people_before]
        closed = [self._closed(n, survey) for n, survey in surveys if survey.responses is not None]
        await stage("取下げ・調査終了 withdrawn, closed", [*changed, *closed])

    async def match(self) -> None:
        """Resources are proposed for needs, answered and concluded; a second one where the first did not help."""
        tried = [(n, need) for n, need in enumerate(self._loader.city.needs) if need.trials]
        alone = [n for n, need in enumerate(self._loader.city.needs) if need.searched_on and not self._of_case(n)]
        stage = self._loader.stage
        await stage(
            "資源の提案 proposed", [*(self._searched(n) for n in alone), *(self._proposed(n) for n, _ in tried)]
        )
        answered = [n for n, need in tried if need.trials[0].outcome != "proposed"]
        await stage("受諾・辞退 answered", [self._answered(n) for n in answered])
        concluded = [n for n, need in tried if need.trials[0].outcome in _CONCLUDED]
        await stage("支援の結果 concluded", [self._concluded(n) for n in concluded])
        await stage("再度の提案 proposed again", [self._again(n) for n, need in tried if len(need.trials) > 1])

    def _of_case(self, n: int) -> bool:
        return any(n in case.needs for case in self._loader.city.cases)

    def _person(self, n: int, known: Known) -> tuple[Need, Person]:
        need = self._loader.city.needs[n]
        return need, self._people.of(need.area, known)

    def _opened(self, n: int, survey: Survey) -> Work:
        async def open_one(known: Known) -> None:
            body = {"area": survey.area, "title": survey.title, "method": survey.method,
                    "period_from": str(survey.period_from), "period_until": str(survey.period_until)}  # fmt: skip
            person = self._people.of(survey.area, known)
            self._surveys[n] = str((await person.post("needs", "/surveys", body, on=survey.period_from))["id"])

        return open_one

    def _closed(self, n: int, survey: Survey) -> Work:
        async def close(known: Known) -> None:
            person = self._people.of(survey.area, known)
            path = f"/surveys/{self._surveys[n]}/closure"
            await person.post("needs", path, {"responses": survey.responses}, on=survey.period_until)

        return close

    def _recorded(self, n: int, need: Need) -> Work:
        async def record(known: Known) -> None:
            first = need.people_before or need.people
            body = {**_facts(need), "people": first, "area": need.area, "support_kind": need.support_kind,
                    "source": need.source}  # fmt: skip
            if need.survey is not None:
                body["survey_id"] = self._surveys[need.survey]
            person = self._people.of(need.area, known)
            self.ids[n] = str((await person.post("needs", "/needs", body, on=need.recorded_on))["id"])

        return record

    def _changed(self, n: int, need: Need) -> Work:
        async def change(known: Known) -> None:
            person = self._people.of(need.area, known)
            if need.withdrawn:
                day, reason = need.withdrawn
                await person.post("needs", f"/needs/{self.ids[n]}/withdrawal", {"reason": reason}, on=day)
            else:
                await person.put("needs", f"/needs/{self.ids[n]}", _facts(need))

        return change

    def _searched(self, n: int) -> Work:
        async def search(known: Known) -> None:
            need, person = self._person(n, known)
            await search_for(person, self.ids[n], need)

        return search

    def _proposed(self, n: int) -> Work:
        async def propose(known: Known) -> None:
            need, person = self._person(n, known)
            self._matches[n] = await self._propose(person, n, need.trials[0])

        return propose

    def _answered(self, n: int) -> Work:
        async def answer_one(known: Known) -> None:
            need, person = self._person(n, known)
            await answer(person, self._path(n, need.trials[0]), need.trials[0])

        return answer_one

    def _concluded(self, n: int) -> Work:
        async def conclude_one(known: Known) -> None:
            need, person = self._person(n, known)
            await conclude(person, self._path(n, need.trials[0]), need.trials[0])

        return conclude_one

    def _again(self, n: int) -> Work:
        async def try_again(known: Known) -> None:
            need, person = self._person(n, known)

            async def reopened() -> bool:
                return bool((await person.get("needs", f"/needs/{self.ids[n]}"))["state"] == "open")

            await eventually(reopened)
            for trial in need.trials[1:]:
                self._matches[n] = await self._propose(person, n, trial)
                path = self._path(n, trial)
                await answer(person, path, trial)
                await conclude(person, path, trial)

        return try_again

    async def _propose(self, person: Person, n: int, trial: Trial) -> str:
        body = {"need_id": self.ids[n], "resource_id": self._loader.resources[trial.resource]}
        return str((await person.post("matching", "/matches", body, on=trial.proposed_on))["id"])

    def _path(self, n: int, trial: Trial) -> str:
        return f"/resources/{self._loader.resources[trial.resource]}/matches/{self._matches[n]}"


async def answer(person: Person, match: str, trial: Trial) -> None:
    """The provider takes it, or does not, or nobody answers."""
    match trial.outcome:
        case "declined":
            await person.post("matching", f"{match}/declination", {"reason": trial.reason}, on=trial.answered_on)
        case "lapsed":
            await person.post("matching", f"{match}/lapse", on=trial.answered_on)
        case _:
            await person.post("matching", f"{match}/acceptance", on=trial.answered_on)


async def conclude(person: Person, match: str, trial: Trial) -> None:
    """What came of it."""
    body: dict[str, Any] = {"outcome": trial.outcome, "people_helped": trial.helped}
    if trial.reason:
        body["reason"] = trial.reason
    await person.post("matching", f"{match}/conclusion", body, on=trial.concluded_on)


async def search_for(person: Person, need_id: str, need: Need) -> Sequence[str]:
    """A search that finds nothing: what was missing or unmet. Raises `ValueError` when something fits."""
    found = await person.post("matching", f"/needs/{need_id}/search", on=need.searched_on)
    if found["outcome"] != "nothing_fits":
        raise ValueError(f"a resource fits the need {need_id} of {need.support_kind} in {need.area}")
    missing: Sequence[str] = [*found["missing"], *found["unmet"]]
    return missing


def _facts(need: Need) -> dict[str, Any]:
    return {"people": need.people, "frequency": need.frequency, "age_band": need.age_band, "note": need.note}
