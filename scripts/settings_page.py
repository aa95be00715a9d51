"""Writes docs/settings.md from the settings classes: `python -m scripts.settings_page`. A test compares the two."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from shienevents import KafkaSecurity
from shienops.system import SystemSettings
from shienweb import ServiceProcessSettings

MEANINGS: Mapping[str, Mapping[str, str]] = tomllib.loads(Path(__file__).with_name("settings.toml").read_text())
PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
SERVICES = ("registry", "needs", "matching", "escalation", "portal")
_HEAD = """# 設定の一覧 / Settings

`make readmes` writes this page from the settings classes; do not edit it. Every setting is an environment variable,
read once at the start. A value that is not allowed ends the start with the name of the variable. 秘 is a secret: give
it as a file where there is one, readable by its user alone. More: [tokens.md](tokens.md) for access tokens,
[how-to/connect-securely.md](how-to/connect-securely.md) for Kafka and Postgres.
このページは `make readmes` が設定の定義から作ります。編集しないでください。設定はすべて環境変数で、起動時に
読み込みます。許可されない値があると、変数名を示して起動を中止します。「秘」は秘密の値です。なるべくファイルで渡し、
所有者だけが読めるようにしてください。
"""

_OTHERS = Path(__file__).with_name("settings_others.md").read_text()


def classes() -> Mapping[str, type[BaseSettings]]:
    """Every settings class that a process reads, by the name of the process; `shien` is the command line."""
    services = {name: import_module(f"{name}.settings").Settings for name in SERVICES}
    return {**services, "shien": SystemSettings}


def fields() -> set[str]:
    """The names of all settings."""
    return {name for settings in classes().values() for name in settings.model_fields}


def page() -> str:
    """The page."""
    return "\n".join([_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    common = ServiceProcessSettings.model_fields
    yield from _table("全サービス / Every service", common)
    for service in SERVICES:
        own = {name: field for name, field in classes()[service].model_fields.items() if name not in common}
        if own:
            yield from _table(service, own)
    own = {n: f for n, f in SystemSettings.model_fields.items() if n not in KafkaSecurity.model_fields}
    yield from _table("コマンド `shien` / The command line `shien`", own)
    yield "`SHIEN_KAFKA_…` count for the command line too. `SHIEN_KAFKA_…` はコマンド `shien` にも有効です。\n"
    yield _OTHERS


def _table(title: str, found: Mapping[str, FieldInfo]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| 変数 variable | 型 type | 既定 default | 内容 what it does |"
    yield "|---|---|---|---|"
    for name, field in found.items():
        meaning = MEANINGS[name]
        secret = " 秘" if is_secret(field) else ""
        file = f"、`SHIEN_{name.upper()}_FILE`" if f"{name}_file" in found else ""
        unit = f", {meaning['unit']}" if "unit" in meaning else ""
        yield (
            f"| `SHIEN_{name.upper()}`{file}{secret} | {type_of(field)}{unit} | {_default(field)} "
            f"| {meaning['ja']}。<br>{meaning['en']}. |"
        )
    yield ""


def is_secret(field: FieldInfo) -> bool:
    """Whether its value is kept out of logs: a file that holds a secret is not one itself."""
    return not field.repr or SecretStr in (field.annotation, *get_args(field.annotation))


def type_of(field: FieldInfo) -> str:
    """The type with its limits, as the page shows it."""
    kind: Any = field.annotation
    if get_origin(kind) is Literal:
        return "、".join(f"`{value}`" for value in get_args(kind))
    kinds = [one for one in get_args(kind) or (kind,) if one is not type(None) and one is not Ellipsis]
    words = {bool: "`true`、`false`", int: "整数 integer", float: "数 number", Path: "ファイル名 path"}
    return words.get(kinds[0], "文字列 text") + _limits(field)


def _limits(field: FieldInfo) -> str:
    limits = {sign: getattr(one, name) for one in field.metadata for name, sign in _SIGNS if hasattr(one, name)}
    return "".join(f" {sign} {value}" for sign, value in limits.items())


_SIGNS = (("ge", "≥"), ("gt", ">"), ("le", "≤"))


def _default(field: FieldInfo) -> str:
    match field.default:
        case bool() as value:
            return f"`{str(value).lower()}`"
        case tuple() as values:
            return f"`{','.join(values)}`"
        case None | "":
            return "–"
    return "`.kafka/libs`" if field.default_factory else f"`{field.default}`"


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write("docs/settings.md\n")
