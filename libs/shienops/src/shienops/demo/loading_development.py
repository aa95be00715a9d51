"""What the sample city's coordinators develop: supporters, venues, places to take part; and what salons report.

It is made from the city's areas and resources in their order, so the same city always has the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from shienops.demo.people import Known
from shienops.demo.plan import Area, Resource
from shienops.demo.staff import Staff

if TYPE_CHECKING:
    from shienops.demo.loading import Loader, Work

_KINDS = (["housework", "outing"], ["salon"], ["watching", "housework"])
_ROOMS: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("公民館 集会室", {"schedule": "毎週火曜 9時〜12時", "fee": "1回300円", "fee_yen": 300, "capacity": 30,
                  "accessibility": ["ramp", "accessible_toilet"]}),
    ("空き店舗の広間", {"schedule": "平日 13時〜16時", "fee": "無料", "fee_yen": 0, "capacity": 12,
                 "accessibility": ["step_free"]}),
)  # fmt: skip
_PLACES: Sequence[Mapping[str, Any]] = (
    {"participation": "cooking", "activity": "会食会の調理", "wanted": 4, "schedule": "第2・4木曜"},
    {"participation": "driving", "activity": "買物の送迎", "wanted": 2, "schedule": "毎週金曜"},
    {"participation": "teaching", "activity": "体操の指導", "wanted": 2, "schedule": "毎週水曜"},
)


class DevelopmentLoader:
    """Loads what is developed in each area of the second tier."""

    def __init__(self, loader: Loader, people: Staff) -> None:
        self._loader = loader
        self._people = people

    async def develop(self) -> None:
        """A training a year ago, whose supporters are placed, and one two months ago; venues; places; reports."""
        areas = self._loader.city.areas
        works = [work for n, area in enumerate(areas) for work in (self._trained(n, area), self._opened(n, area))]
        await self._loader.stage("担い手・会場・活躍の場 supporters, venues, places", works)
        salons = [one for area in areas for one in self._salons(area)]
        await self._loader.stage("活動報告 activity reports", [self._reported(n, one) for n, one in enumerate(salons)])

    def _day(self, ago: int) -> date:
        return self._loader.today - timedelta(days=ago)

    def _supported(self, area: Area) -> str | None:
        """A resource of the area that was there a year ago and is still in use."""
        listed = self._loader.city.resources
        there = [one for one in listed if one.row["area"] == area.code and not one.ending]
        found = [one.reference for one in there if one.registered_on <= self._day(365)]
        return self._loader.resources[found[0]] if found else None

    def _salons(self, area: Area) -> Sequence[Resource]:
        """The salons of the area that report: up to three of those that were there from the beginning."""
        listed = [one for one in self._loader.city.resources if one.row["area"] == area.code and not one.ending]
        salons = [one for one in listed if one.row["support_kinds"] == ["salon"]]
        return [one for one in salons if one.registered_on <= self._day(700)][:3]

    def _trained(self, n: int, area: Area) -> Work:
        resource = self._supported(area)

        async def train(known: Known) -> None:
            person = self._people.of(area.code, known)
            for ago, headcount in ((400, 8 + n % 5), (60, 6 + n % 3)):
                body = {
                    "area": area.code, "title": "生活支援サポーター養成講座", "held_on": str(self._day(ago)),
                    "headcount": headcount, "support_kinds": _KINDS[n % len(_KINDS)],
                    "held_by": f"{area.name}社会福祉協議会", "held_by_kind": "shakyo",
                }  # fmt: skip
                cohort = (await person.post("registry", "/cohorts", body, on=self._day(ago)))["id"]
                if resource and ago > 365:
                    on = self._day(360)
                    placing = {"resource_id": resource, "headcount": 3 + n % 3, "placed_on": str(on)}
                    await person.post("registry", f"/cohorts/{cohort}/placements", placing, on=on)
                    gone = {"gave_up": 1, "counted_on": str(self._day(90)), "reason": "意向確認で辞退"}
                    await person.post("registry", f"/cohorts/{cohort}/departure", gone, on=self._day(90))

        return train

    def _opened(self, n: int, area: Area) -> Work:
        async def open_(known: Known) -> None:
            person = self._people.of(area.code, known)
            day = self._day(200)
            for name, facts in _ROOMS:
                room = {
                    "area": area.code, "name": f"{area.name}{name}", "secured_on": str(day), **facts,
                    "owner": f"{area.name}自治会", "owner_kind": "neighbourhood",
                }  # fmt: skip
                await person.post("registry", "/venues", room, on=day)
            since = self._day(40)
            for facts in (_PLACES[n % 3], _PLACES[(n + 1) % 3]):
                place = {
                    "area": area.code, "offered_by": f"{area.name}サロン連絡会", "offered_by_kind": "volunteers",
                    "offered_on": str(since), **facts,
                }  # fmt: skip
                made = (await person.post("registry", "/places", place, on=since))["id"]
                filling = {"headcount": 1, "filled_on": str(self._day(20))}
                await person.post("registry", f"/places/{made}/filling", filling, on=self._day(20))

        return open_

    def _reported(self, n: int, salon: Resource) -> Work:
        """The last five quarters of a salon. Some more people come in each."""

        async def report(known: Known) -> None:
            person = self._people.of(str(salon.row["area"]), known)
            path = f"/resources/{self._loader.resources[salon.reference]}/activity-reports"
            for quarter, (first, last) in enumerate(quarters_before(self._loader.today, 5)):
                times, people = (6, 12, 3)[n % 3], 6 + n % 9 + quarter
                body = {
                    "period_from": str(first), "period_until": str(last), "times": times, "participants": people,
                    "attendances": people * times - n % 4, "supporters": 2 + n % 3,
                }  # fmt: skip
                await person.post("registry", path, body, on=last)

        return report


def quarters_before(day: date, count: int) -> Sequence[tuple[date, date]]:
    """The last so many quarters of a year that are over on `day`, the oldest first, by their first and last days."""
    found: list[tuple[date, date]] = []
    begin = date(day.year, day.month - (day.month - 1) % 3, 1)
    while len(found) < count:
        last = begin - timedelta(days=1)
        begin = date(last.year, last.month - 2, 1)
        found.append((begin, last))
    return found[::-1]
