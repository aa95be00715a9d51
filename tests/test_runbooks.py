"""Every `shien` command that a page or a message names is there, takes its options, and lacks none that it needs."""

from __future__ import annotations

import re
import shlex
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from shienops.main import app

ROOT = Path(__file__).parent.parent
PAGES = [
    *sorted((ROOT / "docs/runbooks").glob("*.md")),
    *sorted(one for one in (ROOT / "docs/how-to").glob("*.md") if one.name != "add-an-event.md"),
    ROOT / "docs/operator-guide.md",
    ROOT / "docs/security.md",
    ROOT / "docs/sizing.md",
    ROOT / "README.md",
    ROOT / "libs/shienops/README.md",
    ROOT / "docker-compose.yml",
]
SOURCES = [path for folder in ("libs/*/src", "services/*/src") for path in sorted(ROOT.glob(f"{folder}/**/*.py"))]
_COMMAND = re.compile(r"(?:^ {4}|`|^# +docker compose run --rm |docker compose run --rm )shien ([^`\n]*)", re.MULTILINE)
_REMEDY = re.compile(r"\bshien (relay|store|views|parked|events|match|import|export) ([a-z-]+)")


def wrong_in(words: str) -> str | None:
    """What is wrong with the words of a command; None when it is there and takes them.

    A verb alone is a name in a text. With an option or an argument it is a command to type, and lacks nothing.
    """
    command = get_command(app)
    left = iter(shlex.split(words.split("  ")[0].replace("|", " ").replace("'", ""), comments=True))
    given: list[str] = []
    arguments = 0
    for word in left:
        commands = getattr(command, "commands", None)
        if word.startswith("-"):
            options = {option: one for one in command.params for option in one.opts}
            if word not in options and word != "--help":
                return f"{word} is no option of it"
            if commands is None:
                given.append(word)
            if word in options and not getattr(options[word], "is_flag", False):
                list(islice(left, options[word].nargs))
        elif commands is not None:
            if word not in commands:
                return f"there is no {word}"
            command = commands[word]
        else:
            arguments += 1
    return unfit(command, given, arguments) if given or arguments else None


def unfit(command: Any, given: list[str], arguments: int) -> str | None:
    """What a verb lacks, or has too much, with these options and so many arguments."""
    asked = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name != "argument" and one.required]
    lacking = [one.opts[0] for one in options if not {*one.opts} & {*given}]
    lacking += [one.name for one in asked[arguments:] if one.required]
    if lacking and "--help" not in given:
        return f"it lacks {', '.join(lacking)}"
    return "it has too many arguments" if arguments > len(asked) and all(one.nargs == 1 for one in asked) else None


def commands_of(page: Path) -> list[str]:
    """The commands of a page, one for each alternative: `up | down` are two."""
    found = []
    for words in _COMMAND.findall(page.read_text()):
        first = words.split("  ")[0]
        if "|" in first:
            alternatives = [one.split() for one in first.split("|")]
            before = alternatives[0][:-1]
            found += [" ".join(before + one if n else one) for n, one in enumerate(alternatives) if one]
        else:
            found.append(first)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_that_a_page_names_is_there(page: Path) -> None:
    commands = commands_of(page)
    assert commands, f"{page.name} names no command: is it still found?"
    wrong = {words: why for words in commands if (why := wrong_in(words))}
    assert not wrong, wrong


def test_a_command_that_a_message_names_is_there() -> None:
    named = {found for path in SOURCES for found in _REMEDY.findall(path.read_text())}
    assert ("relay", "resend") in named
    wrong = {" ".join(words): why for words in named if (why := wrong_in(" ".join(words)))}
    assert not wrong, wrong


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("lagg --most 3", "there is no lagg"),
        ("lag --mots 3", "--mots is no option of it"),
        ("areas move AREA --mapping FILE", "it lacks --reason"),
        ("trace --svg trace.svg", "it lacks thing"),
        ("trace ID OTHER", "it has too many arguments"),
        ("diff needs.needs --between 2026-03-31 2027-03-31", None),
        ("areas move", None),
    ],
)
def test_a_command_that_cannot_be_typed_so_is_found(words: str, why: str | None) -> None:
    assert wrong_in(words) == why
