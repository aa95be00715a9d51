"""From the log to the topic: every event, shard by shard, in order.

Before it sends, the relay compares the topic with the store; `repair.py` repairs what does not agree.
Read: checkpoints, check, lane, relay, repair.
"""
