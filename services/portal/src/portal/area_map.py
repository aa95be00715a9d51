"""Draws areas as a map in plain SVG: each with its colour and its number. Pure; a table says the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from math import cos, radians

from shiendomain.areas import AreaTree
from shiendomain.boundaries import Boundary, Ring

from .drawing import INK, text

Coordinate = tuple[float, float]
ToDrawing = Callable[[Sequence[float]], Coordinate]
"""From a point in 1e-7 degree to its coordinate on the drawing."""

# From few to many. Numbers are nearly black with a white edge, so they can be read on any of them.
STEPS = ("#f1f5f9", "#cfe3f5", "#9cc7ec", "#5fa2dd", "#2f78bd")
_WIDTH = 640
_NAME_SIZE = 15


def numbers_drawn(tree: AreaTree, area: str, shapes: Collection[str], numbers: Mapping[str, int]) -> dict[str, int]:
    """The areas of a map of `area`, each with the sum of itself and all below it, as its own board shows it.

    `numbers` are those of each area alone, `shapes` the areas that have a shape. Instead of one without a shape those
    below it are drawn, so no two lie over each other. One that was divided is in the table only where a successor has a
    shape. The area itself is drawn where nothing below it can be.
    """
    drawn = {}
    waiting = list(tree.children(area))
    while waiting:
        code = waiting.pop()
        if code in shapes and not any(heir in shapes for heir in tree.heirs(code)):
            drawn[code] = _sum(tree, code, numbers)
        elif code not in shapes:
            waiting += tree.children(code)
    return drawn or {code: _sum(tree, code, numbers) for code in {area}.intersection(shapes)}


def _sum(tree: AreaTree, area: str, numbers: Mapping[str, int]) -> int:
    return sum(numbers.get(code, 0) for code in tree.subtree(area))


def draw_map(
    boundaries: Mapping[str, Boundary], names: Mapping[str, str], numbers: Mapping[str, int], what: str
) -> str:
    """The map as SVG; empty when no area has a boundary. `what` says what the numbers count."""
    shown = {code: boundary for code, boundary in boundaries.items() if any(len(ring) > 2 for ring in _rings(boundary))}
    points = [point for boundary in shown.values() for ring in _rings(boundary) for point in ring]
    if not points:
        return ""
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    narrow = cos(radians((south + north) / 2e7))  # a degree of longitude is shorter the further from the equator
    scale = (_WIDTH - 20) / max((east - west) * narrow, north - south, 1)
    high = round((north - south) * scale) + 20

    def to_drawing(point: Sequence[float]) -> Coordinate:
        return 10 + (point[0] - west) * narrow * scale, 10 + (north - point[1]) * scale

    most = max(numbers.values(), default=0)
    drawn = "".join(_shape(shown[c], names.get(c, c), numbers.get(c, 0), most, to_drawing) for c in sorted(shown))
    labels = "".join(_label(shown[c], names.get(c, c), numbers.get(c, 0), to_drawing) for c in sorted(shown))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {high}" role="img"'
        ' aria-labelledby="map-title map-desc" font-family="sans-serif" font-size="26">'
        f'<title id="map-title">{text(f"地図: {what}")}</title>'
        '<desc id="map-desc">色が濃いほど数が多い。同じ数を表で示す。</desc>'
        f"{drawn}{labels}</svg>"
    )


def _rings(boundary: Boundary) -> list[Ring]:
    return [ring for polygon in boundary for ring in polygon]


def _shape(boundary: Boundary, name: str, number: int, most: int, to_drawing: ToDrawing) -> str:
    path = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(to_drawing, ring)) + "z" for ring in _rings(boundary) if ring
    )
    step = STEPS[min(len(STEPS) - 1, number * len(STEPS) // (most + 1))]
    return (
        f'<path d="{path}" fill="{step}" fill-rule="evenodd" stroke="{INK}" stroke-width="1.2">'
        f"<title>{text(f'{name}: {number}')}</title></path>"
    )


def _label(boundary: Boundary, name: str, number: int, to_drawing: ToDrawing) -> str:
    """The number, and below it the name where the shape is wide enough; `name` is not shown on narrow screens."""
    x, y = to_drawing(centre(boundary))
    across = [to_drawing(point)[0] for ring in _rings(boundary) for point in ring]
    fits = _NAME_SIZE * len(name) < 0.9 * (max(across) - min(across))
    below = f'<tspan class="name" x="{x:.1f}" dy="20" font-size="{_NAME_SIZE}">{text(name)}</tspan>' if fits else ""
    return (
        f'<text x="{x:.1f}" y="{y + 6:.1f}" text-anchor="middle" font-weight="bold" fill="{INK}" stroke="#ffffff"'
        f' stroke-width="4" paint-order="stroke">{number}{below}</text>'
    )


def centre(boundary: Boundary) -> Coordinate:
    """The centre of gravity of the largest polygon's outline."""
    outline = max((polygon[0] for polygon in boundary if polygon), key=lambda ring: abs(_sums(ring)[0]))
    twice, x, y = _sums(outline)
    if twice == 0:
        return sum(lon for lon, _ in outline) / len(outline), sum(lat for _, lat in outline) / len(outline)
    return x / (3 * twice), y / (3 * twice)


def _sums(ring: Ring) -> tuple[int, int, int]:
    """Twice the area, and the moments, in whole numbers: exact however small the area is."""
    twice = x = y = 0
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x0 * y1 - x1 * y0
        twice, x, y = twice + cross, x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return twice, x, y
