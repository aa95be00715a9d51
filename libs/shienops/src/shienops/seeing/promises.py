"""What `shien doctor` asks of a database and of this machine: each answer is None, or a finding and its remedy."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from shienevents import CellStanding, Connection, Replicas, Standing, Stopped, View, least_in_sync
from shienops._binaries import binaries
from shienops._words import Said
from shienops.errors import Missing, StackError, disk_full, missing_jars, missing_java
from shienops.system import System

Wrong = tuple[Said, Said] | None
_CLOCK_SECONDS = 5.0
_JAVA = 17

_GAPS = """
    select shard, count(*) as events, max(seq) as last from events group by shard having count(*) <> max(seq)
"""
_TORN = """
    select stream, count(*) as events, max(version) as last from events
    group by stream having count(*) <> max(version) order by 1 limit 5
"""
_BACKWARDS = """
    select count(*) from (
        select recorded_at < lag(recorded_at) over (partition by shard order by seq) as back from events) e where back
"""
_RIGHTS = "select has_table_privilege('events', 'update') or has_table_privilege('events', 'delete')"
# Sessions that say what their process may open (`ServiceSettings.named`), and all others, which tools and people have.
_SESSIONS = """
    select application_name as name, count(*) as sessions from pg_stat_activity where usesysid is not null group by 1
"""
_ROOM = """
    select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0)
"""
_PROCESS = re.compile(r"shien (all|api|worker) (\d+) [0-9a-f]{32}")


def local(system: System) -> Iterator[tuple[str, StackError | None]]:
    """What the embedded parts need on this machine."""
    settings = system.settings
    if settings.bootstrap_servers is None:
        yield "java", _java()
        yield "kafka jars", None if any(settings.kafka_libs.glob("*.jar")) else missing_jars(settings.kafka_libs)
    if settings.postgres_dsn is None:
        yield "postgres programs", _programs(system)
    free = shutil.disk_usage(_existing(system)).free // 2**20
    full = disk_full(settings.data, free, settings.min_free_mb)
    yield "disk", None if free >= settings.min_free_mb else full


def _java() -> StackError | None:
    if shutil.which("java") is None:
        return missing_java()
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version and int(version[1]) >= _JAVA:
        return None
    found = said.partition("\n")[0]
    return Missing(
        "java.old",
        f"Kafka needs Java {_JAVA} or newer, and `java` is another one ({found}).",
        f"Kafka には Java {_JAVA} 以降が必要ですが、別の版です({found})。",
        "Install it: sudo apt-get install default-jre-headless",
        "インストールしてください: sudo apt-get install default-jre-headless",
    )


def _programs(system: System) -> StackError | None:
    folder = system.folder.postgres
    if not folder.exists():
        return None  # they are copied at the first start
    try:
        binaries(folder, system.settings.pg_bin)
    except StackError as error:
        return error
    return None


def _existing(system: System) -> str:
    return str(next(one for one in (system.folder.path, *system.folder.path.parents) if one.exists()))


async def numbers(connection: Connection) -> Wrong:
    """Promise 3: per stream versions run 1..n, per shard numbers run 1..n, and recorded times never go back."""
    gaps, torn = await connection.fetch(_GAPS), await connection.fetch(_TORN)
    back = await connection.fetchval(_BACKWARDS)
    if not (gaps or torn or back):
        return None
    en = [f"shard {row['shard']}: {row['events']} events, but the last number is {row['last']}" for row in gaps]
    en += [f"stream {row['stream']}: {row['events']} events, but the last version is {row['last']}" for row in torn]
    en += [f"{back} times go back"] if back else []
    ja = [f"シャード {row['shard']}: {row['events']} 件ですが最後の番号は {row['last']} です" for row in gaps]
    ja += [f"ストリーム {row['stream']}: {row['events']} 件ですが最後の順番は {row['last']} です" for row in torn]
    ja += [f"記録日時が {back} か所で前後しています"] if back else []
    return Said("、".join(ja), "; ".join(en)), Said(
        "記録がデータベースの外から変更されています。バックアップと照合し、docs/runbooks の手順に従ってください",
        "The log was changed from outside. Compare it with a backup, and follow docs/runbooks",
    )


async def rights(connection: Connection) -> Wrong:
    """Promise 10: the service's own role can neither change nor delete an event."""
    if not await connection.fetchval(_RIGHTS):
        return None
    return (
        Said("サービスのロールが記録を変更または削除できます", "the service's role may change or delete events"),
        Said(
            "REVOKE UPDATE, DELETE, TRUNCATE ON events でサービスのロールから権限を外してください",
            "Take the rights away: REVOKE UPDATE, DELETE, TRUNCATE ON events FROM the service's role",
        ),
    )


