"""docs/glossary.md holds every event and every state, with the labels of the code and no identifier that is gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from shiendomain import (
    escalation,
    freshness,
    matching,
    meetings,
    mergers,
    needs,
    personal_data,
    registry,
    reminders,
    rounds,
    rules,
    self_help,
    services,
    splits,
    states,
    vocabulary,
)
from shiendomain.words import Word
from shienevents import Event

PAGE = Path(__file__).parents[3] / "docs/glossary.md"
WORDS = {
    found.__name__: found
    for module in (vocabulary, states, rules, freshness)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Word) and found is not Word
}
STATES = {
    f"{name}.{word.name}": word
    for name, found in WORDS.items()
    if not found.__module__.startswith((vocabulary.__name__, personal_data.__name__))
    for word in found
}
EVENTS = {
    found.__name__
    for module in (
        registry,
        needs,
        matching,
        rounds,
        escalation,
        meetings,
        mergers,
        splits,
        reminders,
        services,
        self_help,
    )
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Event) and found is not Event
}


@dataclass(frozen=True)
class Entry:
    section: str
    identifier: str
    ja: str
    en: str
    meaning: str


def entries() -> list[Entry]:
    found: list[Entry] = []
    section = ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            section = line[3:].split(" ")[0]
        elif line.startswith("| ") and not line.startswith("| identifier"):
            identifier, ja, en, meaning = (cell.strip() for cell in line.strip("|").split("|"))
            found.append(Entry(section, identifier.strip("`–"), ja, en, meaning))
    return found


def test_every_entry_has_both_languages_and_a_meaning() -> None:
    assert entries()
    assert not [entry for entry in entries() if not (entry.ja and entry.en and entry.meaning)]
    assert not [entry for entry in entries() if not re.search(r"[ぁ-んァ-ヶ一-龠]", entry.ja)]


def test_it_holds_every_event_once_and_no_other() -> None:
    listed = [entry.identifier for entry in entries() if entry.section == "Events"]
    assert sorted(listed) == sorted(EVENTS)


def test_it_holds_every_state_once_with_the_labels_of_the_code_and_no_other() -> None:
    listed = [(entry.identifier, entry.ja, entry.en) for entry in entries() if entry.section == "States"]
    assert sorted(listed) == sorted((name, word.ja, word.en) for name, word in STATES.items())


def test_every_other_word_of_a_closed_list_has_the_labels_of_the_code() -> None:
    wrong = []
    for entry in entries():
        name, _, member = entry.identifier.partition(".")
        if name in WORDS:
            word = WORDS[name].__members__.get(member)
            if word is None or (word.ja, word.en) != (entry.ja, entry.en):
                wrong.append(entry.identifier)
    assert not wrong
