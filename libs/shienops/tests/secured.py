"""A broker as municipal IT runs it: two listeners with TLS, one for users with passwords, one for certificates."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any

from shienevents import Brokers, KafkaSecurity
from shienops import StackSettings
from shienops._authority import Authority
from shienops._folder import DataFolder
from shienops._kafka import EmbeddedKafka
from shienops._ports import free_port
from shienops._properties import of_users
from shienops.kafka_rights import OPERATOR
from shienops.settings import SERVICES

PREFIX = "mended."
"""of the topics and users of a second deployment on this broker, whose topics the tests lose"""
BESIDE = f"{PREFIX}too."
"""of a third one; another prefix is its beginning, as the empty one is of every other"""
USERS = ("admin", "nobody", *(f"{prefix}{user}" for prefix in ("", PREFIX, BESIDE) for user in (OPERATOR, *SERVICES)))
MODULES = "org.apache.kafka.common.security"


class Secured:
    """Its listener CLIENTS, on loopback and without TLS, is the broker's own and the tests' way to start it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Authority.of(folder / "keys")
        self.passwords = {user: f"of-{user}-ü" for user in USERS}
        self.sasl, self.mutual = free_port(), free_port()
        settings = StackSettings(data=folder / "stack", kafka_heap="256m")
        data = DataFolder(settings.data)
        data.prepare(settings.min_free_mb)
        users = [f"SCRAM-SHA-512=[name={name},password={word}]" for name, word in self.passwords.items()]
        self.broker = EmbeddedKafka(settings, data, more=self._properties(), users=users)

    def _properties(self) -> dict[str, str]:
        certificate, key = self.authority.issue("broker", ("127.0.0.1",))
        both = self.folder / "broker.pem"
        both.write_bytes(key.read_bytes() + certificate.read_bytes())
        users = self.folder / "users.properties"
        users.write_text(f'login={MODULES}.plain.PlainLoginModule required user_plain="a plain one";\n')
        listeners = f"SASL://127.0.0.1:{self.sasl},MUTUAL://127.0.0.1:{self.mutual}"
        of = "listener.name.sasl"
        return of_users("SASL", str(both), str(self.authority.file), str(users)) | {
            "listeners": listeners,
            "advertised.listeners": listeners,
            "listener.security.protocol.map": "SASL:SASL_SSL,MUTUAL:SSL",
            "listener.name.mutual.ssl.client.auth": "required",
            "listener.name.mutual.ssl.principal.mapping.rules": "RULE:^CN=(.*?)$/$1/",
            f"{of}.sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN,OAUTHBEARER",
            f"{of}.scram-sha-512.sasl.jaas.config": f"{MODULES}.scram.ScramLoginModule required;",
            f"{of}.oauthbearer.sasl.jaas.config": f"{MODULES}.oauthbearer.OAuthBearerLoginModule required "
            'unsecuredLoginStringClaim_sub="broker";',
            "super.users": "User:ANONYMOUS;User:admin;User:plain;User:token",
        }

    async def with_password(self, user: str, password: str) -> None:
        """Give this user another password in Kafka, and end all sessions: one that is open would go on."""
        what = ["--alter", "--add-config", f"SCRAM-SHA-512=[password={password}]"]
        where = ["--bootstrap-server", self.broker.bootstrap_servers, "--entity-type", "users", "--entity-name", user]
        command = [*self.broker._java(), "kafka.admin.ConfigCommand", *what, *where]
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
        assert await process.wait() == 0
        self.passwords[user] = password
        await self.broker.stop()
        await self.broker.start()

    def brokers(self, user: str = "admin", **changed: Any) -> Brokers:
        """The listener with passwords, for this user."""
        word = self.folder / f"{user}.password"
        word.write_text(self.passwords.get(user, "") + "\n")
        settings = {
            "kafka_protocol": "SASL_SSL",
            "kafka_ca_file": self.authority.file,
            "kafka_user": user,
            "kafka_password_file": word,
        }
        return Brokers(f"127.0.0.1:{self.sasl}", KafkaSecurity(**settings | changed))

    def broker_elsewhere(self) -> Brokers:
        """The same listener under a name that its certificate does not have."""
        return Brokers(f"localhost:{self.sasl}", self.brokers().security)

    def with_certificate(self, authority: Authority, name: str = "admin") -> Brokers:
        """The listener with certificates, for a client with one of this authority's."""
        certificate, key = authority.issue(name)
        settings = KafkaSecurity(
            kafka_protocol="SSL",
            kafka_ca_file=self.authority.file,
            kafka_certificate_file=certificate,
            kafka_key_file=key,
        )
        return Brokers(f"127.0.0.1:{self.mutual}", settings)
