"""Reading views: rows, their digests, and the position they were true at, in one snapshot.

A reader may first wait for a position that a write answered, ask which position a moment was, or for the rows of then.
Read: snapshot, kept, moment, past. For operators: standing, lag.
"""
