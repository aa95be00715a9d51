"""Every error this library raises on purpose, as one tree.

    ShienError
    ├── Rejected                a rule of the domain refuses it         409
    │   └── NotFound            no such thing, or not yours             404
    ├── StreamConflict          a race: somebody else wrote first       409
    ├── Malformed               the input cannot be taken               422
    │   ├── EventTooLarge       would not fit the topic                 422
    │   ├── IdempotencyKeyReused  same key, another request             422
    │   └── BadToken            a position token that is not one        422
    ├── Unavailable             Postgres is unavailable, retry later           503
    │   └── DatabaseDenied      it is there and lets this process not in; the operator is told why
    ├── Contract                an event, view or schema is mis-declared; found at start or in tests
    │   ├── NotMigrated         the database has no tables yet; names the remedy
    │   ├── UnknownEventType    a wire type this service does not know
    │   ├── Unreadable          a known event whose bytes do not parse
    │   └── Foreign             a Kafka record that no relay of ours wrote (in `kafka/json_events`)
    ├── Fenced                  another process has taken over; nothing was changed
    ├── Stopped                 a shard stopped rather than guess; names the remedy
    └── Unproven                a shard gets no more checkpoints, while its events go on; names the remedy

A rejection and a conflict are answers. Anything outside this tree is a bug or an outage and is not caught.
"""

from __future__ import annotations


class ShienError(Exception):
    """The root. `code` is stable; `en` and `ja` are one sentence each, for a person."""

    code = "shien.error"

    def __init__(self, en: str = "", ja: str = "", *, code: str | None = None) -> None:
        super().__init__(en or code or self.code)
        self.en = en
        self.ja = ja
        if code is not None:
            self.code = code


class Rejected(ShienError):
    """A rule of the domain refuses the command. `code` names the rule; a message may quote `facts`.

    `stream`: of several commands that are decided together, the one for this stream was refused.
    """

    stream: str | None = None

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code=code)
        self.facts = facts


class NotFound(Rejected):
    """There is no such thing for this principal."""


class StreamConflict(ShienError):
    """The stream moved on between load and append."""

    code = "stream.conflict"

    def __init__(self, stream: str) -> None:
        super().__init__(
            f"{stream} was changed by somebody else meanwhile; read it again and repeat the request",
            f"{stream} は他の人が先に変更しました。読み直してからもう一度送ってください",
        )
        self.stream = stream


class Malformed(ShienError):
    """The input cannot be taken as it is."""

    code = "input.malformed"


class EventTooLarge(Malformed):
    """The event would exceed the topic's message limit."""

    code = "event.too_large"


class IdempotencyKeyReused(Malformed):
    """The Idempotency-Key was used before for a different request."""

    code = "idempotency_key.reused"

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key: this key was used for another request; choose a new key",
            "Idempotency-Key: このキーは別の内容で使われています。新しいキーを使ってください",
        )


class BadToken(Malformed):
    """A position token that this system did not issue."""

    code = "position.malformed"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"position: {why}; send back the token exactly as a write answered it",
            f"position: トークンの形が正しくありません（{why}）。書き込みの応答のものをそのまま送ってください",
        )


class Unavailable(ShienError):
    """Postgres does not answer. `retry_after_seconds` is a guess at when to come back."""

    code = "store.unavailable"
    retry_after_seconds = 2

    def __init__(self, *, outcome_unknown: bool = False) -> None:
        self.outcome_unknown = outcome_unknown
        if outcome_unknown:
            super().__init__(
                "the database went away during the request; repeat it with the same Idempotency-Key",
                "処理中にデータベースとの接続が切れました。同じ Idempotency-Key でもう一度送ってください",
            )
        else:
            super().__init__(
                "the database does not answer; nothing was written, try again shortly",
                "データベースが応答しません。何も書き込まれていません。少し待ってからやり直してください",
            )


class Folding(Unavailable):
    """A state of the past is still being folded from the log. Who asks again later finds it."""

    code = "past.folding"
    retry_after_seconds = 10

    def __init__(self) -> None:
        self.outcome_unknown = False
        ShienError.__init__(
            self,
            "what was known then is still being read from the log; ask again in ten seconds",
            "その時点の状態を記録から読み直しています。10 秒ほど待ってからもう一度開いてください",
        )


class Behind(Unavailable):
    """The store is not the one that its topic knows: nothing is written until it is repaired."""

    code = "store.behind"
    retry_after_seconds = 60

    def __init__(self, why: Stopped) -> None:
        self.outcome_unknown = False
        ShienError.__init__(
            self,
            f"this service writes nothing, because its database and its topic do not agree. {why.en}",
            f"データベースとトピックの記録が一致しないため、書き込みを止めています。{why.ja}",
        )


class DatabaseDenied(Unavailable):
    """Postgres is there and lets this process not in. `str` tells the operator why and which setting to correct.

    Who asked for something gets the sentence of `Unavailable`. It is tried again: a password is replaced in two places.
    """

    def __init__(self, why_en: str, why_ja: str) -> None:
        super().__init__()
        self.args = (f"{why_en} / {why_ja}",)


class Contract(ShienError):
    """Code and contract disagree: an event, view or schema is declared wrongly."""

    code = "contract"


class NotMigrated(Contract):
    """The database has no tables for events yet. `en` and `ja` name the remedy."""

    code = "contract.not_migrated"

    def __init__(self) -> None:
        super().__init__(
            "the database has no event tables yet; run the migrations first: "
            "`shien serve`, in containers `docker compose run --rm prepare`",
            "データベースに記録用の表がまだありません。"
            "先に `shien serve`、コンテナーでは `docker compose run --rm prepare` で作成してください",
        )


class UnknownEventType(Contract):
    """A wire type this service has no class and no upcaster for."""

    code = "contract.unknown_type"


class Unreadable(Contract):
    """A known wire type whose bytes do not parse."""

    code = "contract.unreadable"


class Fenced(ShienError):
    """Another process moved the position this one held. The transaction was rolled back."""

    code = "consumer.fenced"


class Stopped(ShienError):
    """A shard stopped rather than guess. `remedy` is the command, or what to do, that lets it go on."""

    code = "shard.stopped"

    def __init__(self, source: str, shard: int, why_en: str, why_ja: str, remedy: str) -> None:
        super().__init__(
            f"{source} shard {shard} stopped: {why_en}. Remedy: {remedy}",
            f"{source} のシャード {shard} を停止しました: {why_ja}。対処: {remedy}",
        )
        self.source = source
        self.shard = shard
        self.remedy = remedy


class Unproven(ShienError):
    """A shard gets no more checkpoints rather than one that contradicts the last. Its events go on."""

    code = "shard.unproven"

    def __init__(self, source: str, shard: int, why_en: str, why_ja: str, remedy: str) -> None:
        super().__init__(
            f"{source} shard {shard} gets no more checkpoints: {why_en}. Remedy: {remedy}",
            f"{source} のシャード {shard} は、チェックポイントの作成を止めています: {why_ja}。対処: {remedy}",
        )
