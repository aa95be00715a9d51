"""The rules of the house, as tests. Each failure says how to mend it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "libs/shienevents/src/shienevents"
SOURCES = sorted([*ROOT.glob("libs/*/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py"), *ROOT.glob("bench/*.py")])
MODULE_LINES, FUNCTION_LINES = 300, 40
EMPTY_NAMES = {"utils", "helpers", "manager", "common", "misc"}
PURE = ("_decider", "_events", "_envelope", "_views", "_gate", "_json", "decider", "reactions", "projections")
IMPURE_IMPORTS = {"asyncpg", "aiokafka", "asyncio", "random", "time", "os", "socket", "fastapi"}
# A pure module's reason for the one impure import it has.
EXEMPT = {("_envelope", "aiokafka"): "murmur2, a pure function that lives there"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_is_short_enough_to_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= MODULE_LINES, f"{name_of(path)} has {lines} lines: split it by what it is about, never by layer"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = [
        f"{function.name} ({function.end_lineno - function.lineno + 1} lines)"
        for function in functions(path)
        if function.end_lineno and function.end_lineno - function.lineno + 1 > FUNCTION_LINES
    ]
    assert not long, f"{name_of(path)}: {long}: give a part of it a name of its own"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_named_for_what_it_holds(path: Path) -> None:
    words = set(path.stem.strip("_").split("_"))
    assert not words & EMPTY_NAMES, f"{name_of(path)}: name it for what it holds"


@pytest.mark.parametrize("path", [p for p in SOURCES if p.stem in PURE or p.parent.name in PURE], ids=name_of)
def test_a_pure_module_does_no_io_reads_no_clock_and_draws_no_lots(path: Path) -> None:
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in ([ast.alias(node.module or "")] if isinstance(node, ast.ImportFrom) else node.names)
    }
    wrong = {one for one in imported & IMPURE_IMPORTS if (path.stem, one) not in EXEMPT}
    assert not wrong, f"{name_of(path)} imports {wrong}: pass the value in, or move the I/O to the module that wires"


def test_nothing_imports_a_private_module_of_the_library_but_the_library_and_its_workshop() -> None:
    """Its doors: itself, its contracts, its testing. bench/ and the libraries' own tests may look inside."""
    inside = re.compile(r"from shienevents\._|import shienevents\._")
    wrong = [
        name_of(path)
        for path in SOURCES
        if not path.is_relative_to(LIBRARY) and ROOT / "bench" not in path.parents and inside.search(path.read_text())
    ]
    assert not wrong, f"{wrong}: import it from shienevents; if it is not there, it is not public"


def test_the_one_door_says_what_it_opens() -> None:
    import shienevents

    assert sorted(shienevents.__all__) == list(shienevents.__all__), "keep __all__ in order"
    public = {name for name in vars(shienevents) if not name.startswith("_")} - {"contracts", "testing"}
    missing = public - set(shienevents.__all__)
    assert not missing, f"{missing}: list it in __all__, or import it under a private name"


def test_every_decision_names_a_test_that_exists() -> None:
    folders = ("libs/*/tests/**/*.py", "services/*/tests/**/*.py", "tests/**/*.py")
    tests = {path.name for folder in folders for path in ROOT.glob(folder)}
    for page in sorted((ROOT / "docs/decisions").glob("*.md")):
        text = page.read_text()
        assert "**Guarded by**" in text, f"{page.name}: say which test guards the choice"
        named = set(re.findall(r"`(test_\w+\.py)`", text))
        assert named <= tests, f"{page.name} names {named - tests}, which do not exist"


def test_the_road_names_every_module_of_the_library_and_no_other() -> None:
    named = set(re.findall(r"\b(_\w+\.py)\b", (ROOT / "docs/road.md").read_text()))
    there = {path.name for path in LIBRARY.glob("_*.py")} - {"__init__.py"}
    assert named == there, f"docs/road.md: add {sorted(there - named)}, take out {sorted(named - there)}"


def test_every_module_begins_with_a_sentence_about_it() -> None:
    wrong = [name_of(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not wrong, f"{wrong}: begin with one sentence that says what the module is"
