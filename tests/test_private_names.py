"""Every private name of a dependency that our code uses is in docs/private-names.md, and nothing else is there.

What this can see: an attribute that begins with an underscore, of an object other than `self`, in a module that defines
no such name itself; the same of `self` in a class that extends one of a dependency; a module or name with an underscore
imported from another distribution; the same names as text, for `getattr` and `setattr`. What it cannot see: names
without an underscore that a dependency does not document.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/private-names.md"
SOURCES = sorted(
    path
    for pattern in ("libs/*/src/**/*.py", "services/*/src/**/*.py", "bench/*.py", "deploy/*.py", "scripts/*.py")
    for path in ROOT.glob(pattern)
)
OURS = {"shienevents", "shiendomain", "shienweb", "shienops", "registry", "needs", "matching", "escalation", "portal"}
# Documented in spite of the underscore, or of the language itself.
PUBLIC = {"_replace", "_asdict", "_fields", "_make", "_value_", "__future__"}
LANGUAGE = re.compile(r"__(?!pydantic)\w+__")
MOST = 7


def private(name: str) -> bool:
    return name.startswith("_") and name != "_" and name not in PUBLIC and not LANGUAGE.fullmatch(name)


def defined(tree: ast.Module) -> set[str]:
    """The names that a module gives to functions, classes, variables and attributes."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and on_self(node):
            found.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def on_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}


def extended(tree: ast.Module) -> Iterator[ast.ClassDef]:
    """The classes of a module that extend one of a dependency."""
    others = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").split(".")[0] not in OURS
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(isinstance(one, ast.Name) and one.id in others for one in node.bases):
            yield node


def used(source: str) -> Iterator[str]:
    """The private names of others in a module."""
    tree = ast.parse(source)
    own = defined(tree)
    for heir in extended(tree):
        for node in ast.walk(heir):
            if isinstance(node, ast.Attribute) and private(node.attr) and on_self(node) and node.attr not in own:
                yield node.attr
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and private(node.attr):
            if node.attr.startswith("__") or (node.attr not in own and not on_self(node)):
                yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"getattr", "setattr"}:
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            yield from (text for text in texts if private(text) and text not in own)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from imported(*[f"{node.module}.{alias.name}" for alias in node.names])
        elif isinstance(node, ast.Import):
            yield from imported(*[alias.name for alias in node.names])


def imported(*names: str) -> Iterator[str]:
    """The private parts of dotted names that are not ours."""
    for first, *rest in (name.split(".") for name in names):
        if first not in OURS:
            yield from filter(private, [first, *rest])


def listed() -> dict[tuple[str, str], str]:
    """The rows of the page's first table: name and file, and the distribution with the version it was checked with."""
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| ([^|]+?) \|", PAGE.read_text().split("\n## ")[0], re.MULTILINE)
    return {(name, file): checked for name, file, checked in rows}


def test_the_page_lists_every_private_name_and_no_other() -> None:
    found = {(name, str(path.relative_to(ROOT))) for path in SOURCES for name in used(path.read_text())}
    assert found == set(listed())


def test_there_are_few() -> None:
    assert len({name for name, _ in listed()}) <= MOST


def test_each_was_checked_with_the_version_that_is_installed_and_a_later_one_is_not_let_in() -> None:
    for (name, file), checked in listed().items():
        distribution, number = checked.split()
        assert version(distribution) == number, f"{name}: read the changes of {distribution}, then write its version"
        project = ROOT / file.split("/src/")[0] / "pyproject.toml"
        needs = [Requirement(text) for text in tomllib.loads(project.read_text())["project"]["dependencies"]]
        (need,) = [need for need in needs if need.name == distribution]
        assert any(bound.operator in {"<", "==", "~="} for bound in need.specifier), f"{project}: bound {distribution}"


@pytest.mark.parametrize(
    "source",
    [
        "consumer._client.close()",
        "producer._sender = None",
        "from aiokafka._x import y",
        "from aiokafka.x import _y",
        "import aiokafka._x",
        "getattr(consumer, '_fetcher')",
        "self.__pydantic_serializer__.to_python(self)",
        "class A:\n    def f(self):\n        return self._consumer._fetcher",
        "from aiokafka import B\nclass A(B):\n    def f(self):\n        return self._conns",
    ],
)
def test_a_private_name_is_seen(source: str) -> None:
    assert list(used(source))


@pytest.mark.parametrize(
    "source",
    [
        "self._client.close()",
        "record._replace(a=1)",
        "from ._x import y",
        "from shienevents._x import y",
        "x.__class__",
        "_a = 1\nb._a",
        "for _ in x: pass",
    ],
)
def test_our_own_names_are_not(source: str) -> None:
    assert not list(used(source))
