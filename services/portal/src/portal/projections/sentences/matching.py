"""The sentences of matching's events. A match belongs to the area of its need."""

from __future__ import annotations

from typing import assert_never

from shiendomain.matching import (
    AcceptanceNoted,
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchEnded,
    MatchesReleased,
    MatchEvent,
    MatchFound,
    MatchLapsed,
    MatchOutcomeCorrected,
    MatchProposed,
    NoMatchFound,
    OfferEvent,
    OfferNoted,
    SearchEvent,
    ServiceOffered,
)
from shiendomain.rounds import RoundEvent, RoundOpened, RoundSolved

from .sentence import Sentence, labels, sentence


def describe_round(event: RoundEvent) -> Sentence:
    """The sentence of an event of a matching round."""
    match event:
        case RoundOpened():
            ja = f"一括マッチングを開始（待つ人{event.people}人、空き{event.places}人分）"
            en = f"Matching round opened: {event.people} people wait, {event.places} places are free"
            if event.live:
                ja, en = f"{ja}。次の回まで随時打診", f"{en}; live until the next one"
            return sentence(ja, en, event.round_id, area=event.area)
        case RoundSolved():
            proposed, left = event.people_proposed, event.people_unserved
            ja = f"一括マッチングの結果（打診{event.pairs}件・{proposed}人、残った人{left}人）"
            en = f"Matching round solved: {proposed} people proposed, {left} left"
            near = (one.resource_id for one in event.place_prices)
            return sentence(ja, en, event.round_id, *near, area=event.area)
        case _:
            assert_never(event)


def describe_matching(event: OfferEvent | SearchEvent) -> Sentence:
    """The sentence of an event of an offer with its matches, or of the searches for a need."""
    match event:
        case OfferNoted():
            ja, en = ("受入れ可能", "Offer noted: open") if event.open else ("受入れ停止", "Offer noted: closed")
            return sentence(f"資源の受入れ状況を記録（{ja}）", en, event.resource_id, event.service_id)
        case MatchFound():
            named = (event.need_id, event.resource_id)
            return sentence("適合する資源あり", "A match was found", event.match_id, *named, area=event.need_area)
        case NoMatchFound():
            ja, en = labels((*event.missing, *event.unmet))
            ja, en = f"適合する資源なし（{ja}）", f"No match was found: {en}"
            near = (one.resource_id for one in event.nearest)
            return sentence(ja, en, event.search_id, event.need_id, event.round_id, *near, area=event.need_area)
        case ServiceOffered():
            of = (event.need_id, event.match_id, event.resource_id)
            return sentence("制度化されたサービスを案内", "A launched service was offered", *of, area=event.need_area)
        case AcceptanceNoted():
            of = (event.need_id, event.match_id, event.resource_id)
            return sentence("ニーズの受入先が決定", "A match of the need was accepted", *of, area=event.need_area)
        case MatchesReleased():
            matches = [one for pair in event.matches for one in pair]
            ja, en = "ニーズの取下げによりマッチングを終了", "Matches ended with the withdrawal of the need"
            if event.moved_to:
                ja, en = "ニーズの地域の訂正によりマッチングを終了", "Matches ended as the need is of another area"
            return sentence(ja, en, event.need_id, *matches, area=event.need_area)
        case _:
            ja, en = _match(event)
            named = (event.need_id, event.resource_id)
            service = (
                event.service_id if isinstance(event, MatchProposed | MatchConcluded | MatchOutcomeCorrected) else None
            )
            round_id = event.round_id if isinstance(event, MatchProposed) else None
            return sentence(ja, en, event.match_id, *named, service, round_id, area=event.need_area)


def _match(event: MatchEvent) -> tuple[str, str]:
    match event:
        case MatchProposed():
            ja, en = labels(event.reasons)
            unmet_ja, unmet_en = labels(event.unmet)
            if event.unmet:
                ja = f"{ja}、条件外：{unmet_ja}。それでも打診する理由：{event.nevertheless}"
                en = f"{en}; not met: {unmet_en}; proposed nevertheless: {event.nevertheless}"
            return f"マッチングを打診（{event.people}人、{ja}）", f"Match proposed for {event.people} people: {en}"
        case MatchAccepted():
            return f"マッチングを受諾（{event.people}人）", f"Match accepted for {event.people} people"
        case MatchDeclined():
            ja, en = _why(event)
            return f"マッチングを辞退（{ja}）", f"Match declined: {en}"
        case MatchLapsed():
            return f"マッチングが失効（{event.reason.ja}）", f"Match lapsed: {event.reason.en}"
        case MatchConcluded():
            ja, en = _why(event)
            ja = f"マッチングの結果を記録（{event.outcome.ja}、{event.people_helped}人{ja and f'、{ja}'}）"
            return ja, f"Match concluded: {event.outcome.en}, {event.people_helped} people{en and f'; {en}'}"
        case MatchEnded():
            ja, en = ("、ニーズの取下げによる", ", as the need was withdrawn") if event.with_need else ("", "")
            why_ja, why_en = _why(event)
            return f"支援を終了（{why_ja}{ja}）", f"Support ended: {why_en}{en}"
        case MatchOutcomeCorrected():
            ja = f"マッチングの結果を訂正（{event.outcome.ja}、{event.people_helped}人。理由：{event.why}）"
            return ja, f"Outcome of the match corrected: {event.outcome.en}, {event.people_helped} people ({event.why})"
        case _:
            assert_never(event)


def _why(event: MatchDeclined | MatchConcluded | MatchEnded) -> tuple[str, str]:
    """The reason with the note of who recorded it; empty where neither was said."""
    reason = event.reason
    return (
        "：".join(filter(None, (reason and reason.ja, event.note))),
        ": ".join(filter(None, (reason and reason.en, event.note))),
    )
