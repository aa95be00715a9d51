"""The demonstration on a narrow terminal, and the files it takes."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from portal.boards import BoardFigures
from shienops.demo.show import _NEEDS, _PROPOSALS, Screen
from shienops.demo.verify import Compared

from .commands import Done, command

WIDTH = 80


def screen(*, terminal: bool = False) -> tuple[Screen, io.StringIO]:
    out = io.StringIO()
    return Screen(Console(file=out, width=WIDTH, highlight=False, force_terminal=terminal, color_system=None)), out


def a_board(name: str, figure: int) -> Mapping[str, Any]:
    empty = BoardFigures().model_dump()
    return {"name": name, "board": {part: dict.fromkeys(names, figure) for part, names in empty.items()}}


def test_no_heading_of_the_boards_is_cut_in_80_columns() -> None:
    shown, out = screen()
    areas = [a_board("みほん市（合成データ）", 0), *(a_board("清水谷地区", n) for n in (7, 88, 999))]
    shown.board({**a_board("みほん市（合成データ）", 1094), "day": "2026-11-29", "digest": "a" * 64, "areas": areas})
    lines = out.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= WIDTH
    assert "…" not in out.getvalue()
    titles = [n for n, line in enumerate(lines) if "2026-11-29" in line]
    for start, figures in zip(titles, (_NEEDS, _PROPOSALS), strict=True):
        rule = next(n for n in range(start, len(lines)) if "──" in lines[n])
        said = "".join("".join(lines[start + 1 : rule]).split())
        assert Counter(said) == Counter("".join(["圏域", *(title.replace("\n", "") for title, _ in figures)]))
        rows = [line.split() for line in lines[rule + 1 :] if line.strip()][:4]
        assert [row[0] for row in rows] == ["みほん市", *["清水谷地区"] * 3], "each area on one line"
        assert {len(row) for row in rows} == {1 + len(figures)}, "a figure under each heading"


def test_all_that_is_said_of_the_walk_and_of_the_views_fits_80_columns() -> None:
    shown, out = screen()
    long = "第2層: 不足するサービスに決定（根拠: 対象地域の外・人数に足りない、探索3件）"
    shown.head("ひとつのニーズが解決するまで", "one need, from record to answer")
    shown.step(long, "tier 2: declared a gap; evidence: missing area, amount, by 3 searches")
    shown.step("短い", "short")
    event = {"occurred_at": "2026-11-29T10:00:00", "source": "escalation", "ja": long * 2, "en": "said " * 40}
    shown.trace({"events": [event]})
    shown.compared([Compared("escalation", "coordinators", 12_345, "a" * 64, "a" * 64, "a" * 64)])
    assert max(map(cell_len, out.getvalue().splitlines())) <= WIDTH
    assert "…" not in out.getvalue()
    assert "   2 短い  short" in out.getvalue()


def test_the_last_line_is_one_link_however_long_it_is() -> None:
    url = "http://127.0.0.1:22126/sign-in#" + "a" * 400
    plain, out = screen()
    plain.link(url)
    assert out.getvalue() == url + "\n"
    terminal, out = screen(terminal=True)
    terminal.link(url)
    assert out.getvalue().count("\n") == 1


def test_a_command_is_shown_by_the_path_under_which_it_was_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path, said in ((tmp_path / ".venv/bin/shien", ".venv/bin/shien"), (tmp_path.parent / "bin/shien", "shien")):
        monkeypatch.setattr("sys.argv", [str(path)])
        plain, out = screen()
        plain.command("token", "--data", tmp_path / "a city")
        assert out.getvalue() == f"{said} token --data 'a city'\n"


def demo(tmp_path: Path, *arguments: str | Path) -> Done:
    return command(["demo", "--data", tmp_path / "system", *arguments], {"COLUMNS": "200"})


def test_a_bad_file_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    areas, rows = tmp_path / "areas.geojson", tmp_path / "rows.csv"
    areas.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    rows.write_text("見出し\n1\n", encoding="utf-8")
    done = demo(tmp_path, "--areas", areas, "--resources", rows)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "system").exists()


def test_columns_that_are_not_known_are_named_by_the_option_that_the_error_asks_for(tmp_path: Path) -> None:
    areas, rows = tmp_path / "areas.geojson", tmp_path / "rows.csv"
    ring = "[[[135.6,34.8],[135.65,34.8],[135.65,34.85],[135.6,34.85],[135.6,34.8]]]"
    feature = '{"type":"Feature","properties":{"area_id":1,"name":"西"},"geometry":{"type":"Polygon","coordinates":%s}}'
    areas.write_text('{"type":"FeatureCollection","features":[%s]}' % (feature % ring), encoding="utf-8")
    rows.write_text("なまえ,緯度,経度\n西サロン,34.81,135.61\n", encoding="utf-8")
    files = ("--areas", areas, "--resources", rows, "--municipality", "272108")
    refused = demo(tmp_path, *files)
    assert refused.returncode == 1
    assert "--column name=" in refused.stderr
    wrong = demo(tmp_path, *files, "--column", "name=なまえ", "--area-column", "name=ない")
    assert wrong.returncode == 1
    assert "「ない」" in wrong.stderr, "the other one is taken, and the map is read first"
    wrong = demo(tmp_path, *files, "--column", "name=ない")
    assert wrong.returncode == 1
    assert "「ない」" in wrong.stderr
    assert not (tmp_path / "system").exists()


def test_columns_need_files(tmp_path: Path) -> None:
    done = demo(tmp_path, "--column", "name=なまえ")
    assert done.returncode == 2
    assert not (tmp_path / "system").exists()
