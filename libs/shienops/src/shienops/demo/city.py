"""The synthetic sample city: everything in it is made up by a seeded generator, and it lies in the open sea.

Its code begins with 99, which is no prefecture. The same seed makes the same city.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from shapely import MultiPoint, Point, Polygon, voronoi_polygons
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from shiendomain.registry import Ring
from shienops.demo import history
from shienops.demo.cases import Cases, how_many, slots_of
from shienops.demo.plan import Area, City, Ending, Need, Resource

CODE = "992011"
NAME = "みほん市（合成データ）"
_CENTRE = (143.0, 36.0)  # longitude, latitude: the Pacific
_RADIUS = 0.09  # degrees, about nine kilometres

_AREAS = ["朝凪", "若草", "月見台", "汐見", "桜坂", "緑野", "星が丘", "花園", "清水谷", "柳町", "松原", "雲雀野",
          "小径", "風見", "葵台", "泉川"]  # fmt: skip

_ACTIVITIES: dict[str, list[tuple[str, str, str]]] = {
    # support kind → (activity, schedule, fee)
    "salon": [
        ("ふれあいサロン", "第2・4火曜", "1回200円"),
        ("体操の会", "毎週木曜", "無料"),
        ("お茶の間カフェ", "毎月最終金曜", "ドリンク100円"),
    ],
    "housework": [("暮らしのお手伝い隊", "平日", "30分300円"), ("ごみ出し応援団", "月・木", "1回50円")],
    "outing": [("お出かけ送迎", "要予約", "片道200円"), ("買い物バス", "毎週水曜", "無料")],
    "meals": [("配食ボランティア", "火・金", "1食450円"), ("みんなの食堂", "第3土曜", "300円")],
    "watching": [("見守り隊", "毎日", "無料"), ("声かけ訪問", "週1回", "無料")],
    "caregiver_support": [("介護者のつどい", "第1日曜", "100円")],
    "other": [("スマホ相談会", "不定期", "無料"), ("庭木の手入れ", "不定期", "1時間500円")],
}  # fmt: skip
_WEIGHTS = {"salon": 38, "housework": 16, "outing": 8, "meals": 12, "watching": 14, "caregiver_support": 5, "other": 7}
_PROVIDERS = [
    ("neighbourhood", "自治会連合会"),
    ("seniors_club", "老人クラブ"),
    ("shakyo", "校区社協"),
    ("volunteers", "ボランティアの会"),
    ("npo", "NPO法人ささえ"),
    ("welfare_corporation", "社会福祉法人みほん会"),
]
_CLASS = {"neighbourhood": "mutual_help", "seniors_club": "mutual_help", "shakyo": "general_prevention",
          "volunteers": "mutual_help", "npo": "visit_b", "welfare_corporation": "municipal"}  # fmt: skip


WALKED = "outing"
"""The kind of support that nobody gives in the first area: there the walk begins."""

_LACKABLE = (WALKED, "housework", "meals", "watching", "caregiver_support")
_FAULTS = ("supporters_lacking", "provider_withdrew", "venue_lost", "seasonal")
_BEGUN_DAYS = 760


def sample_city(*, seed: int, today: date, areas: int = 12, resources: int = 400, needs: int = 600) -> City:
    """Make a city. Rows of `providers` and `resources` are as the registry's batch takes them."""
    lots = random.Random(seed)
    outline = _outline(lots)
    places = _areas(lots, outline, areas)
    lacking = {area.code: _lacking(lots, first=area is places[0]) for area in places}
    providers: list[dict[str, object]] = [
        {"reference": f"provider-{area.code}-{kind}", "area": area.code, "name": f"{area.name}{name}", "kind": kind}
        for area in places
        for kind, name in _PROVIDERS
    ]
    rows = [_resource(lots, n, places, lacking, today) for n in range(resources)]
    meetings = history.meeting_days(today, [CODE, *(area.code for area in places)])
    asked = history.surveys(lots, today, CODE, places)
    maker = history.Needs(lots, today, places, rows, lacking)
    slots = slots_of(places, lacking, kept=(places[0].code, WALKED))
    cases, behind, begins = Cases(lots, today, maker, meetings, CODE).make(how_many(needs), slots)
    never = [*begins, (places[0].code, WALKED)]
    alone = [maker.make(never=never) for _ in range(needs - len(behind))]
    all_needs: Sequence[Need] = history.found_in_surveys(lots, [*behind, *alone], asked)
    return City(
        begun=today - timedelta(days=_BEGUN_DAYS),
        outline=_rings(outline),
        areas=tuple(places),
        providers=tuple(providers),
        resources=tuple(rows),
        lacking=lacking,
        posts=tuple(history.posts(today, CODE, places)),
        meetings=meetings,
        surveys=tuple(asked),
        needs=tuple(all_needs),
        cases=tuple(cases),
    )


