"""No telephone number that a person gives comes into an event: it is a contact (連絡先), which can be erased."""

from __future__ import annotations

from shienevents import Rejected


def check_no_telephone(given: str, known: str = "") -> None:
    """Raise `Rejected` for a number, unless the listing has had it since before contacts were kept apart."""
    if given and given != known:
        raise Rejected("contact.not_here")
