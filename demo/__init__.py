"""`make demo`: a complete tiny service on the embedded stack, from a command to its view."""
