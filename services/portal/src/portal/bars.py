"""Draws numbers that follow each other as bars, in plain SVG. Pure; a table says the same."""

from __future__ import annotations

from collections.abc import Sequence

from .drawing import text

_BAR, _STEP, _HIGH = 8, 10, 40


def draw_bars(numbers: Sequence[tuple[str, int]], what: str) -> str:
    """The numbers as SVG, each with its label, the first at the left; empty without numbers.

    A bar is as high as its share of the highest. A number of zero is a line. `what` says what the numbers count.
    """
    if not numbers:
        return ""
    most = max(1, *(number for _, number in numbers))
    bars = "".join(_bar(n, label, number, most) for n, (label, number) in enumerate(numbers))
    (first, begin), (last, end) = numbers[0], numbers[-1]
    wide = _STEP * len(numbers)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {_HIGH}" width="{wide}" height="{_HIGH}"'
        f' role="img" aria-label="{text(f"{what}: {first} {begin}、{last} {end}")}">{bars}</svg>'
    )


def _bar(n: int, label: str, number: int, most: int) -> str:
    high = max(1, round(_HIGH * number / most))
    return (
        f'<rect x="{n * _STEP}" y="{_HIGH - high}" width="{_BAR}" height="{high}" fill="#2f78bd">'
        f"<title>{text(f'{label} {number}')}</title></rect>"
    )
