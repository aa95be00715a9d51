"""The errors of the stack. Each has one sentence in English and in Japanese, and the remedy in both.

StackError
 ├─ Busy            a port is in use, or a stack is already running in the folder
 ├─ Missing         Java, Kafka's jars or Postgres's binaries are not installed
 ├─ Folder          the data folder cannot be used in its present state
 │   ├─ DiskFull
 │   └─ NeverStarted
 ├─ PartFailed      Postgres, Kafka or a service did not start, ended unexpectedly, or did not stop
 │   ├─ NotReady    a service runs, and says why it cannot answer yet; it is left running
 │   └─ NoAnswer    it is asked, and does not answer
 └─ Wrong           an argument is wrong
     └─ Unknown     what it names is not there
"""

from __future__ import annotations

from typing import Any


class StackError(Exception):
    """The stack cannot do the requested operation.

    Args:
        code: identifier of the error, such as `port.in_use`. It does not change between versions.
        message_en: what happened, one sentence in English.
        message_ja: what happened, one sentence in Japanese.
        remedy: what the operator can do, in English.
        remedy_ja: what the operator can do, in Japanese.
    """

    exit_code = 1

    def __init__(self, code: str, message_en: str, message_ja: str, remedy: str, remedy_ja: str) -> None:
        super().__init__(f"{message_en} {remedy}")
        self.code = code
        self.message_en = message_en
        self.message_ja = message_ja
        self.remedy = remedy
        self.remedy_ja = remedy_ja

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with all five texts, because test runners send errors between processes."""
        return type(self), (self.code, self.message_en, self.message_ja, self.remedy, self.remedy_ja)


class Busy(StackError):
    """Another process uses what the stack needs."""


class Missing(StackError):
    """A program or file that the stack needs is not installed on this machine."""


class Folder(StackError):
    """The data folder cannot be used in its present state."""


class DiskFull(Folder):
    """The disk has no free space for the data."""


class PartFailed(StackError):
    """Postgres, Kafka or a service did not start, ended unexpectedly, or did not stop."""


class NotReady(PartFailed):
    """A service runs, and is not ready. It goes on by itself when the reason that it names is removed."""


class NoAnswer(PartFailed):
    """What the command must ask cannot be reached."""

    exit_code = 3


class NeverStarted(Folder):
    """Nothing was started in this folder yet, so nothing there can be asked."""

    exit_code = 3


class Wrong(StackError):
    """An argument is wrong: another one is needed, and nothing was asked or changed."""

    exit_code = 2


class Unknown(Wrong):
    """What the command names is not there."""


def port_in_use(part: str, port: int, setting: str) -> Busy:
    """Another process uses the port of `part`. `setting` is the variable that chooses another port."""
    return Busy(
        "port.in_use",
        f"Port {port} on 127.0.0.1, which {part} needs, is in use by another process.",
        f"{part} 用のポート {port}(127.0.0.1)は別のプロセスが使用中です。",
        f"Stop that process, or choose another port with {setting}.",
        f"そのプロセスを停止するか、{setting} で別のポートを指定してください。",
    )


def already_running(part: str, pid: int, folder: object) -> Busy:
    """A process that was started earlier from this folder is still running."""
    return Busy(
        "stack.running",
        f"{part} of the stack in {folder} is already running (pid {pid}).",
        f"{folder} の {part} はすでに起動しています(pid {pid})。",
        "Use the running one, stop it with `shien down`, or choose another folder with SHIEN_DATA.",
        "そのまま使用するか、`shien down` で停止するか、SHIEN_DATA で別のフォルダーを指定してください。",
    )


def locked(folder: object) -> Busy:
    """Another command is starting or stopping the stack of this folder."""
    return Busy(
        "stack.locked",
        f"Another command is starting or stopping the stack in {folder}.",
        f"別のコマンドが {folder} のスタックを起動中または停止中です。",
        "Wait until that command ends, then try again.",
        "そのコマンドの終了後に、もう一度実行してください。",
    )


def missing_java() -> Missing:
    """There is no `java` on the PATH."""
    return Missing(
        "java.missing",
        "Kafka needs Java 17 or newer, and there is no `java` on the PATH.",
        "Kafka には Java 17 以降が必要ですが、PATH に `java` がありません。",
        "Install it: sudo apt-get install default-jre-headless",
        "インストールしてください: sudo apt-get install default-jre-headless",
    )


def missing_jars(folder: object) -> Missing:
    """Kafka's jars are not in the configured folder."""
    return Missing(
        "jars.missing",
        f"Kafka's jars are not in {folder}.",
        f"{folder} に Kafka の jar がありません。",
        "Run `make setup`, or specify their folder with SHIEN_KAFKA_LIBS.",
        "`make setup` を実行するか、SHIEN_KAFKA_LIBS でフォルダーを指定してください。",
    )


def missing_postgres(folder: object) -> Missing:
    """Postgres's binaries are not in the configured folder."""
    return Missing(
        "postgres.missing",
        f"There is no `postgres` and `initdb` in {folder}.",
        f"{folder} に `postgres` と `initdb` がありません。",
        "Run `make setup`, or specify a folder of Postgres 18 binaries with SHIEN_PG_BIN.",
        "`make setup` を実行するか、SHIEN_PG_BIN で Postgres 18 の実行ファイルのフォルダーを指定してください。",
    )


def disk_full(folder: object, free_mb: int, needed_mb: int) -> DiskFull:
    """The disk has less free space than the stack requires before it starts."""
    return DiskFull(
        "disk.full",
        f"The disk of {folder} has {free_mb} MB free, and the stack requires {needed_mb} MB to start.",
        f"{folder} の空き容量は {free_mb} MB です。起動には {needed_mb} MB が必要です。",
        "Free some disk space, move the data with SHIEN_DATA, or lower SHIEN_MIN_FREE_MB.",
        "空き容量を増やすか、SHIEN_DATA で別のディスクを指定するか、SHIEN_MIN_FREE_MB の値を下げてください。",
    )


