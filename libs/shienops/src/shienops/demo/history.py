"""The two years of the sample city: councils' meetings, surveys, needs and what becomes of them. Pure and seeded."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

from shienops.demo.plan import Area, Need, Post, Resource, Survey, Trial
from shienops.demo.stories import STORIES

MONTHS = 24
_KINDS = {"salon": 20, "housework": 22, "outing": 24, "meals": 12, "watching": 14, "caregiver_support": 4, "other": 4}
_YOUNG = {"open": 5, "proposed": 3, "accepted": 4, "unmatched": 1, "helped": 2}
_OLD = {"helped": 13, "helped_later": 1, "partly": 1, "not_helped": 1, "declined": 1, "lapsed": 1, "withdrawn": 2,
        "open": 2, "unmatched": 1, "accepted": 1}  # fmt: skip
_YOUNG_DAYS = 60
_FREQUENCIES = ("daily", "weekly", "weekly", "monthly", "occasional")
_AGE_BANDS = ("any", "from_65", "from_75", "from_75", "from_85")
_ALIKE = tuple(dict.fromkeys(product(_FREQUENCIES, _AGE_BANDS)))
"""By what needs of one kind, area and day differ."""
_REASONS = ("転居した", "施設に入所した", "家族が支援することになった")


def days(lots: random.Random, first: int, last: int) -> timedelta:
    """A number of days in this range."""
    return timedelta(days=lots.randint(first, last))


def meeting_days(today: date, codes: Sequence[str]) -> Mapping[str, tuple[date, ...]]:
    """The days on which each area's council met, the last one first: once a month, on a weekday of its own."""
    found = {}
    for n, code in enumerate(codes):
        months = ((today.year * 12 + today.month - 1 - back) for back in range(MONTHS + 1))
        held = (_nth_weekday(month // 12, month % 12 + 1, n % 3 + 1, n % 5) for month in months)
        found[code] = tuple(day for day in held if day < today)[:MONTHS]
    return found


def _nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def posts(today: date, city: str, areas: Sequence[Area]) -> Sequence[Post]:
    """The coordinators' posts: terms that ended, that end soon, that were renewed, and that go on."""

    def post(area: str, since: int, until: int) -> Post:
        tier = "tier1" if area == city else "tier2"
        employer = ("みほん市", "municipality") if area == city else ("地域包括支援センター", "support_centre")
        term = (today + timedelta(days=since), today + timedelta(days=until))
        return Post(area, tier, *employer, 2 if area == city else 1, *term)

    terms = [[(-755, -24)], [(-715, 16)], [(-680, 51)], [(-755, -25), (-24, 707)], [(-400, 331)], [(-300, 431)]]
    found = [post(city, -500, 231)]
    for n, area in enumerate(areas):
        found += [post(area.code, *term) for term in terms[n % len(terms)]]
    return found


def surveys(lots: random.Random, today: date, city: str, areas: Sequence[Area]) -> Sequence[Survey]:
    """One survey of the whole city and one of every area, closed; in every third area another one that is open."""
    found = [_survey(city, "高齢者の暮らし実態調査", "questionnaire", today - timedelta(days=420), 60, 1843)]
    for area in areas:
        begun = today - days(lots, 120, 600)
        found.append(_survey(area.code, "暮らしの困りごと調査", "interview", begun, 30, lots.randint(60, 240)))
    opened = [(area.code, today - days(lots, 5, 20)) for area in areas[::3]]
    return [*found, *(_survey(code, "支え合い活動の調査", "workshop", day, 45, None) for code, day in opened)]


def _survey(area: str, title: str, method: str, begun: date, length: int, responses: int | None) -> Survey:
    return Survey(area, title, method, begun, begun + timedelta(days=length), responses)


class Needs:
    """Makes needs. It keeps how many places of each resource are taken, so that no plan takes more than there are."""

    def __init__(
        self,
        lots: random.Random,
        today: date,
        areas: Sequence[Area],
        resources: Sequence[Resource],
        lacking: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._lots = lots
        self._today = today
        self._areas = areas
        self._lacking = lacking
        self._resources = resources
        self._taken: dict[str, int] = {}
        self._said: set[tuple[object, ...]] = set()

    def make(self, *, never: Sequence[tuple[str, str]]) -> Need:
        """One need of its own. `never`: areas and kinds for which no search may be planned."""
        lots = self._lots
        age = lots.randint(1, 729)
        weights = _YOUNG if age < _YOUNG_DAYS else _OLD
        fate = lots.choices(list(weights), list(weights.values()))[0]
        area = lots.choice(self._areas).code
        need = self.of(area, self._kind(area, fate), self._today - timedelta(days=age))
        match fate:
            case "open":
                return self._revised(need)
            case "withdrawn":
                return replace(need, withdrawn=(self._by(need.recorded_on, 5, 40), lots.choice(_REASONS)))
            case "unmatched":
                forbidden = need.support_kind not in self._lacking[area] or (area, need.support_kind) in never
                return need if forbidden else replace(need, searched_on=self._by(need.recorded_on, 2, 20))
            case _:
                return self._tried(need, fate)

    def of(self, area: str, kind: str, recorded_on: date, note: str = "") -> Need:
        """A need that nothing has come of yet. No other one of the same day says the same (decision 38).

        Where the day has all that can be said, it was recorded on the last day before it that has not.
        """
        lots = self._lots
        people = lots.choice([1, 1, 1, 2, 2, 3, 4, 5])
        drawn = lots.choice(_FREQUENCIES), lots.choice(_AGE_BANDS)
        while not (free := [one for one in _ALIKE if (area, kind, recorded_on, *one) not in self._said]):
            recorded_on -= timedelta(days=1)  # as many needs as there are fill fewer days than that
        frequency, age_band = drawn if drawn in free else lots.choice(free)
        self._said.add((area, kind, recorded_on, frequency, age_band))
        return Need(
            area=area,
            support_kind=kind,
            people=people,
            frequency=frequency,
            age_band=age_band,
            source=lots.choice(["consultation", "consultation", "coordinator", "council"]),
            note=note or STORIES[kind].note,
            recorded_on=recorded_on,
        )

    def _kind(self, area: str, fate: str) -> str:
        """What is wanted: only where nobody gives it a search finds nothing, only elsewhere something is proposed."""
        lacking = self._lacking[area]
        if fate == "unmatched" and lacking:
            return self._lots.choice(lacking)
        kinds = {kind: weight for kind, weight in _KINDS.items() if fate == "withdrawn" or kind not in lacking}
        return self._lots.choices(list(kinds), list(kinds.values()))[0]

    def _by(self, day: date, first: int, last: int) -> date:
        return min(day + days(self._lots, first, last), self._today)

    def _revised(self, need: Need) -> Need:
        """Of some it is found later that more people want it."""
        if self._lots.random() > 0.2:
            return need
        return replace(need, people_before=need.people, people=need.people + self._lots.randint(1, 2))

    def _tried(self, need: Need, fate: str) -> Need:
        """Resources are proposed for it. When the plan finds none with places, it waits."""
        first = self._trial(need, {"helped_later": "not_helped"}.get(fate, fate), need.recorded_on, without=())
        if first is None:
            return need
        if fate != "helped_later":
            return replace(need, trials=(first,))
        second = self._trial(need, "helped", first.concluded_on, without=(first.resource,))
        return replace(need, trials=(first, second) if second else (first,))

    def _trial(self, need: Need, outcome: str, since: date, without: Sequence[str]) -> Trial | None:
        proposed = self._by(since, 2, 10)
        answered = self._by(proposed, 2, 8)
        concluded = self._by(answered, 14, 40)
        if outcome == "partly" and need.people == 1:
            outcome = "helped"
        open_still = outcome in ("proposed", "accepted", "declined", "lapsed")
        resource = self._resource(need, proposed, date.max if open_still else concluded, without)
        if resource is None:
            return None
        reasons = {"declined": ("no_capacity", "not_suitable"), "not_helped": ("not_suitable", "could_not_reach"),
                   "partly": ("no_capacity",)}  # fmt: skip
        helped = {"helped": need.people, "partly": max(1, need.people // 2)}.get(outcome, 0)
        reason = self._lots.choice(reasons[outcome]) if outcome in reasons else None
        return Trial(resource.reference, outcome, proposed, answered, concluded, helped, reason)

    def _resource(self, need: Need, first: date, last: date, without: Sequence[str]) -> Resource | None:
        """One that gives this kind in this area from the first to the last day, and has so many places left."""
        fitting = [one for one in self._resources if self._fits(one, need, first, last, without)]
        if not fitting:
            return None
        near = [one for one in fitting if one.row["area"] == need.area] or fitting
        chosen = self._lots.choice(near)
        self._taken[chosen.reference] = self._taken.get(chosen.reference, 0) + need.people
        return chosen

    def _fits(self, one: Resource, need: Need, first: date, last: date, without: Sequence[str]) -> bool:
        row, ending = one.row, one.ending
        places = row["capacity"]
        assert isinstance(places, int | None)
        served, kinds = row["service_areas"], row["support_kinds"]
        assert isinstance(served, list)
        assert isinstance(kinds, list)
        return (
            need.area in served
            and need.support_kind in kinds
            and one.reference not in without
            and one.registered_on <= first
            and (ending is None or last < ending.on)
            and (places is None or places - self._taken.get(one.reference, 0) >= need.people)
        )


def found_in_surveys(lots: random.Random, needs: Sequence[Need], surveys: Sequence[Survey]) -> Sequence[Need]:
    """Most of the needs that were recorded while their area was surveyed were found by that survey."""
    found = []
    for need in needs:
        asked = [
            n
            for n, survey in enumerate(surveys)
            if survey.area == need.area and survey.period_from <= need.recorded_on <= survey.period_until
        ]
        hit = asked and lots.random() < 0.7
        found.append(replace(need, survey=asked[0], source="survey") if hit else need)
    return found
