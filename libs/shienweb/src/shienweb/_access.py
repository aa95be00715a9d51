"""What a request leaves in the log of accesses: it is there before the answer is sent, or there is no answer."""

from __future__ import annotations

from fastapi import Request
from starlette.types import Scope

from shiendomain.accesses import WHOLE, Access, AccessKind, LogAccess
from shiendomain.areas import AreaTree
from shienevents import Home, Origin

from ._asked import asked_of
from ._ids import new_id
from ._paths import kept_path
from ._principal import Principal, Role
from ._state import AppState

_NOTED = "shien.access"
_LONGEST = 300  # characters, as `Access` has it


def note_access(scope: Scope, kind: AccessKind, area: str | None = None, purpose: str = "") -> None:
    """Have this request logged when it is answered; `area`: where what it saw belongs."""
    scope[_NOTED] = kind, area, purpose


async def log_access(state: AppState, request: Request, principal: Principal, operation: str) -> None:
    """Log the access of a request that was noted, or in which an auditor asked for a past state.

    Raises `Unavailable`: then nothing is answered.
    """
    as_of = asked_of(request).as_of
    kind, area, purpose = request.scope.get(_NOTED, (None, None, ""))
    if kind is None and as_of and principal.role is Role.AUDITOR:
        kind, area = AccessKind.PAST_READ, request.path_params.get("area") or request.query_params.get("area")
    service = state.service
    if kind is None:
        return
    await state.trees.current()  # a read of the past did not need it
    home = _home(state.trees.tree, area, principal)
    access = Access(
        access_id=new_id(),
        kind=kind,
        area=home.area,
        principal=principal.subject[:_LONGEST],
        role=principal.role.value,
        body=principal.body,
        operation=operation,
        about=kept_path(request.scope)[:_LONGEST],
        purpose=purpose,
        as_of=as_of,
        origin=request.client.host if request.client else "",
    )
    await service.handle(LogAccess(home, access), Origin(principal.actor))


def _home(tree: AreaTree, area: str | None, principal: Principal) -> Home:
    """The area that was looked at, else the first of the account's areas; what is about neither is of the whole."""
    for code in (area, *principal.areas):
        if code and (node := tree.areas.get(code)):
            return Home(node.municipality, code)
    return WHOLE
