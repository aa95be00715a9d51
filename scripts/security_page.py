"""Writes docs/security.md from scripts/security.toml: `python -m scripts.security_page`. A test compares the two."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "security.md"
ROWS: Mapping[str, Sequence[Mapping[str, Any]]] = tomllib.loads(Path(__file__).with_name("security.toml").read_text())
STATES = {
    "done": "○ 対応 done",
    "part": "△ 一部対応 in part",
    "operator": "運用者 left to the operator",
    "open": "× 未対応 not done",
    "none": "– 対象外 does not apply",
}
_HEAD = """# セキュリティ要件への対応 / What answers the requirements of security

`make readmes` writes this page from `scripts/security.toml`; do not edit it. A test holds that every test, file and
setting named here exists, and that every requirement of levels 1 and 2 of ASVS 5.0.0 is here once. It is our own
assessment: nobody else has certified it. **operator** is whoever runs the system: the city, or its contractor.
このページは `make readmes` が作ります。編集しないでください。製品の開発者による自己評価で、
第三者の認証ではありません。「運用者」は、市またはその委託先です。

"""
_ASVS = """## OWASP ASVS 5.0.0, levels 1 and 2

Numbers are those of the release 5.0.0; the words are ours and shorter. 番号は 5.0.0 版のもので、要件は要約です。
"""
_GUIDELINE = """## 地方公共団体における情報セキュリティポリシーに関するガイドライン（総務省）

The municipal security guideline. The rows have the names of its sections and no numbers: editions number them
differently. Compare with the edition that your city follows.
見出しの名前で示しています。番号は版によって異なるため、市が準拠する版と照合してください。要件は要約です。
"""


def numbers(of: str) -> list[str]:
    """The numbers of a row: `1.2.1-3 1.3.1` is four of them."""
    found = []
    for part in of.split():
        section, _, last = part.rpartition(".")
        first, _, end = last.partition("-")
        found += [f"{section}.{one}" for one in range(int(first), int(end or first) + 1)]
    return found


def page() -> str:
    """The page."""
    return "\n".join([_HEAD + "\n".join(_counts()) + "\n", _ASVS, *_asvs(), _GUIDELINE, *_guideline()]) + "\n"


def _counts() -> Iterator[str]:
    asvs: Counter[str] = Counter()
    for row in ROWS["asvs"]:
        asvs[row["state"]] += len(numbers(row["of"]))
    guideline = Counter(row["state"] for row in ROWS["guideline"])
    yield "| 状態 state | ASVS の要件 requirements | ガイドラインの行 rows |"
    yield "|---|---|---|"
    for state, title in STATES.items():
        yield f"| {title} | {asvs[state]} | {guideline[state]} |"


def _asvs() -> Iterator[str]:
    yield from _table((row["of"].replace("-", "–").replace(" ", ", "), row) for row in ROWS["asvs"])


def _guideline() -> Iterator[str]:
    yield from _table((f"{row['of']['ja']}<br>{row['of']['en']}", row) for row in ROWS["guideline"])


def _table(rows: Iterator[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    yield "| | 求められること what is asked | 状態 state | この製品では here | 根拠 see |"
    yield "|---|---|---|---|---|"
    for title, row in rows:
        ask, see = row["ask"], "<br>".join(map(_link, row["see"]))
        yield (
            f"| {title} | {ask['ja']}<br>{ask['en']} | {STATES[row['state']]} "
            f"| {row['ja']}。<br>{row['en']}. | {see or '–'} |"
        )
    yield ""


def _link(place: str) -> str:
    if place.startswith("SHIEN_"):
        return f"[`{place}`](settings.md)"
    file, _, name = place.partition("::")
    return f"[{name or file}](../{file})"


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write("docs/security.md\n")
