"""`python deploy/make_secrets.py`: makes the files that docker-compose.yml mounts as secrets, where they are missing.

A password each for Postgres and for every role, as DSNs, a key that signs the log of each service (`needs_proof_key`;
the public one, for whoever verifies, is in `needs_proof_key.pub`), and a key of our own for tokens (`jwks.json`). In
production replace `jwks.json` by the keys of the municipality's identity provider, and set SHIEN_ISSUER and
SHIEN_AUDIENCE. `groups.toml` and `denied.toml` are the samples of `deploy/identity`, to be edited (docs/tokens.md).
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from shienevents.proof.notes import PrivateKey
from shienweb import demo_key

SERVICES = ("registry", "needs", "matching", "escalation", "portal")
SAMPLES = Path(__file__).parent / "identity"


def main(folder: Path) -> None:
    """Write what is missing; what is there stays as it is."""
    folder.mkdir(mode=0o700, exist_ok=True)
    texts = {"postgres_password": secrets.token_hex(24)}
    texts |= {name: (SAMPLES / name).read_text() for name in ("groups.toml", "denied.toml")}
    for service in SERVICES:
        for role in (service, f"{service}_owner"):
            texts[f"{role}_dsn"] = f"postgresql://{role}:{secrets.token_hex(24)}@postgres:5432/{service}"
    for service in SERVICES:
        key = PrivateKey.new(f"shien-{secrets.token_hex(4)}/{service}")
        if not (folder / f"{service}_proof_key").exists():
            texts |= {f"{service}_proof_key": str(key), f"{service}_proof_key.pub": str(key.public)}
    for name, text in texts.items():
        path = folder / name
        if not path.exists():
            path.write_text(text)
            # Compose mounts a secret with the owner and the mode of its file: the containers' users must read it,
            # other people of this machine are kept out by the folder.
            path.chmod(0o444)
            sys.stdout.write(f"made {path}\n")
    if not (folder / "jwks.json").exists():
        demo_key(folder)
        (folder / "jwks.json").chmod(0o444)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("secrets"))
