"""matching: which resource answers which need, and how many places it still has."""
