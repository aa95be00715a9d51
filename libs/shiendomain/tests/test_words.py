"""The closed lists: every member has a Japanese and an English label, and no two members of a list share one."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from shiendomain import fees, personal_data, rules, states, vocabulary
from shiendomain.states import EntryState, MatchState, NeedState, ProposalState, ResourceState
from shiendomain.words import Word

MODULES: tuple[ModuleType, ...] = (vocabulary, states, rules, personal_data, fees)
LISTS = sorted(
    (
        found
        for module in MODULES
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Word) and found.__module__.startswith(module.__name__)
        if found is not Word
    ),
    key=lambda found: found.__name__,
)


@pytest.mark.parametrize("words", LISTS, ids=lambda words: words.__name__)
def test_every_member_has_one_label_in_each_language(words: type[Word]) -> None:
    members = list(words)
    assert members
    assert all(word.ja.strip() and word.en.strip() for word in members)
    assert len({word.ja for word in members}) == len(members)
    assert len({word.en for word in members}) == len(members)
    assert all(re.fullmatch(r"[A-Z0-9(].*", word.en) for word in members), "an English label was left out"


@pytest.mark.parametrize("words", LISTS, ids=lambda words: words.__name__)
def test_a_value_is_an_identifier_that_needs_no_quoting_in_sql(words: type[Word]) -> None:
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", word.value) for word in words)


def test_the_same_word_of_two_lists_of_states_is_one_word_in_japanese() -> None:
    assert {NeedState.WITHDRAWN.ja, ProposalState.WITHDRAWN.ja} == {"取下げ"}
    assert {NeedState.GAP.ja, states.IssueState.GAP.ja} == {"不足するサービス"}


def test_the_sources_of_a_need_are_those_of_the_published_list_in_the_same_words_and_two_more() -> None:
    wider, published = vocabulary.NeedSource, vocabulary.SourceKind
    assert {wider[kind.name].ja for kind in published} == {kind.ja for kind in published}
    assert {word for word in wider if word.kind.value != word.value} == {wider.CHECKLIST, wider.OUTREACH}


def test_a_member_without_an_english_label_shows_its_value() -> None:
    class Colour(Word):
        DARK_RED = "dark_red", "濃い赤"

    assert (Colour.DARK_RED.ja, Colour.DARK_RED.en, Colour["DARK_RED"]) == ("濃い赤", "dark red", Colour.DARK_RED)


def test_the_service_classes_outside_insurance_are_named_as_on_the_slides() -> None:
    kinds = vocabulary.ServiceClass
    assert [kinds.MUNICIPAL.ja, kinds.MARKET.ja, kinds.MUTUAL_HELP.ja] == [
        "④その他市町村実施事業",
        "⑤民間市場でのサービス提供",
        "⑥地域の助け合い",
    ]


def test_which_states_are_which() -> None:
    assert [one for one in NeedState if not one.wants_support] == [NeedState.MET, NeedState.WITHDRAWN]
    assert [one for one in MatchState if one.pending] == [MatchState.PROPOSED, MatchState.ACCEPTED]
    assert [one for one in ProposalState if one.closed] == [
        ProposalState.REJECTED,
        ProposalState.WITHDRAWN,
        ProposalState.LAUNCHED,
        ProposalState.ENDED,
        ProposalState.MERGE_UNDONE,
        ProposalState.SPLIT,
        ProposalState.SPLIT_UNDONE,
    ]
    assert [one for one in ProposalState if not one.counted] == [
        ProposalState.MERGED,
        ProposalState.MERGE_UNDONE,
        ProposalState.SPLIT,
        ProposalState.SPLIT_UNDONE,
    ]
    assert [one for one in EntryState if one.awaits_answer] == [EntryState.REQUESTED, EntryState.ADJUSTED]
    assert [one for one in ProposalState if one.awaits_answer] == [ProposalState.RECEIVED, ProposalState.DELIBERATED]
    assert [one for one in ResourceState if one.in_use] == [ResourceState.REGISTERED, ResourceState.VERIFIED]
