"""What operators' verbs make of what they read: old tables, times, languages. No server is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
import typer

from shienevents import Positions, Standing
from shienops._output import in_japan
from shienops._words import CHECKS, TITLES, WORDS, language
from shienops.keeping.listing import old_tables
from shienops.seeing.opened import bounds_of, chosen, sources_of, time_of, views_of
from shienops.seeing.standing import unheld

NOW = datetime(2026, 4, 1, tzinfo=UTC)
VIEWS = views_of("needs")
STANDS = Standing(
    service="needs", store=UUID(int=1), now=NOW, shards=[], positions=Positions(), batch=1, moved_at=NOW,
    views={view.name: (view.version, NOW) for view in VIEWS}, tables=[view.name for view in VIEWS], parked={},
    skipped=frozenset(), leases=[],
)  # fmt: skip


@pytest.mark.parametrize(
    ("more", "rebuilding", "old"),
    [
        ([], set(), []),
        (["gone"], set(), ["gone"]),
        (["gone__0a1b2c3d"], set(), ["gone__0a1b2c3d"]),
        (["needs__0a1b2c3d"], set(), ["needs__0a1b2c3d"]),
        (["needs__0a1b2c3d"], {"needs"}, []),
        (["needs__0a1b2c3d"], {"areas"}, ["needs__0a1b2c3d"]),
    ],
)
def test_a_table_is_old_when_no_view_uses_it_and_no_rebuild_may_be_writing_it(
    more: list[str], rebuilding: set[str], old: list[str]
) -> None:
    assert old_tables(replace(STANDS, tables=[*STANDS.tables, *more]), VIEWS, rebuilding) == old


def test_the_table_of_a_rebuild_that_a_start_began_is_not_old() -> None:
    behind = {name: at for name, at in STANDS.views.items() if name != "needs"}
    tables = [*STANDS.tables, "needs__0a1b2c3d"]
    assert old_tables(replace(STANDS, views=behind, tables=tables), VIEWS, set()) == []


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "", "LC_MESSAGES": "ja_JP.UTF-8"}, "ja"),
    ],
)
def test_the_language_is_that_of_the_locale(environment: Mapping[str, str], expected: str) -> None:
    assert language(environment) == expected


def test_every_word_is_there_in_both_languages() -> None:
    assert all(said.ja and said.en for table in (TITLES, WORDS, CHECKS) for said in table.values())


def test_a_day_is_its_beginning_in_japan_and_a_time_without_a_zone_is_of_japan() -> None:
    written = ("2026-04-01", "2026-04-01T00:00:00", "2026-04-01T00:00:00+09:00", "2026-03-31T15:00:00Z")
    assert {time_of(text, "--since") for text in written} == {datetime(2026, 3, 31, 15, tzinfo=UTC)}
    for wrong in ("yesterday", "2026-02-30", "2026-04-01T25:00"):
        with pytest.raises(typer.BadParameter):
            time_of(wrong, "--since")


def test_a_day_as_an_end_is_included_and_what_is_shown_is_understood_again() -> None:
    ends = {time_of(text, "--until", end=True) for text in ("2026-03-31", "2026-03-31T23:59:59.999999")}
    assert ends == {datetime(2026, 3, 31, 14, 59, 59, 999999, tzinfo=UTC)}
    assert bounds_of("2026-03-31", "2026-03-31")[1] in ends
    moment = datetime(2026, 3, 31, 11, 28, 52, tzinfo=UTC)
    assert in_japan(moment) == "2026-03-31 20:28:52+09:00"
    assert time_of(in_japan(moment), "--since") == moment
    with pytest.raises(typer.BadParameter):
        bounds_of("2026-04-01", "2026-03-31")


def test_services_are_named_one_by_one_or_with_commas_and_each_says_whom_it_reads() -> None:
    assert chosen(["needs,portal"]) == chosen(["needs", "portal"]) == ["needs", "portal"]
    with pytest.raises(typer.BadParameter):
        chosen(["need"])
    assert sources_of("portal") == ["escalation", "matching", "needs", "registry"]
    assert "needs" not in sources_of("needs")


def test_a_lease_that_nobody_has_taken_is_as_idle_as_one_that_ran_out() -> None:
    assert unheld(STANDS) == ["consumer", "relay"]
