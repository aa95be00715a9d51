"""`shien demo`: the whole system on one machine, a synthetic city in it, and one need walked through the loop."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from shiendomain.days import today
from shienops._mending import Mender
from shienops._output import wrong
from shienops._running import wait_for_end
from shienops._screen import Progress, print_error
from shienops.demo.city import CODE, sample_city
from shienops.demo.loading import Loader
from shienops.demo.loop import Loop, Walked, WalkPlace
from shienops.demo.people import Known, Person
from shienops.demo.real import Files, RealCity, load_real, read_real
from shienops.demo.show import Screen
from shienops.demo.verify import Compared, events_per_type, verify
from shienops.errors import NotReady, StackError
from shienops.system import System, SystemSettings
from shienweb import Role


@dataclass
class DemoResult:
    """What came of the demonstration; `ok` says whether all of it held."""

    ok: bool = False
    synthetic: bool = True
    events: dict[str, int] = field(default_factory=dict)
    board: dict[str, Any] = field(default_factory=dict)
    trace: dict[str, Any] = field(default_factory=dict)
    walked: dict[str, Any] = field(default_factory=dict)
    views: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def demo(
    once: Annotated[bool, typer.Option(help="In a temporary folder, on free ports; exit 0 only if all held.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A summary for programs, on stdout.")] = False,
    areas: Annotated[Path | None, typer.Option(help="A real city's areas (GeoJSON) instead of the sample.")] = None,
    resources: Annotated[Path | None, typer.Option(help="Its resources (GeoJSON, CSV or Excel).")] = None,
    municipality: Annotated[str, typer.Option(help="The real city's local government code.")] = "272108",
    name: Annotated[str, typer.Option(help="Its name.")] = "枚方市",
    seed: Annotated[int, typer.Option(help="Another seed makes another sample city.")] = 7,
    data: Annotated[Path, typer.Option(help="Folder of all data, unless --once.")] = Path(".shien-demo"),
    column: Annotated[list[str] | None, typer.Option(help="FIELD=HEADER of --resources. Repeatable.")] = None,
    area_column: Annotated[list[str] | None, typer.Option(help="FIELD=HEADER of --areas. Repeatable.")] = None,
) -> None:
    """Bring everything up, load a city, walk one need through the whole loop, show both boards, and go on running."""
    if (areas is None) != (resources is None):
        raise wrong("両方のファイルを指定してください", "they go together", "--areas / --resources")
    if areas is None and (column or area_column):
        raise wrong("両方のファイルと指定してください", "it goes with both files", "--column / --area-column")
    screen = Screen(Console(stderr=as_json, highlight=False))
    try:
        city = None
        if areas and resources:  # read before anything is started: a bad file is refused at once
            files = Files(areas, resources, municipality, name, tuple(column or ()), tuple(area_column or ()))
            city = read_real(files)
        result = asyncio.run(_demo(screen, city, seed, None if once else data))
    except StackError as error:
        print_error(error)
        raise typer.Exit(1) from None
    if as_json:
        sys.stdout.write(json.dumps(asdict(result), ensure_ascii=False, indent=1) + "\n")
    for failure in result.failures:
        screen.console.print(f"[red]✘ {failure}[/red]")
    if not result.ok:
        raise typer.Exit(1)


async def _demo(screen: Screen, city: RealCity | None, seed: int, data: Path | None) -> DemoResult:
    with tempfile.TemporaryDirectory(prefix="shien-demo-", ignore_cleanup_errors=True) as folder:
        system = System(SystemSettings(data=data or Path(folder), synthetic=city is None))
        result = DemoResult(synthetic=city is None)
        begun = time.monotonic()
        screen.head("システムを起動しています", "starting Postgres, Kafka and five services")
        try:
            with Progress(screen.console) as progress:
                await system.up(progress)
            result.seconds["start"] = round(time.monotonic() - begun, 1)
            await _show(system, screen, city, seed, result)
            result.seconds["all"] = round(time.monotonic() - begun, 1)
            if data is not None:
                await _stay(system, screen, city.code if city else CODE, result.board["areas"][-1]["area"])
        except NotReady as error:
            if data is not None:  # what it names can be mended only while all run
                print_error(error)
                await run_on(system)
            raise
        finally:
            await system.down()
        return result


async def _show(system: System, screen: Screen, city: RealCity | None, seed: int, result: DemoResult) -> None:
    begun = time.monotonic()
    code = city.code if city else CODE
    known = Known()
    place = await (_real(system, screen, city, known) if city else _sample(system, screen, seed, known))
    result.seconds["load"] = round(time.monotonic() - begun, 1)
    await _walk(system, screen, place, code, known, result)
    screen.head("記録の検証", "every view, live and replayed")
    compared = await verify(system)
    screen.compared(compared)
    result.views = [asdict(one) | {"same": one.same} for one in compared]
    result.events = await events_per_type(system)
    result.failures = _failures(result, compared)
    result.ok = not result.failures


async def _sample(system: System, screen: Screen, seed: int, known: Known) -> WalkPlace:
    screen.head("合成データの見本市を読み込んでいます", "loading a synthetic sample city: nothing in it is real")
    day = today()
    loader = Loader(system, sample_city(seed=seed, today=day), day, known, screen.loaded)
    try:
        await loader.load()
    finally:
        screen.all_loaded()
    return await loader.free_place()


async def _real(system: System, screen: Screen, city: RealCity, known: Known) -> WalkPlace:
    screen.head(
        "実在の公開データを読み込んでいます", f"loading {city.files.areas.name} and {city.files.resources.name}"
    )
    return await load_real(system, city, known=known, tell=screen.step)


async def _walk(system: System, screen: Screen, place: WalkPlace, code: str, known: Known, result: DemoResult) -> None:
    screen.head("ひとつのニーズが解決するまで", "one need, from record to answer")
    async with Loop(system, place, screen.step, known) as loop:
        walked: Walked = await loop.walk()
    result.walked = asdict(walked)
    auditor = Person(system, Role.AUDITOR, [code], known)
    async with auditor:
        screen.head("その経過", "its way through four services")
        result.trace = await auditor.get("portal", f"/trace/{walked.need}")
        screen.trace(result.trace)
        screen.head("2層のボード", "the boards of both tiers")
        result.board = await auditor.get("portal", f"/boards/{code}", subtree="true")
        screen.board(result.board)


def _failures(result: DemoResult, compared: Sequence[Compared]) -> list[str]:
    """What did not hold, each as a sentence."""
    found = [
        f"{one.service}.{one.view}: 稼働中と再現が違います / live and replayed differ"
        for one in compared
        if not one.same
    ]
    board = result.board
    for section, figures in board["board"].items():
        for name, value in figures.items():
            total = sum(row["board"][section][name] for row in board["areas"])
            if total != value:
                found.append(f"{section}.{name}: 第1層 {value} ≠ Σ 第2層 {total} / tier 1 is not the sum of tier 2")
    if board["stale"] or board["parked"]:
        found.append("ボードが最新ではありません / the board is stale or events are parked")
    if result.walked["left"]:
        found.append("経過に未処理のマッチングがあります / the walk left a match without an end")
    sources = {event["source"] for event in result.trace["events"]}
    if sources < {"registry", "needs", "matching", "escalation"}:
        found.append(f"経過に欠けたサービスがあります / the trace lacks services: it has {sorted(sources)}")
    return found


async def _stay(system: System, screen: Screen, code: str, district: str) -> None:
    """Leave it running until Ctrl-C. The last line is the link that signs in."""
    screen.head("稼働中です（Ctrl-C で終了）", "running; Ctrl-C ends all of it")
    for name in system.services:
        screen.console.print(f"  {name:11} {system.url(name)}{'/docs' if name != 'portal' else ''}")
    screen.head("ほかの役割のトークンを発行する", "a token of another role, for the sign-in page")
    screen.command("token", "--data", system.settings.data, "--role", Role.TIER2_COORDINATOR, "--areas", district)
    screen.head("ボードを開く（監査者としてサインイン）", "see the boards, as an auditor")
    screen.link(f"{system.url('portal')}/sign-in#{system.token(Role.AUDITOR, [code])}")
    await run_on(system)


async def run_on(system: System) -> None:
    """Until Ctrl-C; a part that ends is started again."""
    over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    await wait_for_end(system, over, Mender(system).mend)
