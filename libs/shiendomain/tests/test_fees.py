"""Fees as people write them. The table says what each form must yield."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shiendomain.fees import Fee, FeePer, contradict, read_fee

TABLE = Path(__file__).with_name("fees.tsv")
FORMS = [line.split("\t") for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]


def written(fee: Fee | None) -> str:
    if fee is None:
        return "-"
    most = "" if fee.most is None else fee.most
    return f"{fee.least}〜{most}/{fee.per}" + (f" {fee.minutes}" if fee.minutes else "")


@pytest.mark.parametrize(("text", "expected"), FORMS, ids=[text for text, _ in FORMS])
def test_a_fee_is_read_as_it_is_meant(text: str, expected: str) -> None:
    assert written(read_fee(text)) == expected


def test_one_amount_is_claimed_only_for_taking_part_once() -> None:
    texts = ("1回200円", "30分300円", "月額500円", "100〜300円", "500円から", "無料")
    assert [fee.yen for fee in map(read_fee, texts) if fee] == [200, 300, None, None, None, 0]


@given(st.integers(0, 9_999_999), st.sampled_from(list(FeePer)))
def test_an_amount_is_read_with_and_without_separators(yen: int, per: FeePer) -> None:
    lead = {FeePer.ONCE: "1回", FeePer.MONTH: "月額", FeePer.YEAR: "年額", FeePer.TIME: "1時間"}[per]
    read = [read_fee(f"{lead}{text}円") for text in (f"{yen}", f"{yen:,}")]
    assert read == [Fee(yen, yen, per, 60 if per is FeePer.TIME else None)] * 2


@pytest.mark.parametrize(
    ("fee_yen", "fee", "contradicts"),
    [
        (200, "1回200円", False), (500, "1回200円", True), (0, "無料", False), (None, "1回200円", False),
        (200, "", False), (200, "100〜300円", True), (500, "月額500円", True), (200, "要相談", False),
    ],
)  # fmt: skip
def test_an_amount_and_a_written_fee_say_the_same(fee_yen: int | None, fee: str, contradicts: bool) -> None:
    assert contradict(fee_yen, fee) is contradicts
