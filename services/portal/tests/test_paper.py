"""A page as PDF: what it says is on the paper, in its order, in Japanese."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from collections.abc import Iterator

from portal.area_map import draw_map
from portal.paper import pdf_of

RING = [[1_360_000_000, 350_000_000], [1_360_100_000, 350_000_000], [1_360_100_000, 350_100_000]]
PAGE = """<html><body><div class="site">ログイン</div><div class="pack"><nav>戻る</nav>
<h1>北協議体の会議資料</h1><p class="where"><a href="/">English</a></p><p>議題 &amp; 一覧</p>
<dl><dt>共有している目的</dt><dd>歩いて行ける<br>居場所</dd></dl>
<div class="scroll"><table><caption>回答する提案</caption><thead><tr><th>件名</th><th>地域</th></tr></thead>
<tbody><tr><th><a href="/x">髙﨑の足①</a></th><td>𠮷野</td></tr></tbody></table></div>
<figure>{map}</figure></div><div>フッター</div></body></html>"""
_STRING = re.compile(rb"\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)


def said(paper: bytes) -> Iterator[str]:
    """The texts that a PDF of ours draws, line by line."""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", paper, re.DOTALL):
        for one in _STRING.findall(zlib.decompress(a85decode(b"<~" + stream.strip(), adobe=True))):
            if one:
                yield _ESCAPED.sub(_plain, one).decode("utf-16-be")


def _plain(escaped: re.Match[bytes]) -> bytes:
    code = escaped[1]
    return bytes([int(code, 8)]) if len(code) == 3 else {b"n": b"\n", b"r": b"\r"}.get(code, code)


def test_what_the_page_says_is_on_the_paper_and_nothing_else() -> None:
    drawn = draw_map({"n": [[RING]]}, {"n": "北"}, {"n": 12}, "支援を待つ人の数")
    paper = pdf_of(PAGE.format(map=drawn), "会議資料")
    assert list(said(paper)) == [
        "北協議体の会議資料", "議題 & 一覧", "共有している目的", "歩いて行ける", "居場所", "回答する提案",
        "件名", "地域", "髙﨑の足①", "〓野", "12", "北",
    ]  # fmt: skip


def test_the_same_page_gives_the_same_bytes() -> None:
    assert pdf_of(PAGE.format(map=""), "会議資料") == pdf_of(PAGE.format(map=""), "会議資料")


def test_a_table_longer_than_a_sheet_goes_on() -> None:
    rows = "".join(f"<tr><th>{number}番</th><td>北</td></tr>" for number in range(200))
    paper = pdf_of(f'<div class="pack"><table>{rows}</table></div>', "一覧")
    assert [text for text in said(paper) if text.endswith("番")] == [f"{number}番" for number in range(200)]
    assert paper.count(b"/Type /Page\n") > 2
