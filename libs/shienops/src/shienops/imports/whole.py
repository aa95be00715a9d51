"""Imports a whole file: checked first, compared with what is registered from the same list, and sent in parts.

A part is written wholly or not at all. When the connection is lost between two parts, the import is run again: what was
written is recognised by its reference, and nothing is registered twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import httpx2

from .problems import Problem, clip, counted, unreadable, warning
from .resources import ResourceRow
from .send import TIMEOUT, Batch, BatchRejected, Rows, Target, no_answer, send
from .sent import Alike, IdenticalRow, MovedRow, Sent

PART = 1_000
"""Rows of one request. They bound the memory of the service, however many rows the file has."""
AT_ONCE = 2
"""requests under way: one is read while another is written"""
MOST_NAMED = 100
"""rows of the list that are gone, and are named"""
FEWEST_RENAMED = 3
"""rows that another list has, from which on a list is taken for that one: one or two places may well be in both"""


@dataclass(frozen=True)
class Imported:
    """What came of a file: the counts, and what the operator should know (`warnings`)."""

    new: int
    revised: int
    unchanged: int
    seconds: float
    warnings: tuple[Problem, ...] = ()


def send_whole(
    target: Target,
    batch: Rows,
    *,
    dry_run: bool,
    keep_both: bool = False,
    on_bytes: Callable[[int, int], None] = lambda done, total: None,
    part_rows: int = PART,
) -> Imported:
    """Check all parts, and write them when no row is refused.

    Args:
        target: service and token.
        batch: the rows of the file.
        dry_run: whether to check only.
        keep_both: whether to register a list although most of its rows are registered from another list.
        on_bytes: called with the number of bytes sent, and the total by what is known so far.
        part_rows: rows of one request.

    Raises:
        BatchRejected: when the service refuses rows; `problems` are those of all parts.
        Unreadable: when it does not answer, or when the list is registered under another name.
    """
    batch = _as_registered(target, batch) if isinstance(batch, Batch) else batch
    parts = list(batch.parts(part_rows)) or [batch]
    progress = _Progress(on_bytes, len(parts) * (1 if dry_run else 2))
    checked = _checked(target, parts, progress)
    if not keep_both:
        refuse_renamed([one for sent in checked for one in sent.alike], sum(sent.new for sent in checked))
    counted = checked if dry_run else _written(target, parts, progress)
    known = any(sent.revised + sent.unchanged for sent in checked)
    gone = _gone(target, batch.resources) if known and isinstance(batch, Batch) and batch.resources else ()
    return Imported(
        new=sum(sent.new for sent in counted),
        revised=sum(sent.revised for sent in counted),
        unchanged=sum(sent.unchanged for sent in counted),
        seconds=sum(sent.seconds for sent in counted),
        warnings=(*told(checked), *gone),
    )


def told(checked: Sequence[Sent]) -> Iterator[Problem]:
    """What the operator should know of rows that are alike, that move, and that say what is recorded already."""
    yield from (_alike_problem(one) for sent in checked for one in sent.alike)
    yield from (_moved_problem(one) for sent in checked for one in sent.moved)
    yield from (_identical_problem(one) for sent in checked for one in sent.identical)


def _checked(target: Target, parts: Sequence[Rows], progress: _Progress) -> list[Sent]:
    """Check every part, so that the faults of all are known before anything is written."""

    def check(part: Rows, on_bytes: Callable[[int, int], None]) -> Sent | BatchRejected:
        try:
            return send(target, part, dry_run=True, on_bytes=on_bytes)
        except BatchRejected as error:
            if not error.problems:
                raise
            return error

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(check, parts, [progress.part() for _ in parts]))
    rejected = [one for one in answers if isinstance(one, BatchRejected)]
    if rejected:
        rejected[0].problems = tuple(problem for one in rejected for problem in one.problems)
        raise rejected[0]
    return [one for one in answers if isinstance(one, Sent)]


def _written(target: Target, parts: Sequence[Rows], progress: _Progress) -> list[Sent]:
    """Write every part: areas one after the other, because resources lie in them, and then resources."""

    def write(part: Rows, on_bytes: Callable[[int, int], None]) -> Sent:
        return send(target, part, dry_run=False, on_bytes=on_bytes)

    first = [part for part in parts if isinstance(part, Batch) and part.areas]
    rest = [part for part in parts if part not in first]
    done = [write(part, progress.part()) for part in first]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [*done, *pool.map(write, rest, [progress.part() for _ in rest])]


class _Progress:
    """The bytes of all parts as one sum. A part that was not sent yet counts as large as the largest so far."""

    def __init__(self, tell: Callable[[int, int], None], parts: int) -> None:
        self._tell, self._parts = tell, parts
        self._sizes: list[int] = []
        self._done: list[int] = []

    def part(self) -> Callable[[int, int], None]:
        """Return what the next part calls."""
        self._sizes.append(0)
        self._done.append(0)
        return partial(self._add, len(self._sizes) - 1)

    def _add(self, part: int, done: int, total: int) -> None:
        self._done[part], self._sizes[part] = done, total
        rest = (self._parts - sum(size > 0 for size in self._sizes)) * max(self._sizes)
        self._tell(sum(self._done), sum(self._sizes) + rest)


def refuse_renamed(alike: Sequence[Alike], new: int) -> None:
    """Refuse a list of which at least half of the rows that it has anew, and three, are registered from one other list.

    It is the same list under a new name, or one about the same things; the operator says which.
    """
    new += sum(one.same_number for one in alike)
    lists = Counter(one.list for one in alike if one.list)
    for name, count in lists.most_common(1):
        if count >= FEWEST_RENAMED and count * 2 >= new:
            raise unreadable(
                "list_renamed",
                f"新しい {new:,} 行のうち {count:,} 行は、一覧「{clip(name)}」から登録済みです。",
                f"Of {counted(new, 'new row', 'new rows')}, the list {clip(name)!r} has registered {count:,} already.",
                f"同じ一覧の新しい版であれば --list {clip(name)} を、別の一覧であれば --keep-both を付けてください。",
                f"If this is a newer version of that list, add --list {clip(name)}; if not, --keep-both.",
            )


def _alike_problem(one: Alike) -> Problem:
    source = (f"一覧「{clip(one.list)}」", f"the list {clip(one.list)!r}") if one.list else ("手入力", "by hand")
    if one.same_number:
        return warning(
            one.row,
            "reference",
            f"番号が同じ資源「{one.name}」が登録済みです({source[0]})。この行では変更しません",
            f"{one.name!r} with the same number is registered already ({source[1]}); this row changes nothing",
        )
    return warning(
        one.row,
        "name",
        f"名称と住所が同じ資源「{one.name}」が登録済みです({source[0]})",
        f"{one.name!r} with the same name and address is registered already ({source[1]})",
    )


def _moved_problem(one: MovedRow) -> Problem:
    return warning(
        one.row,
        "latitude",
        f"「{one.name}」は {one.from_area} から {one.area} に移ります。決まっているマッチングがないか確かめてください",
        f"{one.name!r} moves from {one.from_area} to {one.area}; look whether matches were accepted there",
    )


def _identical_problem(one: IdenticalRow) -> Problem:
    ids = ", ".join(one.needs)
    return warning(
        one.row,
        "-",
        f"同じ内容のニーズが、同じ日に記録されています({ids})。同じニーズであれば、この行を除いてください",
        f"the same need is recorded already for this day ({ids}); if it is that one, leave this row out",
    )


def _as_registered(target: Target, batch: Batch) -> Batch:
    """Return the rows with the references under which this list was registered, when those were made otherwise."""
    if not any(row.older for row in batch.resources):
        return batch
    try:
        there = {one["reference"] for one in _registered(target, batch.resources[0].source.list)}
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError):
        return batch  # the check that follows says that the registry does not answer

    def row_of(row: ResourceRow) -> ResourceRow:
        if not row.older or row.older not in there:
            return row
        return replace(row, source=row.source.model_copy(update={"reference": row.older}))

    return replace(batch, resources=tuple(map(row_of, batch.resources)))


def _gone(target: Target, rows: Sequence[ResourceRow]) -> tuple[Problem, ...]:
    """Return a warning for each resource that is registered from this list and is not in it any more."""
    here = {row.source.reference for row in rows}
    gone = [one for one in _registered(target, rows[0].source.list) if one["reference"] not in here]
    named = [
        warning(
            0,
            "-",
            f"登録済みの「{clip(one['name'])}」({clip(one['reference'])})は、この一覧にありません。登録はそのまま残ります",
            f"{clip(one['name'])!r} ({clip(one['reference'])}) is registered and not in this list; it stays as it is",
        )
        for one in gone[:MOST_NAMED]
    ]
    if len(gone) > MOST_NAMED:
        more = len(gone) - MOST_NAMED
        named.append(warning(0, "-", f"ほか {more:,} 件も一覧にありません", f"{more:,} more are not in this list"))
    return tuple(named)


def _registered(target: Target, name: str) -> Iterator[dict[str, str]]:
    """Yield reference and name of each resource in use of this list; nothing where the token may not read it."""
    for one in _listed(target, "/resources", {"list": name}):
        if one["state"] != "retired":
            yield {"reference": one["reference"], "name": one["details"]["name"]}


def first_days(target: Target, area: str) -> dict[str, date]:
    """The first day of each area at or below this one that the registry has.

    Raises:
        Unreadable: when the registry does not answer.
    """
    try:
        return {one["area"]: date.fromisoformat(one["valid_from"]) for one in _listed(target, "/areas", {"area": area})}
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError) as error:
        raise no_answer("registry", target.url, error) from None


def _listed(target: Target, path: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the items of a list of the registry; nothing where the token may not read it."""
    headers, cursor = {"Authorization": f"Bearer {target.token}"}, ""
    with httpx2.Client(timeout=TIMEOUT, trust_env=False) as client:
        while True:
            asked = {**query, "limit": "200"} | ({"cursor": cursor} if cursor else {})
            answer = client.get(f"{target.url}{path}", params=asked, headers=headers)
            if not answer.is_success:
                return
            page = answer.json()
            yield from page["items"]
            cursor = page["next_cursor"] or ""
            if not cursor:
                return
