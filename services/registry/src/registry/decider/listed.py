"""What a list says of a resource, and what people have made of it since.

A list that is imported again must not undo what people corrected by hand, and a row whose number now belongs to another
thing must not turn a verified resource into it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from shiendomain.comparing import comparable, comparable_address
from shiendomain.registry import ResourceDetails, ResourceRevised

NAME = "name"
EVIDENCE = ("address", "telephone", "location", "provider_name")
"""Fields besides the name by which a thing is recognised."""

LISTED_ELSEWHERE = "一覧で地域が変わった"
"""Why a list moves a resource."""
LISTED_ANEW = "一覧で記載が変わった"
"""Why a list corrects an area."""

Identity = Mapping[str, str]
"""Name and evidence in the form in which they are compared; only those that are given."""


def identity(details: ResourceDetails) -> Identity:
    """By what the thing of this listing is recognised."""
    return identity_of({field: getattr(details, field) for field in (NAME, *EVIDENCE)})


def with_telephone(details: ResourceDetails, telephone: str) -> Identity:
    """The same, with a number that is not in the listing because it is a contact."""
    return identity(details.model_copy(update={"telephone": telephone}))


def identity_of(values: Mapping[str, Any]) -> Identity:
    """The same, of single values. A location is compared within about ten metres."""
    found: dict[str, str] = {}
    for field, value in values.items():
        match field:
            case "location":
                text = f"{value.lat_e7 // 1000}/{value.lon_e7 // 1000}" if value else ""
            case "address":
                text = comparable_address(value)
            case _:
                text = comparable(value)
        if text:
            found[field] = text
    return found


def after(listed: Identity, event: ResourceRevised) -> Identity:
    """By what the list recognises its thing, after a revision."""
    said = {field: getattr(event.details, field) for field in (NAME, *EVIDENCE) if field in event.from_list}
    return {field: text for field, text in listed.items() if field not in said} | dict(identity_of(said))


def place_key(details: ResourceDetails) -> str:
    """What is the same for two listings of one place: name and address. Empty where one of them is not given."""
    return key_of_place(comparable(details.name), comparable_address(details.address))


def key_of_place(name: str, address: str) -> str:
    """The place key of a name and an address in the form in which they are compared."""
    return f"{name}\n{address}" if name and address else ""


def is_another(row: Identity, known: Identity) -> bool:
    """Whether a row is of another thing than the one that is known: its name differs, and no evidence agrees.

    Source: a rule of this product. Public lists are numbered by row, and next year's list may give a number to another
    facility.
    """
    if row.get(NAME) == known.get(NAME):
        return False
    return not any(field in row and row[field] == known.get(field) for field in EVIDENCE)


def news(row: ResourceDetails, said: ResourceDetails) -> tuple[str, ...]:
    """The fields in which a row says something else than the list said before, sorted."""
    names = sorted(ResourceDetails.model_fields)
    return tuple(name for name in names if getattr(row, name) != getattr(said, name))


def is_of_another_list(list_: str, known: str) -> bool:
    """Whether a row of the list `list_` is of a resource that another one (`known`) registered. A name may be missing.

    Source: a rule of this product. Two lists of one thing say different things of it, and a list that says nothing of
    a fee would erase the one that the other list has.
    """
    return bool(list_ and known) and list_ != known


def moves_home(there: str, listed_area: str, area: str, parts: Collection[str]) -> bool:
    """Whether a list moves a resource: it has it in the area `there` now, and in another one before (`listed_area`).

    The resource is not there yet (`area`), and not in a part of it, which says more. `listed_area` is empty for a
    resource of no list.
    """
    return listed_area not in ("", there) and there != area and area not in parts


def taking(details: ResourceDetails, row: ResourceDetails, fields: tuple[str, ...]) -> ResourceDetails:
    """The details with these fields of the row."""
    return details.model_copy(update={name: getattr(row, name) for name in fields})
