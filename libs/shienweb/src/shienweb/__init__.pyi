"""The public names of shienweb, each with the module it lives in. `__init__.py` reads this file."""

from ._access import (
    note_access as note_access,
)
from ._answers import (
    Answer as Answer,
)
from ._answers import (
    AreaQuery as AreaQuery,
)
from ._answers import (
    WriteResult as WriteResult,
)
from ._app import (
    make_app as make_app,
)
from ._area_moves import (
    AreaTask as AreaTask,
)
from ._area_moves import (
    AreaWork as AreaWork,
)
from ._area_work import (
    area_work_routes as area_work_routes,
)
from ._asked import (
    NOW_ONLY as NOW_ONLY,
)
from ._asked import (
    Asked as Asked,
)
from ._batches import (
    BatchAnswer as BatchAnswer,
)
from ._batches import (
    RowsBeside as RowsBeside,
)
from ._batches import (
    execute_batch as execute_batch,
)
from ._batches import (
    judge as judge,
)
from ._batches import (
    row_error as row_error,
)
from ._boards import (
    BoardAnswer as BoardAnswer,
)
from ._boards import (
    board_fields as board_fields,
)
from ._boards import (
    total_of as total_of,
)
from ._body import (
    Body as Body,
)
from ._body import (
    content_errors as content_errors,
)
from ._body import (
    example as example,
)
from ._body import (
    read_json as read_json,
)
from ._cells import (
    is_address as is_address,
)
from ._context import (
    Context as Context,
)
from ._context import (
    RequestContext as RequestContext,
)
from ._denied import (
    VerifiedToken as VerifiedToken,
)
from ._distinct import (
    Distinct as Distinct,
)
from ._distinct import (
    check_said as check_said,
)
from ._few import (
    OF_PEOPLE as OF_PEOPLE,
)
from ._few import (
    OfPeople as OfPeople,
)
from ._few import (
    PeopleCount as PeopleCount,
)
from ._few import (
    SentenceOfPeople as SentenceOfPeople,
)
from ._few import (
    hidden_fields as hidden_fields,
)
from ._field_errors import (
    field_errors as field_errors,
)
from ._freshness import (
    FreshnessOut as FreshnessOut,
)
from ._freshness import (
    FreshPage as FreshPage,
)
from ._freshness import (
    freshness_of_list as freshness_of_list,
)
from ._freshness import (
    freshness_shown as freshness_shown,
)
from ._health import (
    health_routes as health_routes,
)
from ._kafka import (
    OPERATOR as OPERATOR,
)
from ._kafka import (
    KafkaNeeds as KafkaNeeds,
)
from ._kafka import (
    heard_from as heard_from,
)
from ._kafka import (
    kafka_needs as kafka_needs,
)
from ._kafka import (
    rights_for_others as rights_for_others,
)
from ._kafka import (
    rights_of_others as rights_of_others,
)
from ._keys import (
    demo_key as demo_key,
)
from ._lists import (
    Condition as Condition,
)
from ._lists import (
    contains as contains,
)
from ._lists import (
    fetch_where as fetch_where,
)
from ._lists import (
    ranked_page_of as ranked_page_of,
)
from ._lists import (
    serving as serving,
)
from ._log_routes import (
    log_routes as log_routes,
)
from ._messages import (
    MESSAGES as MESSAGES,
)
from ._messages import (
    Message as Message,
)
from ._mistakes import (
    RecordMistake as RecordMistake,
)
from ._mistakes import (
    mistake_routes as mistake_routes,
)
from ._moves import (
    AreaCorrection as AreaCorrection,
)
from ._openapi import (
    REJECTS as REJECTS,
)
from ._pages import (
    Page as Page,
)
from ._pages import (
    Pages as Pages,
)
from ._pages import (
    Paging as Paging,
)
from ._principal import (
    Principal as Principal,
)
from ._principal import (
    Role as Role,
)
from ._problems import (
    FieldError as FieldError,
)
from ._problems import (
    Problem as Problem,
)
from ._problems import (
    Refusal as Refusal,
)
from ._rights import (
    ANSWERERS as ANSWERERS,
)
from ._rights import (
    AUDITORS as AUDITORS,
)
from ._rights import (
    CITY as CITY,
)
from ._rights import (
    CONTACT_READERS as CONTACT_READERS,
)
from ._rights import (
    CONVENERS as CONVENERS,
)
from ._rights import (
    COORDINATORS as COORDINATORS,
)
from ._rights import (
    COUNCIL_KEEPERS as COUNCIL_KEEPERS,
)
from ._rights import (
    KEEPERS as KEEPERS,
)
from ._rights import (
    PROMISERS as PROMISERS,
)
from ._rights import (
    PROPOSERS as PROPOSERS,
)
from ._rights import (
    PROVIDER_KEEPERS as PROVIDER_KEEPERS,
)
from ._rights import (
    READERS as READERS,
)
from ._rights import (
    ROUND_OPENERS as ROUND_OPENERS,
)
from ._rights import (
    STAFF as STAFF,
)
from ._rights import (
    RouteRights as RouteRights,
)
from ._rights import (
    rights_table as rights_table,
)
from ._routes import (
    Routes as Routes,
)
from ._safe_headers import (
    safe_headers as safe_headers,
)
from ._serve import (
    run as run,
)
from ._serve import (
    serve as serve,
)
from ._settings import (
    ServiceProcessSettings as ServiceProcessSettings,
)
from ._settings import (
    wrong_settings as wrong_settings,
)
from ._state import (
    checker_of as checker_of,
)
from ._token import (
    TokenChecker as TokenChecker,
)
from ._token import (
    mint as mint,
)

