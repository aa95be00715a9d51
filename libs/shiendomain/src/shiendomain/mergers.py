"""The events of proposals that tier 1 answers together: merged into one, answered with it, and apart again.

The proposal that others were merged into has a stream of its own (`escalation.ProposalsMerged` begins it). Each of its
origins keeps its stream, and has all that it was answered there.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shienevents import Event

from .grown import GrownFrom
from .states import ProposalState
from .vocabulary import AreaCode, Name, NeedBehind, Part, Reason, Text


class Origin(Part):
    """A proposal as it is part of a merged one: what it asks for now, and the needs behind it."""

    proposal_id: UUID
    issue_id: UUID | None = None
    council_id: UUID
    area: AreaCode
    title: Name
    ask: Text
    needs: tuple[NeedBehind, ...]
    grown_from: GrownFrom | None = None


class ProposalMergedInto(Event, wire="escalation.proposal_merged_into.v1"):
    """The proposal is answered with another one, of which it is part. That one is answered by `due_on`."""

    proposal_id: UUID
    merged_id: UUID
    due_on: date
    reason: Reason


class AnsweredWithMerged(Event, wire="escalation.answered_with_merged.v1"):
    """The merged proposal was answered, and so this one, its origin.

    `until`: by when it is answered, or until when it is deferred. `text`: the reason, or what was asked back.
    """

    proposal_id: UUID
    merged_id: UUID
    answer: Literal[
        ProposalState.RECEIVED,
        ProposalState.RETURNED,
        ProposalState.DELIBERATED,
        ProposalState.ADOPTED,
        ProposalState.REJECTED,
        ProposalState.DEFERRED,
        ProposalState.DESIGNED,
        ProposalState.LAUNCHED,
        ProposalState.ENDED,
    ]
    until: date | None = None
    launched_on: date | None = None
    text: Text = ""


class ProposalUnmerged(Event, wire="escalation.proposal_unmerged.v1"):
    """The merger was undone: the proposal is answered by itself again, and is as it was before, with its days."""

    proposal_id: UUID
    merged_id: UUID
    state: Literal[ProposalState.ESCALATED, ProposalState.RECEIVED, ProposalState.DELIBERATED, ProposalState.DEFERRED]
    due_on: date | None = None
    deferred_until: date | None = None
    reason: Reason


class OriginRenewed(Event, wire="escalation.origin_renewed.v1"):
    """The council of an origin answered what was asked back. `origins` are all of them as they are now.

    `awaited` are those whose councils still owe an answer. When there is none, the merged proposal waits as a new
    round.
    """

    proposal_id: UUID
    renewed: UUID
    origins: tuple[Origin, ...]
    awaited: tuple[UUID, ...] = ()
    round: Annotated[int, Field(ge=1, le=100)]


class MergeUndone(Event, wire="escalation.merge_undone.v1"):
    """The merger was undone, for this reason: each of these origins is answered by itself again."""

    proposal_id: UUID
    origins: tuple[UUID, ...]
    reason: Reason


OfOrigin = ProposalMergedInto | AnsweredWithMerged | ProposalUnmerged
"""Events in the stream of an origin."""
OfMerged = OriginRenewed | MergeUndone
"""Events in the stream of a merged proposal, after it began."""
