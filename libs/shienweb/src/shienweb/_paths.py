"""The path of a request as it may be kept: in the process's log, and in the log of accesses."""

from __future__ import annotations

import re

from starlette.types import Scope

from ._answered import route_of

_ID = re.compile(r"([a-z_]+-)?([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{6}(-\d{2}){0,3})")
"""A UUID, or the code of an area (six digits, and those of its parts); also as a stream is called after it."""


def kept_path(scope: Scope) -> str:
    """The path of the route, with the ids that were asked for.

    People type names and telephone numbers into addresses. What is no id of ours stays `{its place}`, and an address
    that no route has is not written at all.
    """
    found = route_of(scope)
    for name, value in scope.get("path_params", {}).items():
        if _ID.fullmatch(str(value)):
            found = found.replace(f"{{{name}}}", str(value))
    return found or "…"
