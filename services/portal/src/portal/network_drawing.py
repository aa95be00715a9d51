"""Draws a network in plain SVG: groups at the left, bodies at the right, a line for each body of a group. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .drawing import INK, text, wrapped
from .network import Body, Group, Network, Relation

MOST_BODIES = 150
"""So many bodies are drawn, those of the most groups first. The table of the page has all."""

_COLOURS = {
    Relation.COUNCIL: ("#e4e9fb", "#2c4fb0"),
    Relation.PARTNERSHIP: ("#dff3e4", "#1b6b3a"),
    Relation.OUTREACH: ("#fff3d6", "#8a5a00"),
}
_WIDTH, _BOX, _HIGH, _STEP, _TOP = 760, 280, 30, 40, 50


def draw_network(found: Network, title: str) -> str:
    """The network as SVG; empty without a body. Its title and description say in words what it shows."""
    if not found.bodies:
        return ""
    shown = sorted(found.bodies, key=lambda one: (-len(one.groups), one.name, one.id))[:MOST_BODIES]
    groups = {group.id: n for n, group in enumerate(found.groups)}
    bodies = sorted(shown, key=lambda one: (_middle(one, groups), one.name, one.id))
    high = _TOP + _STEP * max(len(groups), len(bodies))
    lines = [line for n, body in enumerate(bodies) for line in _lines(body, n, groups, found.groups)]
    boxes = [
        _box(20, n, group.name, group.relation.ja, _COLOURS[group.relation]) for n, group in enumerate(found.groups)
    ]
    right = _WIDTH - _BOX - 20
    boxes += [_box(right, n, body.name, body.kind.ja, ("#ffffff", INK)) for n, body in enumerate(bodies)]
    desc = f"左に協議体・連携体制・働きかけ {len(groups)} 件、右に団体 {len(bodies)} 件。線は、加わっていることを示す。"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {high}" width="{_WIDTH}" height="{high}"'
        ' role="img" aria-labelledby="network-title network-desc" font-family="sans-serif" font-size="13">'
        f'<title id="network-title">{text(title)}</title><desc id="network-desc">{text(desc)}</desc>'
        f'<rect width="{_WIDTH}" height="{high}" fill="#ffffff"/>{_legend()}{"".join(lines)}{"".join(boxes)}</svg>'
    )


def _middle(body: Body, groups: Mapping[str, int]) -> float:
    """Where the body's groups are, on average: bodies stand near their groups, so that few lines cross."""
    return sum(groups[one] for one in body.groups) / len(body.groups)


def _lines(body: Body, n: int, groups: Mapping[str, int], known: Sequence[Group]) -> list[str]:
    end = _centre(n)
    left, right = 20 + _BOX, _WIDTH - _BOX - 20
    middle = (left + right) // 2
    found = []
    for one in body.groups:
        begin, colour = _centre(groups[one]), _COLOURS[known[groups[one]].relation][1]
        path = f"M{left} {begin}C{middle} {begin} {middle} {end} {right} {end}"
        found.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
    return found


def _centre(n: int) -> int:
    return _TOP + _STEP * n + _HIGH // 2


def _box(x: int, n: int, name: str, kind: str, colours: tuple[str, str]) -> str:
    y, (fill, edge) = _TOP + _STEP * n, colours
    shown = (wrapped(name, 1) or [""])[0]
    return (
        f"<g><title>{text(f'{name}（{kind}）')}</title>"
        f'<rect x="{x}" y="{y}" width="{_BOX}" height="{_HIGH}" rx="5" fill="{fill}" stroke="{edge}"/>'
        f'<text x="{x + 8}" y="{y + 20}" fill="{INK}">{text(shown)}</text></g>'
    )


def _legend() -> str:
    found = []
    for n, (relation, (fill, edge)) in enumerate(_COLOURS.items()):
        x = 20 + 170 * n
        found.append(f'<rect x="{x}" y="14" width="16" height="16" rx="3" fill="{fill}" stroke="{edge}"/>')
        found.append(f'<text x="{x + 22}" y="27" fill="{INK}">{text(relation.ja)}</text>')
    return "".join(found)
