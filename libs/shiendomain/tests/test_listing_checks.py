"""Verification of a listing: by field, the later day counts, and what is changed is not verified any more."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shiendomain.listing_checks import ListingChecks
from shiendomain.registry import ResourceDetails, ResourceVerified
from shiendomain.states import ResourceState
from shiendomain.vocabulary import SupportKind, VerificationMethod

ID = UUID(int=1)
DETAILS = ResourceDetails(
    name="ふれあいサロン",
    support_kinds=(SupportKind.SALON,),
    service_areas=("272108-03",),
    fee="1回200円",
    schedule="火曜",
)
FIELDS = ("fee", "name", "schedule", "service_areas", "support_kinds")
NEW = ListingChecks.of(DETAILS)


def verified(day: date, *fields: str) -> ResourceVerified:
    return ResourceVerified(resource_id=ID, verified_on=day, method=VerificationMethod.VISIT, fields=fields)


def test_a_new_listing_is_unverified_in_all_that_it_says() -> None:
    assert (NEW.unverified, NEW.verified_on, NEW.state) == (FIELDS, None, ResourceState.REGISTERED)


def test_a_verification_of_all_makes_it_verified_and_a_field_alone_does_not() -> None:
    whole = NEW.verified(verified(date(2026, 4, 9)))
    assert (whole.unverified, whole.verified_on, whole.state) == ((), date(2026, 4, 9), ResourceState.VERIFIED)
    part = NEW.verified(verified(date(2026, 4, 9), "fee"))
    assert (part.unverified, part.state) == (
        ("name", "schedule", "service_areas", "support_kinds"),
        ResourceState.REGISTERED,
    )


def test_an_older_verification_never_overrides_a_newer_one() -> None:
    seen = NEW.verified(verified(date(2026, 11, 20))).verified(verified(date(2020, 1, 1)))
    assert (seen.verified_on, seen.state) == (date(2026, 11, 20), ResourceState.VERIFIED)


def test_a_revision_makes_the_changed_fields_unverified_also_those_it_empties() -> None:
    seen = NEW.verified(verified(date(2026, 11, 20))).changed(("address", "fee"))
    assert (seen.unverified, seen.state) == (("address", "fee"), ResourceState.REGISTERED)
    again = seen.verified(verified(date(2026, 11, 25), "address", "fee"))
    assert (again.unverified, again.verified_on) == ((), date(2026, 11, 20))
    old = seen.verified(verified(date(2020, 1, 1)))
    assert (old.unverified, old.verified_on) == ((), date(2020, 1, 1)), "the changed fields were last true in 2020"


def test_after_a_time_without_service_all_is_to_be_verified() -> None:
    seen = NEW.verified(verified(date(2026, 11, 20))).changed(("address",)).forgotten()
    assert set(seen.unverified) == {*FIELDS, "address"}


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
some = st.sets(st.sampled_from([*FIELDS, "address"]), min_size=1).map(sorted)
steps = st.lists(st.tuples(st.just("changed"), some) | st.tuples(days, st.just([]) | some), max_size=12)


@given(steps)
def test_it_is_the_same_as_a_day_for_each_field(steps: list[tuple[date | str, list[str]]]) -> None:
    """The compact form (one day for all, and days of their own) against the plain one."""
    checks, plain, said = NEW, dict.fromkeys((*FIELDS, "address"), ""), {*FIELDS}
    for what, fields in steps:
        said |= {*fields}
        if isinstance(what, str):
            checks, plain = checks.changed(fields), {**plain, **dict.fromkeys(fields, "")}
        else:
            checks = checks.verified(verified(what, *fields))
            plain |= {field: max(plain[field], str(what)) for field in fields or plain}
    assert set(checks.unverified) == {field for field in said if not plain[field]}
    known = [plain[field] for field in said if plain[field]]
    assert checks.verified_on == (date.fromisoformat(min(known)) if known else None)
