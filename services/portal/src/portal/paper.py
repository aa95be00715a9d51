"""A page of ours as PDF, to print and to send: its headings, lists, tables and map, on sheets of A4.

It reads the HTML that a template gave, so what is on the page is on the paper. The Japanese font is one of those that
PDF readers bring (Adobe-Japan1): none is embedded, and none is downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Path, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONT = "HeiseiKakuGo-W5"
MARGIN, WIDTH = 18 * mm, A4[0] - 36 * mm
_SIZES = {"h1": 16, "h2": 12.5, "caption": 10, "dt": 8.5, "dd": 10, "p": 9.5, "figcaption": 8.5}
_TEXTS = {*_SIZES, "th", "td"}
_SKIPPED = {"nav", "title", "desc", "script", "style"}
_BEYOND = re.compile("[^\x00-\uffff]")  # the font's encoding ends there
_LINE = re.compile(r"[\d.]+ [\d.]+")
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#94a3b8")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)


def pdf_of(html: str, title: str) -> bytes:
    """The part of a page that is printed (`class="pack"`) as PDF. The same page gives the same bytes."""
    if FONT not in getRegisteredFontNames():
        registerFont(UnicodeCIDFont(FONT))
    page = _Page()
    page.feed(html)
    paper = BytesIO()
    SimpleDocTemplate(
        paper,
        pagesize=A4,
        title=title,
        invariant=1,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
    ).build(page.flow)
    return paper.getvalue()


class _Page(HTMLParser):
    """Reads what is to be printed, and makes of it what flows over the sheets."""

    def __init__(self) -> None:
        super().__init__()
        self.flow: list[Flowable] = []
        self._within = 0  # how many div deep in what is printed
        self._skipping = ""
        self._text: list[str] | None = None
        self._rows: list[list[Paragraph]] = []
        self._drawing: Drawing | None = None
        self._at: tuple[float, float] = (0, 0)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "div" and (self._within or "pack" in said.get("class", "").split()):
            self._within += 1
        if not self._within or self._skipping:
            return
        if tag in _SKIPPED or (tag == "p" and said.get("class") == "where"):
            self._skipping = tag
        elif tag in _TEXTS:
            self._text = []
        elif tag == "br" and self._text is not None:
            self._text.append("\n")
        elif tag == "table":
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        else:
            self._draw(tag, said)

    def handle_data(self, data: str) -> None:
        if self._skipping or not self._within:
            return
        if self._text is not None:
            self._text.append(data)
        elif self._drawing is not None and data.strip():
            x, y = self._at
            label = String(x, self._drawing.height - y, _printable(data), fontName=FONT, fontSize=9)
            label.textAnchor = "middle"
            self._drawing.add(label)
            self._at = (x, y + 11)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipping:
            self._skipping = ""
        elif self._within and not self._skipping:
            self._end(tag)
        if tag == "div" and self._within:
            self._within -= 1

    def _end(self, tag: str) -> None:
        said, self._text = "".join(self._text or ()), None if tag in _TEXTS else self._text
        if tag in ("th", "td") and self._rows:
            self._rows[-1].append(_paragraph(said, 8.5))
        elif tag in _SIZES and said.strip():
            self.flow += [Spacer(1, 2 * mm if tag in ("h2", "caption") else 0), _paragraph(said, _SIZES[tag])]
        elif tag == "table" and self._rows:
            self.flow += [Table(self._rows, colWidths=list(_widths(len(self._rows[0]))), style=_GRID, repeatRows=0)]
        elif tag == "svg" and self._drawing is not None:
            self._drawing.hAlign = "LEFT"
            self.flow.append(self._drawing)
            self._drawing = None

    def _draw(self, tag: str, said: dict[str, str]) -> None:
        """The map of `area_map`: shapes of straight lines, and numbers."""
        if tag == "svg":
            wide, high = map(float, said["viewbox"].split()[2:])
            self._drawing = Drawing(wide, high)
            self._drawing.scale(0.6, 0.6)
        elif tag == "path" and self._drawing is not None:
            shape = Path(fillColor=colors.HexColor(said["fill"]), strokeColor=colors.HexColor(said["stroke"]))
            for ring in said["d"].split("z"):
                points = [tuple(map(float, one.split())) for one in _LINE.findall(ring)]
                for number, (x, y) in enumerate(points):
                    (shape.lineTo if number else shape.moveTo)(x, self._drawing.height - y)
                if points:
                    shape.closePath()
            self._drawing.add(shape)
        elif tag == "text":
            self._at = (float(said["x"]), float(said["y"]))


def _widths(columns: int) -> Iterator[float]:
    """The first column, which names the row, is wider than the others."""
    first = WIDTH if columns == 1 else WIDTH * max(0.3, 1.4 / columns)
    yield first
    yield from [(WIDTH - first) / max(1, columns - 1)] * (columns - 1)


def _paragraph(said: str, size: float) -> Paragraph:
    lines = [" ".join(line.split()) for line in said.split("\n")]
    text = "<br/>".join(escape(_printable(line)) for line in lines if line)
    style = ParagraphStyle(f"{size}", fontName=FONT, fontSize=size, leading=size * 1.45, wordWrap="CJK")
    return Paragraph(text, style)


def _printable(text: str) -> str:
    """The text, with 〓 for a character that the font's encoding does not have."""
    return _BEYOND.sub("〓", text)
