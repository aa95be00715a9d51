"""Verification of a listing: by field, the later day counts, and what is changed is not verified any more."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shiendomain.listing_checks import ListingChecks
from shiendomain.registry import ResourceDetails, ResourceVerificationWithdrawn, ResourceVerified
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


VISIT, PHONE, DOCUMENT = VerificationMethod.VISIT, VerificationMethod.PHONE, VerificationMethod.DOCUMENT


def verified(day: date, *fields: str, by: VerificationMethod = VISIT) -> ResourceVerified:
    return ResourceVerified(resource_id=ID, verified_on=day, method=by, fields=fields)


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


def test_what_an_event_says_is_left_is_what_counts() -> None:
    seen = NEW.verified(verified(date(2026, 4, 9))).changed(("fee",)).verified(verified(date(2026, 4, 20), "name"))
    event = ResourceVerificationWithdrawn(
        resource_id=ID, verified_on=date(2026, 4, 30), method=PHONE, reason="誤り", fields=seen.fields,
        left=seen.as_parts(),
    )  # fmt: skip
    assert seen.verified(verified(date(2026, 4, 30), by=PHONE)).withdrawn(event) == seen


def test_after_a_time_without_service_all_is_to_be_verified() -> None:
    seen = NEW.verified(verified(date(2026, 11, 20))).changed(("address",)).forgotten()
    assert set(seen.unverified) == {*FIELDS, "address"}


def test_the_method_that_is_shown_is_the_one_of_the_day_that_is_shown() -> None:
    whole = NEW.verified(verified(date(2026, 4, 9), by=VISIT))
    part = whole.verified(verified(date(2026, 4, 20), "fee", by=PHONE))
    assert (part.verified_on, part.verified_by) == (date(2026, 4, 9), VISIT), "the other fields were seen at the visit"
    rest = [field for field in FIELDS if field != "fee"]
    again = part.verified(verified(date(2026, 4, 30), *rest, by=DOCUMENT))
    assert (again.verified_on, again.verified_by) == (date(2026, 4, 20), PHONE), "now the fee is the oldest"


def test_a_verification_that_counts_for_nothing_leaves_the_method_too() -> None:
    seen = NEW.verified(verified(date(2026, 4, 9), by=VISIT)).verified(verified(date(2026, 4, 1), by=PHONE))
    assert (seen.verified_on, seen.verified_by) == (date(2026, 4, 9), VISIT)
    fee = NEW.verified(verified(date(2026, 4, 9), "fee", by=VISIT)).verified(verified(date(2026, 4, 1), "name"))
    late = fee.verified(verified(date(2026, 4, 1), "fee", by=DOCUMENT))
    assert (late.verified_on, late.verified_by) == (date(2026, 4, 1), VISIT), "the fee was verified later than that"


def test_of_the_same_day_the_last_word_counts_for_a_field_and_the_least_direct_method_for_the_listing() -> None:
    corrected = NEW.verified(verified(date(2026, 4, 9), by=PHONE)).verified(verified(date(2026, 4, 9), by=VISIT))
    assert corrected.verified_by is VISIT
    part = corrected.verified(verified(date(2026, 4, 9), "fee", by=PHONE))
    assert part.verified_by is PHONE
    assert part.verified(verified(date(2026, 4, 9), by=VISIT)).verified_by is VISIT


def test_what_nobody_verified_as_it_is_was_verified_by_no_method() -> None:
    seen = NEW.verified(verified(date(2026, 4, 9), by=PHONE))
    assert (seen.changed(FIELDS).verified_on, seen.changed(FIELDS).verified_by) == (None, None)
    assert seen.forgotten().verified_by is None


days = st.dates(date(2026, 1, 1), date(2026, 1, 5)) | st.dates(date(2026, 1, 1), date(2026, 12, 31))
some = st.sets(st.sampled_from([*FIELDS, "address"]), min_size=1).map(sorted)
methods = st.sampled_from(VerificationMethod)
steps = st.lists(
    st.tuples(st.just("changed"), some, methods) | st.tuples(days, st.just([]) | some, methods), max_size=12
)
NOBODY = ("", "")


@given(steps)
def test_it_is_the_same_as_a_day_and_a_method_for_each_field(
    steps: list[tuple[date | str, list[str], VerificationMethod]],
) -> None:
    """The compact form (one day for all, and days of their own) against the plain one."""
    checks, plain, said = NEW, dict.fromkeys((*FIELDS, "address"), NOBODY), {*FIELDS}
    for what, fields, method in steps:
        said |= {*fields}
        if isinstance(what, str):
            checks, plain = checks.changed(fields), {**plain, **dict.fromkeys(fields, NOBODY)}
        else:
            checks = checks.verified(verified(what, *fields, by=method))
            plain |= {field: (str(what), method) for field in fields or plain if str(what) >= plain[field][0]}
    assert set(checks.unverified) == {field for field in said if plain[field] == NOBODY}
    known = [plain[field] for field in said if plain[field] != NOBODY]
    assert checks.verified_on == (date.fromisoformat(min(known)[0]) if known else None)
    order = [method.value for method in VerificationMethod]
    of_the_day = [order.index(method) for day, method in known if day == min(known)[0]]
    assert checks.verified_by == (order[max(of_the_day)] if known else None)
