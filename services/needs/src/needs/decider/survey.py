"""The rules of a survey (調査): it is opened, closed and perhaps reopened, and what was recorded is put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.mistakes import Mistake, check_there, taken_back
from shiendomain.moves import Move, moved
from shiendomain.needs import (
    SurveyClosed,
    SurveyCorrected,
    SurveyEvent,
    SurveyMoved,
    SurveyOpened,
    SurveyReopened,
    SurveyRevised,
    SurveyWithdrawn,
)
from shiendomain.vocabulary import SurveyMethod
from shienevents import Decider, Home, NotFound, Rejected, types_of


@dataclass(frozen=True)
class OpenSurvey:
    """Open a survey of an area; `period_until` is its last day."""

    survey_id: UUID
    home: Home
    title: str
    method: SurveyMethod
    period_from: date
    period_until: date
    sheets: int | None = None
    not_the_same_as: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class CloseSurvey:
    """Close a survey with its number of responses; before the last day of its period, with the reason."""

    survey_id: UUID
    responses: int
    closed_on: date
    reason: str = ""


@dataclass(frozen=True)
class CorrectSurvey:
    """Correct the number of responses of a closed survey."""

    survey_id: UUID
    responses: int
    reason: str


@dataclass(frozen=True)
class ReviseSurvey:
    """Put right what a survey is called, its method, its period or its sheets."""

    survey_id: UUID
    title: str
    method: SurveyMethod
    period_from: date
    period_until: date
    reason: str
    sheets: int | None = None


@dataclass(frozen=True)
class ReopenSurvey:
    """Undo the closure of a survey."""

    survey_id: UUID
    reason: str


@dataclass(frozen=True)
class MoveSurvey:
    """Correct the area of a survey, open or closed."""

    survey_id: UUID
    to: Move


@dataclass(frozen=True)
class WithdrawSurvey:
    """The survey was recorded by mistake."""

    survey_id: UUID
    mistake: Mistake


Command = OpenSurvey | CloseSurvey | CorrectSurvey | ReviseSurvey | ReopenSurvey | MoveSurvey | WithdrawSurvey


@dataclass(frozen=True)
class Survey:
    """A survey: how it was opened, what is said of it now, how it was closed, its responses as corrected last."""

    opened: SurveyOpened | None = None
    now: SurveyOpened | None = None
    closed: SurveyClosed | None = None
    responses: int | None = None
    withdrawn: bool = False


def decide(command: Command, survey: Survey) -> Sequence[SurveyEvent]:
    """The events that follow from a command."""
    if isinstance(command, WithdrawSurvey):
        return withdraw(command, survey)
    check_there(withdrawn=survey.withdrawn)
    match command:
        case OpenSurvey():
            return open_(command, survey)
        case CloseSurvey():
            return close(command, survey)
        case CorrectSurvey():
            return correct(command, survey)
        case ReviseSurvey():
            return revise(command, survey)
        case ReopenSurvey():
            return reopen(command, survey)
        case MoveSurvey(survey_id, to):
            if survey.now is None:
                raise NotFound("survey.unknown")
            return moved(to, survey.now.area, SurveyMoved, survey_id=survey_id)
        case _:
            assert_never(command)


def open_(command: OpenSurvey, survey: Survey) -> Sequence[SurveyEvent]:
    """A new survey."""
    opened = SurveyOpened(
        survey_id=command.survey_id,
        area=command.home.area,
        title=command.title,
        method=command.method,
        period_from=command.period_from,
        period_until=command.period_until,
        sheets=command.sheets,
        not_the_same_as=command.not_the_same_as,
    )
    if opened == survey.opened:
        return []
    if survey.opened:
        raise Rejected("survey.opened")
    if command.period_until < command.period_from:
        raise Rejected("survey.ends_before_it_begins")
    return [opened]


def close(command: CloseSurvey, survey: Survey) -> Sequence[SurveyEvent]:
    """The end of a survey."""
    if survey.now is None:
        raise NotFound("survey.unknown")
    closed = SurveyClosed(survey_id=command.survey_id, responses=command.responses, reason=command.reason)
    if closed == survey.closed:
        return []
    if survey.closed:
        raise Rejected("survey.closed")
    if command.closed_on < survey.now.period_until and not command.reason:
        raise Rejected("survey.closes_early", until=survey.now.period_until)
    check_sheets(command.responses, survey.now.sheets)
    return [closed]


def correct(command: CorrectSurvey, survey: Survey) -> Sequence[SurveyEvent]:
    """The right number of responses of a survey that was closed with a wrong one."""
    if survey.now is None:
        raise NotFound("survey.unknown")
    if survey.responses is None:
        raise Rejected("survey.still_open")
    if command.responses == survey.responses:
        return []
    check_sheets(command.responses, survey.now.sheets)
    return [SurveyCorrected(survey_id=command.survey_id, responses=command.responses, reason=command.reason)]


def revise(command: ReviseSurvey, survey: Survey) -> Sequence[SurveyEvent]:
    """What is said of a survey now, open or closed."""
    if survey.now is None:
        raise NotFound("survey.unknown")
    said = {name: value for name, value in vars(command).items() if name != "reason"}
    if survey.now.model_copy(update=said) == survey.now:
        return []
    if command.period_until < command.period_from:
        raise Rejected("survey.ends_before_it_begins")
    check_sheets(survey.responses or 0, command.sheets)
    return [SurveyRevised(**vars(command))]


def check_sheets(responses: int, sheets: int | None) -> None:
    """No more answers came back than sheets were given out."""
    if sheets is not None and responses > sheets:
        raise Rejected("survey.more_responses_than_sheets", responses=responses, sheets=sheets)


def reopen(command: ReopenSurvey, survey: Survey) -> Sequence[SurveyEvent]:
    """A survey that was closed too early is open again."""
    if survey.opened is None:
        raise NotFound("survey.unknown")
    if survey.closed is None:
        raise Rejected("survey.not_closed")
    return [SurveyReopened(survey_id=command.survey_id, reason=command.reason)]


def withdraw(command: WithdrawSurvey, survey: Survey) -> Sequence[SurveyEvent]:
    """A survey that was none, once."""
    if survey.now is None:
        raise NotFound("survey.unknown")
    if survey.withdrawn:
        return []
    return taken_back(command.mistake, SurveyWithdrawn, survey_id=command.survey_id, area=survey.now.area)


def evolve(survey: Survey, event: SurveyEvent) -> Survey:
    """The survey after an event."""
    match event:
        case SurveyOpened():
            return replace(survey, opened=event, now=event)
        case SurveyRevised():
            said = event.model_dump(exclude={"reason"})
            return replace(survey, now=survey.now and survey.now.model_copy(update=said))
        case SurveyMoved():
            return replace(survey, now=survey.now and survey.now.model_copy(update={"area": event.area}))
        case SurveyClosed():
            return replace(survey, closed=event, responses=event.responses)
        case SurveyCorrected():
            return replace(survey, responses=event.responses)
        case SurveyReopened():
            return replace(survey, closed=None, responses=None)
        case SurveyWithdrawn():
            return replace(survey, withdrawn=True)
        case _:
            assert_never(event)


decider = Decider[Command, Survey, SurveyEvent](
    name="survey",
    commands=types_of(Command),
    events=types_of(SurveyEvent),
    stream=lambda command: command.survey_id,
    home=lambda command: command.home if isinstance(command, OpenSurvey) else None,
    initial=Survey(),
    decide=decide,
    evolve=evolve,
    moves=(SurveyMoved,),
)
