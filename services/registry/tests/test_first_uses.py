"""The views by which areas and their mappings are judged: since when an area is in use, and what others have there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from registry.projections import elsewhere, first_uses
from registry.projections.elsewhere import ElsewhereRow
from registry.projections.first_uses import UseRow
from shiendomain.needs import IssueMoved, NeedMoved, NeedRecorded, NeedReinstated, NeedsConsolidated, NeedWithdrawn
from shiendomain.registry import CouncilCorrected
from shiendomain.vocabulary import Frequency, SourceKind, SupportKind
from shienevents import Event
from shienevents.testing import FoldScenario, an_envelope, check_fold_laws

from .facts import AN_ID, ANOTHER, AREA, ASSIGNED, DAY, ESTABLISHED

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


def used(days: dict[str, date], *, mistaken: bool = False) -> UseRow:
    by_area = {area: str(day) for area, day in days.items()}
    return UseRow(stream=an_envelope().stream, areas=tuple(sorted(by_area)), days=by_area, mistaken=mistaken)


def test_an_area_is_in_use_by_a_thing_from_the_day_on_which_it_began_or_came_there() -> None:
    uses, need = FoldScenario(first_uses), (NEED, an_envelope(occurred_at=on(2024)))
    uses.given(need).then(used({AREA: date(2024, 5, 1)}))
    moved = (NEED_MOVED, an_envelope(occurred_at=on(2025), version=2))
    uses.given(need, moved).then(used({AREA: date(2024, 5, 1), SOUTH: date(2025, 5, 1)}))
    back = (NEED_MOVED.model_copy(update={"area": AREA}), an_envelope(occurred_at=on(2026), version=2))
    uses.given(need, back).then(used({AREA: date(2024, 5, 1)}))


def test_a_post_is_there_from_its_term_and_a_council_from_the_day_that_is_right() -> None:
    uses, announced = FoldScenario(first_uses), (ASSIGNED, an_envelope(occurred_at=on(2010)))
    uses.given(announced).then(used({ASSIGNED.area: ASSIGNED.term_from}))
    for day in (date(2020, 6, 1), date(2024, 9, 1)):
        established = (ESTABLISHED, an_envelope(area=ESTABLISHED.area, occurred_at=on(2024)))
        right = EARLIER.model_copy(update={"established_on": day})
        corrected = (right, an_envelope(area=ESTABLISHED.area, occurred_at=on(2025), version=2))
        uses.given(established, corrected).then(used({ESTABLISHED.area: day}))


def test_an_area_was_not_in_use_by_what_was_recorded_by_mistake() -> None:
    uses, need = FoldScenario(first_uses), (NEED, an_envelope(occurred_at=on(2024)))
    gone = (NeedWithdrawn(need_id=AN_ID, reason="二重", by_mistake=True), an_envelope(version=2))
    uses.given(need, gone).then(used({AREA: date(2024, 5, 1)}, mistaken=True))
    over = (NeedWithdrawn(need_id=AN_ID, reason="転居"), an_envelope(version=2))
    uses.given(need, over).then(used({AREA: date(2024, 5, 1)}))
    back = (NeedReinstated(need_id=AN_ID, reason="正しかった"), an_envelope(version=3))
    uses.given(need, gone, back).then(used({AREA: date(2024, 5, 1)}))


def in_use() -> list[Event]:
    """One event of each kind that is read, with nothing but what is read of it."""
    details = SimpleNamespace(held_on=DAY, secured_on=DAY, offered_on=DAY)
    days = dict.fromkeys(("term_from", "established_on", "made_on", "since", "shared_on"), DAY)
    said: dict[str, Any] = {"area": AREA, "by_mistake": True, "details": details, **days}
    return [event.model_construct(**said) for event in first_uses.subscribes_to]


def test_first_uses_keep_the_laws_of_a_fold() -> None:
    stream = st.lists(st.sampled_from(in_use()), max_size=6)
    check_fold_laws(first_uses, st.tuples(stream, stream), examples=20)


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
