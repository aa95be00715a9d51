"""A copy of the library for the processes under test: no edit reaches a run under way, and a break is possible."""

from __future__ import annotations

import compileall
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .processes import ROOT

_PACKAGE = ROOT / "libs" / "shienevents" / "src" / "shienevents"


@dataclass(frozen=True)
class Edit:
    """A text of one file of the package, found there exactly once, and what takes its place."""

    file: str
    old: str
    new: str


class Moved(AssertionError):
    """The text that was to be broken is not there any more."""


def copy_library(into: Path, edits: Sequence[Edit] = ()) -> Path:
    """Copy the package, with these edits. Returns the folder for PYTHONPATH. Raises `Moved`."""
    package = into / "shienevents"
    shutil.copytree(_PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for edit in edits:
        path = package / edit.file
        text = path.read_text() if path.exists() else ""
        if (times := text.count(edit.old)) != 1:
            raise Moved(
                f"{edit.file} holds this text {times} times, and a break needs it exactly once. The library has "
                f"moved: choose the text in tests/faults/sabotage.py anew.\n{edit.old}"
            )
        path.write_text(text.replace(edit.old, edit.new))
    compileall.compile_dir(str(package), quiet=1)
    return into
