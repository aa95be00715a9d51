"""What can go wrong with the stack, each in one sentence of English and of Japanese, with the remedy.

StackError
 ├─ Busy            a port is taken, or a stack runs in the folder already
 ├─ Missing         Java, Kafka's jars or Postgres's binaries are not there
 ├─ Folder          the data folder cannot be used as it is
 │   └─ DiskFull
 └─ PartFailed      Postgres or Kafka did not start, ended, or cannot do what was asked
"""

from __future__ import annotations

from typing import Any


class StackError(Exception):
    """The stack cannot do what was asked. `code` is stable; the texts are for people."""

    def __init__(self, code: str, message_en: str, message_ja: str, remedy: str, remedy_ja: str) -> None:
        super().__init__(f"{message_en} {remedy}")
        self.code = code
        self.message_en = message_en
        self.message_ja = message_ja
        self.remedy = remedy
        self.remedy_ja = remedy_ja

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with all five texts: test runners send errors between processes."""
        return type(self), (self.code, self.message_en, self.message_ja, self.remedy, self.remedy_ja)


class Busy(StackError):
    """Somebody else has what the stack needs."""


class Missing(StackError):
    """A program or file that the stack starts is not on this machine."""


class Folder(StackError):
    """The data folder cannot be used as it is."""


class DiskFull(Folder):
    """There is no room for the data."""


class PartFailed(StackError):
    """Postgres or Kafka did not do what it was asked to."""


def port_in_use(part: str, port: int, setting: str) -> Busy:
    """Another process listens where `part` should; `setting` is the variable that moves it."""
    return Busy(
        "port.in_use",
        f"Port {port} on 127.0.0.1, meant for {part}, is in use by another process.",
        f"{part} 用のポート {port}(127.0.0.1)は別のプロセスが使用中です。",
        f"Stop that process, or choose another port with {setting}.",
        f"そのプロセスを止めるか、{setting} で別のポートを指定してください。",
    )


def already_running(part: str, pid: int, folder: object) -> Busy:
    """A live process of this folder's earlier start was found."""
    return Busy(
        "stack.running",
        f"{part} of the stack in {folder} is running already (pid {pid}).",
        f"{folder} の {part} はすでに起動しています(pid {pid})。",
        "Use it as it is, stop it with `shien down`, or give another folder with SHIEN_DATA.",
        "そのまま使うか、`shien down` で止めるか、SHIEN_DATA で別のフォルダーを指定してください。",
    )


def locked(folder: object) -> Busy:
    """Another command is starting or stopping the stack of this folder right now."""
    return Busy(
        "stack.locked",
        f"Another command is starting or stopping the stack in {folder}.",
        f"別のコマンドが {folder} のスタックを起動または停止しています。",
        "Wait until it has ended, then try again.",
        "その終了を待ってから、もう一度実行してください。",
    )


def missing_java() -> Missing:
    """No `java` on the PATH."""
    return Missing(
        "java.missing",
        "Kafka needs Java 17 or newer, and there is no `java` on the PATH.",
        "Kafka には Java 17 以降が必要ですが、PATH に `java` がありません。",
        "Install it: sudo apt-get install default-jre-headless",
        "インストールしてください: sudo apt-get install default-jre-headless",
    )


def missing_jars(folder: object) -> Missing:
    """Kafka's jars are not where they should be."""
    return Missing(
        "jars.missing",
        f"Kafka's jars are not in {folder}.",
        f"{folder} に Kafka の jar がありません。",
        "Run `make setup`, or name their folder with SHIEN_KAFKA_LIBS.",
        "`make setup` を実行するか、SHIEN_KAFKA_LIBS で場所を指定してください。",
    )


def missing_postgres(folder: object) -> Missing:
    """There is no Postgres to start."""
    return Missing(
        "postgres.missing",
        f"There is no `postgres` and `initdb` in {folder}.",
        f"{folder} に `postgres` と `initdb` がありません。",
        "Run `make setup`, or name a folder of Postgres 18 binaries with SHIEN_PG_BIN.",
        "`make setup` を実行するか、SHIEN_PG_BIN で Postgres 18 のフォルダーを指定してください。",
    )


def disk_full(folder: object, free_mb: int, needed_mb: int) -> DiskFull:
    """Less space than the stack wants before it starts."""
    return DiskFull(
        "disk.full",
        f"Only {free_mb} MB are free for {folder}, and the stack wants {needed_mb} MB before it starts.",
        f"{folder} の空き容量は {free_mb} MB です。起動には {needed_mb} MB が必要です。",
        "Free some space, move the data with SHIEN_DATA, or lower SHIEN_MIN_FREE_MB.",
        "空き容量を増やすか、SHIEN_DATA で移すか、SHIEN_MIN_FREE_MB を下げてください。",
    )


def no_room(folder: object) -> DiskFull:
    """The disk is full to its last byte, whatever was wanted of it."""
    return DiskFull(
        "disk.full",
        f"The disk of {folder} is full.",
        f"{folder} のディスクがいっぱいです。",
        "Free some space, or move the data with SHIEN_DATA, and run the command again.",
        "空き容量を増やすか、SHIEN_DATA で移してから、もう一度実行してください。",
    )


