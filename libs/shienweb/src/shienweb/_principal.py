"""Who asks: a role, the body it acts for, and the areas it was given. Never a person's name."""

from __future__ import annotations

from dataclasses import dataclass

from shiendomain.vocabulary import Word
from shienevents import Actor


class Role(Word):
    """What a principal is in the programme, or to the system. `RIGHTS` says what each may do."""

    TIER1_COORDINATOR = "tier1_coordinator", "第1層コーディネーター"
    TIER2_COORDINATOR = "tier2_coordinator", "第2層コーディネーター"
    COUNCIL_SECRETARY = "council_secretary", "協議体事務局"
    MUNICIPAL_ADMINISTRATOR = "municipal_administrator", "市町村管理者"
    OPERATOR = "operator", "運用者"
    AUDITOR = "auditor", "監査者"
    SUBSCRIBER = "subscriber", "購読者"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a token speaks for. `subject` is the issuer's id of the account, `areas` the codes it was given."""

    subject: str
    role: Role
    body: str
    areas: tuple[str, ...]

    @property
    def actor(self) -> Actor:
        """What the events it causes say about it."""
        return Actor(self.role.value, self.body)
