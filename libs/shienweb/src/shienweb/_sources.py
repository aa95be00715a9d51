"""What a 404 says of a thing that another service owns: how far this service has read that service's events.

The text and the headers are the same for a thing that does not exist and for one outside the territory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from starlette.types import Scope

from shienevents import Positions, service_of, token_of

from ._messages import Message
from ._state import message_of, state_of

OWNERS: Final = {
    "area": "registry",
    "council": "registry",
    "provider": "registry",
    "resource": "registry",
    "coordinator": "registry",
    "need": "needs",
    "issue": "needs",
    "survey": "needs",
    "match": "matching",
    "meeting": "escalation",
    "proposal": "escalation",
}
"""The service that owns the things of a kind. The kind is the first word of a `<kind>.unknown` code."""

_READ_SO_FAR = Message(
    "This service has read {source} up to {position}. If it was recorded a moment ago, repeat the request.",
    "このサービスは {source} の記録を {position} まで読み込んでいます。"
    "直前に記録したものであれば、少し待ってからもう一度送ってください。",
)
_READ_NOTHING = Message(
    "This service has read nothing of {source} yet. If it was recorded a moment ago, repeat the request.",
    "このサービスは {source} の記録をまだ読み込んでいません。"
    "直前に記録したものであれば、少し待ってからもう一度送ってください。",
)
_POSITIONS = "shien.positions"


class ReadSoFar(NamedTuple):
    """What is added to a 404: a sentence, and headers."""

    sentence: Message
    headers: dict[str, str]


def remember(scope: Scope, positions: Positions) -> None:
    """Keep where the views stood that this request has read."""
    scope[_POSITIONS] = positions


def read_so_far(scope: Scope, code: str) -> ReadSoFar | None:
    """What to add to a 404 with this code; `None` where the thing is not another service's."""
    state = state_of(scope["app"])
    source = OWNERS.get(code.partition(".")[0])
    if source is None or source not in state.service.subscribed_to:
        return None
    positions: Positions = scope.get(_POSITIONS) or state.trees.positions
    position = token_of({key: seq for key, seq in positions.seqs.items() if service_of(key[0]) == source})
    sentence = _READ_SO_FAR if position else _READ_NOTHING
    return ReadSoFar(
        sentence.about({"source": source, "position": position}), {"Retry-After": "1", "Shien-Position": position}
    )


def row_message(scope: Scope, code: str, facts: Mapping[str, object]) -> Message:
    """The text of a code for a row of a batch: of another service's unknown thing it says what a 404 would say."""
    message = message_of(scope, code, facts)
    read = read_so_far(scope, code) if code.endswith(".unknown") else None
    return joined(message, read.sentence) if read else message


def joined(message: Message, sentence: Message) -> Message:
    """The message with one more sentence."""
    return Message(f"{message.en} {sentence.en}", f"{message.ja}{sentence.ja}")
