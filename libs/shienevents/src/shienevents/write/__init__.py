"""From a command to a durable event: load the stream, decide, append in a group commit.

The order of calls is handler, store, batching, group_commit, append.
Read: handler, together, store, batching, group_commit, append.
"""
