"""When two needs are the same: all that is said of them is, and both became known on one day. Pure.

Source: a rule of this product. Needs are recorded without names, so two of the same facts may well be of two people; of
one day, one need was more often recorded twice. The note counts in the form in which names are compared.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from shiendomain.comparing import comparable
from shiendomain.vocabulary import NeedSource, SupportKind

from .decider.need_commands import NeedFacts

Said = tuple[str, SupportKind, NeedFacts, NeedSource, UUID | None]
"""All that is said of a need, for a comparison."""


def said_of(area: str, kind: SupportKind, facts: NeedFacts, source: NeedSource, survey_id: UUID | None) -> Said:
    """What is said of a need of this area."""
    return area, kind, replace(facts, note=comparable(facts.note)), source, survey_id
