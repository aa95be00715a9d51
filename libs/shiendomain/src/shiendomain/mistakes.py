"""What was recorded by mistake, or twice: the record is taken back, and is in no list and in no figure any more.

The rule is the same for whatever a view of its own service lists. The events stay, and with them the history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from shienevents import Event, Rejected

from .words import Word

E = TypeVar("E", bound=Event)


class Ground(Word):
    """What may stand on a record: it would stand on nothing, if the record were taken back."""

    MEETINGS = "meetings", "協議体の開催記録", "meetings"
    PROPOSALS = "proposals", "提案", "proposals"
    ISSUES = "issues", "この協議体に提起した地域課題", "local issues before it"
    INFORMATION = "information", "情報共有の記録", "shared information"
    CONTACTS = "contacts", "連絡先", "contacts"
    SUCCESSIONS = "successions", "この配置を後任とする引継ぎ", "hand-overs to this post"
    RESOURCES = "resources", "社会資源", "resources"
    SERVICES = "services", "市の事業（参入の要望を含む）", "services, or requests to take part in one"
    COUNCILS = "councils", "構成団体とする協議体", "councils on which it sits"
    PLACEMENTS = "placements", "担い手の活動の記録", "placements of supporters"
    PARTICIPANTS = "participants", "参加者の記録", "people who take part"
    NEEDS = "needs", "支援ニーズ", "needs"


@dataclass(frozen=True)
class Mistake:
    """Why a record was a mistake. `standing`, a fact: how many things of each kind stand on it."""

    reason: str
    standing: Mapping[Ground, int] = field(default_factory=dict)


def taken_back(mistake: Mistake, event: type[E], **said: object) -> Sequence[E]:
    """The event that takes a record back. `said` are its fields beside the reason: the id of the record, its area.

    Raises `Rejected` while something stands on the record.
    """
    for ground, count in mistake.standing.items():
        if count:
            raise Rejected("record.followed", ground=ground, count=count)
    return [event.model_validate({**said, "reason": mistake.reason})]


def check_there(*, withdrawn: bool) -> None:
    """Raise `Rejected` for a record that was taken back: nothing is changed about it any more."""
    if withdrawn:
        raise Rejected("record.withdrawn")
