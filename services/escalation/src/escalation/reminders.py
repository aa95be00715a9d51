"""What escalation does when a day has passed: it reminds of answers that are late."""

from __future__ import annotations

from collections.abc import Sequence

from shiendomain.days import day_of
from shiendomain.follow_up import reminder_due_sql
from shiendomain.rules import answered_sql
from shienevents import Due, Snapshot, Tick, Wake

from .decider.reminder import RemindAnswer

LOOK_SECONDS = 600
"""So often it is looked whether a reminder is due. They are due by the day."""
MOST = 100
"""So many are given each time, those that are late for longest first."""


def ticks(every_days: int) -> tuple[Tick, ...]:
    """The ticks of escalation. A late answer is reminded of again after `every_days`."""

    async def late(snapshot: Snapshot, wake: Wake) -> Sequence[Due]:
        today = day_of(wake.now)
        found = await snapshot.fetch(
            f"""select proposal_id from (select proposal_id, {answered_sql()} as state, due_on, deferred_until,
                       reminded_on from proposals) late
                 where {reminder_due_sql("$1::date", "$2::int")} order by due_on, proposal_id limit {MOST}""",
            today,
            every_days,
        )
        return [Due(f"{key} {today}", [RemindAnswer(key, today, every_days)]) for (key,) in found]

    return (Tick("remind_answers", late, every_seconds=LOOK_SECONDS),)
