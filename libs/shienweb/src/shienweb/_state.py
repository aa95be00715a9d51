"""What the application of a service keeps for its requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.types import Scope

from shienevents import Service

from ._messages import MESSAGES, Message
from ._principal import Role
from ._settings import ServiceProcessSettings
from ._token import TokenChecker
from ._trees import Trees


@dataclass(frozen=True, slots=True)
class AppState:
    """Kept at `app.state.shien`. `rights`: the roles of each operation. `messages`: the texts of all problem codes."""

    service: Service
    settings: ServiceProcessSettings
    checker: TokenChecker
    trees: Trees
    rights: Mapping[str, frozenset[Role]]
    messages: Mapping[str, Message]


def state_of(app: FastAPI) -> AppState:
    """The state that `make_app` gave this application."""
    state: AppState = app.state.shien
    return state


def checker_of(app: FastAPI) -> TokenChecker:
    """The checker of this application's tokens; a service may add to its `denied`."""
    return state_of(app).checker


def message_of(scope: Scope, code: str, facts: Mapping[str, object], en: str = "", ja: str = "") -> Message:
    """The text of a code with its facts. `en` and `ja`: the error's own text, which is used where it needs no facts."""
    app = scope.get("app")  # absent where the frame is used without an application
    messages = MESSAGES if app is None else state_of(app).messages
    if code not in messages:
        return Message(en or code, ja or en or code)
    return Message(en, ja) if en and ja and not facts else messages[code].about(facts)
