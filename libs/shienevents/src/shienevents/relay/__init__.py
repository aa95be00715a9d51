"""From the log to the topic: every event, shard by shard, in order.

Before it sends, the relay compares the topic with the store; `agreement.py` keeps a service
from writing while they do not agree, and `repair.py` and `refill.py` mend it.
Read: checkpoints, check, agreement, lane, relay, repair, refill.
"""
