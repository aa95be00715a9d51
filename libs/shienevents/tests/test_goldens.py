"""Golden files: what passes, what is written, and what each fault says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shienevents.core.events import Event, EventTypes
from shienevents.testing import check_goldens


class NeedRecorded(Event, wire="needs.need_recorded.v2"):
    need: str
    people: int = 1


class NeedWithdrawn(Event, wire="needs.need_withdrawn.v1"):
    need: str


def first_to_second(value: dict[str, Any]) -> dict[str, Any]:
    return {"need": value["name"]}


TYPES = EventTypes(
    [NeedRecorded, NeedWithdrawn], {("needs.need_recorded.v1", "needs.need_recorded.v2"): first_to_second}
)
EXAMPLES = [NeedRecorded(need="買い物", people=2), NeedWithdrawn(need="b")]
GOLDENS = {
    "needs.need_recorded.v1.json": '{"name":"a"}\n',
    "needs.need_recorded.v2.json": '{"need":"買い物","people":2}\n',
    "needs.need_withdrawn.v1.json": '{"need":"b"}\n',
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SHIEN_WRITE_GOLDEN", raising=False)
    for name, line in GOLDENS.items():
        (tmp_path / name).write_bytes(line.encode())
    return tmp_path


def fault(folder: Path, examples: list[Any] = EXAMPLES, types: EventTypes = TYPES) -> str:
    with pytest.raises(AssertionError) as caught:
        check_goldens(types, folder, examples)
    title, *faults = str(caught.value).splitlines()
    assert title == "golden files"
    return "\n".join(faults)


def test_goldens_that_are_as_they_were_pass(folder: Path) -> None:
    check_goldens(TYPES, folder, EXAMPLES)


def test_a_missing_golden_names_the_command_that_writes_it(folder: Path) -> None:
    (folder / "needs.need_withdrawn.v1.json").unlink()
    assert fault(folder) == (
        "  needs.need_withdrawn.v1.json is missing; SHIEN_WRITE_GOLDEN=1 pytest … writes it from the example"
    )
    assert not (folder / "needs.need_withdrawn.v1.json").exists()


def test_the_command_writes_what_is_missing_and_nothing_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "needs.need_withdrawn.v1.json").unlink()
    monkeypatch.setenv("SHIEN_WRITE_GOLDEN", "1")
    check_goldens(TYPES, folder, EXAMPLES)
    assert {path.name: path.read_text() for path in folder.iterdir()} == GOLDENS


def test_an_existing_golden_is_never_overwritten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "needs.need_withdrawn.v1.json"
    path.write_bytes(b'{"need":"other"}\n')
    monkeypatch.setenv("SHIEN_WRITE_GOLDEN", "1")
    assert "is not what the example gives; correct the example" in fault(folder)
    assert path.read_bytes() == b'{"need":"other"}\n'


def test_the_folder_is_made_when_the_first_golden_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIEN_WRITE_GOLDEN", "1")
    check_goldens(EventTypes([NeedWithdrawn]), tmp_path / "new" / "goldens", EXAMPLES[1:])
    assert (tmp_path / "new" / "goldens" / "needs.need_withdrawn.v1.json").read_bytes() == b'{"need":"b"}\n'


def test_an_old_golden_that_is_missing_is_not_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIEN_WRITE_GOLDEN", "1")
    (folder / "needs.need_recorded.v1.json").unlink()
    assert fault(folder).startswith("  needs.need_recorded.v1.json is missing; bring it back from git")


@pytest.mark.parametrize("golden", [b'{"other":"a"}\n', b'{"name":1}\n', b"{\n", b"[]\n"])
def test_an_old_golden_that_its_upcaster_cannot_take_fails(folder: Path, golden: bytes) -> None:
    (folder / "needs.need_recorded.v1.json").write_bytes(golden)
    assert fault(folder).startswith("  needs.need_recorded.v1.json is not read any more: ")


def test_an_old_golden_that_was_prettified_fails(folder: Path) -> None:
    (folder / "needs.need_recorded.v1.json").write_bytes(b'{ "name": "a" }\n')
    assert fault(folder).startswith("  needs.need_recorded.v1.json is not canonical JSON and a line feed")


@pytest.mark.parametrize(
    ("golden", "why"),
    [
        (b'{"need":"a","people":2,"place":"hall"}\n', "says something else when read"),
        (b'{"people":2,"need":"a"}\n', "is not canonical JSON"),
        (b'{"need":"a","people":2}', "is not canonical JSON"),
        (b'{"people":2}\n', "is not read any more"),
        (b"\n", "is not read any more"),
        (b'{"need":"a","people":2}\n', "is not what the example gives"),
    ],
)
def test_a_current_golden_whose_bytes_changed_fails(folder: Path, golden: bytes, why: str) -> None:
    (folder / "needs.need_recorded.v2.json").write_bytes(golden)
    assert fault(folder).startswith(f"  needs.need_recorded.v2.json {why}")


class NeedRecordedNow(Event, wire="needs.need_recorded.v2"):
    """`NeedRecorded` with an optional field more."""

    need: str
    people: int = 1
    place: str = ""


def widened(event: type[Event]) -> EventTypes:
    return EventTypes([event, NeedWithdrawn], {("needs.need_recorded.v1", "needs.need_recorded.v2"): first_to_second})


def test_a_new_optional_field_adds_a_line_and_keeps_the_old_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, types = folder / "needs.need_recorded.v2.json", widened(NeedRecordedNow)
    examples: list[Any] = [NeedRecordedNow(need="買い物", people=2, place="集会所"), EXAMPLES[1]]
    assert fault(folder, examples, types) == (
        "  needs.need_recorded.v2.json has no line with place; SHIEN_WRITE_GOLDEN=1 pytest … writes it from the example"
    )
    monkeypatch.setenv("SHIEN_WRITE_GOLDEN", "1")
    check_goldens(types, folder, examples)
    assert path.read_text() == '{"need":"買い物","people":2}\n{"need":"買い物","people":2,"place":"集会所"}\n'
    check_goldens(types, folder, examples)
    assert len(path.read_text().splitlines()) == 2


def test_an_incompatible_change_is_refused_and_never_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Required(Event, wire="needs.need_recorded.v2"):
        need: str
        people: int = 1
        place: str

    class Renamed(Event, wire="needs.need_recorded.v2"):
        need: str
        persons: int = 1

    monkeypatch.setenv("SHIEN_WRITE_GOLDEN", "1")
    for event, values in ((Required, {"place": "集会所", "people": 2}), (Renamed, {"persons": 2})):
        said = fault(folder, [event(need="買い物", **values), EXAMPLES[1]], widened(event))
        assert "needs.need_recorded.v2.json" in said
        assert "new version" in said
    assert {path.name: path.read_text() for path in folder.iterdir()} == GOLDENS


def test_every_current_event_needs_one_example(folder: Path) -> None:
    assert fault(folder, EXAMPLES[:1]) == "  needs.need_withdrawn.v1: give an example of this event"
    assert fault(folder, [*EXAMPLES, NeedWithdrawn(need="c")]) == (
        "  needs.need_withdrawn.v1: two examples; one is enough"
    )


def test_an_example_of_an_event_that_nobody_declared_fails(folder: Path) -> None:
    class Stranger(Event, wire="needs.stranger.v1"):
        need: str

    assert fault(folder, [*EXAMPLES, Stranger(need="a")]) == (
        "  needs.stranger.v1: an example of an event that is not among the types"
    )


def test_a_golden_that_nothing_reads_any_more_fails(folder: Path) -> None:
    assert "  needs.need_recorded.v1.json: nothing reads this wire type any more; " in fault(
        folder, types=EventTypes([NeedRecorded, NeedWithdrawn])
    )


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    assert len(fault(tmp_path).splitlines()) == 3
