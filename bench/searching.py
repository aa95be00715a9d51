"""Response times of searches over 100,000 resources of one city, compared with the read of one resource by its id."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import quote
from uuid import UUID, uuid4

from bench.figures import Figure
from bench.requests import at_rate, full_speed, request
from bench.serving import AREAS, CITY, vacuum, write_events
from shiendomain.registry import AreaDefined, ResourceDetails, ResourceRegistered, ResourceSource
from shiendomain.vocabulary import AreaKind, Location, ServiceClass, SourceKind, SupportKind, Tier
from shienops.demo.loop import eventually
from shienops.demo.people import Known, Person, Refused
from shienops.system import System, SystemSettings
from shienweb import Role

RESOURCES, SEARCHES, PER_SECOND = 100_000, 750, 15
_DICE = random.Random(20260401)
_PLACES = "西町 東町 南町 北町 中央 緑が丘 桜台 松原 若葉 本町 大池 川辺 山手 港 新田 宮前 寺内 上野 下田 平野"
_WHAT = "ふれあい いきいき ひまわり さくら ほほえみ なごみ つどい ひだまり あおぞら やすらぎ"
_KINDS = "サロン 体操会 食堂 カフェ 買い物便 配食 見守り隊 ヘルパー 移動販売 茶話会"
_SCHEDULES = (
    "毎週{day}曜 10時〜12時", "第2・4{day}曜 13時半〜15時", "第1{day}曜 9:30〜11:30", "毎週{day}曜", "不定期",
)  # fmt: skip
_SOUTH_WEST = (347_800_000, 1_356_000_000)  # a corner of ten by ten kilometres

Make = Callable[[], str]


def _one_of(words: str) -> str:
    return _DICE.choice(words.split())


async def run(figures: dict[str, Figure]) -> None:
    """Measure once, on a new registry."""
    with tempfile.TemporaryDirectory(prefix="shien-bench-", ignore_cleanup_errors=True) as folder:
        async with System(SystemSettings(data=Path(folder), services=("registry",), synthetic=True)) as system:
            ids = await _load(system)
            token = system.token(Role.TIER1_COORDINATOR, [CITY])
            port = int(system.url("registry").rpartition(":")[2])
            mix = list(_mix().items())

            def one(_: int) -> bytes:
                return request("GET", f"/resources/{_DICE.choice(ids)}", token)

            def search(n: int) -> bytes:
                return request("GET", mix[n % len(mix)][1](), token)

            await full_speed(port, 2, 200, search)
            floor = await at_rate(port, 4, PER_SECOND, SEARCHES, one)
            load = await at_rate(port, 4, PER_SECOND, SEARCHES, search)
            figures["search_p99_ms"].add(load.percentile(99), floor.percentile(99))
            figures["search_p50_ms"].add(load.percentile(50), floor.percentile(50))
            await _each(port, token, mix)


async def _each(port: int, token: str, mix: Sequence[tuple[str, Make]]) -> None:
    """Print the times of each kind of search alone."""
    for name, make in mix:
        alone = await full_speed(port, 1, 100, lambda _, make=make: request("GET", make(), token))  # type: ignore[misc]
        print(f"  {name}: p50 {alone.percentile(50):.1f} ms, p99 {alone.percentile(99):.1f} ms")


def _mix() -> Mapping[str, Make]:
    """What coordinators ask for: within a district, and in the whole city."""

    def area() -> str:
        return _DICE.choice(AREAS)

    def kind() -> str:
        return _DICE.choice(list(SupportKind)).value

    def near() -> str:
        lat, lon = (_SOUTH_WEST[n] + _DICE.randrange(900_000) for n in (0, 1))
        return f"near={lat // 10**7}.{lat % 10**7:07d},{lon // 10**7}.{lon % 10**7:07d}"

    def words(*texts: str) -> str:
        return f"q={quote(' '.join(texts))}"

    def time() -> str:
        return f"weekday={_one_of('mon tue wed thu fri')}&hour={_one_of('09 10 13 14')}:30"

    return {
        "a district": lambda: f"/resources?area={area()}",
        "a district, kind and time": lambda: f"/resources?area={area()}&support_kind={kind()}&{time()}",
        "the city, kind and time": lambda: f"/resources?support_kind={kind()}&{time()}",
        "the city, class and fee": lambda: f"/resources?service_class=mutual_help&fee_at_most={_DICE.randrange(9)}00",
        "the city, a common word": lambda: f"/resources?{words(_one_of(_KINDS))}",
        "the city, two words": lambda: f"/resources?{words(_one_of(_PLACES), _one_of(_KINDS))}",
        "the city, a rare word": lambda: f"/resources?{words(f'No{_DICE.randrange(RESOURCES)}')}",
        "near, within 1 km": lambda: f"/resources?{near()}&within_metres=1000",
        "near, within 3 km, kind": lambda: f"/resources?{near()}&within_metres=3000&support_kind={kind()}",
        "facets of a district": lambda: f"/resource-facets?area={area()}",
        "facets of the city": lambda: "/resource-facets",
        "facets of the city, two words": lambda: f"/resource-facets?{words(_one_of(_PLACES), _one_of(_KINDS))}",
    }


async def _load(system: System) -> Sequence[UUID]:
    """Write the city into the store of the registry, and wait until its views have it."""
    root = AreaDefined(area=CITY, parent=None, municipality=CITY, kind=AreaKind.MUNICIPALITY, tiers=(Tier.TIER1,),
                       name="合成", valid_from=date(2024, 4, 1))  # fmt: skip
    areas = [root.model_copy(update={"area": code, "parent": CITY, "tiers": (Tier.TIER2,)}) for code in AREAS]
    await write_events(system, "registry", [("area", event.area, event) for event in (root, *areas)])
    resources = [_resource(uuid4(), n) for n in range(RESOURCES)]
    await write_events(system, "registry", [("resource", event.area, event) for event in resources])
    async with Person(system, Role.AUDITOR, [CITY], Known()) as auditor:

        async def counted() -> bool:
            await asyncio.sleep(1)
            try:
                board = await auditor.get("registry", f"/boards/{CITY}")
            except Refused:  # it does not have the city yet
                return False
            return bool(board["total"]["resources"]["registered"] >= RESOURCES)

        await eventually(counted, seconds=600)
    await vacuum(system, "registry", ["resources"])
    return [event.resource_id for event in resources]


def _resource(resource_id: UUID, n: int) -> ResourceRegistered:
    area, day = _DICE.choice(AREAS), _DICE.choice("月火水木金土日")
    place, kind = _one_of(_PLACES), _DICE.choice(list(SupportKind))
    fee = _DICE.choice((None, 0, 100, 200, 300, 500, 800))
    south, west = _SOUTH_WEST
    details = ResourceDetails(
        name=f"{place}{_one_of(_WHAT)}{_one_of(_KINDS)} No{n}",
        support_kinds=(kind,),
        service_class=_DICE.choice((None, *ServiceClass)),
        service_areas=(area, *(_DICE.sample(AREAS, 2) if n % 10 == 0 else ())),
        provider_name=f"社会福祉法人{_one_of(_PLACES)}会",
        location=Location(lat_e7=south + _DICE.randrange(900_000), lon_e7=west + _DICE.randrange(900_000)),
        address=f"{place}{_DICE.randrange(1, 9)}-{_DICE.randrange(1, 40)}-{_DICE.randrange(1, 20)}",
        telephone=f"072-{_DICE.randrange(100, 999)}-{_DICE.randrange(1000, 9999)}",
        schedule=_DICE.choice(_SCHEDULES).format(day=day),
        fee_yen=fee,
        capacity=_DICE.choice((None, 10, 20, 30)),
        activity=_DICE.choice(("囲碁・将棋", "健康体操", "茶話会", "買い物の付き添い", "弁当の配達", "")),
    )
    source = ResourceSource(kind=SourceKind.IMPORT, reference=str(n))
    return ResourceRegistered(resource_id=resource_id, area=area, details=details, source=source)
