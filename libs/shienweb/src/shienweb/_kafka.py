"""What a service needs of Kafka: its topic, and rights of its user. Both follow from its code and its settings."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from shienevents import Right, Subscriber, needed_rights, sources_of

from ._settings import ServiceProcessSettings


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


def heard_by(service: str) -> tuple[str, ...]:
    """The services whose topics this one reads: those of the events that its views and reactions subscribe to."""
    found: list[Subscriber] = [*import_module(f"{service}.projections").VIEWS]
    if find_spec(f"{service}.reactions"):
        found += import_module(f"{service}.reactions").REACTIONS
    return sources_of(service, found)
