"""Who asks: a role, the body it acts for, and the areas it was given. A person's name never belongs here."""

from __future__ import annotations

from dataclasses import dataclass

from shiendomain.words import Word
from shienevents import Actor


class Role(Word):
    """The role of a principal. Each route says in `may=` which roles may do it."""

    TIER1_COORDINATOR = "tier1_coordinator", "第1層コーディネーター", "Tier-1 coordinator"
    TIER2_COORDINATOR = "tier2_coordinator", "第2層コーディネーター", "Tier-2 coordinator"
    COUNCIL_SECRETARY = "council_secretary", "協議体事務局", "Council secretariat"
    MUNICIPAL_ADMINISTRATOR = "municipal_administrator", "市町村管理者", "Municipal administrator"
    OPERATOR = "operator", "運用者", "Operator"
    AUDITOR = "auditor", "監査者", "Auditor"
    SUBSCRIBER = "subscriber", "購読者", "Subscriber"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a token was issued for. `subject` is the issuer's id of the account, `areas` the codes it was given."""

    subject: str
    role: Role
    body: str
    areas: tuple[str, ...]

    @property
    def actor(self) -> Actor:
        """The actor of the events it causes."""
        return Actor(self.role.value, self.body)
