"""What an area that has ended still has of its own, and can be moved to its successors: which rows matter, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final, NamedTuple

from .areas import AreaTree
from .states import IssueState, NeedState, PlaceState, ProposalState, ResourceState, VenueState
from .vocabulary import AreaThing, SupportKind, Tier


class Left(NamedTuple):
    """How things of a kind are read from their view: the column of the id, which rows still matter, what they are
    called, and the things they are of: what is said of one of these is said of them too (`ThingSuccessor`).
    """

    id: str
    still: str
    name: str
    of: tuple[str, ...] = ()


def _not_in(states: Collection[str]) -> str:
    return f"state not in ({', '.join(repr(str(state)) for state in states)})"


LEFT: Final = {
    AreaThing.COUNCILS: Left("council_id", "true", "name"),
    AreaThing.COORDINATORS: Left("coordinator_id", "handed_over_on is null", "tier"),
    AreaThing.PROVIDERS: Left("provider_id", "true", "name"),
    AreaThing.RESOURCES: Left("resource_id", _not_in([ResourceState.RETIRED]), "name", ("provider_id",)),
    AreaThing.COHORTS: Left("cohort_id", "true", "title"),
    AreaThing.VENUES: Left("venue_id", f"state = '{VenueState.SECURED}'", "name"),
    AreaThing.PLACES: Left("place_id", _not_in([PlaceState.CLOSED]), "activity", ("resource_id",)),
    AreaThing.SURVEYS: Left("survey_id", "responses is null", "title"),
    AreaThing.NEEDS: Left("need_id", _not_in([NeedState.MET, NeedState.WITHDRAWN]), "support_kind", ("issue_id",)),
    AreaThing.ISSUES: Left("issue_id", _not_in([IssueState.CLOSED]), "title", ("council_id",)),
    AreaThing.PROPOSALS: Left(
        "proposal_id", _not_in([state for state in ProposalState if state.closed]), "title", ("issue_id", "council_id")
    ),
}
"""What an area has that can be moved."""
OF_REGISTRY: Final = tuple(LEFT)[:7]
OF_NEEDS: Final = (AreaThing.SURVEYS, AreaThing.NEEDS, AreaThing.ISSUES)
OF_ESCALATION: Final = (AreaThing.PROPOSALS,)
"""Each service moves its own."""


def name_of(kind: AreaThing, name: str) -> str:
    """What a thing is called in Japanese: a post by its tier, a need by its kind of support."""
    if kind is AreaThing.COORDINATORS:
        return Tier.of(name).ja
    return SupportKind.of(name).ja if kind is AreaThing.NEEDS else name


def ended(tree: AreaTree, codes: Collection[str], day: date) -> list[str]:
    """Those of the areas that have ended on the day."""
    known = [code for code in codes if code in tree.areas]
    return [code for code in known if (closed := tree.areas[code].closed_on) is not None and closed <= day]


def left_sql(kinds: Collection[AreaThing], views: Mapping[AreaThing, str] | None = None) -> str:
    """A query of area, kind and count over the areas `$1`. `views`: where a view has another name than its things."""
    return " union all ".join(
        f"select area, '{kind}', count(*) from {(views or {}).get(kind, kind)} "
        f"where area = any($1::text[]) and {LEFT[kind].still} group by 1"
        for kind in kinds
    )


def things_sql(kinds: Collection[AreaThing], *, by_id: bool = False) -> str:
    """A query of area, kind, id, name and `of` for each thing that the areas `$1` still have, by kind and id.

    `by_id`: for each thing with one of the ids `$1`, whatever became of it.
    """
    parts = [
        f"""select area, {number} as number, '{kind}' as kind, {left.id} as id, {left.name} as name,
                   array[{", ".join(left.of)}]::uuid[] as of from {kind} where """
        + (f"{left.id} = any($1::uuid[])" if by_id else f"area = any($1::text[]) and {left.still}")
        for number, (kind, left) in enumerate((kind, LEFT[kind]) for kind in kinds)
    ]
    return f"select area, kind, id, name, of from ({' union all '.join(parts)}) things order by number, id"
