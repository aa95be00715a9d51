"""The rules of the house, as tests. Each failure lists every offender, and says the remedy.

Which package may import which is in pyproject.toml (`tool.importlinter`); `make lint` checks it.
"""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "libs/shienevents/src/shienevents"
SOURCES = sorted([*ROOT.glob("libs/*/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py"), *ROOT.glob("bench/*.py")])
MODULE_LINES, FUNCTION_LINES = 300, 40
EMPTY_NAMES = {"utils", "helpers", "manager", "common", "misc"}
CLOCKS_AND_CHANCE = {"asyncio", "random", "time", "os", "socket"}
# A pure module's reason for the one impure import it has.
EXEMPT = {("core/ids.py", "os"): "it makes ids", ("core/ids.py", "time"): "it makes ids"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def pure(path: Path) -> bool:
    """Whether the module may do no I/O, read no clock and make nothing random."""
    if LIBRARY in path.parents:
        return path.parent == LIBRARY / "core"
    if path.stem == "report" and "services" in path.parts:
        return True
    return bool({path.stem, *path.parent.parts} & {"decider", "reactions", "projections", "shiendomain"})


def imports(path: Path) -> Iterator[str]:
    """The top-level names of what a module imports."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def test_a_module_is_short_enough_to_read_in_one_sitting() -> None:
    long = {name_of(path): lines for path in SOURCES if (lines := len(path.read_text().splitlines())) > MODULE_LINES}
    assert not long, f"{long}: split each by what it is about, never by layer"


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{name_of(path)}: {node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert not long, f"{long}: give a part of each a name of its own"


def test_no_pattern_has_a_possessive_quantifier() -> None:
    """Python before 3.11.5 (Debian 12 has 3.11.2) matches it wrongly: python/cpython issue 106052."""
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"[)\]][*+?]\+", node.value)
    ]
    assert not wrong, f"{wrong}: write (?>(?:…)*) for (?:…)*+"


def test_a_file_is_named_for_what_it_holds() -> None:
    empty = [name_of(path) for path in SOURCES if set(path.stem.strip("_").split("_")) & EMPTY_NAMES]
    assert not empty, f"{empty}: name each for what it holds"


def test_a_pure_module_reads_no_clock_and_makes_nothing_random() -> None:
    wrong = [
        f"{name_of(path)} imports {one}"
        for path in filter(pure, SOURCES)
        for one in imports(path)
        if one in CLOCKS_AND_CHANCE and ("/".join(path.parts[-2:]), one) not in EXEMPT
    ]
    assert not wrong, f"{wrong}: pass the value in, or move the I/O to the module that builds things"


def test_importing_a_pure_module_loads_no_web_framework_and_no_driver() -> None:
    """import-linter cannot follow the library's door, which loads modules when they are first used."""
    modules = [
        ".".join(path.relative_to(next(p for p in path.parents if p.name == "src")).with_suffix("").parts)
        for path in filter(pure, SOURCES)
        if path.stem != "__init__"
    ]
    heavy = ("fastapi", "starlette", "uvicorn", "aiokafka", "asyncpg")
    program = (
        f"import importlib, sys\n"
        f"for name in {modules!r}:\n"
        f"    importlib.import_module(name)\n"
        f"    loaded = [one for one in {heavy!r} if one in sys.modules]\n"
        f"    assert not loaded, f'{{name}} loads {{loaded}}'\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert not done.returncode, done.stderr


def test_the_command_line_loads_no_web_framework() -> None:
    program = "import sys, shienops.main; assert 'fastapi' not in sys.modules, 'who asks for the status waits for it'"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert not done.returncode, done.stderr


@pytest.mark.parametrize("door", ["shienevents", "shienweb"])
def test_a_door_says_what_it_opens(door: str) -> None:
    package = importlib.import_module(door)
    stub = ast.parse(Path(str(package.__file__)).with_suffix(".pyi").read_text())
    (names,) = [ast.literal_eval(node.value) for node in stub.body if isinstance(node, ast.Assign)]
    imported = [alias.asname for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert sorted(names) == sorted(imported, key=str), "list it in __all__ of __init__.pyi, and import it there"
    assert sorted(names) == sorted(package.__all__)
    lost = [name for name in names if not hasattr(package, name)]
    assert not lost, f"{lost}: __init__.pyi names a module that does not have it"


def test_every_decision_names_a_test_that_exists() -> None:
    folders = ("libs/*/tests/**/*.py", "services/*/tests/**/*.py", "tests/**/*.py")
    tests = {path.name for folder in folders for path in ROOT.glob(folder)}
    wrong = []
    for page in sorted((ROOT / "docs/decisions").glob("*.md")):
        text = page.read_text()
        if "**Guarded by**" not in text:
            wrong.append(f"{page.name}: say which test guards the choice")
        if lost := set(re.findall(r"`(test_\w+\.py)`", text)) - tests:
            wrong.append(f"{page.name} names {lost}, which do not exist")
    assert not wrong, wrong


def test_every_module_begins_with_a_sentence_about_it() -> None:
    wrong = [name_of(path) for path in SOURCES if not ast.get_docstring(tree_of(path))]
    assert not wrong, f"{wrong}: begin each with one sentence that says what the module is"


def taken_by(text: str) -> list[str]:
    """The statements of a file of a schema after which the version before would fail."""
    text = re.sub(r"--[^\n]*", "", text)
    what = r"drop\s+(?:table|column|schema|view)|rename\s+(?:to|column)|alter\s+column\s+\w+\s+(?:type|set\s+not)"
    added = [one for one in re.findall(r"\badd\s+column[^,;]*", text) if "not null" in one and "default" not in one]
    return re.findall(rf"\b(?:{what})\b", text) + added


def test_a_file_of_a_schema_takes_nothing_that_the_version_before_uses() -> None:
    """So that an upgrade that fails in its middle, or is taken back, leaves services that work."""
    scripts = {*LIBRARY.glob("postgres/sql/*.sql"), *ROOT.glob("services/*/src/*/tables/*.sql")}
    scripts -= {LIBRARY / "postgres/sql/0003_subscribers.sql"}  # of before the first version
    assert len(scripts) > 10
    found = {name_of(one): taken for one in scripts if (taken := taken_by(one.read_text()))}
    assert not found, f"{found}: add what is new beside it, and read it with a default"
    assert taken_by("alter table a drop column b;") == ["drop column"]
    assert taken_by("alter table a add column b int not null;")
    assert not taken_by("alter table a add column b int not null default 0;")
