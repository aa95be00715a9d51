"""docs/how-to/add-an-event.md: it names files that exist, shows code as it is, and a fact touches few source files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shienevents import POOLS, KafkaSecurity, ServiceSettings
from shienops._profile import use_profile

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/how-to/add-an-event.md").read_text()


def fragments() -> Iterator[tuple[str, str]]:
    """File and line for each line of a block that is in the file today: those that do not begin with `+`."""
    for block in re.findall(r"^```diff\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE):
        path = ""
        for line in block.splitlines():
            if line.startswith("--- "):
                path = line[4:]
            elif not line.startswith("+"):
                yield path, line[1:]


def test_the_page_on_secure_connections_names_every_setting_of_kafka_and_no_other() -> None:
    named = set(re.findall(r"SHIEN_KAFKA_[A-Z_]+", (ROOT / "docs/how-to/connect-securely.md").read_text()))
    assert named == {f"SHIEN_{name.upper()}" for name in KafkaSecurity.model_fields}


def test_the_profile_of_the_page_on_secure_connections_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs/how-to/connect-securely.md").read_text()
    lines = re.findall(r"^ {7}(SHIEN_\w+=.*)$", page, re.MULTILINE)
    monkeypatch.setattr(os, "environ", {"SHIEN_KAFKA_USER": "admin"})
    (tmp_path / "city.env").write_text("\n".join(lines))
    use_profile(tmp_path / "city.env")
    assert os.environ.keys() == {line.partition("=")[0] for line in lines}
    assert os.environ["SHIEN_KAFKA_USER"] == "admin", "what the environment says goes before"


def test_the_page_on_sizing_has_the_connections_of_each_role() -> None:
    table = re.findall(r"^\| `(\w+)` \| (\d+) \|$", (ROOT / "docs/sizing.md").read_text(), re.MULTILINE)
    assert table == [(role, str(ServiceSettings("", "", role=role).most_connections)) for role in POOLS]


def test_every_path_it_names_exists() -> None:
    named = {*re.findall(r"\b(?:libs|services|docs|tests)/[\w./*-]*\w", PAGE)}
    lacking = sorted(path for path in named if not list(ROOT.glob(path)))
    assert len(named) > 20
    assert not lacking, f"docs/how-to/add-an-event.md names {lacking}, which do not exist"


def test_the_code_it_shows_is_in_the_files() -> None:
    gone = [(path, line) for path, line in fragments() if line not in (ROOT / path).read_text().splitlines()]
    assert len(list(fragments())) > 10
    assert not gone, f"docs/how-to/add-an-event.md shows {gone}; write what is there now"


@pytest.mark.parametrize(("walk", "most"), [(1, 9), (2, 4)])
def test_a_fact_touches_few_source_files(walk: int, most: int) -> None:
    listed = PAGE.partition(f"### Source files of walk {walk}\n")[2].partition("\n#")[0]
    files = re.findall(r"^\d+\. `(\S+/src/\S+\.py)`$", listed, re.MULTILINE)
    shown = re.findall(r"^--- (\S+)$", PAGE, re.MULTILINE)
    assert 0 < len(files) == len(set(files)) <= most
    assert set(files) <= set(shown), "show what changes in each file"
