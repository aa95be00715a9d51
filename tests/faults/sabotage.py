"""Four breaks of the library, each with hits that bring it to light. They show that the checker has teeth.

A break is made in the copy of the library that the services run. The checker uses the library as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from .complaints import Complaint
from .crash import Plan, Report, run
from .hits import Hit
from .library import Edit


@dataclass(frozen=True)
class Break:
    """What is broken, the complaint that shows it, the hits of its rounds, and after which rounds the checker looks."""

    name: str
    rule: str
    words: str
    edits: Sequence[Edit]
    hits: Sequence[Hit]
    check_after: Sequence[int]
    rest_seconds: float = 40.0  # less where the break keeps the services from ever coming to rest
    possible_in_containers: bool = True
    excluded: frozenset[str] = frozenset()
    """rules that must not be complained of: they would say that the break shows only for a while"""

    def shown(self, complaints: Sequence[Complaint]) -> bool:
        """Whether they tell of the break, and not only of what is late because of it."""
        return any(complaint.rule == self.rule and self.words in complaint.text for complaint in complaints)

    def schedule(self, random: Random, lease_seconds: float) -> Iterator[Hit]:
        """The hits as they are."""
        yield from self.hits


FENCING = Break(
    "fencing: whoever was superseded moves the position all the same, behind the newest row",
    "view.rows",
    "too many",
    [
        Edit(
            "consume/ledger.py",
            "select $1, $2 + 1, $3 ",
            "select $1, (select coalesce(max(number), 0) + case when max(number) > $2 then 1000 else 1 end "
            "from batches where projection = $1), $3 ",
        ),
        Edit(
            "consume/ledger.py",
            "where not exists (select from batches where projection = $1 and number > $2) returning",
            "where $2::bigint is not null returning",
        ),
    ],
    [Hit("stall", ["matching"])] * 4,
    check_after=(2,),
    possible_in_containers=False,  # a session of a Postgres in a container cannot be stopped from here
)
DEDUPE = Break(
    "dedupe: the gate lets a number pass that was taken already",
    "view.rows",
    "too many",
    [Edit("consume/sequence.py", "dropped.append(source)", "taken.append(record)")],
    [Hit("late relay", ["needs"]), Hit("late relay", ["matching"]), Hit("late relay", ["needs"])],
    check_after=(2,),
    rest_seconds=6.0,
)
POSITION = Break(
    "position: it moves in a commit of its own, before the rows",
    "view.rows",
    "too few",
    [
        Edit(
            "consume/consumer.py",
            """as connection, connection.transaction():
                number = await advance(connection, PROJECTION, self.state.number, positions)
                yield connection
""",
            """as connection:
                number = await advance(connection, PROJECTION, self.state.number, positions)
                async with connection.transaction():
                    yield connection
""",
        )
    ],
    [Hit("kill", ["consumer needs", "consumer matching"])] * 18,
    check_after=(6, 12),
    # Views that are only late lack events too. These are at the end of both logs, and lack them for ever.
    excluded=frozenset({"caught_up", "positions"}),
)
PRODUCER = Break(
    "producer reset: what was handed to a producer counts as sent, and nobody looks again after an error",
    "kafka.order",
    "is missing",
    [
        Edit(
            "relay/lane.py",
            "        offset = await producer.send(lane.shard, packed.batch)\n",
            """        lane.acknowledge(Checkpoint(packed.last, lane.sent.offset))
        offset = await producer.send(lane.shard, packed.batch)
""",
        ),
        Edit("relay/check.py", "if not still_holds(", "if False and not still_holds("),
    ],
    [Hit("kill", [], ["broker"], away_seconds=11.0)] * 4,  # longer than a relay waits for an answer
    check_after=(1, 2, 3),  # a gap is seen once something is sent after it
    rest_seconds=6.0,
)

BREAKS = (FENCING, DEDUPE, POSITION, PRODUCER)


def misses(sabotage: Break, report: Report) -> list[str]:
    """What is wrong with a run in which the checker should have told of the break."""
    wrong = [] if sabotage.shown(report.complaints) else [f"nothing said {sabotage.rule}: … {sabotage.words} …"]
    return wrong + [f"beside it: {one}" for one in report.complaints if one.rule in sabotage.excluded]


async def expose(sabotage: Break, folder: Path, tell: Callable[[str], None]) -> Report:
    """Run the crash test with the break, until the checker tells of it or the hits are used up."""
    plan = Plan(
        rounds=len(sabotage.hits),
        seed=1,
        check_after=sabotage.check_after,
        schedule=sabotage.schedule,
        lease_seconds=0.6,
        rest_seconds=sabotage.rest_seconds,
        edits=sabotage.edits,
        enough=sabotage.shown,
    )
    return await run(plan, folder, tell)
