"""How many brokers have a topic's records, beside what SHIEN_REPLICATION asks for."""

from __future__ import annotations

import pytest

from shienevents import Replicas, ensure_topic, topic_replicas
from shienops.seeing.promises import replicas


async def test_the_replicas_of_a_topic_are_read(kafka: str, topic_name: str) -> None:
    assert await topic_replicas(kafka, topic_name) is None
    await ensure_topic(kafka, topic_name, 3)
    assert await topic_replicas(kafka, topic_name) == Replicas(1, 1, 1)


@pytest.mark.parametrize(
    ("has", "wanted", "said"),
    [
        (Replicas(1, 1, 1), 1, ""),
        (Replicas(3, 3, 2), 3, ""),
        (Replicas(3, 3, None), 3, ""),
        (Replicas(1, 1, 1), 3, "t has 1 replicas, SHIEN_REPLICATION asks for 3"),
        (Replicas(3, 3, 1), 3, "t has min.insync.replicas=1, 2 is needed"),
        (Replicas(3, 2, 2), 3, "t: a partition has 2 of 3 replicas in sync"),
        (None, 3, ""),
    ],
)
def test_what_one_broker_s_loss_would_cost_is_found(has: Replicas | None, wanted: int, said: str) -> None:
    wrong = replicas("t", has, wanted)
    assert (wrong[0].en if wrong else "") == said
