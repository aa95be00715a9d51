"""What a service says at its start of a file that a setting names and that it cannot use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shienweb import ServiceProcessSettings, run

SERVICE = """
from shienweb import ServiceProcessSettings, run

async def build(settings):
    settings.proving()

run(build, ServiceProcessSettings)
"""


def not_usable(folder: Path) -> dict[str, tuple[Path, str, str]]:
    """A file of each kind, and what is said of it. Root reads every file, so one without rights is not among them."""
    empty, torn = folder / "empty", folder / "torn"
    empty.write_text(" \n")
    torn.write_bytes(b"\xff\xfe")
    return {
        "missing": (folder / "nowhere", "is not there", "がありません"),
        "folder": (folder, "is a folder", "はフォルダーです"),
        "empty": (empty, "is empty", "は空です"),
        "no text": (torn, "is no text", "は文字として読み取れません"),
    }


@pytest.mark.parametrize("kind", ["missing", "folder", "empty", "no text"])
@pytest.mark.parametrize(
    "name", ["SHIEN_DSN_FILE", "SHIEN_OWNER_DSN_FILE", "SHIEN_KAFKA_CA_FILE", "SHIEN_KAFKA_PASSWORD_FILE"]
)
def test_a_service_names_the_setting_whose_file_it_cannot_use(
    name: str, kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, en, ja = not_usable(tmp_path)[kind]
    monkeypatch.setenv(name, str(file))
    with pytest.raises(SystemExit) as refused:
        run(pytest.fail, ServiceProcessSettings)  # type: ignore[arg-type]  # it is never built
    said = str(refused.value)
    assert all(part in said for part in (name, str(file), en, ja)), said


def test_a_key_of_the_log_that_is_none_is_one_sentence_in_both_languages(tmp_path: Path) -> None:
    """In a process of its own: a service sets up the logs of its process."""
    named = {"SHIEN_PROOF_FOLDER": str(tmp_path), "SHIEN_PROOF_KEY_FILE": str(tmp_path / "nowhere")}
    done = subprocess.run(
        [sys.executable, "-c", SERVICE], env={**os.environ, **named}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 2), done.stderr
    assert "SHIEN_PROOF_KEY_FILE" in done.stderr
    assert "署名の鍵を置いてください" in done.stderr
