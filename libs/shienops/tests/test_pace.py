"""Progress promises an end only when the rate can be known."""

from shienops._pace import is_settled


def test_no_end_is_promised_by_the_first_of_many() -> None:
    assert [is_settled(done, 5891) for done in (0, 1, 117, 118, 5891)] == [False, False, False, True, True]
    assert not is_settled(0, 0)