__all__ = [
    "ANSWERERS",
    "AUDITORS",
    "CITY",
    "CONTACT_READERS",
    "CONVENERS",
    "COORDINATORS",
    "COUNCIL_KEEPERS",
    "KEEPERS",
    "MESSAGES",
    "NOW_ONLY",
    "OF_PEOPLE",
    "OPERATOR",
    "PROMISERS",
    "PROPOSERS",
    "PROVIDER_KEEPERS",
    "READERS",
    "REJECTS",
    "ROUND_OPENERS",
    "STAFF",
    "Answer",
    "AreaCorrection",
    "AreaQuery",
    "AreaTask",
    "AreaWork",
    "Asked",
    "BatchAnswer",
    "BoardAnswer",
    "Body",
    "Condition",
    "Context",
    "Distinct",
    "FieldError",
    "FreshPage",
    "FreshnessOut",
    "KafkaNeeds",
    "Message",
    "OfPeople",
    "Page",
    "Pages",
    "Paging",
    "PeopleCount",
    "Principal",
    "Problem",
    "RecordMistake",
    "Refusal",
    "RequestContext",
    "Role",
    "RouteRights",
    "Routes",
    "RowsBeside",
    "SentenceOfPeople",
    "ServiceProcessSettings",
    "TokenChecker",
    "VerifiedToken",
    "WriteResult",
    "area_work_routes",
    "board_fields",
    "check_said",
    "checker_of",
    "contains",
    "content_errors",
    "demo_key",
    "example",
    "execute_batch",
    "fetch_where",
    "field_errors",
    "freshness_of_list",
    "freshness_shown",
    "health_routes",
    "heard_from",
    "hidden_fields",
    "is_address",
    "judge",
    "kafka_needs",
    "log_routes",
    "make_app",
    "mint",
    "mistake_routes",
    "note_access",
    "ranked_page_of",
    "read_json",
    "rights_for_others",
    "rights_of_others",
    "rights_table",
    "row_error",
    "run",
    "safe_headers",
    "serve",
    "serving",
    "total_of",
    "wrong_settings",
]
