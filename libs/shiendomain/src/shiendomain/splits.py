"""The events of a proposal whose needs ask for several answers: it is split into parts, and is one proposal again.

Each part has a stream of its own, begun by `ProposalPartMade`, and is answered by itself. The original keeps its stream
and says which parts it was split into.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from shienevents import Event

from .grown import GrownFrom
from .states import ProposalState
from .vocabulary import AreaCode, Name, NeedBehind, Part, Reason, SupportKind, Target, Text


class PartAsked(Part):
    """A part of a proposal: what it asks for in its own words, and which of the needs are behind it."""

    proposal_id: UUID
    title: Name
    ask: Annotated[Text, StringConstraints(min_length=1)]
    needs: tuple[UUID, ...]


class ProposalSplit(Event, wire="escalation.proposal_split.v1"):
    """The proposal was split: each need behind it is behind exactly one of these parts, each with its own answer."""

    proposal_id: UUID
    parts: tuple[PartAsked, ...]
    reason: Reason


class ProposalPartMade(Event, wire="escalation.proposal_part_made.v1"):
    """A part of a proposal that was split: a proposal of the same council, for some of the needs.

    It is where the original was: the upper tier has received it, and answers by `due_on`; or it was returned, and its
    council answers. `waiting_since` is the day since which the original waits. `grown_from` is that of the original.
    """

    proposal_id: UUID
    split_from: UUID
    area: AreaCode
    issue_id: UUID
    council_id: UUID
    target: Target
    title: Name
    ask: Text
    support_kind: SupportKind
    needs: tuple[NeedBehind, ...]
    state: Literal[ProposalState.RECEIVED, ProposalState.RETURNED]
    waiting_since: date
    due_on: date | None = None
    reason: Reason
    grown_from: GrownFrom | None = None


class SplitUndone(Event, wire="escalation.split_undone.v1"):
    """The split was undone, for this reason: the proposal is one again, and is as it was before, with its days."""

    proposal_id: UUID
    parts: tuple[UUID, ...]
    state: Literal[ProposalState.RECEIVED, ProposalState.DELIBERATED, ProposalState.DEFERRED, ProposalState.RETURNED]
    due_on: date | None = None
    deferred_until: date | None = None
    reason: Reason


class ProposalPartJoined(Event, wire="escalation.proposal_part_joined.v1"):
    """The split was undone: what this part asked for is answered with the original."""

    proposal_id: UUID
    split_from: UUID
    reason: Reason


OfSplit = ProposalSplit | SplitUndone
"""Events in the stream of the proposal that is split."""
OfPart = ProposalPartMade | ProposalPartJoined
"""Events in the stream of a part."""
