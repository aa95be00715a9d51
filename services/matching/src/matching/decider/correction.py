"""The outcome of a match, its end, a refusal or a lapse was a mistake: what came of it is recorded anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.areas import Territory
from shiendomain.matching import MatchEvent, MatchOutcomeCorrected, OfferNoted
from shiendomain.states import MatchState
from shiendomain.vocabulary import FailureReason, Outcome
from shienevents import Rejected

from .answers import check_outcome
from .matches import Match


@dataclass(frozen=True)
class CorrectOutcome:
    """Record what came of a match, in place of what was said of it. `why`: what was wrong.

    Facts: `most` people of its need can have been helped by it, and `withdrawn` is whether the need is; `None`: its
    need is not known yet.
    """

    resource_id: UUID
    match_id: UUID
    outcome: Outcome
    people_helped: int
    reason: FailureReason | None
    note: str
    ongoing: bool
    why: str
    areas: Territory
    most: int | None = None
    withdrawn: bool = False


def correct(command: CorrectOutcome, match: Match, noted: OfferNoted, free: int | None) -> Sequence[MatchEvent]:
    """The outcome as it was. Support that goes on holds places again, if there are so many.

    What was declined, or lapsed because nobody answered or its resource was retired, may have been answered and helped
    in truth. Where an answer or an outcome is awaited, that is recorded, and nothing corrected.
    """
    if match.state.pending:
        raise Rejected("match.no_outcome", state=match.state)
    check_outcome(match, command.outcome, command.people_helped, command.reason)
    if command.most is not None and command.people_helped > command.most:
        raise Rejected("match.others_helped", most=command.most)
    if not changes(command, match):
        return []
    more = (command.people_helped if command.ongoing else 0) - match.taken
    check_places(command, more, noted, free)
    return [
        MatchOutcomeCorrected(
            match_id=command.match_id,
            need_id=match.need_id,
            need_area=match.need_area,
            resource_id=command.resource_id,
            outcome=command.outcome,
            people_helped=command.people_helped,
            people_freed=-more,
            ongoing=command.ongoing,
            why=command.why,
            reason=command.reason,
            service_id=noted.service_id,
            note=command.note,
        )
    ]


def changes(command: CorrectOutcome, match: Match) -> bool:
    """Whether it says anything else than what is recorded: what ended, lapsed or was declined had another outcome."""
    if match.state is not MatchState.CONCLUDED or match.outcome is None:
        return True
    of = ("outcome", "people_helped", "reason", "note", "ongoing")
    return any(getattr(command, name) != getattr(match.outcome, name) for name in of)


def check_places(command: CorrectOutcome, more: int, noted: OfferNoted, free: int | None) -> None:
    """Support goes on for a need and by a resource that are there, and has as many places. Raises `Rejected`."""
    if more <= 0:
        return
    if command.withdrawn or not noted.open:
        raise Rejected("match.cannot_go_on")
    if free is not None and more > free:
        raise Rejected("match.no_place_to_go_on", more=more, free=max(0, free), capacity=noted.capacity)
