"""A profile: the settings of a deployment in a file, `SHIEN_NAME=value` lines."""

from __future__ import annotations

import os
from importlib import import_module
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from shienops._output import wrong
from shienops.settings import SERVICES
from shienops.system import SystemSettings

_OPTION = "--profile"


def use_profile(file: Path) -> None:
    """Take the settings of a deployment from a file. What the environment says goes before.

    Ends the command with code 2 for a file that is no profile: else it would act on another deployment.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "UTF-8"
        raise wrong(
            f"ファイル {file} を設定として読み取れません（{why}）",
            f"{file} cannot be read as settings ({why})",
            _OPTION,
        ) from None
    known = _known()
    for one in parse_stream(StringIO(text)):
        if one.error or (one.key is not None and one.value is None):
            raise wrong(
                f"{file} の {one.original.line} 行目が NAME=値 の形ではありません",
                f"line {one.original.line} of {file} is not NAME=value",
                _OPTION,
            )
        if one.key is not None and one.key not in known:
            raise wrong(
                f"{file} の {one.original.line} 行目の {one.key} という設定はありません",
                f"line {one.original.line} of {file}: there is no setting {one.key}",
                _OPTION,
            )
    values = dotenv_values(stream=StringIO(text))
    if not values:
        raise wrong(f"{file} に設定がありません", f"{file} has no setting", _OPTION)
    for name, value in values.items():
        if value is not None:
            os.environ.setdefault(name, value)


def _known() -> set[str]:
    """The variables that the command line and the services read."""
    of_services = (import_module(f"{name}.settings").Settings for name in SERVICES)
    return {f"SHIEN_{field}".upper() for one in (SystemSettings, *of_services) for field in one.model_fields}
