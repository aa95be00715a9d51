"""Makes HTML from the templates."""

from __future__ import annotations

import copy
import re
from datetime import date
from typing import Annotated, Any, Self
from urllib.parse import urlencode

from fastapi import Depends, Request
from jinja2 import Environment, PackageLoader, StrictUndefined

from shiendomain.days import JAPAN
from shienweb import Asked, Role

from .cells import OtherCells
from .sessions import SignIns

PRODUCT = "支援のわ"
"""The name of the product on every page."""

SECTIONS = {
    "resources": "社会資源", "needs": "支援ニーズ（件）", "people": "支援ニーズ（人）", "matches": "マッチング",
    "issues": "地域課題", "councils": "協議体", "proposals": "提案", "proposal_ages": "未決の提案の経過日数",
    "supporters": "担い手（人）", "development": "養成と活動の場", "network": "ネットワーク",
}  # fmt: skip
"""The sections of a board, in the order of the page."""

PAGES_OF = {"needs": "demand", "people": "demand", "supporters": "development", "development": "development",
            "network": "network"}  # fmt: skip
"""The page of an area that tells more of a section of its board."""

_LINK = re.compile(r'(?<!data-now )href="(/(?!static/|sign-)[^"#?]*)(\?[^"#]*)?(#[^"]*)?"')  # to another page
_ROLES = {**{role.value: role.ja for role in Role}, "reaction": "自動処理", "tick": "自動処理"}


class Renderer:
    """Renders the templates of one portal. `synthetic`: every page says 「合成データ」.

    `at_provider`: people can sign in at the identity provider.
    """

    def __init__(self, *, synthetic: bool, at_provider: bool = False) -> None:
        self._sign_ins: SignIns | None = None
        self.cells = OtherCells()
        self._environment = Environment(
            loader=PackageLoader("portal"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._environment.globals |= {
            "product": PRODUCT,
            "sections": SECTIONS,
            "pages_of": PAGES_OF,
            "synthetic": synthetic,
            "at_provider": at_provider,
        }
        self._environment.filters["on_day"] = on_day
        self._environment.filters["role"] = lambda role: _ROLES.get(role, role)
        self._environment.filters["japan"] = lambda moment: moment.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")

    def render(self, template: str, **values: Any) -> str:
        """A page as HTML. Raises `UndefinedError` for a value that the template needs and does not get."""
        return self._environment.get_template(template).render(sign_ins=self._sign_ins, **values)

    def telling(self, sign_ins: SignIns | None, cells: OtherCells | None = None) -> Self:
        """The same, for pages that tell a person of their account's sign-ins, and whose an area is."""
        found = copy.copy(self)
        found._sign_ins, found.cells = sign_ins, cells or OtherCells()
        return found


def on_day(day: date, asked: Asked) -> str:
    """Of which day the content of a page is, and whether it is as known then or now. Source: decision 58."""
    text = f"{day.year}年{day.month}月{day.day}日"
    if not asked.valid_at:
        return f"{text}現在"
    return f"{text}に当てはまる内容（{'その時までの' if asked.as_of else '現在までの'}記録による）"


def carried(html: str, asked: Asked) -> str:
    """A page whose links lead to pages of the same past, where one was asked for."""
    if not (given := asked.parameters):
        return html
    more = urlencode(given)
    return _LINK.sub(lambda link: f'href="{link[1]}{link[2] + "&amp;" if link[2] else "?"}{more}{link[3] or ""}"', html)


async def _renderer(request: Request) -> Renderer:
    found: Renderer = request.app.state.renderer
    return found.telling(request.scope.get("sign_ins"), await request.app.state.cells.current())


Render = Annotated[Renderer, Depends(_renderer)]
"""The renderer of this process, as `main.py` made it, for who asks."""
