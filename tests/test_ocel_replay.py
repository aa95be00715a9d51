"""The second reader of exported logs finds what does not fit, in a log written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from .ocel_replay import check_structure, replay

NEED, ISSUE, COUNCIL = "need-1", "issue-1", "council-1"
STORY = [
    ("needs.need_recorded.v1", {"need_id": NEED}),
    ("needs.need_grouped.v1", {"need_id": NEED, "issue_id": ISSUE}),
    ("needs.needs_consolidated.v1", {"issue_id": ISSUE, "needs": NEED}),
    ("needs.issue_raised.v1", {"issue_id": ISSUE}),
    ("needs.gap_declared.v1", {"issue_id": ISSUE, "needs": NEED}),
    ("needs.need_matched.v1", {"need_id": NEED}),
    ("needs.need_partly_met.v1", {"need_id": NEED}),
    ("needs.need_met.v1", {"need_id": NEED}),
]


def log(story: list[tuple[str, dict[str, str]]]) -> dict[str, Any]:
    types = {"needs.need_recorded.v1", *(type_ for type_, _ in story)}
    attributes = [{"name": "stream", "type": "string"}, {"name": "version", "type": "integer"}]
    streams: dict[str, int] = {}
    events = []
    for n, (type_, named) in enumerate(story):
        stream = next(iter(named.values()))
        streams[stream] = streams.get(stream, 0) + 1
        said = [{"name": "stream", "value": stream}, {"name": "version", "value": streams[stream]}]
        related = [{"objectId": thing, "qualifier": field} for field, thing in named.items()]
        time = f"2026-04-01T09:00:0{n}Z"
        events.append({"id": str(n), "type": type_, "time": time, "attributes": said, "relationships": related})
    return {
        "objectTypes": [{"name": "need", "attributes": []}, {"name": "issue", "attributes": []}],
        "eventTypes": [{"name": type_, "attributes": attributes} for type_ in sorted(types)],
        "objects": [
            {"id": NEED, "type": "need", "attributes": [], "relationships": []},
            {"id": ISSUE, "type": "issue", "attributes": [], "relationships": []},
        ],
        "events": events,
    }


def test_a_whole_story_fits_and_a_need_has_the_state_its_issue_gives_it() -> None:
    check_structure(log(STORY))
    assert replay(log(STORY)).misfits == []
    until_the_gap = replay(log(STORY[:5]))
    assert (until_the_gap.states[NEED], until_the_gap.states[ISSUE]) == ({"gap"}, {"gap"})
    withdrawn = replay(log([*STORY[:5], ("needs.gap_withdrawn.v1", {"issue_id": ISSUE})]))
    assert (withdrawn.states[NEED], withdrawn.states[ISSUE]) == ({"grouped"}, {"raised"})
    assert (replay(log(STORY)).states[NEED], replay(log(STORY)).conformance) == ({"met"}, 1.0)


@pytest.mark.parametrize("missing", [0, 2])
def test_a_thing_that_never_began_is_noticed(missing: int) -> None:
    broken = replay(log(STORY[:missing] + STORY[missing + 1 :]))
    assert broken.misfits
    assert broken.conformance < 1


def test_a_step_from_a_wrong_state_is_noticed_and_the_replay_goes_on() -> None:
    twice = replay(log([*STORY, ("needs.need_withdrawn.v1", {"need_id": NEED})]))
    assert [line.partition(":")[2] for line in twice.misfits] == [" needs.need_withdrawn.v1 in {'met'}"]
    assert twice.states[NEED] == {"withdrawn"}


def test_a_version_that_is_missing_is_noticed() -> None:
    whole = log(STORY)
    events = [event for event in whole["events"] if event["type"] != "needs.need_partly_met.v1"]
    assert replay({**whole, "events": events}).misfits == [f"{NEED}: 4 is missing"]