async def clock(connection: Connection) -> Wrong:
    """Times of events are the database's: its clock must be right."""
    begun = datetime.now(UTC)
    there = await connection.fetchval("select clock_timestamp()")
    apart = abs((there - begun).total_seconds())
    if apart <= _CLOCK_SECONDS:
        return None
    return (
        Said(f"データベースの時計が {apart:.0f} 秒ずれています", f"the database's clock is {apart:.0f} seconds apart"),
        Said("両方の機器で時刻同期（NTP）を有効にしてください", "Let both machines keep their time by NTP"),
    )


async def connections(connection: Connection) -> Wrong:
    """What all processes that this server knows may open together fits into what it allows."""
    others, most = 0, list[int]()
    for row in await connection.fetch(_SESSIONS):
        if process := _PROCESS.fullmatch(row["name"]):
            most.append(int(process[2]))
        else:
            others += row["sessions"]
    room, needed = await connection.fetchval(_ROOM), sum(most) + others
    if needed <= room:
        return None
    return (
        Said(
            f"{len(most)} 個のプロセスが最大 {sum(most)} 本、ほかに {others} 本の接続を使いますが、"
            f"データベースが受け付けるのは {room} 本までです",
            f"{len(most)} processes may open {sum(most)} connections, others have {others}; the server allows {room}",
        ),
        Said(
            "データベースの max_connections を増やすか、SHIEN_POOL_SIZE と SHIEN_READING_POOL_SIZE を減らしてください",
            "Raise the server's max_connections, or lower SHIEN_POOL_SIZE and SHIEN_READING_POOL_SIZE",
        ),
    )


def stopped(found: Sequence[Stopped]) -> Wrong:
    """Promise 1: the topic has what was recorded. The remedy is the one that the relay names."""
    if not found:
        return None
    remedies = sorted({one.remedy for one in found})
    return (
        Said("、".join(one.ja for one in found), "; ".join(one.en for one in found)),
        Said("次を実行してください: " + "、".join(remedies), "Run: " + "; ".join(remedies)),
    )


def not_given(rights: Sequence[str]) -> Wrong:
    """The rights that the users of Kafka lack, each by its name."""
    if not rights:
        return None
    return (
        Said(f"不足している権限があります: {'、'.join(rights)}", f"rights are missing: {'; '.join(rights)}"),
        Said(
            "管理者の設定で shien kafka plan を確認し、shien kafka apply --execute を実行してください",
            "As an administrator read shien kafka plan, then run shien kafka apply --execute",
        ),
    )


def given_to_others(rights: Sequence[str]) -> Wrong:
    """The rights on topics of this deployment that users have who are none of its own."""
    if not rights:
        return None
    return (
        Said(f"この環境のトピックに、ほかのユーザーの権限があります: {'、'.join(rights)}",
             f"other users have rights on topics of this deployment: {'; '.join(rights)}"),
        Said("不要なら shien kafka apply --take で外し、読取りを認めるユーザーは SHIEN_HEARD_BY に書いてください",
             "Take them away with shien kafka apply --take; name in SHIEN_HEARD_BY who is to read them"),
    )  # fmt: skip


