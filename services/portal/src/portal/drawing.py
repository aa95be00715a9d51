"""Draws a trace as plain SVG: a lane for each service, time downwards, a box for each event, arrows to its effects.

Pure. Nothing is loaded from anywhere and nothing has a style of its own, so any content security policy takes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import NamedTuple
from unicodedata import east_asian_width
from uuid import UUID

from shiendomain.days import JAPAN

# Lane, its name, and the colours of its boxes: fill and edge. Text is always nearly black: contrast 12 and more.
LANES = (
    ("needs", "ニーズ", "#fff3d6", "#8a5a00"),
    ("matching", "マッチング", "#dff3e4", "#1b6b3a"),
    ("escalation", "協議体・提案", "#e4e9fb", "#2c4fb0"),
    ("registry", "資源台帳", "#f3e3f4", "#7a2f80"),
)
LEFT, LANE, BOX, HIGH, STEP, TOP = 120, 250, 222, 52, 74, 56
INK = "#1a1a1a"
_LINE_UNITS = 32  # halves of a full-width character that fit on a line of a box
_CLOSING = "）」』、。"  # one of these may stand out behind the end of a line: none begins a line
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


class Drawn(NamedTuple):
    """What is drawn of an event."""

    id: UUID
    occurred_at: datetime
    source: str
    causation: UUID | None
    ja: str


class Box(NamedTuple):
    """Where an event is drawn: its left upper corner, and the number of its lane."""

    x: int
    y: int
    lane: int


def draw_trace(events: Sequence[Drawn], title: str) -> str:
    """The SVG of a trace. Its title and description say the same in words, for screen readers."""
    width, height = LEFT + LANE * len(LANES), TOP + STEP * max(1, len(events))
    boxes = {event.id: _box(n, event) for n, event in enumerate(events)}
    arrows = [
        _arrow(boxes[event.causation], boxes[event.id])
        for event in events
        if event.causation is not None and event.causation in boxes
    ]
    drawn = (_draw(event, boxes[event.id]) for event in events)
    ground = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    return "".join([_head(width, height, title, len(events)), ground, *_lanes(height), *arrows, *drawn, "</svg>"])


def _head(width: int, height: int, title: str, events: int) -> str:
    desc = f"{events} 件の出来事を上から下へ時間の順に示す。矢印は、ある出来事が別の出来事を引き起こしたことを表す。"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' role="img" aria-labelledby="trace-title trace-desc" font-family="sans-serif" font-size="13">'
        f'<title id="trace-title">{text(title)}</title><desc id="trace-desc">{text(desc)}</desc>'
        '<defs><marker id="trace-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
        f' orient="auto"><path d="M0 0L8 4L0 8z" fill="{INK}"/></marker></defs>'
    )


def text(value: str) -> str:
    """Text escaped for XML, without characters that XML cannot hold."""
    return escape(_UNFIT.sub("\ufffd", value))


def _box(n: int, event: Drawn) -> Box:
    lane = next((i for i, (name, *_) in enumerate(LANES) if name == event.source), 0)
    return Box(LEFT + lane * LANE + (LANE - BOX) // 2, TOP + n * STEP, lane)


def _lanes(height: int) -> list[str]:
    found = []
    for n, (_, name, fill, edge) in enumerate(LANES):
        x = LEFT + n * LANE
        found.append(f'<line x1="{x}" y1="0" x2="{x}" y2="{height}" stroke="#d0d0d0"/>')
        found.append(f'<rect x="{x + 6}" y="8" width="{LANE - 12}" height="30" rx="4" fill="{fill}" stroke="{edge}"/>')
        found.append(
            f'<text x="{x + LANE // 2}" y="28" text-anchor="middle" font-weight="bold" fill="{INK}">{name}</text>'
        )
    return found


def _draw(event: Drawn, box: Box) -> str:
    _, _, fill, edge = LANES[box.lane]
    when = event.occurred_at.astimezone(JAPAN)
    lines = wrapped(event.ja)
    first = box.y + (31 if len(lines) == 1 else 22)
    shown = "".join(
        f'<text x="{box.x + 8}" y="{first + 18 * n}" fill="{INK}">{text(line)}</text>' for n, line in enumerate(lines)
    )
    return (
        f"<g><title>{text(f'{when:%Y-%m-%d %H:%M} {event.ja}')}</title>"
        f'<text x="8" y="{box.y + 31}" fill="{INK}">{when:%m/%d %H:%M}</text>'
        f'<rect x="{box.x}" y="{box.y}" width="{BOX}" height="{HIGH}" rx="6" fill="{fill}" stroke="{edge}"/>{shown}</g>'
    )


def _arrow(cause: Box, effect: Box) -> str:
    """Out of the cause's lower edge into the effect's side; within a lane along the boxes' left edges."""
    middle = effect.y + HIGH // 2
    if cause.lane == effect.lane:
        start, x = cause.y + HIGH // 2, cause.x
        path = f"M{x} {start}C{x - 18} {start} {x - 18} {middle} {x - 1} {middle}"
    else:
        right = effect.lane > cause.lane
        x, end = cause.x + BOX // 2, effect.x if right else effect.x + BOX
        near = end - 1 if right else end + 1
        path = f"M{x} {cause.y + HIGH}C{x} {middle} {x} {middle} {near} {middle}"
    return f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1.5" marker-end="url(#trace-arrow)"/>'


def wrapped(sentence: str, lines: int = 2) -> list[str]:
    """The sentence on at most so many lines; what does not fit is left out and marked."""
    found = [""]
    units = 0
    for character in " ".join(sentence.split()):
        wide = 2 if east_asian_width(character) in "WFA" else 1
        if units + wide > _LINE_UNITS and (character not in _CLOSING or units > _LINE_UNITS):
            if len(found) == lines:
                found[-1] = found[-1][:-1] + "…"
                break
            found.append("")
            units = 0
        found[-1] += character
        units += wide
    return found
