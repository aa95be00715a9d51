"""The two services' figures reconcile: what one counted, the other counted, and the log holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from .complaints import Complaint, complain
from .history import Kept

# Sums that must be equal, whatever way they were counted: events of a type in the log, rows of refusals, or a
# column summed over a whole view, as service.view.column.
_EQUAL = {
    "needs recorded": (
        "need_recorded",
        "match_proposed",
        "sheet_counted",
        "needs.buckets.recorded",
        "needs.buckets.proposed",
        "needs.sheets.counted",
        "matching.buckets.recorded",
        "matching.buckets.proposed",
    ),
    "people asked for": (
        "needs.needs.people",
        "needs.needs.proposed",
        "needs.sheets.people",
        "matching.matches.proposed",
    ),
    "people served": (
        "need_served",
        "match_confirmed",
        "needs.needs.served",
        "needs.needs.confirmed",
        "matching.matches.served",
        "matching.matches.confirmed",
        "matching.buckets.served",
    ),
    "proposals answered": ("need_answered", "needs.buckets.answered", "matching.buckets.answered"),
    "proposals answered or refused": ("match_proposed", "need_answered + refused"),
    "matches marked": ("match_marked", "needs.needs.marks", "needs.buckets.marks", "matching.matches.marks"),
}


def check_sums(kept: Mapping[str, Kept]) -> list[Complaint]:
    """Every line of `_EQUAL`."""
    figures = _figures(kept)
    texts = []
    for what, names in _EQUAL.items():
        found = {name: figures[name] for name in names}
        if len(set(found.values())) > 1:
            texts.append(f"{what}: " + ", ".join(f"{name} {figure}" for name, figure in found.items()))
    return complain("sums", texts)


def _figures(kept: Mapping[str, Kept]) -> Counter[str]:
    figures = Counter(event.type.split(".")[1] for one in kept.values() for event in one.events)
    for service, one in kept.items():
        for view, rows in one.rows.items():
            for row in rows:
                numbers = {column: value for column, value in row.items() if isinstance(value, int)}
                figures.update({f"{service}.{view}.{column}": value for column, value in numbers.items()})
    figures["need_answered + refused"] = figures["need_answered"] + len(kept["needs"].refusals)
    return figures
