"""Names and addresses that are the same, however they are written."""

import pytest

from shiendomain.comparing import comparable, comparable_address, in_common, pair_numbers


@pytest.mark.parametrize(
    ("one", "other"),
    [("髙島 ｻﾛﾝ", "高島さろん"), ("ﾌﾚｱｲ・カフェ", "ふれあいかふぇ"), ("ABC-1", "ａｂｃ１"), ("葛\U000e0100城", "葛城")],
)
def test_names_written_in_two_ways_are_the_same(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("西町1-2-3", "西町１ー２ー３"),
        ("西町一丁目2番3号", "西町1-2-3"),
        ("西町 1丁目 2番地の3", "西町1−2−3"),
        ("西町2番地", "西町2"),
    ],
)
def test_addresses_written_in_two_ways_are_the_same(one: str, other: str) -> None:
    assert comparable_address(one) == comparable_address(other)


@pytest.mark.parametrize(("one", "other"), [("西町1-12", "西町11-2"), ("西町1-2", "西町12"), ("西町1-2", "東町1-2")])
def test_other_addresses_are_not_the_same(one: str, other: str) -> None:
    assert comparable_address(one) != comparable_address(other)


@pytest.mark.parametrize(
    ("one", "other", "percent"),
    [
        ("西町サロン", "西町サロン", 100),
        ("西町サロン", "西町ふれあいサロン", 75),
        ("西町ふれあいサロン", "西町サロン", 75),
        ("ふれあいサロン", "いきいきサロン", 33),
        ("会", "会館", 100),
        ("東町体操", "西町サロン", 0),
        ("", "西町サロン", 0),
    ],
)
def test_names_have_so_many_pairs_of_the_shorter_one_in_common(one: str, other: str, percent: int) -> None:
    assert in_common(comparable(one), comparable(other)) == percent


def test_a_text_that_holds_a_word_has_all_its_pairs_but_none_over_two_lines() -> None:
    text = set(pair_numbers("西町さろん\n囲碁𠮷"))
    assert set(pair_numbers("町さろ")) <= text
    assert set(pair_numbers("碁𠮷")) <= text
    assert not set(pair_numbers("ん囲")) <= text
    assert pair_numbers("ん") == ()
    assert len({*pair_numbers("あいうい"), *pair_numbers("ういあい")}) == 4, "the order counts"
