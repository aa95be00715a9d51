"""Draws what a resource reported of its activity, in plain SVG: a bar for each report. Pure; a table says the same."""

from __future__ import annotations

from collections.abc import Sequence

from shiendomain.activity_reports_view import ActivityReportRow

from .drawing import text

MOST_BARS = 24
"""So many of the newest reports are drawn: two years of monthly ones."""
_BAR, _STEP, _HIGH = 8, 10, 40


def draw_attendances(reports: Sequence[ActivityReportRow]) -> str:
    """The attendances (延べ人数) of the newest reports of one resource, the oldest of them first, as SVG.

    A bar is as high as its share of the highest; a report of nobody has a line. Empty without a report.
    """
    shown = reports[-MOST_BARS:]
    if not shown:
        return ""
    most = max(1, *(row.attendances for row in shown))
    bars = "".join(_bar(n, row, most) for n, row in enumerate(shown))
    first, last = shown[0], shown[-1]
    said = (
        f"延べ人数の推移: {first.period_from}からの{first.attendances}人、{last.period_until}までの{last.attendances}人"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_STEP * len(shown)} {_HIGH}"'
        f' width="{_STEP * len(shown)}" height="{_HIGH}" role="img" aria-label="{text(said)}">{bars}</svg>'
    )


def _bar(n: int, row: ActivityReportRow, most: int) -> str:
    high = max(1, round(_HIGH * row.attendances / most))
    said = f"{row.period_from}〜{row.period_until} {row.times}回 延べ{row.attendances}人"
    return (
        f'<rect x="{n * _STEP}" y="{_HIGH - high}" width="{_BAR}" height="{high}" fill="#2f78bd">'
        f"<title>{text(said)}</title></rect>"
    )
