"""What is said of a meeting in a request, and in an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from shiendomain.meetings import Attendance, MeetingItem, Minutes
from shiendomain.vocabulary import BodyKind, MeetingItemKind, Reason, Text, Tier
from shienweb import Answer, Body, Distinct, PeopleCount, example

from ..decider.meeting import MeetingReport
from ..projections import MeetingRow

Ids = Annotated[tuple[UUID, ...], Field(max_length=200)]
MOST_ATTENDED = 300
"""So many people attend a council's meeting at most. A council has ten to forty member bodies, and an open one fills a
community hall (公民館); more is a slip of the pen, or a lecture, which is no meeting of a council."""


class KindTwice(ValueError):
    """One kind of body is counted twice."""

    en = "name each kind of body once, with the sum of those who attended"
    ja = "団体の種類（kind）は一度だけ指定し、出席者数（count）は合計してください"


class TooMany(ValueError):
    """More people than attend a council's meeting."""

    en = f"at most {MOST_ATTENDED} attend a council's meeting; check each count"
    ja = f"協議体の出席者は合計 {MOST_ATTENDED} 人以内です。それぞれの出席者数（count）を確認してください"


class AttendanceIn(Body):
    """How many of one kind of body attended. Bodies, not names."""

    kind: BodyKind
    count: Annotated[int, Field(ge=1, le=MOST_ATTENDED)]


def _plausible(attended: tuple[AttendanceIn, ...]) -> tuple[AttendanceIn, ...]:
    if len({one.kind for one in attended}) < len(attended):
        raise KindTwice
    if sum(one.count for one in attended) > MOST_ATTENDED:
        raise TooMany
    return attended


class ItemIn(Body):
    """An item that was discussed on its own: what was said, and what was decided.

    `smooth_running`: how services and prevention go smoothly in the area (地域における円滑な実施のための検討).
    """

    kind: MeetingItemKind
    text: Annotated[Text, StringConstraints(min_length=1)]
    decision: Text = ""
    smooth_running: bool = False


class Held(Body):
    """What is reported of a meeting: its day, what it dealt with, who attended, and what was said."""

    held_on: date
    issues: Ids = ()
    proposals: Ids = ()
    attendance: Annotated[tuple[AttendanceIn, ...], Field(max_length=50), AfterValidator(_plausible)] = ()
    minutes: Minutes = ""
    items: Annotated[tuple[ItemIn, ...], Field(max_length=50)] = ()

    def report(self) -> MeetingReport:
        """The same for the decider."""
        return MeetingReport(
            held_on=self.held_on,
            issues=self.issues,
            proposals=self.proposals,
            attendance=tuple(Attendance(kind=one.kind, count=one.count) for one in self.attendance),
            minutes=self.minutes,
            items=tuple(MeetingItem(**dict(one)) for one in self.items),
        )


class NewMeeting(Held):
    """A meeting that was held: the council's, its day, the issues and proposals it dealt with.

    `not_the_same_as` names identical meetings that somebody looked at, and that are other ones.
    """

    model_config = example(
        council_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        held_on="2026-07-15",
        issues=["0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a"],
        attendance=[{"kind": "neighbourhood", "count": 4}],
        minutes="移動手段について協議した",
        items=[
            {"kind": "salon_independence", "text": "世話役の交代について", "decision": "来年度から輪番とする"},
        ],
    )

    council_id: UUID
    not_the_same_as: Distinct = ()


class MeetingCorrection(Held):
    """A meeting as it is right, all of it, and what was wrong."""

    model_config = example(
        held_on="2026-07-16",
        issues=["0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a"],
        attendance=[{"kind": "neighbourhood", "count": 5}],
        minutes="移動手段について協議した",
        reason="開催日と出席者数の記録誤り",
    )

    reason: Reason


class MeetingWithdrawal(Body):
    """Why the record of a meeting was a mistake."""

    model_config = example(reason="同じ会議を二重に記録していた")

    reason: Reason


class AttendedOut(Answer):
    """How many of one kind of body attended."""

    kind: BodyKind
    count: PeopleCount


class ItemOut(Answer):
    """An item that was discussed on its own."""

    kind: MeetingItemKind
    text: str
    decision: str
    smooth_running: bool


class MeetingOut(Answer):
    """A meeting that was held. `reason`: what was wrong before it was corrected last, or why it is `withdrawn`.

    `followed_by`: the proposals that went up or were deliberated by it, and what residents agreed to do at it.
    """

    meeting_id: UUID
    council_id: UUID
    area: str
    tier: Tier
    held_on: date
    issues: tuple[UUID, ...]
    proposals: tuple[UUID, ...]
    attendance: tuple[AttendedOut, ...]
    minutes: str
    items: tuple[ItemOut, ...]
    not_the_same_as: tuple[UUID, ...]
    withdrawn: bool
    followed_by: tuple[UUID, ...]
    reason: str
    correlation: UUID

    @classmethod
    def of(cls, row: MeetingRow) -> Self:
        """The answer made of a row."""
        parts: dict[str, Sequence[Answer]] = {
            "attendance": tuple(AttendedOut(**vars(one)) for one in row.attendance),
            "items": tuple(ItemOut(**vars(one)) for one in row.items),
        }
        return cls(**vars(row) | parts)
