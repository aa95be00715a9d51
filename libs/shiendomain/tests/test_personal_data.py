"""Personal data in texts: the table of forms that are refused and forms that pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from shiendomain.personal_data import PersonalData, personal_data

FORMS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("personal_data.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def test_the_table_is_as_large_as_was_asked_for() -> None:
    refused = [text for kind, text in FORMS if kind != "-"]
    assert len(FORMS) >= 150
    assert len(refused) >= 75 <= len(FORMS) - len(refused)


@pytest.mark.parametrize(("kind", "text"), FORMS, ids=[text for _, text in FORMS])
def test_a_text_of_the_table_is_refused_or_passes(kind: str, text: str) -> None:
    found = personal_data(text)
    assert (found.kind.value if found else "-") == kind, found


def test_what_a_field_may_hold_is_passed_over_and_nothing_else() -> None:
    assert personal_data("本町1丁目2-3", frozenset({PersonalData.ADDRESS})) is None
    assert personal_data("本町1丁目2-3") is not None, "it passed in another field only"
    found = personal_data("本町1丁目2-3 山田花子様方", frozenset({PersonalData.ADDRESS}))
    assert found
    assert found.kind is PersonalData.NAME


@pytest.mark.parametrize("unit", ["a", "0", "一", "百", "-", "コーポ", "生まれ", "@", "﷽"])
def test_a_long_text_is_read_to_its_end(unit: str) -> None:
    text = unit * (40_000 // len(unit))
    assert personal_data(text) is None
    assert personal_data(text + "、山田花子様") is not None


@pytest.mark.parametrize("text", ["百百番", "十十号", "〇〇番", "", "👵🏽", "\u3000"])
def test_odd_texts_are_read(text: str) -> None:
    assert personal_data(text) is None
