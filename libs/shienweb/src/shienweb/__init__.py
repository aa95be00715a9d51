"""HTTP for every service: who asks, what they may do and see, what a no looks like, and how a process starts.

Everything public is here; the modules behind it are not. `shienweb.testing` is the second door, for tests.
"""

from ._answers import Answer, AreaQuery, Done, Page, Pages, Paging
from ._app import make_app
from ._asking import Ask, Asking, Door
from ._boards import BoardAnswer, board_seen, total_of
from ._body import Body, example, read_json
from ._health import health_routes
from ._keys import demo_key
from ._messages import MESSAGES, Message
from ._principal import Principal, Role
from ._problems import FieldError, Problem, Refusal
from ._rights import RIGHTS
from ._routes import Routes
from ._serve import run, serve
from ._settings import ServiceProcessSettings
from ._token import TokenChecker, mint
from ._trees import Trees

__all__ = [
    "MESSAGES",
    "RIGHTS",
    "Answer",
    "AreaQuery",
    "Ask",
    "Asking",
    "BoardAnswer",
    "Body",
    "Done",
    "Door",
    "FieldError",
    "Message",
    "Page",
    "Pages",
    "Paging",
    "Principal",
    "Problem",
    "Refusal",
    "Role",
    "Routes",
    "ServiceProcessSettings",
    "TokenChecker",
    "Trees",
    "board_seen",
    "demo_key",
    "example",
    "health_routes",
    "make_app",
    "mint",
    "read_json",
    "run",
    "serve",
    "total_of",
]
