"""Reading views: rows, their digests, and the position they were true at, in one snapshot.

A reader may first wait for a position that a write answered, or ask which position a moment was.
Read: snapshot, kept, moment.
"""
