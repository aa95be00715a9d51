"""Configuration of the Kafka node, the same for the embedded one and the container."""

from __future__ import annotations

from collections.abc import Mapping

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "listener.security.protocol.map": "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "CLIENTS",
    "controller.listener.names": "CONTROLLER",
    # Events are kept without a time limit. Topics are created explicitly only.
    "auto.create.topics.enable": "false",
    "log.retention.ms": "-1",
    "log.retention.bytes": "-1",
    "message.max.bytes": "1048576",
    # One node, so one replica.
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    # After kill -9 the node waits until its old registration has expired: two seconds instead of the default nine.
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "400",
}


def broker_properties(bind: str, clients: int, advertised: str, controller: int, segments: str) -> dict[str, str]:
    """Return all settings of the node.

    Args:
        bind: address that it listens on for clients.
        clients: port for clients.
        advertised: address that it gives to clients, host:port.
        controller: port of the controller.
        segments: folder of the log segments.
    """
    return SETTINGS | {
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listeners": f"CLIENTS://{bind}:{clients},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"CLIENTS://{advertised}",
        "log.dirs": segments,
    }


def of_users(listener: str, keystore: str, truststore: str, users: str) -> dict[str, str]:
    """Return what makes a listener take users with passwords over TLS alone, and the broker judge their rights.

    Whoever comes over another listener of the node, which is on its own loopback, is ANONYMOUS, and may do everything.

    Args:
        listener: name of the listener.
        keystore: PEM file of key and certificate.
        truststore: PEM file of the authority.
        users: properties file whose `login` names the users and their passwords.
    """
    of = f"listener.name.{listener.lower()}"
    return {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": keystore,
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": truststore,
        "config.providers": "file",
        "config.providers.file.class": "org.apache.kafka.common.config.provider.FileConfigProvider",
        f"{of}.sasl.enabled.mechanisms": "PLAIN",
        f"{of}.plain.sasl.jaas.config": f"${{file:{users}:login}}",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS;User:admin",
    }


def joined(properties: dict[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Return the properties with more of them; listeners are added to those that are there."""
    lists = {"listeners", "advertised.listeners", "listener.security.protocol.map"}
    both = {name: f"{properties[name]},{more[name]}" for name in lists & set(more)}
    return {**properties, **more, **both}


def as_file(properties: dict[str, str]) -> str:
    """Return the content of server.properties."""
    lines = [f"{name}={value}" for name, value in properties.items()]
    return "\n".join(["# The stack writes this file at every start. Changes made here are lost.", *lines, ""])


def as_environment(properties: dict[str, str]) -> dict[str, str]:
    """Return the KAFKA_* variables of the Apache image."""
    return {"KAFKA_" + name.replace(".", "_").upper(): value for name, value in properties.items()}
