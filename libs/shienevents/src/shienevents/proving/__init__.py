"""Keeping the proof of a store's log: tiles and signed checkpoints of every shard, in a folder outside the database."""
