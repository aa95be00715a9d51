"""The synthetic sample city: everything in it is made up by a seeded generator, and it lies in the open sea.

Its code begins with 99, which is no prefecture. The same seed makes the same city.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from shapely import MultiPoint, Point, Polygon, voronoi_polygons
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from shiendomain.registry import Ring

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


@dataclass(frozen=True)
class Area:
    """A tier-2 area of the sample city: its shape in integers of 1e-7 degree."""

    code: str
    name: str
    boundary: tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True)
class Need:
    """A need of the history: what was wanted where, on which day, and what became of it."""

    area: str
    support_kind: str
    people: int
    frequency: str
    recorded_on: date
    fate: str  # open, met, declined, accepted, withdrawn, gap


@dataclass(frozen=True)
class City:
    """The whole city before anything happens, and the needs that will come up in two years."""

    outline: tuple[tuple[Ring, ...], ...]
    areas: tuple[Area, ...]
    providers: tuple[dict[str, object], ...]
    resources: tuple[dict[str, object], ...]
    needs: tuple[Need, ...]


def sample_city(*, seed: int, today: date, areas: int = 12, resources: int = 400, needs: int = 600) -> City:
    """Make a city. Rows of `providers` and `resources` are as the registry's batch takes them."""
    lots = random.Random(seed)
    outline = _outline(lots)
    places = _areas(lots, outline, areas)
    providers: list[dict[str, object]] = [
        {"reference": f"provider-{area.code}-{kind}", "area": area.code, "name": f"{area.name}{name}", "kind": kind}
        for area in places
        for kind, name in _PROVIDERS
    ]
    rows = [_resource(lots, n, places, outline) for n in range(resources)]
    history = sorted((_need(lots, places, today) for _ in range(needs)), key=lambda need: need.recorded_on)
    return City(_rings(outline), tuple(places), tuple(providers), tuple(rows), tuple(history))


def _outline(lots: random.Random) -> Polygon:
    """A blob: a few circles grown together, like a city between hills."""
    longitude, latitude = _CENTRE
    shape: BaseGeometry = Point(longitude, latitude).buffer(_RADIUS)
    for _ in range(6):
        angle = Point(longitude + lots.uniform(-1, 1) * _RADIUS, latitude + lots.uniform(-1, 1) * _RADIUS)
        shape = shape.union(angle.buffer(_RADIUS * lots.uniform(0.25, 0.5)))
    assert isinstance(shape, Polygon)
    outline = Polygon(shape.exterior).simplify(0.0005)
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


def _resource(lots: random.Random, n: int, areas: list[Area], outline: Polygon) -> dict[str, object]:
    kind = lots.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    activity, schedule, fee = lots.choice(_ACTIVITIES[kind])
    home = lots.choice(areas)
    body, provider = lots.choice(_PROVIDERS)
    others = [area.code for area in lots.sample(areas, lots.choice([0, 0, 0, 1, 2])) if area != home]
    place = _within(lots, Polygon([(x / 1e7, y / 1e7) for x, y in home.boundary[0][0]]))
    return {
        "reference": f"sample-{n:04d}",
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


def _need(lots: random.Random, areas: list[Area], today: date) -> Need:
    kind = lots.choices(list(_WEIGHTS), [20, 22, 24, 12, 14, 4, 4])[0]
    days = lots.randint(1, 729)
    fates = (
        ["open", "gap", "accepted"]
        if days < 60
        else ["met", "met", "met", "met", "declined", "withdrawn", "gap", "open"]
    )
    return Need(
        area=lots.choice(areas).code,
        support_kind=kind,
        people=lots.choice([1, 1, 1, 2, 2, 3, 4, 5]),
        frequency=lots.choice(["daily", "weekly", "weekly", "monthly", "occasional"]),
        recorded_on=date.fromordinal(today.toordinal() - days),
        fate=lots.choice(fates),
    )
