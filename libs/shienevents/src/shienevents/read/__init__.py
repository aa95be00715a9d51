"""Reading views: rows, their digests, and the position they were true at, in one snapshot.

A reader may first wait for a position that a write answered.
Read: snapshot.
"""
