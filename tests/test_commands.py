"""What every command of `shien` has: help, an answer as JSON, a dry run before a change, and the codes it ends with."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from shienops.main import app

WITHOUT_JSON = {
    "up", "down", "serve",  # they start and stop
    "dsn", "token",  # one line, to be used as it is
    "events export", "export ocel",  # JSON in any case, or CSV
    "import areas", "import municipalities", "import needs", "import resources",  # the service's answers, row by row
}  # fmt: skip
EXECUTES = {
    "areas move", "areas reverse", "audit checkpoint", "audit witness", "kafka apply", "parked replay", "parked skip",
    "relay resend", "restore", "store refill", "views drop-old", "views rebuild",
}  # fmt: skip
NOWHERE = (
    "lag", "leases", "outbox", "events tail", "events export", "views list", "views verify", "views drop-old",
    "views rebuild needs needs", "parked list", "parked show needs needs@1 needs.1.1", "relay resend needs",
    "store refill needs", "doctor", "dsn needs", "audit verify", "audit checkpoint", "audit access --principal p",
    "stream a", "trace 00000000-0000-0000-0000-000000000001", "kafka plan", "kafka apply",
    "board 272108 --as-of 2026-03-31", "diff needs.needs --between 2026-03-31 2026-04-01", "status",
    "export ocel --city 272108 --out x.json", "report --city 272108 --fiscal-year 2025",
    "match verify 00000000-0000-0000-0000-000000000001",
)  # fmt: skip


def verbs(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command with its words."""
    if not (commands := getattr(command, "commands", None)):
        yield " ".join(path), command
        return
    for name, one in commands.items():
        yield from verbs(one, (*path, name))


VERBS = dict(verbs(get_command(app)))


def options(verb: str) -> set[str]:
    return {option for one in VERBS[verb].params for option in one.opts}


def shien(words: str, **environment: str | None) -> Result:
    return CliRunner().invoke(app, words.split(), env={"LC_ALL": "C", "COLUMNS": "300", **environment})


def test_every_command_answers_as_json() -> None:
    assert {verb for verb in VERBS if "--json" not in options(verb)} == WITHOUT_JSON


def test_what_changes_something_that_is_kept_is_a_dry_run_without_execute() -> None:
    assert {verb for verb in VERBS if "--execute" in options(verb)} == EXECUTES


@pytest.mark.parametrize("verb", ["", "lag", "views rebuild"])
def test_help_has_no_colour_where_none_is_wanted(verb: str) -> None:
    helped = shien(f"{verb} --help", NO_COLOR="1", FORCE_COLOR="1")
    assert (helped.exit_code, re.search("\\x1b\\[[0-9;]*3[0-9]m", helped.stdout)) == (0, None)


def test_an_option_that_is_not_there_is_a_wrong_use_of_every_command() -> None:
    for verb in VERBS:
        wrong = shien(f"{verb} --no-such-option")
        assert (wrong.exit_code, wrong.stdout, "--no-such-option" in wrong.stderr) == (2, "", True), verb


@pytest.mark.slow
@pytest.mark.parametrize("words", NOWHERE)
def test_where_nothing_runs_a_command_ends_with_3_and_no_data(words: str, tmp_path: Path) -> None:
    done = shien(words, SHIEN_DATA=str(tmp_path / "nothing"))
    assert (done.exit_code, "Traceback" in done.stderr) == (3, False), (done.stdout, done.stderr, done.exception)
    if words not in ("status", "doctor"):  # these say of each part that it does not run
        assert done.stdout == ""
    assert not (tmp_path / "nothing").exists(), "it only looked"


def test_the_version_and_the_completion_of_a_shell_are_there() -> None:
    version = shien("--version")
    assert (version.exit_code, bool(re.search(r"\d+\.\d+", version.stdout))) == (0, True)
    completed = shien("", _SHIEN_COMPLETE="complete_bash", COMP_WORDS="shien vie", COMP_CWORD="1")
    assert "views" in completed.stdout


READS_A_FILE = (
    "import resources {} --areas {} --municipality 272108", "import areas {} --municipality 272108",
    "import needs {} --municipality 272108", "areas move 272108-01 --mapping {} --reason x", "--profile {} lag",
    "audit verify {} --key {}", "board 272108 --as-of 2026-03-31 --log {}", "restore {}",
    "demo --areas {} --resources {} --municipality 272108 --name x",
)  # fmt: skip


@contextmanager
def as_nobody() -> Iterator[None]:
    """As a user who may read nothing of ours, where the tests run as root."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("words", READS_A_FILE)
def test_a_file_that_cannot_be_read_is_one_sentence_that_names_it(words: str, tmp_path: Path) -> None:
    def refused(file: Path) -> None:
        done = shien(words.replace("{}", str(file)), SHIEN_DATA=str(tmp_path / "nothing"))
        assert done.exit_code in (1, 2), (done.stdout, done.stderr, done.exception)
        assert isinstance(done.exception, SystemExit), file.name
        assert str(file) in done.stdout + done.stderr

    (tmp_path / "nowhere.csv").symlink_to(tmp_path / "gone")
    (tmp_path / "itself.csv").symlink_to(tmp_path / "itself.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "closed.csv").touch(mode=0)
    there = sorted(tmp_path.iterdir())
    for name in ("nowhere.csv", "itself.csv", "folder.csv"):
        refused(tmp_path / name)
    tmp_path.chmod(0o700)
    with as_nobody():
        refused(tmp_path / "closed.csv")
    assert sorted(tmp_path.iterdir()) == there, "nothing was made"
