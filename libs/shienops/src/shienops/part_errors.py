"""The errors of a part that was asked for: it is unknown, not installed, never started, or not ready."""

from __future__ import annotations

from shienops.errors import Missing, NeverStarted, NotReady, Unknown


def unknown_service(name: str) -> Unknown:
    """A database or service was requested that this deployment does not have."""
    return Unknown(
        "service.unknown",
        f"This stack has no service or database {name}.",
        f"このスタックにはサービスまたはデータベース {name} がありません。",
        "Correct the name. A service that is new to this folder is added with SHIEN_SERVICES and `shien up`.",
        "名前を確認してください。新しいサービスは SHIEN_SERVICES に追加して `shien up` を実行します。",
    )


def missing_service(name: str) -> Missing:
    """The package of a service is not installed."""
    return Missing(
        "service.missing",
        f"The service {name} is not installed.",
        f"サービス {name} がインストールされていません。",
        "Run `make setup`.",
        "`make setup` を実行してください。",
    )


def never_started(part: str, folder: object) -> NeverStarted:
    """The part was never started from this folder: it has no address and no password yet."""
    return NeverStarted(
        "part.never_started",
        f"Nothing was started here: the folder {folder} has no {part} yet.",
        f"{folder} ではまだ起動したことがなく、{part} がありません。",
        "Start it with `shien serve` (Postgres and Kafka alone: `shien up`), or name the right folder with --data.",
        "`shien serve`(Postgres と Kafka だけなら `shien up`)で起動するか、--data で正しい場所を指定してください。",
    )


def not_ready(part: str, why: str) -> NotReady:
    """A service runs, and said to the end of its time limit why it is not ready."""
    return NotReady(
        "part.not_ready",
        f"{part} runs, but is not ready: {why}.",
        f"{part} は起動していますが、準備ができていません: {why}。",
        "All parts go on running. Do what it names, and the service goes on by itself (shien doctor).",
        "すべての部分は動作を続けます。示された対処を行うと、サービスは自動的に再開します(shien doctor)。",
    )
