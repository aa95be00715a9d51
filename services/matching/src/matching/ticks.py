"""What matching does when a time has come: a proposal lapses that nobody answered in time, and between two rounds what
is new is proposed (`live.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from shiendomain.areas import Territory
from shiendomain.days import JAPAN, day_of
from shienevents import Due, Snapshot, Tick, Wake

from . import views
from .decider.answers import LapseMatch
from .live import HEARD, LiveMatching
from .projections import MatchRow
from .settings import Settings

_MOST_LAPSES = 200  # at a time; what is left comes a moment later


def ticks_of(settings: Settings) -> Sequence[Tick]:
    """The ticks of a matching service."""

    async def unanswered(snapshot: Snapshot, wake: Wake) -> Sequence[Due]:
        before = answered_since(wake.now, settings.answer_within_days)
        return [lapse(row) for row in await views.matches_unanswered(snapshot, before, _MOST_LAPSES) if row.resource_id]

    live = LiveMatching()
    return (
        Tick("lapse_unanswered", unanswered, every_seconds=10),
        Tick("propose_live", live.due, every_seconds=0.5, hears=HEARD, rests=live.rests),
    )


def answered_since(now: datetime, within_days: int) -> datetime:
    """What was recorded as proposed before this moment, and not answered, has lapsed by `now`.

    The day of the recording does not count, and the last day counts to its end, in Japan.
    """
    return datetime.combine(day_of(now) - timedelta(days=within_days), time.min, JAPAN)


def lapse(row: MatchRow) -> Due:
    """The match lapses, as if a coordinator of the need's area had said so."""
    assert row.resource_id
    areas = Territory((row.need_area,), (row.need_area,))
    return Due(str(row.match_id), [LapseMatch(row.resource_id, row.match_id, areas)])
