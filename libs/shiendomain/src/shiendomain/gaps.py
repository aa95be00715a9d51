"""When a gap (不足するサービス) is answered: running services reach all needs of its issue that still wait.

That it was declared is in the issue's stream, and which needs a service reaches is in the stream of the proposal that
it answers. No event joins the two: a service grows, ends and goes on again, and a gap is open or answered as they are
now. So it is worked out when it is read, and a board falls with a launch and rises with an end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from .states import NeedState

_WANTING = ", ".join(f"'{state.value}'" for state in NeedState if state.wants_support)


def gap_answered(needs: Mapping[UUID, NeedState], reached: Collection[UUID]) -> bool:
    """Whether the declared gap of an issue with these needs is answered.

    `reached` are the needs that running services were proposed to. A need that is met or withdrawn waits for nothing;
    but needs that other support met do not answer a gap: then its issue is closed with what came of it.

    Source: the slides, 地域に不足するサービスの創出: the gap is there until a service is.
    """
    waiting = {need for need, state in needs.items() if state.wants_support}
    return waiting <= set(reached) and not needs.keys().isdisjoint(reached)


def answered_gaps_sql(where: str) -> str:
    """The issues whose gap is answered, as a table of `issue_id`, in SQL over the views named issues, needs, services.

    `where` is a condition on the view issues, written by the service: those with a declared gap among which to look.
    It is one pass over the needs of these issues. What services reach is hashed once: a join compared it with each need
    while the tables had no statistics.
    """
    reached = "needs.need_id in (select unnest(services.reached) from services)"
    return f"""(
        select issues.issue_id
        from issues cross join lateral unnest(issues.needs) behind(need_id)
        join needs on needs.need_id = behind.need_id
        where {where}
        group by issues.issue_id
        having bool_or({reached}) and bool_and({reached} or needs.state not in ({_WANTING}))
    )"""