def no_room(folder: object) -> DiskFull:
    """A write failed because the disk is full."""
    return DiskFull(
        "disk.full",
        f"The disk of {folder} is full.",
        f"{folder} のディスクに空き容量がありません。",
        "Free some disk space, or move the data with SHIEN_DATA, and run the command again.",
        "空き容量を増やすか、SHIEN_DATA で別のディスクを指定してから、もう一度実行してください。",
    )


def disk_filled(part: str, log: object) -> DiskFull:
    """The log of a part says that the disk became full while the part was running."""
    return DiskFull(
        "disk.full",
        f"{part} stopped because the disk is full (see {log}).",
        f"ディスクの空き容量がないため {part} が停止しました({log} を参照)。",
        "Free some disk space and run `shien up` again. Acknowledged data is kept.",
        "空き容量を増やしてから、もう一度 `shien up` を実行してください。確定済みのデータは保存されています。",
    )


def not_writable(folder: object, reason: str) -> Folder:
    """The folder or a file in it belongs to another user, or is read-only."""
    return Folder(
        "folder.permissions",
        f"This user cannot use {folder} ({reason}).",
        f"現在のユーザーは {folder} を使用できません({reason})。",
        "Run as the owner of the folder, change the owner with chown -R, or choose another folder with SHIEN_DATA.",
        "所有者で実行するか、chown -R で所有者を変更するか、SHIEN_DATA で別のフォルダーを指定してください。",
    )


def unreachable(folder: object, user: str) -> Folder:
    """Postgres does not run as root, and the user that runs it instead has no access to the folder."""
    return Folder(
        "folder.unreachable",
        f"Postgres does not run as root, and the user {user} that runs it instead has no access to {folder}.",
        f"Postgres は root では動作しません。代わりに使用するユーザー {user} は {folder} にアクセスできません。",
        "Choose a folder that every user can access, such as SHIEN_DATA=/var/tmp/shien.",
        "SHIEN_DATA=/var/tmp/shien のように、すべてのユーザーがアクセスできるフォルダーを指定してください。",
    )


def half_initialised(folder: object) -> Folder:
    """The first start was interrupted, and the folder may contain data."""
    return Folder(
        "folder.half_initialised",
        f"The initialisation of {folder} was interrupted, and the folder may contain data.",
        f"{folder} は初期化が中断されており、データが含まれている可能性があります。",
        f"Check its content. If the data is not needed, delete it (rm -r {folder}) and run `shien up` again.",
        f"内容を確認し、不要であれば削除(rm -r {folder})してから、もう一度 `shien up` を実行してください。",
    )


def did_not_start(part: str, why: str, log: object) -> PartFailed:
    """The process ended or did not answer in time. `why` is the last error in its log."""
    return PartFailed(
        "part.did_not_start",
        f"{part} did not start: {why} (details in {log}).",
        f"{part} を起動できませんでした: {why}(詳細は {log})。",
        f"Read the end of {log}, remove the cause, and run the command again.",
        f"{log} の末尾を確認し、原因を取り除いてから、もう一度同じコマンドを実行してください。",
    )


def ended(part: str, why: str, log: object) -> PartFailed:
    """A part ended without a request to stop."""
    return PartFailed(
        "part.ended",
        f"{part} ended unexpectedly: {why} (details in {log}).",
        f"{part} が予期せず停止しました: {why}(詳細は {log})。",
        f"Read the end of {log}, then run the command again. Acknowledged data is kept.",
        f"{log} の末尾を確認してから、もう一度同じコマンドを実行してください。確定済みのデータは保存されています。",
    )


def did_not_stop(part: str, pid: int, seconds: float) -> PartFailed:
    """The process is still running after the stop signal."""
    return PartFailed(
        "part.did_not_stop",
        f"{part} (pid {pid}) is still running {seconds:.0f} seconds after the stop signal.",
        f"{part}(pid {pid})は停止の指示から {seconds:.0f} 秒経過しても停止していません。",
        "Run `shien down` again. If it keeps running, use kill -9: Postgres and Kafka recover from that.",
        "もう一度 `shien down` を実行し、停止しない場合は kill -9 で終了してください。次の起動時に復旧します。",
    )


def not_ours(part: str) -> PartFailed:
    """An external server cannot be started, stopped or killed by the stack."""
    return PartFailed(
        "part.external",
        f"{part} is an external server. The stack does not start or stop it.",
        f"{part} は外部のサーバーのため、スタックから起動や停止はできません。",
        "Do it on the machine of that server.",
        "そのサーバーの管理者に依頼してください。",
    )


def no_answer(part: str, where: str, why: str) -> NoAnswer:
    """An external server does not answer."""
    return NoAnswer(
        "part.no_answer",
        f"{part} at {where} does not answer: {why}.",
        f"{where} の {part} が応答しません: {why}。",
        "Check the address, the password, and that the server is running.",
        "アドレス、パスワード、サーバーの稼働状況を確認してください。",
    )


def unknown_password(role: str, file: object) -> Folder:
    """A role exists on the server, but its password is not stored in this folder."""
    return Folder(
        "role.password_unknown",
        f"The role {role} exists on the server, but its password is not in {file}.",
        f"ロール {role} はサーバーに存在しますが、そのパスワードが {file} にありません。",
        f"Copy {file} from the folder that created the role, or drop the role if it is not in use.",
        f"ロールを作成したフォルダーから {file} をコピーするか、不要であればロールを削除してください。",
    )
