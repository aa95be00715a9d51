"""Bearer tokens for a local system. They are signed with a demo key that the stack creates in its data folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shienevents import current_dsn, places_of
from shienops.errors import Folder, StackError
from shienops.settings import StackSettings
from shienweb import Role, ServiceProcessSettings, demo_key, mint

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def demo_keys(data: Path) -> Path:
    """Return the file of the public keys of a data folder's demo key. The key is created if there is none."""
    demo_key(data / "demo")
    return data / "demo" / "jwks.json"


def demo_token(
    data: Path, role: Role, areas: Sequence[str], *, body: str, subject: str = "demo", seconds: int = 3600
) -> str:
    """Return a token that is signed with the folder's demo key.

    Args:
        data: the data folder.
        role: role of the token.
        areas: area codes of the token; their descendants are included.
        body: name of the organisation, never of a person.
        subject: name of the account.
        seconds: lifetime of the token.

    Raises:
        StackError: when the folder has no demo key.
    """
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
        audience=common.audiences[0],
        seconds=seconds,
    )


def require_local_parts(settings: StackSettings) -> None:
    """Raise `StackError` unless all parts of the stack are on this machine. Demo tokens are for a local system only."""
    servers = [part.rsplit(":", 1)[0] for part in (settings.bootstrap_servers or "").split(",") if part]
    dsn = current_dsn(settings.postgres_dsn.get_secret_value()) if settings.postgres_dsn else ""
    hosts = [*servers, *(host for host, _ in places_of(dsn) if dsn)]
    away = [host for host in hosts if host.strip("[]") not in LOOPBACK and not host.startswith("/")]
    if away:
        raise Folder(
            "token.not_loopback",
            f"This system uses {away[0]}, which is not this machine. Demo tokens are only for a local system.",
            f"このシステムは別のサーバー({away[0]})を使用しているため、デモ用トークンは発行できません。",
            "Get a token from the issuer of that system.",
            "トークンの発行元に発行を依頼してください。",
        )


def no_key(data: Path) -> StackError:
    """The folder has no demo key, because no system was started in it."""
    return Folder(
        "token.no_key",
        f"There is no demo key in {data}. Tokens are issued only for a system that was started in that folder.",
        f"{data} にデモ用の鍵がありません。トークンは、そのフォルダーで起動したシステム用にのみ発行できます。",
        "Run `shien serve` first, or specify its folder with --data. For other systems ask the issuer of their tokens.",
        "`shien serve` を実行するか、--data でフォルダーを指定してください。別の環境では発行元に依頼してください。",
    )
