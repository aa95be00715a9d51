"""Writes docs/states.md and docs/states.json, the state machines for people and for programs.

`python -m scripts.states_page` writes; a test compares the files with `page` and `data`. The names of the events are
those of docs/glossary.md.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from shiendomain.machines import MACHINES
from shiendomain.machines.drawing import Names, as_object, section

DOCS = Path(__file__).parent.parent / "docs"
PAGE, DATA = DOCS / "states.md", DOCS / "states.json"
_HEAD = """# 状態の移り変わり / States

`make readmes` writes this page from `libs/shiendomain/src/shiendomain/machines`; do not edit it. The tests of each
service walk all that its rules allow and compare it with these tables, so they are what the rules do. Where several
states may follow, 条件 says which. A state without ○ is not an end: somebody finds the thing on the list that is named.
The same as data is `states.json`. `shien export ocel` writes the log of a city for process mining; it can be replayed
against that file.
このページは `make readmes` が作ります。編集しないでください。各サービスの規則との一致をテストで確かめています。
"""


def names() -> Names:
    """The names of the events, as the glossary has them."""
    listed = (DOCS / "glossary.md").read_text().partition("\n## Events")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", listed, re.MULTILINE)
    return {identifier: (ja.strip(), en.strip()) for identifier, ja, en in rows}


def page() -> str:
    """The page."""
    called = names()
    return "\n".join([_HEAD, *(line for machine in MACHINES for line in section(machine, called))])


def data() -> str:
    """The machines as JSON."""
    return json.dumps([as_object(machine) for machine in MACHINES], ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
    DATA.write_text(data())
    sys.stdout.write("docs/states.md\ndocs/states.json\n")
