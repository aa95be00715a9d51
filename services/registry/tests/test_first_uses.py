"""The views by which areas and their mappings are judged: since when an area is in use, and what others have there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from registry.projections import elsewhere, first_uses
from registry.projections.elsewhere import ElsewhereRow
from registry.projections.first_uses import FirstUseRow
from shiendomain.needs import IssueMoved, NeedMoved, NeedRecorded, NeedsConsolidated
from shiendomain.registry import CouncilCorrected
from shiendomain.vocabulary import Frequency, SourceKind, SupportKind
from shienevents import Event
from shienevents.testing import FoldScenario, an_envelope, check_fold_laws

from .facts import AN_ID, ANOTHER, AREA, ASSIGNED, ESTABLISHED, MIDORI, MOVED

SOUTH = "272108-04"
NEED = NeedRecorded(
    need_id=AN_ID, area=AREA, support_kind=SupportKind.MEALS, people=3, frequency=Frequency.WEEKLY,
    source=SourceKind.COUNCIL,
)  # fmt: skip
NEED_MOVED = NeedMoved(need_id=AN_ID, from_area=AREA, area=SOUTH, reason="南の校区だった")
ISSUE = NeedsConsolidated(issue_id=ANOTHER, area=AREA, needs=())
ISSUE_MOVED = IssueMoved(issue_id=ANOTHER, from_area=AREA, area=SOUTH, needs=(), reason="校区の統合")
EARLIER = CouncilCorrected(
    council_id=AN_ID, name="北協議体", history=(), purpose=None, changed=("established_on",), reason="日付の誤り",
    established_on=date(2020, 6, 1),
)  # fmt: skip


def on(year: int) -> datetime:
    return datetime(year, 5, 1, tzinfo=UTC)


def test_an_area_is_in_use_from_the_day_on_which_its_first_thing_began_or_came_there() -> None:
    used = FoldScenario(first_uses)
    need = (NEED, an_envelope(occurred_at=on(2024)))
    provider = (MIDORI.model_copy(update={"area": AREA}), an_envelope(occurred_at=on(2023)))
    used.given(need, provider).then(FirstUseRow(area=AREA, first_on=date(2023, 5, 1)))
    moved = (MOVED.model_copy(update={"area": SOUTH}), an_envelope(occurred_at=on(2025)))
    used.given(need, moved).then(
        FirstUseRow(area=AREA, first_on=date(2024, 5, 1)), FirstUseRow(area=SOUTH, first_on=date(2025, 5, 1))
    )


def test_a_post_is_there_from_its_term_and_a_council_from_the_day_that_is_right() -> None:
    used = FoldScenario(first_uses)
    announced = (ASSIGNED, an_envelope(occurred_at=on(2010)))
    used.given(announced).then(FirstUseRow(area=ASSIGNED.area, first_on=ASSIGNED.term_from))
    established = (ESTABLISHED, an_envelope(area=ESTABLISHED.area, occurred_at=on(2024)))
    corrected = (EARLIER, an_envelope(area=ESTABLISHED.area, occurred_at=on(2025), version=2))
    used.given(established, corrected).then(FirstUseRow(area=ESTABLISHED.area, first_on=date(2020, 6, 1)))


def test_what_others_have_is_where_it_was_moved_last() -> None:
    there = FoldScenario(elsewhere)
    there.given(NEED).then(ElsewhereRow(thing_id=AN_ID, area=AREA))
    there.given(NEED, NEED_MOVED).then(ElsewhereRow(thing_id=AN_ID, area=SOUTH))
    there.given(ISSUE, ISSUE_MOVED).then(ElsewhereRow(thing_id=ANOTHER, area=SOUTH))


def of_one(id_: UUID, area: str) -> list[Event]:
    """One event of each kind that is read, about one thing, with nothing but what is read of it."""
    said: dict[str, Any] = {"need_id": id_, "issue_id": id_, "proposal_id": id_, "area": area, "by_mistake": True}
    return [event.model_construct(**said) for event in elsewhere.subscribes_to]


def test_what_others_have_keeps_the_laws_of_a_fold() -> None:
    both = [st.lists(st.sampled_from(of_one(one, AREA) + of_one(one, SOUTH)), max_size=6) for one in (AN_ID, ANOTHER)]
    check_fold_laws(elsewhere, st.tuples(*both), examples=20)
