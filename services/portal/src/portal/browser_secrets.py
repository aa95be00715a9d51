"""A secret that one browser has in a cookie, and what is derived of it.

A derived value tells nothing of the secret or of another one. So what the provider sees (state, nonce, the hash of the
verifier) and what the table of sessions holds (a digest, and a text sealed by a key) belong to the one browser, and
the processes of a portal need no key in common.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from secrets import token_bytes, token_urlsafe

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


def new_secret() -> str:
    """256 random bits, as 43 characters that a cookie may have."""
    return token_urlsafe(32)


def derived(secret: str, use: str) -> bytes:
    """32 bytes for one use of this secret (HMAC-SHA-256)."""
    return hmac.digest(secret.encode(), use.encode(), "sha256")


def unpadded(value: bytes) -> str:
    """Bytes as base64url without `=`: 43 characters of 32 bytes, the least that PKCE takes (RFC 7636, section 4.1)."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def sealed(secret: str, text: bytes) -> bytes:
    """The text, to be read by who has the secret alone (AES-256-GCM)."""
    nonce = token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(derived(secret, "seal")).encrypt(nonce, text, None)


def unsealed(secret: str, box: bytes) -> bytes:
    """What was sealed with this secret. Raises `ValueError` for anything else."""
    try:
        return AESGCM(derived(secret, "seal")).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], None)
    except InvalidTag:
        raise ValueError("it was not sealed with this secret") from None
