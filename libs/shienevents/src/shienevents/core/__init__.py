"""Values and pure functions: events, envelopes, positions, and how deciders, reactions and views are declared.

No I/O, no clock, no random ids but in `ids.py`. Everything else builds on this folder.
Read: errors, canonical_json, events, envelope, decider, view, cells, positions.
"""
