"""What a subscriber gets of an answer: no count of people."""

from __future__ import annotations

from typing import Annotated

import orjson
import pytest
from fastapi import Response
from pydantic import TypeAdapter

from shienweb import OF_PEOPLE, Answer, Page, PeopleCount, SentenceOfPeople, hidden_fields
from shienweb._few import WITHHELD, for_subscriber


class Kind(Answer):
    waiting: int
    people: PeopleCount


class Line(Answer):
    """Needs of an area."""

    area: str
    needs: int
    people: Annotated[dict[str, int], OF_PEOPLE]
    kinds: dict[str, Kind]
    best: Kind | None = None
    said: SentenceOfPeople = ""


LINE = Line(
    area="272108",
    needs=2,
    people={"open": 7},
    kinds={"outing": Kind(waiting=2, people=7)},
    said="ニーズを記録（7人、2件）",
)


def as_subscriber(answer: Answer, model: object) -> object:
    response = Response(answer.model_dump_json(), media_type="application/json", headers={"ETag": '"3"'})
    found = for_subscriber(response, model)
    assert found.headers["ETag"] == '"3"'
    assert int(found.headers["content-length"]) == len(found.body)
    return orjson.loads(found.body)


def test_counts_of_people_are_null_wherever_they_are_and_the_answer_says_why() -> None:
    assert as_subscriber(LINE, Line) == {
        "area": "272108", "needs": 2, "people": None, "kinds": {"outing": {"waiting": 2, "people": None}}, "best": None,
        "said": "ニーズを記録（x人、2件）",
        "withheld": {"fields": ["people", "kinds.*.people", "best.people"], **WITHHELD},
    }  # fmt: skip


def test_each_item_of_a_page_is_hidden() -> None:
    page = Page[Kind](items=(Kind(waiting=1, people=3), Kind(waiting=1, people=30)), position="needs.1.1")
    found = as_subscriber(page, Page[Kind])
    assert isinstance(found, dict)
    assert [one["people"] for one in found["items"]] == [None, None]
    assert found["withheld"]["fields"] == ["items.people"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Need recorded: outing, 12 people", "Need recorded: outing, x people"),
        ("Resource verified on 2026-04-01: visit", "Resource verified on 2026-04-01: visit"),
        ("資源を確認（訪問、2026-04-01）", "資源を確認（訪問、2026-04-01）"),
        ("活躍の場を訂正（募集5人、参加3人）", "活躍の場を訂正（募集x人、参加x人）"),
    ],
)
def test_a_sentence_keeps_its_days_and_loses_its_people(said: str, told: str) -> None:
    ((_, mark),) = [one for one in hidden_fields(Line) if one[0] == ("said",)]
    assert mark.by(said) == told


def test_the_document_says_that_a_count_of_people_may_be_null() -> None:
    schema = TypeAdapter(Kind).json_schema()["properties"]
    assert schema["people"]["anyOf"][1] == {"type": "null"}
    assert schema["waiting"]["type"] == "integer"


def test_what_counts_no_people_is_answered_as_it_is() -> None:
    response = Response(b"{}", media_type="application/json")
    assert for_subscriber(response, Answer) is response
