"""The network of the sample city: bodies that are asked and answer, partnerships, and a promise of freshness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shienops.demo.city import CODE
from shienops.demo.people import Known
from shienops.demo.plan import Area
from shienops.demo.staff import Staff

if TYPE_CHECKING:
    from shienops.demo.loading import Loader, Work

_ASKED: Sequence[tuple[Mapping[str, str], str, str, str | None]] = (
    ({"kind": "neighbourhood", "name": "自治会連合会"}, "lend_venue", "週1回、集会所を借りたい", "agreed"),
    ({"kind": "npo", "name": "NPO法人おでかけ支援"}, "run_activity", "買物の送迎を試行してほしい", "considering"),
    ({"kind": "company", "name": "見本交通"}, "give_supporters", "運転する人を出してほしい", None),
    ({"kind": "seniors_club", "name": "老人クラブ"}, "give_supporters", "見守りの担い手を募りたい", "agreed"),
)


class NetworkLoader:
    """Loads the network of each area of the second tier."""

    def __init__(self, loader: Loader, people: Staff) -> None:
        self._loader = loader
        self._people = people

    async def connect(self) -> None:
        """Each area asks two bodies and has a partnership of two; the city promises how fresh its list is.

        The first area shares a good practice, and the next one takes it up.
        """
        works = [self._connected(n, area) for n, area in enumerate(self._loader.city.areas)]
        await self._loader.stage("ネットワーク network", [*works, self._promised, self._shared])

    def _day(self, ago: int) -> date:
        return self._loader.today - timedelta(days=ago)

    def _connected(self, n: int, area: Area) -> Work:
        async def connect(known: Known) -> None:
            person = self._people.of(area.code, known)
            for ago, (body, request, asked, answer) in ((120, _ASKED[n % 4]), (50, _ASKED[(n + 1) % 4])):
                made = {
                    "area": area.code, "body": body, "request": request, "asked": asked,
                    "made_on": str(self._day(ago)),
                }  # fmt: skip
                outreach = (await person.post("registry", "/outreach", made, on=self._day(ago)))["id"]
                if answer:
                    said = {"answer": answer, "answered_on": str(self._day(ago - 20))}
                    await person.post("registry", f"/outreach/{outreach}/answer", said, on=self._day(ago - 20))
            bodies = [{"kind": "shakyo", "name": "校区社会福祉協議会"}, _ASKED[n % 4][0]]
            formed = {
                "area": area.code, "bodies": bodies, "purpose": "通院と買物の送迎の連携", "since": str(self._day(90)),
            }  # fmt: skip
            await person.post("registry", "/partnerships", formed, on=self._day(90))

        return connect

    async def _shared(self, known: Known) -> None:
        first, second, *_ = self._loader.city.areas
        councils = self._loader.councils
        practice = {
            "area": first.code, "from_council": councils[first.code],
            "subject": "買物の送迎", "text": "自治会の車で送迎した実践の共有", "shared_on": str(self._day(80)),
            "practice": {
                "support_kinds": ["outing"], "done": "自治会の車と当番の運転手で、週1回スーパーへ送迎した",
                "came_of_it": "毎週6人が買物に行けるようになった",
            },
        }  # fmt: skip
        sender, receiver = (self._people.of(area.code, known) for area in (first, second))
        path = f"/information/{(await sender.post('registry', '/information', practice, on=self._day(80)))['id']}"
        taken = {"council_id": councils[second.code], "on": str(self._day(40)), "note": "月2回から始める"}
        await receiver.post("registry", f"{path}/taking-up", taken, on=self._day(40))

    async def _promised(self, known: Known) -> None:
        promise = {"area": CODE, "percent": 70, "within_days": 365, "since": str(self._day(180))}
        person = self._people.tier1.apart(known)
        await person.post("registry", "/freshness-promises", promise, on=self._day(180))
