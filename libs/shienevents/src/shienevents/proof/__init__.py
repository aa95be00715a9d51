"""The proof that a log was only ever added to: Merkle trees, tiles, signed checkpoints, and their verification.

This folder needs nothing but Python and `cryptography`, and imports nothing else of shienevents: copied to another
machine it verifies a folder of files there, with `python -m proof`. `docs/how-to/verify-a-log.md` shows it.
"""
