"""HTTP for every service: authentication, rights, territories, problems, lists, documentation and the process.

The public interface is this module, `shienweb.testing` for tests, and the command `python -m shienweb.rights`.
"""

from ._answers import Answer, AreaQuery, WriteResult
from ._app import make_app
from ._batches import BatchAnswer, RowsBeside, execute_batch
from ._boards import BoardAnswer, board_fields, total_of
from ._body import Body, content_errors, example, read_json
from ._context import Context, RequestContext
from ._few import OF_PEOPLE, OfPeople, PeopleCount, SentenceOfPeople, hidden_fields
from ._freshness import FreshnessOut, FreshPage, freshness_of_list, freshness_shown
from ._health import health_routes
from ._keys import demo_key
from ._lists import Condition, contains, fetch_where, ranked_page_of, serving
from ._messages import MESSAGES, Message
from ._pages import Page, Pages, Paging
from ._principal import Principal, Role
from ._problems import FieldError, Problem, Refusal
from ._rights import (
    ANSWERERS,
    AUDITORS,
    CITY,
    CONVENERS,
    COORDINATORS,
    COUNCIL_KEEPERS,
    KEEPERS,
    PROMISERS,
    PROPOSERS,
    PROVIDER_KEEPERS,
    READERS,
    ROUND_OPENERS,
    STAFF,
    RouteRights,
    rights_table,
)
from ._routes import Routes
from ._serve import run, serve
from ._settings import ServiceProcessSettings
from ._token import TokenChecker, mint

__all__ = [
    "ANSWERERS",
    "AUDITORS",
    "CITY",
    "CONVENERS",
    "COORDINATORS",
    "COUNCIL_KEEPERS",
    "KEEPERS",
    "MESSAGES",
    "OF_PEOPLE",
    "PROMISERS",
    "PROPOSERS",
    "PROVIDER_KEEPERS",
    "READERS",
    "ROUND_OPENERS",
    "STAFF",
    "Answer",
    "AreaQuery",
    "BatchAnswer",
    "BoardAnswer",
    "Body",
    "Condition",
    "Context",
    "FieldError",
    "FreshPage",
    "FreshnessOut",
    "Message",
    "OfPeople",
    "Page",
    "Pages",
    "Paging",
    "PeopleCount",
    "Principal",
    "Problem",
    "Refusal",
    "RequestContext",
    "Role",
    "RouteRights",
    "Routes",
    "RowsBeside",
    "SentenceOfPeople",
    "ServiceProcessSettings",
    "TokenChecker",
    "WriteResult",
    "board_fields",
    "contains",
    "content_errors",
    "demo_key",
    "example",
    "execute_batch",
    "fetch_where",
    "freshness_of_list",
    "freshness_shown",
    "health_routes",
    "hidden_fields",
    "make_app",
    "mint",
    "ranked_page_of",
    "read_json",
    "rights_table",
    "run",
    "serve",
    "serving",
    "total_of",
]
