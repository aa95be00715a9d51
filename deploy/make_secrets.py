"""`python deploy/make_secrets.py`: makes the files that docker-compose.yml mounts as secrets, where they are missing.

A password each for Postgres and for every role, as DSNs; an authority of our own with certificates of Kafka and of
Postgres, and a password for each of Kafka's users; a key that signs the log of each service (`needs_proof_key`; the
public one, for whoever verifies, is in `needs_proof_key.pub`); and a key of our own for tokens (`jwks.json`). In
production replace `jwks.json` by the keys of the municipality's identity provider, and set SHIEN_ISSUER and
SHIEN_AUDIENCE. `groups.toml` and `denied.toml` are the samples of `deploy/identity`, to be edited.
`portal_sign_in_secret` is empty: the secret of the portal's client at the identity provider belongs there
(docs/tokens.md).
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from shienevents.proof.notes import PrivateKey
from shienops import Authority
from shienweb import demo_key

SERVICES = ("registry", "needs", "matching", "escalation", "portal")
SAMPLES = Path(__file__).parent / "identity"
VERIFIED = "sslmode=verify-full&sslrootcert=/run/secrets/authority.pem"
LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule"


def main(folder: Path) -> None:
    """Write what is missing; what is there stays as it is."""
    folder.mkdir(mode=0o700, exist_ok=True)
    texts = {"postgres_password": secrets.token_hex(24), "portal_sign_in_secret": ""}
    texts |= {name: (SAMPLES / name).read_text() for name in ("groups.toml", "denied.toml")}
    for service in SERVICES:
        for role in (service, f"{service}_owner"):
            texts[f"{role}_dsn"] = f"postgresql://{role}:{secrets.token_hex(24)}@postgres:5432/{service}?{VERIFIED}"
    for service in SERVICES:
        key = PrivateKey.new(f"shien-{secrets.token_hex(4)}/{service}")
        if not (folder / f"{service}_proof_key").exists():
            texts |= {f"{service}_proof_key": str(key), f"{service}_proof_key.pub": str(key.public)}
    for name, text in texts.items():
        made(folder / name, partial(str, text))
    authority = Authority.of(folder)
    authority.file.chmod(0o644)
    for server in ("kafka", "postgres"):
        certified(folder, authority, server)
    users_of_kafka(folder)
    if not (folder / "jwks.json").exists():
        demo_key(folder)
        (folder / "jwks.json").chmod(0o644)


def certified(folder: Path, authority: Authority, server: str) -> None:
    """The key of a server and its certificate, in one file."""
    if not (folder / f"{server}.pem").exists():
        certificate, key = authority.issue(f"of_{server}", (server,))
        made(folder / f"{server}.pem", lambda: key.read_text() + certificate.read_text())
        certificate.unlink()
        key.unlink()


def users_of_kafka(folder: Path) -> None:
    """The users of Kafka, to the broker in one file."""
    passwords = {}
    for user in ("admin", "operator", *SERVICES):
        path = folder / f"kafka_{user}_password"
        made(path, lambda: secrets.token_hex(24))
        passwords[user] = path.read_text()
    users = " ".join(f'user_{user}="{password}"' for user, password in passwords.items())
    made(folder / "kafka_users.properties", lambda: f"login={LOGIN} required {users};\n")


def made(path: Path, text: Callable[[], str]) -> None:
    """Write a secret where it is missing.

    Compose mounts a secret with the owner and the mode of its file: the containers' users must read it, and its owner
    changes it where it is. Other people of this machine are kept out by the folder.
    """
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(text())
        path.chmod(0o644)
        sys.stdout.write(f"made {path}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("secrets"))
