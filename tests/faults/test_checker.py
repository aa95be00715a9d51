"""What the checker says of small histories with one thing wrong. No database, no Kafka."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from .check_log import check_store, check_topic
from .check_reactions import check_reactions
from .check_requests import check_requests
from .check_views import check_rows
from .diary import Request
from .history import Kept, Sent, Stored

NEED = UUID("0b0e7a52-3a3c-4b3e-9c0e-6d5f2f1f0a01")
STORE = UUID("0b0e7a52-3a3c-4b3e-9c0e-6d5f2f1f0a02")
MOMENT = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)


def stored(seq: int, kind: str = "need_served", service: str = "needs", **values: Any) -> Stored:
    values = {"need_id": str(NEED), "people": 1, "key": f"producer-1.{seq}"} | values
    return Stored(
        shard=0,
        seq=seq,
        id=UUID(int=seq),
        type=f"{service}.{kind}.v1",
        stream=f"need-{NEED}",
        version=seq,
        recorded_at=MOMENT + timedelta(seconds=seq),
        area="a",
        causation=None,
        data=b"{}",
        values=values,
    )


def sent(event: Stored, offset: int) -> Sent:
    attributes = {
        "actor": "a/b",
        "data": json.loads(event.data),
        "datacontenttype": "application/json",
        "sequence": f"{event.seq:019}",
        "id": str(event.id),
        "type": event.type,
        "source": f"/needs/{STORE}",
        "subject": event.stream,
        "streamversion": event.version,
        "recordedtime": f"{event.recorded_at:%Y-%m-%dT%H:%M:%S.%fZ}",
    }
    value = json.dumps(attributes, separators=(",", ":")).encode()
    return Sent(offset, event.area.encode(), value, {"content-type": b"application/cloudevents+json"})


def kept(*events: Stored, service: str = "needs", topic: list[int] | None = None) -> Kept:
    """A service with these events; its topic holds them in the order of these numbers."""
    by_seq = {event.seq: event for event in events}
    records = [sent(by_seq[seq], offset) for offset, seq in enumerate(topic or [])]
    empty: dict[str, list[dict[str, Any]]] = {name: [] for name in ("needs", "sheets", "buckets", "matches")}
    return Kept(service, STORE, list(events), {}, [], [], b"", empty, {0: records})


def rules(complaints: list[Any]) -> set[str]:
    return {complaint.rule for complaint in complaints}


def test_a_dense_history_gives_no_complaint() -> None:
    assert check_store(kept(stored(1), stored(2), stored(3))) == []


def test_a_missing_number_is_found() -> None:
    assert rules(check_store(kept(stored(1), stored(3)))) == {"store.seq", "store.versions"}


def test_a_repeated_version_is_found() -> None:
    assert rules(check_store(kept(stored(1), stored(2)._replace(version=1)))) == {"store.versions"}


def test_a_time_that_goes_backwards_is_found() -> None:
    assert rules(check_store(kept(stored(1), stored(2)._replace(recorded_at=MOMENT)))) == {"store.recorded_at"}


def test_runs_that_overlap_are_in_order_when_their_first_occurrences_are() -> None:
    assert check_topic(kept(stored(1), stored(2), stored(3), topic=[1, 2, 1, 2, 3, 3])) == []


def test_a_hole_in_the_topic_is_found() -> None:
    assert rules(check_topic(kept(stored(1), stored(2), stored(3), topic=[1, 3, 2, 3]))) == {"kafka.order"}


def test_a_topic_that_ends_early_is_found() -> None:
    assert rules(check_topic(kept(stored(1), stored(2), topic=[1]))) == {"kafka.order"}


def test_a_repetition_with_other_bytes_is_found() -> None:
    one = kept(stored(1), stored(2), topic=[1, 2, 1])
    value = (one.topic[0][2].value or b"").replace(b'"data":{}', b'"data":[]')
    one.topic[0][2] = one.topic[0][2]._replace(value=value)
    assert rules(check_topic(one)) == {"kafka.content"}


def request(*answers: tuple[str, int, int, int], tries: int = 1, codes: tuple[str, ...] = ()) -> Request:
    fields = {"need_id": str(NEED), "key": "producer-1.1"}
    return Request("producer-1", "producer-1.1", "needs", "ServeNeed", fields, None, tries, list(answers), list(codes))


def judged(asked: Request, one: Kept) -> set[str]:
    return rules(check_requests([asked], {"needs": one, "matching": kept(service="matching")}))


ANSWER = (f"need-{NEED}", 1, 0, 1)


def test_an_answer_that_the_store_holds_gives_no_complaint() -> None:
    one = replace(kept(stored(1)), answers={("producer-1", "producer-1.1"): ANSWER})
    assert judged(request(ANSWER), one) == set()


def test_an_acknowledged_event_that_is_gone_is_found() -> None:
    one = replace(kept(), answers={("producer-1", "producer-1.1"): ANSWER})
    assert judged(request(ANSWER), one) == {"request.lost"}


def test_a_key_that_took_effect_twice_is_found() -> None:
    one = kept(stored(1), stored(2, key="producer-1.1"))
    one = replace(one, answers={("producer-1", "producer-1.1"): ANSWER})
    assert judged(request(ANSWER), one) == {"request.once"}


def test_an_error_after_which_something_is_written_is_found() -> None:
    assert judged(request(codes=("need.exhausted",)), kept(stored(1))) == {"request.error"}


def test_a_request_that_was_cut_off_may_have_been_written_or_not() -> None:
    assert judged(request(), kept(stored(1))) == set()
    assert judged(request(), kept()) == set()


def test_a_different_answer_to_the_same_key_is_found() -> None:
    one = replace(kept(stored(1)), answers={("producer-1", "producer-1.1"): ANSWER})
    assert judged(request(ANSWER, (f"need-{NEED}", 2, 0, 2), tries=2), one) == {"request.answers"}


def test_a_reaction_that_acted_twice_and_one_that_never_did_are_found() -> None:
    recorded = stored(1, "need_recorded", sheet="a.1")
    counted = [stored(seq, "sheet_counted", sheet="a.1")._replace(causation=recorded.id) for seq in (2, 3)]
    found = check_reactions({"needs": kept(recorded, *counted), "matching": kept(service="matching")})
    assert [complaint.text for complaint in found] == [
        f"count_on_sheet answered {recorded.id} 2 times",
        f"propose_match answered {recorded.id} 0 times",
    ]


def test_a_row_that_counts_an_event_twice_is_found() -> None:
    both = {"needs": kept(), "matching": kept(stored(1, "match_marked", "matching"), service="matching")}
    row = dict.fromkeys(("recorded", "served", "withdrawn", "answered", "proposed", "confirmed", "marks"), 0)
    both["needs"].rows["buckets"] = [{"bucket": NEED.int % 8, **row, "marks": 2, "row_digest": b""}]
    texts = [complaint.text for complaint in check_rows("needs", both) if "marks is" in complaint.text]
    assert texts == [f"needs.buckets {NEED.int % 8}: marks is 2, and by the history 1, 1 too many"]
