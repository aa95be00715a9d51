"""Words of the services that answer proposals."""

from __future__ import annotations

from ..words import Word


class ServiceEnd(Word):
    """Why a service ended, or was given up before it began."""

    PROVIDERS_WITHDREW = "providers_withdrew", "サービス提供者の撤退", "Providers withdrew"
    FEW_USERS = "few_users", "利用が少ない", "Few people used it"
    NO_FUNDS = "no_funds", "財源の確保が困難", "No funds"
    SUCCEEDED = "succeeded", "他の事業へ移行", "Another service took over"
    OTHER = "other", "その他", "Other"
