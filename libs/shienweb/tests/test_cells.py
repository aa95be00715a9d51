"""Other cells, as a setting names them, and what a person is told of an area that is recorded elsewhere."""

from __future__ import annotations

from typing import ClassVar

import pytest
from pydantic import ValidationError

from shienevents import Cell, Right
from shienevents.kafka.rights import Kind, Operation
from shienweb import ServiceProcessSettings, heard_from, rights_for_others, rights_of_others
from shienweb._trees import unknown_area

OSAKA = Cell("osaka", "osaka.", "https://shien.osaka.example")
TWO = "osaka=osaka.=https://shien.osaka.example, shiga==https://shien.shiga.example:8443"


class OfPortal(ServiceProcessSettings):
    service: ClassVar[str] = "portal"


class OfNeeds(ServiceProcessSettings):
    service: ClassVar[str] = "needs"


def test_the_portal_alone_hears_the_cells_that_the_settings_name() -> None:
    of_portal = OfPortal(cells=TWO, topic_prefix="hyogo.").parts()
    assert of_portal.cells == (OSAKA, Cell("shiga", "", "https://shien.shiga.example:8443"))
    assert of_portal.heard(("needs", "registry")) == (
        "needs", "registry", "needs@osaka", "registry@osaka", "needs@shiga", "registry@shiga",
    )  # fmt: skip
    topics = [of_portal.topic(source) for source in ("needs", "needs@osaka", "needs@shiga")]
    assert topics == ["hyogo.needs.events", "osaka.needs.events", "needs.events"]
    assert OfNeeds(cells=TWO, topic_prefix="hyogo.").parts().cells == ()
    assert "needs@osaka" not in heard_from("matching", ServiceProcessSettings(cells=TWO, topic_prefix="hyogo."))


@pytest.mark.parametrize(
    ("cells", "prefix", "said"),
    [
        ("osaka", "", "write name=prefix=address"),
        ("osaka=osaka.", "", "write name=prefix=address"),
        ("Osaka=osaka.=https://o.example", "", "write name=prefix=address"),
        ("osaka=osaka.=https://o.example/path", "", "without a path"),
        ("osaka=osaka.=http://o.example", "", "write name=prefix=address"),
        ("osaka=a.=https://o.example,osaka=b.=https://o.example", "", "two cells have the name 'osaka'"),
        ("osaka=a.=https://o.example,kyoto=a.=https://k.example", "", "two cells have the topic prefix 'a.'"),
        ("osaka=hyogo.=https://o.example", "hyogo.", "this cell included"),
        ("osaka==https://o.example", "", "two cells have the topic prefix ''"),
    ],
)
def test_cells_that_cannot_be_told_apart_are_refused_with_the_remedy(cells: str, prefix: str, said: str) -> None:
    with pytest.raises(ValidationError, match="SHIEN_CELLS") as refused:
        OfPortal(cells=cells, topic_prefix=prefix)
    assert said in str(refused.value)
    assert "ください" in str(refused.value)


def test_rights_between_cells_name_the_same_users_and_topics_on_both_sides() -> None:
    asking = ServiceProcessSettings(cells=TWO, topic_prefix="hyogo.")
    giving = ServiceProcessSettings(topic_prefix="osaka.", heard_by="hyogo.portal, hyogo.operator")
    assert rights_of_others(asking)["osaka"] == rights_for_others(giving)
    assert Right("User:hyogo.portal", Kind.TOPIC, "osaka.needs.events", Operation.READ) in rights_for_others(giving)
    assert rights_for_others(ServiceProcessSettings()) == frozenset()


def test_an_area_that_is_recorded_elsewhere_is_refused_with_the_address() -> None:
    assert unknown_area("272108", ()).code == "area.unknown"
    elsewhere = unknown_area("272108", (OSAKA,))
    assert elsewhere.code == "area.of_another_cell"
    assert elsewhere.facts == {"area": "272108", "cells": "osaka https://shien.osaka.example"}
