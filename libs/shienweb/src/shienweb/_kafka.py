"""What a service needs of Kafka: its topic, and rights of its user. Both follow from its code and its settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec

from shienevents import Right, Subscriber, cell_of, hearing_rights, needed_rights, sources_of

from ._cells import PORTAL
from ._settings import ServiceProcessSettings
from ._token_rules import listed

OPERATOR = "operator"
"""The user of Kafka as whom the command line comes."""


@dataclass(frozen=True, slots=True)
class KafkaNeeds:
    """The topic that a service writes, and the rights of its principal."""

    topic: str
    principal: str
    rights: frozenset[Right]


def kafka_needs(service: str, settings: ServiceProcessSettings, principal: str = "User:{user}") -> KafkaNeeds:
    """What this service needs. Its user is called like its group, `<topic_prefix><service>`.

    `principal` is how Kafka names a user: with certificates it may be "User:CN={user}".
    """
    user = settings.parts().group(service)
    heard = [settings.topic(source) for source in heard_by(service)]
    name = principal.replace("{user}", user)
    topic = settings.topic(service)
    return KafkaNeeds(topic, name, needed_rights(name, topic, user, heard))


def heard_from(service: str, settings: ServiceProcessSettings) -> tuple[str, ...]:
    """What a service reads beside its own store: other services, and for the portal those of other cells too."""
    parts = settings.parts()
    return (parts if service == PORTAL else replace(parts, cells=())).heard(heard_by(service))


def rights_of_others(settings: ServiceProcessSettings, principal: str = "User:{user}") -> dict[str, frozenset[Right]]:
    """What other cells have to give this one's portal, by cell: to read their topics, for it and for `operator`."""
    found: dict[str, set[Right]] = {}
    for source in heard_from(PORTAL, settings):
        if cell := cell_of(source):
            for user in (PORTAL, OPERATOR):
                name = principal.replace("{user}", settings.parts().group(user))
                found.setdefault(cell, set()).update(hearing_rights(name, [settings.topic(source)]))
    return {cell: frozenset(rights) for cell, rights in found.items()}


def rights_for_others(settings: ServiceProcessSettings, principal: str = "User:{user}") -> frozenset[Right]:
    """What this cell gives the users named in `heard_by`: to read the topics that a portal hears."""
    topics = [settings.topic(service) for service in heard_by(PORTAL)]
    users = [principal.replace("{user}", user) for user in listed(settings.heard_by)]
    return frozenset(right for user in users for right in hearing_rights(user, topics))


def heard_by(service: str) -> tuple[str, ...]:
    """The services whose topics this one reads: those of the events that its views and reactions subscribe to."""
    found: list[Subscriber] = [*import_module(f"{service}.projections").VIEWS]
    if find_spec(f"{service}.reactions"):
        found += import_module(f"{service}.reactions").REACTIONS
    return sources_of(service, found)
