"""docs/road.md: the code that one fact passes through, in reading order. It names code that exists, and stays short."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "libs/shienevents/src/shienevents"
ROAD = ROOT / "docs/road.md"
MOST_LINES = 1000


def lines_of(module: str, name: str) -> int:
    """How many lines a function, method or class has; `name` is like `Handler.handle`."""
    node: ast.AST = ast.parse((LIBRARY / module).read_text())
    for part in name.split("."):
        node = next(one for one in ast.iter_child_nodes(node) if getattr(one, "name", None) == part)
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return (node.end_lineno or 0) - node.lineno + 1


def stops() -> list[tuple[str, str]]:
    """What the page names, in its order: module and name."""
    return re.findall(r"`([a-z_/]+\.py)` `([\w.]+)`", ROAD.read_text())


def test_the_road_names_code_that_exists() -> None:
    wrong = []
    for module, name in stops():
        try:
            lines_of(module, name)
        except (OSError, StopIteration):
            wrong.append(f"{module} {name}")
    assert not wrong, f"docs/road.md names {wrong}, which do not exist"


def test_the_road_from_a_request_to_a_row_is_read_in_one_sitting() -> None:
    total = sum(lines_of(module, name) for module, name in stops())
    assert 300 < total <= MOST_LINES, f"docs/road.md: {total} lines of code; at most {MOST_LINES}"


def test_the_road_names_every_folder_of_the_library() -> None:
    folders = {path.parent.name for path in LIBRARY.glob("*/__init__.py")} - {"testing"}
    lacking = {folder for folder in folders if f"`{folder}/" not in ROAD.read_text()}
    assert not lacking, f"docs/road.md: say where {sorted(lacking)} lie on the road"
