"""What the verbs open: the stores of a deployment, and the times and positions that a person names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime, time, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from shiendomain.days import JAPAN
from shienevents import BadToken, Reaction, Store, Token, View, parse_token, positions_at
from shienops._output import wrong
from shienops.cli import closed, settings_of
from shienops.settings import SERVICES, StackSettings
from shienops.stack import Stack
from shienweb import ServiceProcessSettings, heard_from

_INSTANT = timedelta(microseconds=1)


@asynccontextmanager
async def opened(stack: Stack, names: Iterable[str] | None = None) -> AsyncIterator[dict[str, Store]]:
    """The stores of these services, or of all that this deployment has, by name."""
    async with AsyncExitStack() as held:
        stores = {}
        for name in deployed(stack.settings) if names is None else names:
            stores[name] = await Store.open(stack.dsn(name), pool_size=2)
            held.push_async_callback(closed, stores[name].close)
        yield stores


def deployed(settings: StackSettings) -> list[str]:
    """The services of a deployment: `SHIEN_SERVICES` may name fewer than there are."""
    return [name for name in SERVICES if name in settings.services]


def chosen(services: Sequence[str] | None, among: Sequence[str] = SERVICES) -> list[str]:
    """The services that `--service` names, or all of the deployment. Ends the command with code 2 for another name."""
    here = deployed(settings_of())
    among = [name for name in among if name in here]
    names = [name.strip() for text in services or () for name in text.split(",") if name.strip()]
    for name in names:
        if name not in among:
            raise wrong(
                f"サービス {name} はありません。次のいずれかを指定してください: {', '.join(among)}",
                f"there is no service {name}; give one of {', '.join(among)}",
                "--service",
            )
    return names or list(among)


def views_of(service: str) -> Sequence[View[Any]]:
    """The views of a service, from its code."""
    views: Sequence[View[Any]] = import_module(f"{service}.projections").VIEWS
    return views


def sources_of(service: str) -> list[str]:
    """The other services whose topics a service reads; for the portal those of other cells too (`needs@osaka`)."""
    return list(heard_from(service, ServiceProcessSettings()))


def reactions_of(service: str) -> Sequence[Reaction]:
    """The reactions of a service, from its code."""
    name = f"{service}.reactions"
    reactions: Sequence[Reaction] = import_module(name).REACTIONS if find_spec(name) else ()
    return reactions


def subscribers_of(service: str) -> list[str]:
    """The names of a service's views and reactions, as parked events have them."""
    return [*(view.subscriber for view in views_of(service)), *(one.name for one in reactions_of(service))]


def time_of(text: str, option: str, *, end: bool = False) -> datetime:
    """A moment that a person wrote: with its zone, or in Japan. A day is its beginning, and as an end its last moment.

    Ends the command with code 2 for another text.
    """
    clock = time.max if end else time.min
    try:
        found = datetime.fromisoformat(text) if len(text) > 10 else datetime.combine(date.fromisoformat(text), clock)
    except ValueError:
        raise wrong(
            f"{text} は日時として読めません。2026-03-31 または 2026-03-31T23:59:59+09:00 のように指定してください",
            f"{text} is no time; write it like 2026-03-31 or 2026-03-31T23:59:59+09:00",
            option,
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=JAPAN)


def bounds_of(
    since: str | None, until: str | None, options: tuple[str, str] = ("--since", "--until")
) -> tuple[datetime | None, datetime | None]:
    """Two moments that a person wrote; both belong to what is asked for, and a day as an end is included.

    Ends the command with code 2 for another text, and when the end is before the beginning.
    """
    first = time_of(since, options[0]) if since else None
    last = time_of(until, options[1], end=True) if until else None
    if first and last and last < first:
        raise wrong(
            f"{until} は {options[0]} の {since} より前です", f"{until} is before {options[0]} {since}", options[1]
        )
    return first, last


def position_of(text: str, option: str) -> Token:
    """A position that a person wrote, like needs.3.120."""
    try:
        return parse_token(text)
    except BadToken as error:
        raise wrong(
            f"{text} は位置として読めません。needs.3.120 のように指定してください（{error}）",
            f"{text} is no position; write it like needs.3.120 ({error})",
            option,
        ) from None


async def before(stores: Iterable[Store], moment: datetime) -> dict[tuple[str, int], int]:
    """The last number of every shard that was recorded before a moment."""
    return await by(stores, moment - _INSTANT)


async def by(stores: Iterable[Store], moment: datetime) -> dict[tuple[str, int], int]:
    """The last number of every shard that was recorded by a moment, and at it."""
    return {key: seq for store in stores for key, seq in (await positions_at(store, moment)).seqs.items()}


async def heads_of(stores: Iterable[Store]) -> dict[tuple[str, int], int]:
    """The last number of every shard now."""
    return {(store.service, shard): seq for store in stores for shard, seq in enumerate(await store.heads())}
