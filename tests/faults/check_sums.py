"""The two services' figures reconcile: what one counted, the other counted, and the log holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from .complaints import Complaint, complain
from .history import Kept


def check_sums(kept: Mapping[str, Kept]) -> list[Complaint]:
    """Sums over whole views, which must be equal whatever way they were counted."""
    log = Counter(event.type.split(".")[1] for one in kept.values() for event in one.events)

    def total(service: str, view: str, column: str) -> int:
        return sum(row[column] for row in kept[service].rows[view])

    equal = {
        "needs recorded": (
            log["need_recorded"],
            log["match_proposed"],
            log["sheet_counted"],
            total("needs", "buckets", "recorded"),
            total("needs", "buckets", "proposed"),
            total("needs", "sheets", "counted"),
            total("matching", "buckets", "recorded"),
            total("matching", "buckets", "proposed"),
        ),
        "people asked for": (
            total("needs", "needs", "people"),
            total("needs", "needs", "proposed"),
            total("needs", "sheets", "people"),
            total("matching", "matches", "proposed"),
        ),
        "people served": (
            log["need_served"],
            log["match_confirmed"],
            total("needs", "needs", "served"),
            total("needs", "needs", "confirmed"),
            total("matching", "matches", "served"),
            total("matching", "matches", "confirmed"),
            total("matching", "buckets", "served"),
        ),
        "proposals answered or refused": (
            log["match_proposed"],
            log["need_answered"] + len(kept["needs"].refusals),
            total("matching", "buckets", "answered") + len(kept["needs"].refusals),
        ),
        "matches marked": (
            log["match_marked"],
            total("needs", "needs", "marks"),
            total("needs", "buckets", "marks"),
            total("matching", "matches", "marks"),
        ),
    }
    return complain("sums", [f"{what}: {figures}" for what, figures in equal.items() if len(set(figures)) > 1])
