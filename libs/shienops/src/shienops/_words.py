"""The language of a command's output: that of the locale. Titles of columns are the one table of words."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal, NamedTuple

Language = Literal["ja", "en"]


class Said(NamedTuple):
    """A text in both languages."""

    ja: str
    en: str

    def __str__(self) -> str:
        return self.ja if language() == "ja" else self.en


def language(environment: Mapping[str, str] = os.environ) -> Language:
    """Japanese where the locale is Japanese, else English: the first that is set of LC_ALL, LC_MESSAGES and LANG."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "ja" if named.lower().startswith("ja") else "en"


TITLES = {
    "service": Said("サービス", "service"),
    "shard": Said("シャード", "shard"),
    "head": Said("記録した番号", "recorded"),
    "sent": Said("送信した番号", "sent"),
    "unsent": Said("未送信", "unsent"),
    "age": Said("未送信の秒数", "seconds unsent"),
    "lease": Said("担当", "lease"),
    "holder": Said("プロセス", "holder"),
    "until": Said("期限", "until"),
    "held": Said("有効", "held"),
    "part": Said("構成要素", "part"),
    "state": Said("状態", "state"),
    "where": Said("接続先", "where"),
    "pid": Said("PID", "pid"),
    "view": Said("ビュー", "view"),
    "version": Said("版", "version"),
    "rows": Said("行数", "rows"),
    "behind": Said("未反映", "behind"),
    "parked": Said("保留", "parked"),
    "skipped": Said("読み飛ばし", "skipped"),
    "built": Said("作成日時", "built"),
    "digest": Said("照合値", "digest"),
    "result": Said("結果", "result"),
    "check": Said("確認項目", "check"),
    "finding": Said("内容", "finding"),
    "remedy": Said("対処", "remedy"),
    "recorded_at": Said("記録日時", "recorded"),
    "type": Said("種類", "type"),
    "stream": Said("ストリーム", "stream"),
    "area": Said("地域", "area"),
    "actor": Said("記録者", "actor"),
    "cause": Said("原因", "cause"),
    "subscriber": Said("受け手", "subscriber"),
    "place": Said("位置", "place"),
    "reason": Said("理由", "reason"),
    "version_number": Said("順番", "no."),
    "events": Said("件数", "events"),
    "table": Said("表", "table"),
    "at": Said("日時", "at"),
    "kind": Said("種別", "kind"),
    "operation": Said("操作", "operation"),
    "about": Said("対象", "about"),
    "purpose": Said("利用目的", "purpose"),
    "as_of": Said("閲覧した時点", "as of"),
    "origin": Said("接続元", "from"),
    "bytes": Said("バイト数", "bytes"),
    "there": Said("復元先の件数", "events there"),
}

WORDS = {
    "live": Said("利用中", "live"),
    "waiting": Said("作り直し待ち", "waits for its rebuild"),
    "rebuilding": Said("作り直し中", "rebuilding"),
    "running": Said("動作中", "running"),
    "running_silent": Said("動作中、応答なし", "running, does not answer"),
    "stopped": Said("停止", "stopped"),
    "external": Said("外部", "external"),
    "external_silent": Said("外部、応答なし", "external, does not answer"),
    "missing": Said("行がありません", "missing"),
    "too_many": Said("余分な行です", "too many"),
    "differs": Said("内容が違います", "differs"),
}
"""what a column says; in JSON it is the key"""

CHECKS = {
    "python": Said("Python", "python"),
    "java": Said("Java", "java"),
    "kafka jars": Said("Kafka のファイル", "kafka jars"),
    "postgres programs": Said("Postgres のプログラム", "postgres programs"),
    "disk": Said("空き容量", "disk"),
    "kafka rights": Said("Kafka の権限", "kafka rights"),
    "kafka rights of others": Said("Kafka のほかのユーザーの権限", "kafka rights of others"),
    "database": Said("データベース", "database"),
    "schema": Said("表の定義", "schema"),
    "numbers": Said("記録の番号", "numbers"),
    "rights": Said("権限", "rights"),
    "clock": Said("時計", "clock"),
    "connections": Said("接続数", "connections"),
    "topic": Said("トピック", "topic"),
    "heard": Said("別のセルの受信", "events of another cell"),
    "replicas": Said("トピックの複製", "replicas"),
    "workers": Said("担当プロセス", "workers"),
    "views": Said("ビュー", "views"),
    "parked": Said("保留", "parked"),
    "process": Said("サービスの応答", "process"),
}
"""what `shien doctor` checks"""
