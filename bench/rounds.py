"""A matching round of one city: 5,000 needs and 2,000 resources, solved and certified, against two simpler ways."""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.figures import Figure
from matching.projections import CentreRow, OfferRow, OpenNeed
from matching.rounds.apart import solved_apart
from matching.rounds.certificate import canonical, faults
from matching.rounds.live import dearest_first, one_after_another
from matching.rounds.outcome import worth_of
from matching.rounds.problem import Inputs, Seen, problem_of
from shiendomain.areas_view import AreaRow
from shiendomain.rounds import RoundPolicy
from shiendomain.schedules import open_at, open_weekdays, read_schedule
from shiendomain.states import ResourceState
from shiendomain.vocabulary import ServiceClass, SupportKind, Urgency, Weekday

DAY = date(2026, 12, 1)
_SOUTH, _WEST = 347_800_000, 1_356_000_000


@dataclass(frozen=True)
class Size:
    """How large a synthetic city is."""

    code: str = "272108"
    needs: int = 5_000
    resources: int = 2_000
    districts: int = 45

    @property
    def areas(self) -> list[str]:
        """The codes of its districts."""
        return [f"{self.code}-{n:02}" for n in range(self.districts)]


async def run(figures: dict[str, Figure]) -> None:
    """Measure once, in a process of its own: its memory is of the round only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measured.json"
        child = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.rounds", str(path))
        assert await child.wait() == 0
        seconds, floor, megabytes = json.loads(path.read_text())
    figures["round_5000x2000"].add(seconds, floor)
    figures["round_5000x2000_mb"].add(megabytes, megabytes)


async def measure() -> tuple[float, float, float]:
    """From rows of views to a certificate that was checked: the seconds, those of the floor, and the megabytes."""
    seen = a_city(random.Random(20261201), Size())
    begun = time.monotonic()
    inputs = problem_of(seen).inputs
    made = time.monotonic()
    certificate: dict[str, Any] = {"inputs": inputs, **await solved_apart(inputs)}
    found = time.monotonic()
    points, floors = worth_of(inputs, certificate["assignment"])
    certificate["objective"] = points + inputs["floor_points"] * floors
    wrong = faults(certificate)
    bytes_ = len(canonical(certificate))
    seconds = time.monotonic() - begun
    assert not wrong, wrong
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    megabytes = sum(resource.getrusage(who).ru_maxrss for who in both) / 1024
    begun = time.monotonic()
    by_turn = one_after_another(inputs, first_come)
    floor = time.monotonic() - begun
    print(f"  inputs {made - begun + seconds:.2f} s, solver {found - made:.2f} s, {len(inputs['edges'])} edges, "
          f"{len(inputs['groups'])} groups, certificate {bytes_ / 1e6:.1f} MB")  # fmt: skip
    print("  way | points | people | people under a floor")
    for name, pairs in {
        "first come, first served": by_turn,
        "greedy: the dearest need first": one_after_another(inputs, dearest_first),
        "round": certificate["assignment"],
    }.items():
        print("  " + " | ".join([name, *(f"{n:,}" for n in told(inputs, pairs))]))
    return seconds, floor, megabytes


def first_come(inputs: Inputs) -> Sequence[int]:
    """The needs in the order in which they were recorded: their ids are."""
    return range(len(inputs["needs"]))


def told(inputs: Inputs, pairs: Sequence[tuple[int, int, int]]) -> tuple[int, int, int]:
    """Of an assignment: its points without those of floors, the people served, and how many of them floors count."""
    points, floors = worth_of(inputs, pairs)
    return points, sum(people for _, _, people in pairs), floors


def a_city(dice: random.Random, size: Size) -> Seen:
    """A city with about as many places as people wait, spread unevenly."""
    codes = size.areas
    areas = [
        AreaRow(area=size.code, municipality=size.code),
        *(AreaRow(area=code, parent=size.code, municipality=size.code) for code in codes),
    ]
    needs = [_need(dice, n, codes) for n in range(size.needs)]
    offers = [_offer(dice, n, size.code, codes) for n in range(size.resources)]
    centres = [
        CentreRow(area=code, lat_e7=_SOUTH + 200_000 * (n % 7), lon_e7=_WEST + 200_000 * (n // 7))
        for n, code in enumerate(codes)
    ]
    return Seen(size.code, size.code, DAY, RoundPolicy(), areas, needs, offers, (), centres)


def _need(dice: random.Random, n: int, codes: Sequence[str]) -> OpenNeed:
    days = list(Weekday)
    return OpenNeed(
        need_id=UUID(int=n),
        area=codes[min(dice.randrange(len(codes)), dice.randrange(len(codes)))],
        support_kind=dice.choice(list(SupportKind)),
        people=dice.choice((1, 1, 1, 2, 2, 3, 5)),
        weekdays=tuple(dice.sample(days, dice.choice((0, 0, 1, 2)))),
        hours_from=dice.choice((None, None, "09:00", "13:00")),
        fee_ceiling_yen=dice.choice((None, None, 0, 200, 500)),
        urgency=dice.choices(list(Urgency), (8, 3, 1))[0],
        recorded_on=DAY - timedelta(days=dice.randrange(400)),
        changed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def _offer(dice: random.Random, n: int, city: str, codes: Sequence[str]) -> OfferRow:
    home, day = dice.choice(codes), dice.choice("月火水木金土")
    schedule = dice.choice((f"毎週{day}曜 10時〜12時", f"第2・4{day}曜 13時半〜15時", "平日 9時〜17時", "不定期"))
    others = dice.sample(codes, min(len(codes), dice.choice((0, 0, 1, 3))))
    served = (city,) if n % 12 == 0 else (home, *others)
    return OfferRow(
        resource_id=UUID(int=10**6 + n),
        open=True,
        support_kinds=tuple(dice.sample(list(SupportKind), 2 if n % 8 == 0 else 1)),
        service_areas=tuple(dict.fromkeys(served)),
        capacity=dice.choice((None, 3, 5, 10)),
        area=home,
        service_class=dice.choice((None, *ServiceClass)),
        weekdays=open_weekdays(schedule),
        half_hours=open_at(read_schedule(schedule)),
        fee_yen=dice.choice((None, 0, 100, 300, 500)),
        lat_e7=_SOUTH + dice.randrange(1_200_000),
        lon_e7=_WEST + dice.randrange(1_200_000),
        registered_on=DAY - timedelta(days=dice.randrange(700)),
        listing=dice.choice((ResourceState.VERIFIED, ResourceState.REGISTERED)),
        verified_on=DAY - timedelta(days=dice.randrange(300)),
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(asyncio.run(measure())))