def not_given_by(cell: str, rights: Sequence[str]) -> Wrong:
    """The rights that another cell has to give this one's portal."""
    if not rights:
        return None
    return (
        Said(f"セル {cell} から与えられていない権限があります: {'、'.join(rights)}",
             f"the cell {cell} has not given: {'; '.join(rights)}"),
        Said(f"セル {cell} の SHIEN_HEARD_BY に加え、そこで shien kafka apply --execute を実行してもらってください",
             f"Have the cell {cell} name the users in its SHIEN_HEARD_BY and run shien kafka apply --execute there"),
    )  # fmt: skip


def not_heard(cell: CellStanding) -> Wrong:
    """Another cell of which nothing can be read now."""
    if cell.away_since is None:
        return None
    return (
        Said(f"{cell.away_since:%Y-%m-%d %H:%M%z} から受信できていません: {cell.why}",
             f"nothing is read since {cell.away_since:%Y-%m-%d %H:%M%z}: {cell.why}"),
        Said("そのセルの運用者に確認してください。今後受信しないときは SHIEN_CELLS から外してください",
             "Ask who operates that cell; take it out of SHIEN_CELLS when it is not to be heard any more"),
    )  # fmt: skip


def replicas(topic: str, has: Replicas | None, wanted: int) -> Wrong:
    """Promise 7, where Kafka has several brokers: each record is on as many as SHIEN_REPLICATION says.

    `has`: None for a topic that is not there, which is said elsewhere.
    """
    if has is None:
        return None
    if has.assigned < wanted:
        return (
            Said(
                f"{topic} の複製は {has.assigned} 個で、SHIEN_REPLICATION は {wanted} 個です",
                f"{topic} has {has.assigned} replicas, SHIEN_REPLICATION asks for {wanted}",
            ),
            Said("複製を増やしてください（kafka-reassign-partitions）", "Add replicas with kafka-reassign-partitions"),
        )
    least = least_in_sync(wanted)
    if has.required is not None and has.required < least:
        return (
            Said(
                f"{topic} の min.insync.replicas は {has.required} です。{least} が必要です",
                f"{topic} has min.insync.replicas={has.required}, {least} is needed",
            ),
            Said("kafka-configs で設定してください", "Set it with kafka-configs"),
        )
    if has.in_sync < has.assigned:
        return (
            Said(
                f"{topic} の複製 {has.assigned} 個のうち、最新の複製が {has.in_sync} 個しかない区画があります",
                f"{topic}: a partition has {has.in_sync} of {has.assigned} replicas in sync",
            ),
            Said(
                "停止したブローカーを起動してください（docs/runbooks/a-broker-is-lost.md）",
                "Start the broker that is away (docs/runbooks/a-broker-is-lost.md)",
            ),
        )
    return None


def idle(names: Sequence[str]) -> Wrong:
    """Promise 7: somebody relays, and somebody consumes."""
    if not names:
        return None
    return (
        Said(f"担当するプロセスがありません: {'、'.join(names)}", f"no process does this: {', '.join(names)}"),
        Said(
            "サービスを起動してください（shien serve、コンテナーでは docker compose up --wait）",
            "Start the service: shien serve, or in containers docker compose up --wait",
        ),
    )


def behind(stands: Standing, views: Sequence[View[Any]]) -> Wrong:
    """Views that the running code has, in the version that it has."""
    late = [view.subscriber for view in views if stands.views.get(view.name, (0,))[0] != view.version]
    if not late:
        return None
    return (
        Said(f"作り直しを待つビュー: {'、'.join(late)}", f"views that wait for their rebuild: {', '.join(late)}"),
        Said(
            "サービスが起動すると作り直されます。進み具合は shien views list で確認できます",
            "A running service rebuilds them; shien views list shows how far it is",
        ),
    )


def parked(stands: Standing) -> Wrong:
    """Events that a view or a reaction could not take."""
    count = sum(stands.parked.values())
    if not count:
        return None
    who = sorted({subscriber for subscriber, _, _ in stands.parked})
    return (
        Said(f"{count} 件が保留になっています: {'、'.join(who)}", f"{count} events are parked for {', '.join(who)}"),
        Said(
            "shien parked list で原因を確認し、直したプログラムを起動してください",
            "See the cause with shien parked list, and start repaired code",
        ),
    )
