"""`shien areas work | move | reverse`: what an ended area has, and its mapping to its successors (decision 84)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx2
import typer
from rich.console import Console

from shiendomain.area_mappings import AreaMappingRow
from shiendomain.vocabulary import AreaThing
from shienops._import_run import local_token, no_service, service_url
from shienops._output import AsJson, emit
from shienops._reasons import reason_of
from shienops.cli import settings_of
from shienops.errors import StackError
from shienops.importing import Data, Encoding, Sheet, Token, run_or_exit
from shienops.imports.mappings import MappingRead, read_mapping
from shienops.imports.problems import refusals, unreadable
from shienops.imports.read import read_table
from shienops.imports.report import show_problems
from shienweb import Role

app = typer.Typer(
    help="What an ended area has, and its mapping to its successors. 再編した地域の移管。", no_args_is_help=True
)

Area = Annotated[str, typer.Argument(help="Code of the area that ended, or will end.", show_default=False)]
Reason = Annotated[str, typer.Option(help="Why, for the log.", show_default=False)]
Execute = Annotated[bool, typer.Option("--execute", help="Do it. Without it only what would happen is shown.")]
Url = Annotated[str | None, typer.Option(envvar="SHIEN_REGISTRY_URL", help="Default: the folder's system.")]
NeedsUrl = Annotated[str | None, typer.Option("--needs", envvar="SHIEN_NEEDS_URL", help="As --registry.")]
EscalationUrl = Annotated[
    str | None, typer.Option("--escalation", envvar="SHIEN_ESCALATION_URL", help="As --registry.")
]
SERVICES = ("registry", "needs", "escalation")
_SECONDS = 60


@dataclass(frozen=True)
class Asked:
    """Whom to ask, and as whom: the URL of each service that has things of areas, and a token."""

    urls: Mapping[str, str]
    token: str

    def get(self, service: str, path: str) -> Any:
        """What a service answers. Raises `StackError`."""
        return self._answer(service, "GET", path, None)

    def post(self, service: str, path: str, body: object) -> Any:
        """What a service answers to a change. Raises `StackError`."""
        return self._answer(service, "POST", path, body)

    def work(self, area: str) -> list[dict[str, Any]]:
        """What every service has of the area, and what was moved from it."""
        return [one for service in SERVICES for one in self.get(service, f"/areas/{area}/work")["items"]]

    def standing(self, area: str) -> list[AreaMappingRow]:
        """The mappings of the area that are in force, the last one first."""
        return [
            AreaMappingRow(
                mapping_id=UUID(one["mapping_id"]),
                kinds={said["kind"]: said["successor"] for said in one["kinds"]},
                things={said["thing_id"]: said["successor"] for said in one["things"]},
            )
            for one in self.get("registry", f"/areas/{area}/mappings")["items"]
            if one["in_force"]
        ]

    def _answer(self, service: str, method: str, path: str, body: object) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            url = self.urls[service] + path
            found = httpx2.request(method, url, headers=headers, json=body, timeout=_SECONDS)
        except httpx2.TransportError as error:
            raise no_service(service) from error
        said = found.json()
        if found.is_success:
            return said
        errors = said.get("errors", [])
        en, ja = (
            "\n".join([said.get(f"detail_{one}", found.text), *(f"{error['field']}: {error[one]}" for error in errors)])
            for one in ("en", "ja")
        )
        raise StackError(
            f"areas.{said.get('code', found.status_code)}", en, ja, "Nothing was changed.", "変更はありません。"
        )


@app.command()
def work(
    area: Area,
    registry: Url = None,
    needs: NeedsUrl = None,
    escalation: EscalationUrl = None,
    token: Token = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what an area still has of its own, and what its mappings moved. 残っている記録と移した記録を表示します。"""

    def do() -> None:
        found = _asked(area, data, token, registry, needs, escalation).work(area)
        if as_json:
            emit(found)
        else:
            _print_work(found)

    run_or_exit(do)


