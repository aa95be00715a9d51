"""What is wrong with the words of a command, in the language of the locale: typer says it in English only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import typer
from pydantic import ValidationError
from typer.core import TyperGroup
from typer.exceptions import TyperException

from shienops._output import USAGE, tell
from shienops._words import Said
from shienweb import field_errors

# Typer gives these as one English sentence each. test_usage.py has every kind: a version that says another is noticed.
_SENTENCES: Final = (
    (
        re.compile(r"No such command '(?P<name>.*?)'\.(?: Did you mean (?P<like>.*)\?)?"),
        Said("コマンド「{name}」はありません", "there is no command {name}"),
    ),
    (re.compile(r"Missing command\."), Said("コマンドを指定してください", "give a command")),
    (
        re.compile(r"Got unexpected extra argument\(s\) \((?P<name>.*)\)", re.DOTALL),
        Said("余分な引数があります: {name}", "leave out what is too much: {name}"),
    ),
    (re.compile(r"No such option: (?P<name>\S+)"), Said("オプション {name} はありません", "there is no option {name}")),
    (
        re.compile(r"Option '(?P<name>.*)' requires an argument\."),
        Said("{name} には値を指定してください", "{name} needs a value"),
    ),
    (
        re.compile(r"Option '(?P<name>.*)' requires (?P<many>\d+) arguments\."),
        Said("{name} には値を {many} 個指定してください", "{name} needs {many} values"),
    ),
    (
        re.compile(r"Option '(?P<name>.*)' does not take a value\."),
        Said("{name} に値は指定できません", "{name} takes no value"),
    ),
    (
        re.compile(r"(?P<name>'.*') is not one of (?P<among>.*)\."),
        Said("次のいずれかを指定してください: {among}", "one of {among} is expected"),
    ),
    (
        re.compile(r"(?P<name>'.*') does not match the formats .*", re.DOTALL),
        Said("2026-04-01 のような日付を指定してください", "a date like 2026-04-01 is expected"),
    ),
)
_WORDS: Final = "shienops.words"
_OTHERWISE: Final = Said("指定が正しくありません（{text}）", "{text}")
_LIKE: Final = Said("（近い名前: {like}）", " (near to it: {like})")


class Verbs(TyperGroup):
    """The root of the commands. A wrong use of one ends with code 2 and a sentence, before anything was done."""

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        """As typer does, with the sentence."""
        with _told("shien"):
            return super().make_context(*arguments, **more)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As typer does, which takes the words out of the list."""
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """As typer does, with the sentence."""
        with _told(self._verb(ctx.meta[_WORDS])):
            return super().invoke(ctx)

    def _verb(self, words: Sequence[str]) -> str:
        """The verb that these words name, as it is typed. Typer's error about the value of an option has no verb."""
        found: list[str] = ["shien"]
        command: Any = self
        for word in words:
            if word in getattr(command, "commands", {}):
                found.append(word)
                command = command.commands[word]
        return " ".join(found)


@contextmanager
def _told(verb: str) -> Iterator[None]:
    try:
        yield
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # typer shows the help
            raise
        context = getattr(error, "ctx", None)
        said, path = said_of(error), context.command_path if context else verb
        tell(f"shien: {said.ja}。使い方: {path} --help", f"shien: {said.en}. How it is used: {path} --help")
        raise typer.Exit(USAGE) from None


def said_of(error: TyperException) -> Said:
    """What is wrong, and what is expected instead, as it follows from typer's error."""
    like = ", ".join(getattr(error, "possibilities", None) or ())
    if not isinstance(error, typer.BadParameter):
        return _sentence(error.message, like)
    if hasattr(error, "param_type"):
        return _missing(_hint(error))
    found = _expected(error)
    where = f"{hint}: " if (hint := _hint(error)) else ""
    return Said(where + found.ja, where + found.en)


def _missing(name: str) -> Said:
    return Said(f"{name} を指定してください", f"{name} is missing")


def _hint(error: typer.BadParameter) -> str:
    hint = error.param_hint or (error.param.get_error_hint() if error.param is not None else "")
    return (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "")


def _expected(error: typer.BadParameter) -> Said:
    """Pydantic's error in the words of the services; of typer's own, as one of the sentences; ours as it is."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return Said(error.message, error.message)
    (first, *_) = field_errors(cause.errors())
    return _sentence(first.en) if first.en == first.ja else Said(first.ja, first.en)


def _sentence(text: str, like: str = "") -> Said:
    for pattern, said in _SENTENCES:
        if match := pattern.fullmatch(text):
            found = {name: (text or "").replace("'", "") for name, text in match.groupdict().items()}
            facts = {"like": like, **found}
            both = zip(said, _LIKE if facts["like"] else ("", ""), strict=True)
            return Said(*((first + more).format(**facts) for first, more in both))
    return Said(*(one.format(text=text) for one in _OTHERWISE))
