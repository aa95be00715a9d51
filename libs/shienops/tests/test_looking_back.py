"""What `shien board` writes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.board_answers import BoardAnswer
from portal.boards import BoardFigures
from shienops.looking_back import show_board


def a_board(**figures: Any) -> BoardAnswer:
    board = BoardFigures.model_validate(figures)
    return BoardAnswer(
        area="272108-09", name="新しい校区", subtree=True, day=date(2026, 4, 1), stale_after_days=180, board=board,
        areas=(), position="", digest="a" * 64, stale=False, parked={},
    )  # fmt: skip


def test_a_board_without_any_figure_is_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for locale, words in (("ja_JP.UTF-8", "まだ何も記録されていません"), ("C.UTF-8", "Nothing had been recorded")):
        monkeypatch.setenv("LC_ALL", locale)
        show_board(a_board(), datetime(2026, 4, 1, tzinfo=UTC))
        shown = capsys.readouterr()
        assert shown.out.strip() == "新しい校区（272108-09）  2026-04-01"
        assert words in shown.err


def test_the_table_of_a_board_has_no_row_without_words(capsys: pytest.CaptureFixture[str]) -> None:
    show_board(a_board(needs={"open": 3}), datetime(2026, 4, 1, tzinfo=UTC))
    rows = [line.strip(" │┃┏┓┡┩└┘━─╇┳┴┬├┤┼┌┐") for line in capsys.readouterr().out.splitlines()[2:-1]]
    assert all(rows), rows
    assert any(row.endswith("3") for row in rows)
