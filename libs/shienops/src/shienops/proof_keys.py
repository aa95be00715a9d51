"""The keys that sign the logs of a data folder's services, and where their proof is kept.

proof/needs/3/checkpoint, tile/…    the log of shard 3 of needs
keys/needs.key, keys/needs.pub      the key that signs it, and the one to give to whoever verifies
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from shienevents.proof.notes import LOG, NoteError, PrivateKey, PublicKey
from shienops.errors import Wrong


def proof_folder(data: Path, given: Path | None = None) -> Path:
    """The folder with the proof of each service, unless another is given."""
    return given or data / "proof"


def keys_folder(data: Path, given: Path | None = None) -> Path:
    """The folder with the keys of each service, unless another is given."""
    return given or data / "keys"


def proof_variables(data: Path, service: str) -> Mapping[str, str]:
    """The variables that `shienweb.ServiceProcessSettings` reads. The key is made if there is none."""
    file = keys_folder(data) / f"{service}.key"
    if not file.exists():
        new_key(f"shien-{secrets.token_hex(4)}/{service}", file)
    return {"SHIEN_PROOF_FOLDER": str(proof_folder(data) / service), "SHIEN_PROOF_KEY_FILE": str(file)}


def new_key(name: str, file: Path, kind: int = LOG) -> PrivateKey:
    """Make a key: the private one in a file that nobody else may read, the public one in `.pub` beside it.

    Raises `StackError` for a name that no key can have, and where the file is there already.
    """
    try:
        key = PrivateKey.new(name, kind)
    except NoteError as error:
        raise _no_name(error) from None
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise _there_already(file) from None
    with os.fdopen(descriptor, "w") as out:
        out.write(f"{key}\n")
    file.with_suffix(".pub").write_text(f"{key.public}\n")
    return key


def private_key(file: Path) -> PrivateKey:
    """The private key in a file. Raises `StackError`."""
    try:
        return PrivateKey.parse(file.read_text())
    except (NoteError, OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from error


def public_key(file: Path) -> PublicKey:
    """The public key in a file. Raises `StackError`."""
    try:
        return PublicKey.parse(file.read_text())
    except (NoteError, OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from error


def _there_already(file: Path) -> Wrong:
    return Wrong(
        "audit.key_exists",
        f"{file} is there already.",
        f"{file} は既にあります。",
        "Give another file. Who loses the key of a log can sign no more checkpoints of it.",
        "別のファイル名を指定してください。鍵を失うと、そのログのチェックポイントを作成できなくなります。",
    )


def _no_name(error: NoteError) -> Wrong:
    return Wrong(
        "audit.key_name",
        f"{error.en}.",
        f"{error.ja}。",
        "Give a name such as city.example.jp/needs.",
        "city.example.jp/needs のような名前を指定してください。",
    )


def _unreadable(file: Path, error: Exception) -> Wrong:
    why = (error.strerror or "") if isinstance(error, OSError) else str(error)
    return Wrong(
        "audit.key",
        f"{file} cannot be read as a key: {why}.",
        f"{file} を鍵として読み取れません。",
        "Give the file of a key: `shien audit key` makes a pair, NAME.key to sign and NAME.pub to verify.",
        "鍵のファイルを指定してください。`shien audit key` で、署名用の .key と検証用の .pub を作成できます。",
    )
