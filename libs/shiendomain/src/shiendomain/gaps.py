"""When a gap (不足するサービス) is answered: running services reach all needs of its issue that still wait.

That it was declared is in the issue's stream, and which needs a service reaches is in the stream of the proposal that
it answers. No event joins the two: a service grows, ends and goes on again, and a gap is open or answered as they are
now. So it is worked out when it is read, and a board falls with a launch and rises with an end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from .states import NeedState

_BEHIND = "needs behind where behind.need_id = any(issues.needs)"
_REACHED = "exists (select 1 from services where services.reached && array[behind.need_id])"
_WANTING = ", ".join(f"'{state.value}'" for state in NeedState if state.wants_support)


def gap_answered(needs: Mapping[UUID, NeedState], reached: Collection[UUID]) -> bool:
    """Whether the declared gap of an issue with these needs is answered.

    `reached` are the needs that running services were proposed to. A need that is met or withdrawn waits for nothing;
    but needs that other support met do not answer a gap: then its issue is closed with what came of it.

    Source: the slides, 地域に不足するサービスの創出: the gap is there until a service is.
    """
    waiting = {need for need, state in needs.items() if state.wants_support}
    return waiting <= set(reached) and not needs.keys().isdisjoint(reached)


def gap_answered_sql() -> str:
    """`gap_answered` in SQL over the views named issues, needs and services: a boolean, never null."""
    return (
        f"(exists (select 1 from {_BEHIND} and {_REACHED})"
        f" and not exists (select 1 from {_BEHIND} and behind.state in ({_WANTING}) and not {_REACHED}))"
    )