def _lacking(lots: random.Random, *, first: bool) -> tuple[str, ...]:
    """Three kinds of support that nobody gives in an area; the walk's among them in the first area."""
    chosen = set(lots.sample(_LACKABLE, 3))
    if first and WALKED not in chosen:
        chosen = {WALKED, *sorted(chosen)[:2]}
    return tuple(kind for kind in _LACKABLE if kind in chosen)


def _outline(lots: random.Random) -> Polygon:
    """A blob: a few circles grown together, like a city between hills."""
    longitude, latitude = _CENTRE
    shape: BaseGeometry = Point(longitude, latitude).buffer(_RADIUS)
    for _ in range(6):
        angle = Point(longitude + lots.uniform(-1, 1) * _RADIUS, latitude + lots.uniform(-1, 1) * _RADIUS)
        shape = shape.union(angle.buffer(_RADIUS * lots.uniform(0.25, 0.5)))
    whole = max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)  # a circle may have grown apart
    assert isinstance(whole, Polygon)
    outline = Polygon(whole.exterior).simplify(0.0005)
    assert isinstance(outline, Polygon)
    return outline


def _areas(lots: random.Random, outline: Polygon, count: int) -> list[Area]:
    seeds = [_within(lots, outline) for _ in range(count)]
    cells = voronoi_polygons(MultiPoint(seeds), extend_to=outline)
    names = lots.sample(_AREAS, count)
    found = [cell.intersection(outline) for cell in cells.geoms]
    found.sort(key=lambda cell: (-round(cell.centroid.y, 3), cell.centroid.x))
    return [Area(f"{CODE}-{n:02d}", f"{names[n - 1]}地区", _rings(cell)) for n, cell in enumerate(found, 1)]


def _rings(shape: BaseGeometry) -> tuple[tuple[Ring, ...], ...]:
    polygons = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
    return tuple(
        tuple(
            tuple((round(x * 10_000_000), round(y * 10_000_000)) for x, y in ring.coords)
            for ring in (polygon.exterior, *polygon.interiors)
        )
        for polygon in polygons
        if isinstance(polygon, Polygon)
    )


def _within(lots: random.Random, shape: Polygon) -> Point:
    west, south, east, north = shape.bounds
    while True:
        point = Point(lots.uniform(west, east), lots.uniform(south, north))
        if shape.contains(point):
            return point


def _resource(
    lots: random.Random, n: int, areas: list[Area], lacking: Mapping[str, tuple[str, ...]], today: date
) -> Resource:
    kind = lots.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    giving = [area for area in areas if kind not in lacking[area.code]]
    if not giving:
        kind, giving = "salon", areas
    activity, schedule, fee = lots.choice(_ACTIVITIES[kind])
    home = lots.choice(giving)
    body, provider = lots.choice(_PROVIDERS)
    wanted = min(lots.choice([0, 0, 0, 1, 2]), len(giving))
    others = [area.code for area in lots.sample(giving, wanted) if area != home]
    place = _within(lots, Polygon([(x / 1e7, y / 1e7) for x, y in home.boundary[0][0]]))
    row: dict[str, object] = {
        "area": home.code,
        "name": f"{home.name}{activity}{n + 1}",
        "support_kinds": [kind],
        "service_class": _CLASS[body],
        "service_areas": [home.code, *sorted(others)],
        "provider": f"provider-{home.code}-{body}",
        "provider_name": f"{home.name}{provider}",
        "location": {"lat_e7": round(place.y * 1e7), "lon_e7": round(place.x * 1e7)},
        "schedule": schedule,
        "fee": fee,
        "capacity": lots.choice([None, 6, 8, 10, 12, 15, 20, 30]),
        "activity": activity,
    }
    return _life(lots, f"sample-{n:04d}", row, today)


def _life(lots: random.Random, reference: str, row: dict[str, object], today: date) -> Resource:
    """Most were there from the beginning, others are found in later quarters; a fifth was never verified."""
    registered = today - timedelta(days=lots.choice([740, 740, 740, 740, 740, 560, 380, 200]))
    age = (today - registered).days
    verified: tuple[date, ...] = ()
    if lots.random() < 0.8:
        last = lots.randint(3, min(age - 5, 420))
        verified = (today - timedelta(days=last),)
    ending = None
    if lots.random() < 0.06:
        on = today - timedelta(days=lots.randint(5, min(age - 20, 330)))
        retired = lots.random() < 0.45
        resumed = on + timedelta(days=60) if not retired and lots.random() < 0.3 else None
        ending = Ending(retired, lots.choice(_FAULTS), on, resumed if resumed and resumed < today else None)
        verified = tuple(day for day in verified if day < on)
    return Resource(reference, row, registered, verified, ending)