def disk_filled(part: str, log: object) -> DiskFull:
    """A part's log says that the disk filled up while it ran."""
    return DiskFull(
        "disk.full",
        f"{part} stopped because the disk is full (see {log}).",
        f"ディスクがいっぱいのため {part} が停止しました({log} を参照)。",
        "Free some space and run `shien up` again; what was acknowledged is kept.",
        "空き容量を増やして `shien up` を実行してください。確定済みのデータは残っています。",
    )


def not_writable(folder: object, reason: str) -> Folder:
    """The folder, or what is in it, belongs to somebody else or is read-only."""
    return Folder(
        "folder.permissions",
        f"{folder} cannot be used by this user ({reason}).",
        f"このユーザーは {folder} を使えません({reason})。",
        "Run as the folder's owner, give it to this user with chown -R, or choose another folder with SHIEN_DATA.",
        "所有者として実行するか、chown -R で所有者を変えるか、SHIEN_DATA で別のフォルダーを指定してください。",
    )


def unreachable(folder: object, user: str) -> Folder:
    """Postgres refuses to run as root, and the user it runs as cannot reach the folder."""
    return Folder(
        "folder.unreachable",
        f"Postgres does not run as root, and the user {user} that it runs as cannot reach {folder}.",
        f"Postgres は root では動かず、代わりのユーザー {user} は {folder} に到達できません。",
        "Choose a folder that every user can reach, such as SHIEN_DATA=/var/tmp/shien.",
        "SHIEN_DATA=/var/tmp/shien のように、全ユーザーが到達できるフォルダーを指定してください。",
    )


def half_initialised(folder: object) -> Folder:
    """The first start was cut off, and the folder may hold something worth keeping."""
    return Folder(
        "folder.half_initialised",
        f"{folder} was left half-initialised, and it is not certain that it holds no data.",
        f"{folder} は初期化の途中で止まっており、データが無いとは言い切れません。",
        f"Look into it; if nothing there is needed, delete it (rm -r {folder}) and run `shien up` again.",
        f"中を確かめ、不要であれば削除(rm -r {folder})してから `shien up` を実行してください。",
    )


def did_not_start(part: str, why: str, log: object) -> PartFailed:
    """The process ended or did not answer in time; `why` is its own last word."""
    return PartFailed(
        "part.did_not_start",
        f"{part} did not start: {why} (more in {log}).",
        f"{part} が起動しませんでした: {why}(詳細は {log})。",
        f"Read the end of {log}, mend what it names, and run `shien up` again.",
        f"{log} の末尾を読み、原因を直してから `shien up` を実行してください。",
    )


def ended(part: str, why: str, log: object) -> PartFailed:
    """A part that ran is gone, and nobody asked it to stop."""
    return PartFailed(
        "part.ended",
        f"{part} ended by itself: {why} (more in {log}).",
        f"{part} が自ら停止しました: {why}(詳細は {log})。",
        f"Read the end of {log}, then run `shien up` again; what was acknowledged is kept.",
        f"{log} の末尾を読んでから `shien up` を実行してください。確定済みのデータは残っています。",
    )


def did_not_stop(part: str, pid: int, seconds: float) -> PartFailed:
    """The process outlived its stop signal."""
    return PartFailed(
        "part.did_not_stop",
        f"{part} (pid {pid}) still runs {seconds:.0f} seconds after it was asked to stop.",
        f"{part}(pid {pid})は停止の指示から {seconds:.0f} 秒たっても動いています。",
        "Run `shien down` again; if it still runs, end it with kill -9: both parts recover from that.",
        "もう一度 `shien down` を実行し、それでも残る場合は kill -9 で止めてください。どちらも復旧できます。",
    )


def not_ours(part: str) -> PartFailed:
    """An external server cannot be started, stopped or killed from here."""
    return PartFailed(
        "part.external",
        f"{part} is an external server: the stack neither starts nor stops it.",
        f"{part} は外部のサーバーのため、スタックからは起動も停止もできません。",
        "Do it where that server is run.",
        "そのサーバーの運用元で操作してください。",
    )


def no_answer(part: str, where: str, why: str) -> PartFailed:
    """An external server does not answer."""
    return PartFailed(
        "part.no_answer",
        f"{part} at {where} does not answer: {why}.",
        f"{where} の {part} が応答しません: {why}。",
        "Check that address and its password, and that the server runs.",
        "アドレスとパスワード、サーバーの稼働を確かめてください。",
    )


def unknown_password(role: str, file: object) -> Folder:
    """A role exists on the server, but this folder does not know its password."""
    return Folder(
        "role.password_unknown",
        f"The role {role} exists on that server, and its password is not in {file}.",
        f"ロール {role} はサーバーに存在しますが、そのパスワードが {file} にありません。",
        f"Copy {file} from where the role was made, or drop the role if nothing uses it.",
        f"ロールを作った場所から {file} を写すか、不要であればロールを削除してください。",
    )


def unknown_service(name: str) -> Folder:
    """A DSN was asked for a database that this folder never made."""
    return Folder(
        "service.unknown",
        f"This stack has made no database {name}.",
        f"このスタックにはデータベース {name} がありません。",
        "Name it in SHIEN_SERVICES and run `shien up`, or make it with create_database.",
        "SHIEN_SERVICES に加えて `shien up` を実行するか、create_database で作成してください。",
    )


def missing_service(name: str) -> Missing:
    """The package of a service is not installed beside this one."""
    return Missing(
        "service.missing",
        f"The service {name} is not installed.",
        f"サービス {name} がインストールされていません。",
        "Run `make setup`.",
        "`make setup` を実行してください。",
    )
