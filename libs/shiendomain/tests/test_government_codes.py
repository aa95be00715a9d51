"""Local government codes and their check digits."""

import pytest

from shiendomain.government_codes import check_digit, city_of_ward, is_government_code, is_prefecture


def test_the_check_digit_is_that_of_the_published_list() -> None:
    assert [check_digit(five) for five in ("27210", "43100", "01100")] == ["8", "1", "2"]


@pytest.mark.parametrize("code", ["272109", "27210", "0272108", "272108-03", "２７２１０８", "48000A"])
def test_what_is_no_local_government_code_is_seen(code: str) -> None:
    assert not is_government_code(code)


@pytest.mark.parametrize("code", ["272108", "431001", "011002", "131016", "221309"])
def test_the_check_digit_of_real_codes_is_right(code: str) -> None:
    assert is_government_code(code)


def test_a_ward_has_the_number_after_that_of_its_city() -> None:
    cities = [city_of_ward(code) for code in ("431010", "011011", "121061", "141089", "141313", "272108", "431001")]
    assert cities == ["43100", "01100", "12100", "14100", "14130", None, None]
    assert [is_prefecture(code) for code in ("270008", "272108")] == [True, False]