@app.command()
def move(
    area: Area,
    mapping: Annotated[Path, typer.Option(help="CSV or Excel: 種別, 番号, 移管先.", show_default=False)],
    reason: Reason,
    execute: Execute = False,
    registry: Url = None,
    needs: NeedsUrl = None,
    escalation: EscalationUrl = None,
    token: Token = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Map what an ended area has to its successors. A row names a kind, or one thing by its id, and its successor.

    終了した地域の記録を後継の地域に移します。--execute を付けるまでは予定の表示だけです。
    """

    def do() -> None:
        read = read_mapping(read_table(mapping, encoding=encoding, header_row=1, sheet=sheet))
        asked = _asked(area, data, token, registry, needs, escalation)
        found = [one for one in asked.work(area) if one["mapping_id"] is None]
        _check(read, found)
        standing = asked.standing(area)
        made = asked.post("registry", f"/areas/{area}/mappings", _body(reason, execute, **read.body()))
        if as_json:
            things = [_object(one, _successor(read, one, standing)) for one in found]
            emit({"mapping_id": made["id"] if execute else None, "executed": execute, "things": things})
            return
        _print_plan(read, found, standing)
        if execute:
            _say(f"✔ 割り当てました。割当ての番号: {made['id']}", f"Mapped. Id of the mapping: {made['id']}")

    run_or_exit(do)


@app.command()
def reverse(
    area: Area,
    mapping_id: Annotated[UUID, typer.Argument(help="Id of the mapping.", show_default=False)],
    reason: Reason,
    execute: Execute = False,
    registry: Url = None,
    needs: NeedsUrl = None,
    escalation: EscalationUrl = None,
    token: Token = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Reverse a mapping: what it moved, and nobody has moved since, goes back. 移管の割当てを取り消します。"""

    def do() -> None:
        asked = _asked(area, data, token, registry, needs, escalation)
        moved = [one for one in asked.work(area) if one["mapping_id"] == str(mapping_id)]
        asked.post("registry", f"/areas/{area}/mappings/{mapping_id}/reversal", _body(reason, execute))
        if as_json:
            emit({"mapping_id": mapping_id, "executed": execute, "things": [_object(one, area) for one in moved]})
            return
        _print_counts("元の地域に戻る記録", "Goes back", moved, lambda one: area)
        if execute:
            _say("✔ 取り消しました。", "Reversed.")

    run_or_exit(do)


def _body(reason: str, execute: bool, **said: object) -> Mapping[str, object]:
    """The body of a request. Without `execute` the registry judges it in the same way, and writes nothing."""
    return {**said, "reason": reason_of(reason), "dry_run": not execute}


def _asked(
    area: str, data: Path | None, token: str | None, registry: str | None, needs: str | None, escalation: str | None
) -> Asked:
    settings = settings_of(data=data)
    urls = {}
    for service, given in zip(SERVICES, (registry, needs, escalation), strict=True):
        url = service_url(settings, service, given)
        if url is None:
            raise no_service(service)
        urls[service] = url.rstrip("/")
    role = Role.MUNICIPAL_ADMINISTRATOR
    return Asked(urls, token or local_token(settings.data, urls["registry"], (area[:6],), role, "shien-areas"))


def _check(read: MappingRead, found: Sequence[Mapping[str, Any]]) -> None:
    """Raise `Unreadable` for rows that cannot be taken, or that name what the area does not have."""
    problems = [*read.problems, *read.strange({id_ for one in found for id_ in (one["id"], *one["part_of"])})]
    show_problems(problems, Console(highlight=False, soft_wrap=True))
    if refusals(problems):
        raise unreadable(
            "mapping",
            "取り込めない行があるため、移管しません。",
            "Some rows cannot be taken; nothing is moved.",
            "行を直してから、もう一度実行してください。",
            "Correct the rows and run it again.",
        )


def _object(one: Mapping[str, Any], to: str | None) -> Mapping[str, Any]:
    """A thing, and the area that it goes to; `None`: it stays."""
    return {"kind": one["kind"], "id": one["id"], "name": one["name"], "to": to}


def _successor(read: MappingRead, one: Mapping[str, Any], standing: Sequence[AreaMappingRow]) -> str | None:
    return read.successor(AreaThing.of(one["kind"]), [UUID(of) for of in (one["id"], *one["part_of"])], standing)


def _print_plan(read: MappingRead, found: Sequence[Mapping[str, Any]], standing: Sequence[AreaMappingRow]) -> None:
    def to(one: Mapping[str, Any]) -> str | None:
        return _successor(read, one, standing)

    _print_counts("移す予定の記録", "To be moved", found, to)
    for one in found:
        if to(one) is None:
            _say(f"残る: {AreaThing.of(one['kind']).ja} {one['name']}", f"stays: {one['kind']} {one['id']}")


def _print_counts(ja: str, en: str, found: Sequence[Mapping[str, Any]], to: Callable[[Any], str | None]) -> None:
    kinds = list(AreaThing)
    counted = Counter((kinds.index(AreaThing.of(one["kind"])), to(one) or "") for one in found)
    going = sum(number for (_, where), number in counted.items() if where)
    _say(f"{ja} {going} 件", f"{en}: {going}")
    for (kind, where), number in sorted(counted.items()):
        _say(
            f"  {kinds[kind].ja} {number} 件 → {where or '残る'}", f"  {kinds[kind].en}: {number} → {where or 'stays'}"
        )


def _print_work(found: Sequence[Mapping[str, Any]]) -> None:
    for one in found:
        kind = AreaThing.of(one["kind"])
        where = f"→ {one['now']}" if one["mapping_id"] else f"（移管先 {one['successor'] or 'なし'}）"
        _say(f"{kind.ja} {one['name']} {where} {one['stays_ja']}", f"  {kind.en} {one['id']} {one['stays_en']}")
    if not found:
        _say("残っている記録も、移した記録もありません。", "Nothing is left, and nothing was moved.")


def _say(ja: str, en: str) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(ja, markup=False)
    console.print(f"  {en}", markup=False)
