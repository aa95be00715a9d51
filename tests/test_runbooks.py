"""Every `shien` command that a page or a message names is there, with the options that it is given."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from shienops.main import app

ROOT = Path(__file__).parent.parent
PAGES = [
    *sorted((ROOT / "docs/runbooks").glob("*.md")),
    *sorted((ROOT / "docs/how-to").glob("run-*.md")),
    ROOT / "docs/operator-guide.md",
    ROOT / "README.md",
    ROOT / "libs/shienops/README.md",
    ROOT / "docker-compose.yml",
]
SOURCES = [path for folder in ("libs/*/src", "services/*/src") for path in sorted(ROOT.glob(f"{folder}/**/*.py"))]
_COMMAND = re.compile(r"(?:^ {4}|`|^# +docker compose run --rm |docker compose run --rm )shien ([^`\n]*)", re.MULTILINE)
_REMEDY = re.compile(r"\bshien (relay|store|views|parked|events|match|import|export) ([a-z-]+)")


def wrong_in(words: str) -> str | None:
    """What is wrong with the words of a command; None when it is there and takes its options."""
    command = get_command(app)
    left = iter(shlex.split(words.split("  ")[0].replace("|", " ").replace("'", ""), comments=True))
    for word in left:
        commands = getattr(command, "commands", None)
        if word.startswith("-"):
            options = {option: one for one in command.params for option in one.opts}
            if word not in options and word != "--help":
                return f"{word} is no option of it"
            if word in options and not getattr(options[word], "is_flag", False):
                next(left, None)
        elif commands is not None:
            if word not in commands:
                return f"there is no {word}"
            command = commands[word]
    return None


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
