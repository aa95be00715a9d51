"""From recorded events to views and reactions: positions, rows and reactions change in one commit.

Records come from the service's own store and from other services' topics.
Read: sources, hearing, sequence, ledger, cells, reactions, consumer, parking, replay, rebuild.
"""
