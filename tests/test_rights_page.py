"""docs/rights.md says who may do what as the routes do."""

from __future__ import annotations

from pathlib import Path

from shienweb.rights import page_of, tables_of

PAGE = Path(__file__).parents[1] / "docs" / "rights.md"
SERVICES = ("registry", "needs", "matching", "escalation", "portal")


def test_the_page_of_rights_is_what_the_routes_say() -> None:
    assert PAGE.read_text() == page_of(tables_of(SERVICES)), "run `make rights` and read what changed"
