"""Prints who may do what, as a page in Markdown: `python -m shienweb.rights registry needs … > docs/rights.md`.

The services are named by their packages. The table is made from the `ROUTES` of each service's `api`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module

from ._principal import Role
from ._rights import RouteRights, rights_table

_HEAD = """# 権限の一覧 / Who may do what

`make rights` writes this page from the routes (`may=`); do not edit it. Every operation also needs a token whose areas
cover what it is about. このページは `make rights` が各サービスの経路から作ります。編集しないでください。

`GET /metrics` of every service is for the operator alone. 各サービスの `GET /metrics` を読めるのは運用者だけです。
"""


def page_of(services: Mapping[str, Sequence[RouteRights]]) -> str:
    """The page of these services' tables, by name."""
    return "\n".join([_HEAD, *(line for name, table in services.items() for line in _section(name, table))])


def tables_of(services: Sequence[str]) -> dict[str, Sequence[RouteRights]]:
    """The tables of these services, which are imported for it."""
    return {name: rights_table(import_module(f"{name}.api").ROUTES) for name in services}


def _section(name: str, table: Sequence[RouteRights]) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"| 操作 / operation | {' | '.join(f'{role.ja}<br>{role.en}' for role in Role)} |"
    yield f"| --- |{' :-: |' * len(Role)}"
    for row in table:
        marks = " | ".join("○" if role in row.roles else "" for role in Role)
        yield f"| `{row.method} {row.path}`<br>{row.operation} | {marks} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page_of(tables_of(sys.argv[1:])))
