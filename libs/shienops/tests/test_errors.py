"""Every error has a message and a remedy in both languages."""

import pickle
import re
from collections.abc import Callable
from inspect import signature
from typing import Any

import pytest

from shienops import StackError, errors, part_errors

MAKERS: list[Callable[..., StackError]] = [
    value
    for module in (errors, part_errors)
    for name, value in sorted(vars(module).items())
    if callable(value) and not isinstance(value, type) and getattr(value, "__module__", "") == module.__name__
]


def example(maker: Callable[..., StackError]) -> StackError:
    samples: dict[str, Any] = {"int": 7, "float": 7.0, "str": "Kafka", "object": "/folder"}
    return maker(*(samples[parameter.annotation] for parameter in signature(maker).parameters.values()))


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_an_error_has_a_message_and_a_remedy_in_both_languages(maker: Callable[..., StackError]) -> None:
    error = example(maker)
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", error.code)
    for english in (error.message_en, error.remedy):
        assert english.isascii()
    assert error.message_en.endswith(".")
    for japanese in (error.message_ja, error.remedy_ja):
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", japanese)
    assert str(error) == f"{error.message_en} {error.remedy}"


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_an_error_is_complete_after_pickling(maker: Callable[..., StackError]) -> None:
    error = example(maker)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
