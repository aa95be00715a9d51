"""Bearer tokens of a demonstration: signed with a key that the stack makes for itself, and only on loopback."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from shienops.errors import Folder, StackError
from shienops.settings import StackSettings
from shienweb import Role, ServiceProcessSettings, demo_key, mint

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def demo_keys(data: Path) -> Path:
    """The public keys of a data folder's demo key, which is made when it is not there. It is never shown to others."""
    demo_key(data / "demo")
    return data / "demo" / "jwks.json"


def demo_token(
    data: Path, role: Role, areas: Sequence[str], *, body: str, subject: str = "demo", seconds: int = 3600
) -> str:
    """A token signed with the folder's demo key. Raises `StackError` when the folder has none."""
    if not (data / "demo" / "key.json").exists():
        raise no_key(data)
    common = ServiceProcessSettings()
    return mint(
        demo_key(data / "demo"),
        role=role,
        areas=areas,
        body=body,
        subject=subject,
        issuer=common.issuer,
        audience=common.audience,
        seconds=seconds,
    )


def refuse_elsewhere(settings: StackSettings) -> None:
    """Raise unless the stack's own parts are on this machine: a demo key signs for nobody else's system."""
    servers = [part.rsplit(":", 1)[0] for part in (settings.bootstrap_servers or "").split(",") if part]
    dsn = settings.postgres_dsn.get_secret_value() if settings.postgres_dsn else ""
    hosts = [*servers, *([urlsplit(dsn).hostname or "localhost"] if dsn else [])]
    away = [host for host in hosts if host.strip("[]") not in LOOPBACK]
    if away:
        raise Folder(
            "token.not_loopback",
            f"This system uses {away[0]}, which is not this machine: no demo tokens are minted for it.",
            f"このシステムは別の機械({away[0]})を使っています。デモ用のトークンは作れません。",
            "Ask the issuer of its tokens.",
            "トークンの発行元に頼んでください。",
        )


def no_key(data: Path) -> StackError:
    """The folder holds no demo key: no system was started from it."""
    return Folder(
        "token.no_key",
        f"There is no demo key in {data}: tokens are minted only for a system that was started there.",
        f"{data} にデモ用の鍵がありません。トークンは、そこで起動したシステムのためだけに作れます。",
        "Run `shien serve` first, or name its folder with --data; elsewhere ask the issuer of your tokens.",
        "先に `shien serve` を実行するか、--data でフォルダーを指定してください。別の環境では発行元に頼んでください。",
    )
