"""Needs (支援ニーズ): surveys, needs, the local issues they make, and the gaps declared."""
