"""Signed notes (C2SP signed-note), checkpoints (tlog-checkpoint) and the signatures of witnesses (tlog-cosignature).

A key is one line of text. The private one begins with `PRIVATE+KEY+` and is the secret; the public one is given to
whoever verifies. Both have the name of the key, the first bytes of a hash of it, and the kind of its signatures.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG: Final = 1
"""the kind of key that signs as the log itself"""
WITNESS: Final = 4
"""the kind of key that signs as a witness: with the time at which it saw the checkpoint"""

_PRIVATE: Final = "PRIVATE+KEY+"
_NAME: Final = re.compile(r"[^\s+]{1,200}")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,17}")
_LONGEST: Final = 100_000


class NoteError(ValueError):
    """A key, a note or a proof that cannot be accepted. `en` and `ja` say why."""

    def __init__(self, en: str, ja: str) -> None:
        super().__init__(en)
        self.en, self.ja = en, ja


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies signatures."""

    name: str
    kind: int
    raw: bytes

    @classmethod
    def parse(cls, line: str) -> PublicKey:
        """The key in a line of text. Raises `NoteError`."""
        name, number, key = _parts(line.strip(), 2)
        found = cls(name, key[0], key[1:])
        if found.kind not in (LOG, WITNESS) or len(found.raw) != 32 or found.number.hex() != number:
            raise _no_key()
        return found

    @property
    def number(self) -> bytes:
        """The four bytes that stand for the key in a signature."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.number.hex()}+{_base64(bytes([self.kind]) + self.raw)}"

    def has_signed(self, text: str, signature: bytes) -> bool:
        """Whether the signature (without the number of the key) is one of this key for the text."""
        message = text.encode()
        if self.kind == WITNESS:
            message = _witnessed(text, int.from_bytes(signature[:8], "big"))
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class PrivateKey:
    """A key that signs. It is kept outside the database."""

    name: str
    kind: int
    seed: bytes

    @classmethod
    def new(cls, name: str, kind: int = LOG) -> PrivateKey:
        """A new key. Raises `NoteError` for a name with a blank or a plus."""
        if not _NAME.fullmatch(name):
            raise NoteError(
                f"{name!r} is no name of a key: 1 to 200 characters without blanks and + are expected",
                f"鍵の名前 {name!r} は使えません。空白と + を含まない 1〜200 文字で指定してください",
            )
        return cls(name, kind, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, line: str) -> PrivateKey:
        """The key in a line of text. Raises `NoteError`; its text does not show the key."""
        if not line.startswith(_PRIVATE):
            raise NoteError("this is no private key: a line PRIVATE+KEY+… is expected", "秘密鍵の形式ではありません")
        name, number, key = _parts(line.strip().removeprefix(_PRIVATE), 2)
        found = cls(name, key[0], key[1:])
        if found.kind not in (LOG, WITNESS) or len(found.seed) != 32 or found.public.number.hex() != number:
            raise _no_key()
        return found

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this one signs."""
        raw = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return PublicKey(self.name, self.kind, raw)

    def __str__(self) -> str:
        return f"{_PRIVATE}{self.name}+{self.public.number.hex()}+{_base64(bytes([self.kind]) + self.seed)}"

    def sign(self, text: str, at: int = 0) -> str:
        """The line of a signature. `at`: for a witness, the seconds since 1970 at which it signs."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.kind == WITNESS:
            signature = at.to_bytes(8, "big") + key.sign(_witnessed(text, at))
        else:
            signature = key.sign(text.encode())
        return f"— {self.name} {_base64(self.public.number + signature)}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How long a log is, and the root of its tree. `origin` is the log's name."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    def signed(self, key: PrivateKey) -> str:
        """The checkpoint as a note with the signature of the log."""
        return f"{self.text}\n{key.sign(self.text)}"


def opened(note: str, keys: Sequence[PublicKey]) -> tuple[Checkpoint, list[PublicKey]]:
    """The checkpoint in a note, and which of these keys have signed it; at least one has.

    Raises `NoteError`: it is malformed, none of the keys has signed it, or the signature of one is wrong.
    """
    text, lines = split(note)
    by = []
    for name, signature in map(_signature, lines):
        for key in keys:
            if (key.name, key.number) == (name, signature[:4]):
                if not key.has_signed(text, signature[4:]):
                    raise NoteError(f"the signature of {name} is wrong", f"{name} の署名が正しくありません")
                by.append(key)
    if not by:
        names = ", ".join(key.name for key in keys)
        raise NoteError(f"it is not signed by {names}", f"{names} の署名がありません")
    return checkpoint_of(text), by


def checkpoint_of(text: str) -> Checkpoint:
    """The checkpoint that a text says. Raises `NoteError`. Who has not verified a signature must not trust it."""
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]) or lines[-1] or not _SIZE.fullmatch(lines[1]):
        raise _no_checkpoint()
    root = _from_base64(lines[2])
    if len(root) != 32:
        raise _no_checkpoint()
    return Checkpoint(lines[0], int(lines[1]), root)


def split(note: str) -> tuple[str, Sequence[str]]:
    """The text of a note, and the lines of its signatures. Raises `NoteError`."""
    text, blank, signatures = note.rpartition("\n\n")
    lines = signatures.splitlines(keepends=True)
    ours = all(line.startswith("— ") and line.endswith("\n") for line in lines)
    if len(note) > _LONGEST or not blank or not lines or not ours or re.search(r"[\x00-\x09\x0b-\x1f]", note):
        raise _no_checkpoint()
    return f"{text}\n", lines


def with_signatures(note: str, lines: Iterable[str]) -> str:
    """The note with further signatures."""
    _, known = split(note)
    return note + "".join(line for line in lines if line not in known)


def _signature(line: str) -> tuple[str, bytes]:
    _, name, encoded = line.rstrip("\n").split(" ") if line.count(" ") == 2 else ("", "", "")
    signature = _from_base64(encoded)
    if not _NAME.fullmatch(name) or len(signature) < 5:
        raise _no_checkpoint()
    return name, signature


def _witnessed(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _parts(line: str, plus: int) -> tuple[str, str, bytes]:
    if line.count("+") < plus:
        raise _no_key()
    name, number, encoded = line.split("+", plus)
    key = _from_base64(encoded)
    if not _NAME.fullmatch(name) or not key:
        raise _no_key()
    return name, number, key


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def _from_base64(text: str) -> bytes:
    """The bytes of strict base64; empty for anything else."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return b""
    return raw if _base64(raw) == text else b""


def _no_key() -> NoteError:
    return NoteError("this is no key: a line NAME+HASH+KEY is expected", "鍵の形式ではありません")


def _no_checkpoint() -> NoteError:
    return NoteError("this is no signed checkpoint", "署名付きチェックポイントの形式ではありません")
