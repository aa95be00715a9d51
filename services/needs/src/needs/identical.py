"""When two needs or two surveys are the same. Pure.

Of two needs all that is said is the same, and both became known on one day.

Source: a rule of this product. Needs are recorded without names, so two of the same facts may well be of two people; of
one day, one need was more often recorded twice. The note counts in the form in which names are compared.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from shiendomain.comparing import comparable
from shiendomain.vocabulary import NeedSource, SupportKind, SurveyMethod

from .decider.need_commands import NeedFacts
from .decider.survey import OpenSurvey
from .projections import SurveyRow

Said = tuple[str, SupportKind, NeedFacts, NeedSource, UUID | None]
"""All that is said of a need, for a comparison."""


def said_of(area: str, kind: SupportKind, facts: NeedFacts, source: NeedSource, survey_id: UUID | None) -> Said:
    """What is said of a need of this area."""
    return area, kind, replace(facts, note=comparable(facts.note)), source, survey_id


def said_of_survey(one: OpenSurvey | SurveyRow) -> tuple[str, SurveyMethod, date | None, date | None]:
    """What is said of a survey of an area. Its sheets do not count: they are counted again, and put right."""
    return comparable(one.title), one.method, one.period_from, one.period_until
