"""What the events of a need make of it. What may happen to it: `need.py`."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import assert_never
from uuid import UUID

from shiendomain.needs import (
    NeedCorrected,
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedSourceCorrected,
    NeedUngrouped,
    NeedWithdrawn,
)
from shiendomain.rules import unanswered_state
from shiendomain.states import NeedState
from shiendomain.vocabulary import NeedSource, SupportKind

from .need_commands import NeedFacts
from .support import NO_SUPPORT, Support, evolve_support


@dataclass(frozen=True)
class Need:
    """A need, the issue it is part of, and what its matches gave it. `found_by`: its source and its survey."""

    recorded: NeedRecorded | None = None
    facts: NeedFacts | None = None
    area: str = ""
    support_kind: SupportKind = SupportKind.OTHER
    found_by: tuple[NeedSource, UUID | None] | None = None
    issue_id: UUID | None = None
    support: Support = NO_SUPPORT
    withdrawn: bool = False

    @property
    def state(self) -> NeedState:
        """Its state, as its own stream has it (never GAP)."""
        if self.withdrawn:
            return NeedState.WITHDRAWN
        if self.support.met:
            return NeedState.MET
        if self.support.held:
            return NeedState.MATCHED
        return unanswered_state(self.issue_id)


def facts_of(event: NeedRecorded | NeedRevised) -> NeedFacts:
    """The facts of an event."""
    return NeedFacts(**{field.name: getattr(event, field.name) for field in fields(NeedFacts)})


def evolve(need: Need, event: NeedEvent) -> Need:
    """The need after an event."""
    match event:
        case NeedRecorded():
            need = replace(need, recorded=event, facts=facts_of(event), found_by=(event.found_by, event.survey_id))
            return replace(need, area=event.area, support_kind=event.support_kind)
        case NeedSourceCorrected():
            return replace(need, found_by=(event.found_by, event.survey_id))
        case NeedRevised():
            return replace(need, facts=facts_of(event))
        case NeedCorrected():
            return replace(need, support_kind=event.support_kind)
        case NeedMoved():
            return replace(need, area=event.area)
        case NeedGrouped():
            return replace(need, issue_id=event.issue_id)
        case NeedUngrouped():
            return replace(need, issue_id=None)
        case NeedMatched() | NeedPartlyMet() | NeedMet() | NeedReopened():
            return replace(need, support=evolve_support(need.support, event))
        case NeedWithdrawn():
            return replace(need, withdrawn=True)
        case NeedReinstated():
            return replace(need, withdrawn=False)
        case _:
            assert_never(event)
