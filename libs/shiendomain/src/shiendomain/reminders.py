"""The event of a reminder (催促): the answer to a proposal is late. When one is due is said by `follow_up`."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event


class AnswerReminded(Event, wire="escalation.answer_reminded.v1"):
    """The answer to the proposal is late: its day `due_on` has passed, or the day until which it was deferred.

    `number` counts the reminders of this day, from 1.
    """

    proposal_id: UUID
    due_on: date
    reminded_on: date
    number: Annotated[int, Field(ge=1, le=10_000)]
