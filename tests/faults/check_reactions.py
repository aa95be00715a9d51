"""Promise 4 for reactions: every event that is answered is answered exactly once, by an event or by a noted no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from .complaints import Complaint, complain
from .history import Kept


class Answered(NamedTuple):
    """A reaction: in which service, what it hears from whom, what it makes, and which no it may meet."""

    name: str
    service: str
    source: str
    subscribes_to: str
    makes: str
    refusals: Collection[str] = ()


REACTIONS = (
    Answered("count_on_sheet", "needs", "needs", "needs.need_recorded.v1", "needs.sheet_counted.v1"),
    Answered(
        "answer_need", "needs", "matching", "matching.match_proposed.v1", "needs.need_answered.v1", ["need.withdrawn"]
    ),
    Answered("propose_match", "matching", "needs", "needs.need_recorded.v1", "matching.match_proposed.v1"),
    Answered("confirm_match", "matching", "needs", "needs.need_served.v1", "matching.match_confirmed.v1"),
)


def check_reactions(kept: Mapping[str, Kept]) -> list[Complaint]:
    """Every reaction over all that was heard; and no other refusal than those the domain may give."""
    refused = []
    for reaction in REACTIONS:
        for name, event, code in kept[reaction.service].refusals:
            if name == reaction.name and code not in reaction.refusals:
                refused.append(f"{reaction.service}: {name} to {event} met {code}")
    once = [text for reaction in REACTIONS for text in _once(reaction, kept)]
    return [*complain("reaction.once", once), *complain("reaction.refused", refused)]


def _once(reaction: Answered, kept: Mapping[str, Kept]) -> Iterator[str]:
    heard = {event.id for event in kept[reaction.source].events if event.type == reaction.subscribes_to}
    own = kept[reaction.service]
    made = [event.causation for event in own.events if event.type == reaction.makes and event.causation]
    made += [event for name, event, _ in own.refusals if name == reaction.name]
    yield from difference(reaction.name, heard, Counter(made))


def difference(name: str, heard: Collection[UUID], made: Mapping[UUID, int]) -> Iterator[str]:
    """What was heard and not answered, answered twice, or answered without being heard."""
    for event in heard:
        if made.get(event, 0) != 1:
            yield f"{name} answered {event} {made.get(event, 0)} times"
    for event in set(made) - set(heard):
        yield f"{name} answered {event}, which was not heard"
