"""`python -m bench [--runs 3] [--only writing,reading,seeing,…]`: print the table, write results.json.

`country`, `load`, `municipalities`, `processes` and `secured` are measured only when they are named: they take long. Of
these and of `importing` a share can be measured (`--only load --share 0.02`); it is printed and not kept.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import uvloop
from rich.console import Console

from bench import (
    accesses,
    asking,
    country,
    folding_again,
    importing,
    keeping,
    load,
    looking_back,
    municipalities,
    processes,
    proving,
    reading,
    rounds,
    searching,
    secured,
    seeing,
    serving,
    writing,
)
from bench.figures import Figure, save, show
from shienevents import configure_process
from shienops import Stack, StackSettings

Figures = dict[str, Figure]
Run = Callable[[Figures], Awaitable[None]]

FIGURES = {
    "writing": [
        Figure("append_8", "events/s", "ratio ≥ 1.2"),
        Figure("append_32", "events/s", "ratio ≥ 2"),
        Figure("command_8", "commands/s", ""),
        Figure("command_32", "commands/s", "ratio ≥ 1.2"),
    ],
    "reading": [
        Figure("relay", "events/s", "≥ 60,000, ratio ≥ 0.6"),
        Figure("projection", "events/s", "≥ 50,000, ratio ≥ 0.4"),
        Figure("rebuild_kafka", "events/s", "≥ 50,000"),
        Figure("rebuild_store", "events/s", "≥ 50,000"),
        Figure("verify_memory", "events/s", "", note="floor: the minimal rebuild from the store, into Postgres"),
    ],
    "seeing": [
        Figure("visible_p99_ms", "ms", "< 50"),
        Figure("visible_p50_ms", "ms", "< 12"),
        Figure("visible_open_tx_p99_ms", "ms", "< 50"),
        Figure("visible_open_tx_p50_ms", "ms", "< 12"),
    ],
    "serving": [
        Figure("http_post", "requests/s", "≥ 800"),
        Figure("http_post_p99_ms", "ms", "< 100", note="at 400 requests/s"),
        Figure("board_area", "reads/s", "≥ 1,000"),
        Figure(
            "board_city_p99_ms", "ms", "< 50", note="45 areas, 5,000 resources, 20,000 needs, while needs are written"
        ),
        Figure("loop_visible_p99_ms", "ms", "< 250", note="floor: the median"),
        Figure("import_779_s", "s", "< 5", note="floor: the rows as JSON and back"),
        Figure("service_rss_mb", "MB", "< 150", note="the largest service; floor: the smallest"),
    ],
    "searching": [
        Figure("search_p99_ms", "ms", "< 50", note="100,000 resources of one city; floor: the read of one by its id"),
        Figure("search_p50_ms", "ms", "", note="the same"),
    ],
    "importing": [
        Figure("import_50000_s", "s", "< 60", note="a list checked and registered; floor: its file read"),
        Figure("import_50000_mb", "MB", "ratio 0.9 – 1.1", note="the registry's peak; floor: that of a quarter"),
    ],
    "matching": [
        Figure("round_5000x2000", "s", "≤ 3", note="rows to a checked certificate; floor: first come, first served"),
        Figure("round_5000x2000_mb", "MB", "< 700", note="this process and the solver's; floor: the same"),
    ],
    "country": [
        Figure("country_s", "s", "≤ 900", note="1,741 municipalities on two cores; floor: the rounds alone"),
        Figure("country_mb", "MB", "ratio 0.9 – 1.1", note="the larger process; floor: after a quarter of the rounds"),
        Figure("proposal_p99_ms", "ms", "< 300", note="beside 500,000 resources; floor: the read of a need's matches"),
        Figure("live_p99_ms", "ms", "< 2,000", note="from a new need to its proposal, unasked; floor: the median"),
    ],
    "proving": [
        Figure("proof_1m", "s", "≤ 60", note="1,000,000 events; floor: their data read and hashed by hand"),
        Figure("proof_verify_1m", "s", "", note="the same events compared with the log; the same floor"),
    ],
    "keeping": [
        Figure("backup_1m", "s", "", note="1,000,000 events; floor: the bare COPY of their table into a file"),
        Figure("restore_1m", "s", "", note="the same, with every table compared before and after; the same floor"),
    ],
    "looking_back": [
        Figure(
            "past_200k_s",
            "s",
            "< 5",
            note="a city's board as of a time, 200,000 events; floor: their JSON parsed",
        ),
        Figure("past_200k_warm_ms", "ms", "< 200", note="the same, asked again; floor: a row of the same past"),
        Figure("past_2m_s", "s", "< 5", note="by 2,000,000 events, in a new process, from a kept fold; the same floor"),
    ],
    "folding_again": [
        Figure("rebuild_1m", "events/s", "", note="1,000,000 events, by the running service; floor: by hand"),
        Figure("rebuild_1m_mb", "MB", "ratio 0.9 – 1.1", note="the service's peak; floor: with a quarter of them"),
        Figure("verify_1m", "events/s", "", note="views verify of 1,000,000 events, 100,000 rows; the same floor"),
        Figure("verify_1m_mb", "MB", "ratio 0.9 – 1.1", note="its peak; floor: with a quarter of them"),
    ],
    "accesses": [
        Figure("accesses_2m_s", "s", "< 60", note="audit access: 40,000 of 2,000,000 in five years; floor: the SELECT"),
    ],
    "secured": [
        Figure("relay_secured", "events/s", "", note="TLS and SCRAM-SHA-512; floor: the same in plaintext"),
        Figure("projection_secured", "events/s", "", note="the same"),
    ],
    "processes": [
        Figure("commands_api_1", "commands/s", "", note="one API process and a worker; floor: one process for both"),
        Figure("commands_api_2", "commands/s", "", note="two; floor: one API process"),
        Figure("commands_api_4", "commands/s", "", note="four; the same floor"),
        Figure("reads_api_1", "reads/s", "", note="boards after a position that was just written; floor: one process"),
        Figure("reads_api_2", "reads/s", "", note="two; floor: one API process"),
        Figure("reads_api_4", "reads/s", "", note="four; the same floor"),
    ],
    "municipalities": [
        Figure(f"{name}_1741_ms", "ms", "ratio ≥ 0.9", note="p50 with 1,741 municipalities; floor: with four")
        for name in municipalities.NAMES
    ],
    "load": [
        Figure("load", "answers/s", "", note="200 clients, 10,000 idle connections; floor: with those refused (503)"),
        Figure("load_mb", "MB", "ratio 0.9 – 1.1", note="the process that grew most; floor: the same after a fifth"),
        *(Figure(f"load_{name}_mb", "MB", "", note="under load; floor: after a fifth") for name in load.PROCESSES),
        *(Figure(f"load_{kind}_p99_ms", "ms", "", note="the same load; floor: the median") for kind in asking.KINDS),
    ],
    "growing": [
        Figure("append_2m", "events/s", "ratio 0.85 – 1.15", note="floor: the same at 10 thousand stored events"),
        Figure("projection_2m", "events/s", "ratio 0.85 – 1.15", note="floor: the same after 10 thousand events"),
        Figure("consumer_rss_mb", "MB", "< 200", note="maximum over 2 million events; floor: after a quarter of them"),
    ],
}


async def _growing(stack: Stack, figures: Figures) -> None:
    await writing.run_growth(stack, figures)
    await reading.run_growth(stack, figures)


def _on_a_stack(part: Callable[[Stack, Figures], Awaitable[None]]) -> Run:
    """Give each part its own stack. Otherwise the rows of one part would be vacuumed and flushed during the next."""

    async def run(figures: Figures) -> None:
        with tempfile.TemporaryDirectory(prefix="shien-bench-", ignore_cleanup_errors=True) as folder:
            async with Stack(StackSettings(data=Path(folder), services=())) as stack:
                await part(stack, figures)

    return run


PARTS: dict[str, Run] = {
    "writing": _on_a_stack(writing.run),
    "reading": _on_a_stack(reading.run),
    "seeing": _on_a_stack(seeing.run),
    "serving": serving.run,
    "searching": searching.run,
    "matching": rounds.run,
    "proving": _on_a_stack(proving.run),
    "looking_back": _on_a_stack(looking_back.run),
    "keeping": _on_a_stack(keeping.run),
    "folding_again": _on_a_stack(folding_again.run),
    "accesses": _on_a_stack(accesses.run),
    "growing": _on_a_stack(_growing),
}
SHARED = {
    "country": country.run,
    "importing": importing.run,
    "load": load.run,
    "municipalities": municipalities.run,
    "processes": processes.run,
    "secured": secured.run,
}
"""Parts of which a share can be measured."""


async def main(runs: int, parts: list[str], share: float) -> None:
    """Measure the figures, print the table, and write `results.json`."""
    PARTS.update({name: partial(part, share=share) for name, part in SHARED.items()})
    console = Console()
    configure_process("bench", level=40)
    figures = {figure.name: figure for part in parts for figure in FIGURES[part]}
    for run in range(1, runs + 1):
        for part in parts:
            begun = time.monotonic()
            await PARTS[part](figures)
            console.print(f"run {run} of {runs}, {part}: {time.monotonic() - begun:.0f} s")
    done = list(figures.values())
    show(done, console)
    if share == 1.0:
        save(done, Path(__file__).with_name("results.json"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default=",".join([*PARTS, "importing"]), help="parts, separated by commas")
    parser.add_argument("--share", type=float, default=1.0, help="of the size of those parts that say so")
    arguments = parser.parse_args()
    uvloop.run(main(arguments.runs, arguments.only.split(","), arguments.share))
