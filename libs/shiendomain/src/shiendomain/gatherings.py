"""The main activity and the size band of a gathering place (通いの場), as the yearly national survey counts them.

Source: 介護予防・日常生活支援総合事業（地域支援事業）の実施状況に関する調査, the part on 通いの場. It asks for the
main activity of each place. Here that follows from the words of its activity and name; the first that is found counts.
"""

from __future__ import annotations

from .comparing import comparable
from .words import Word


class GatheringActivity(Word):
    """The main activity of a gathering place."""

    EXERCISE = "exercise", "体操（運動）", "Exercise"
    MEAL = "meal", "会食", "Meals together"
    DEMENTIA = "dementia", "認知症予防", "Prevention of dementia"
    FARMING = "farming", "農作業", "Farming"
    LEARNING = "learning", "生涯学習", "Lifelong learning"
    VOLUNTEERING = "volunteering", "ボランティア活動", "Volunteering"
    GENERATIONS = "generations", "多世代交流", "Between generations"
    HOBBY = "hobby", "趣味活動", "Hobbies"
    TEA = "tea", "茶話会", "Tea"
    OTHER = "other", "その他・不明", "Other or unknown"


class SizeBand(Word):
    """The size of a gathering place, by how many people come at a time, or by its capacity."""

    UNKNOWN = "unknown", "不明", "Unknown"
    TO_9 = "to_9", "9人以下", "9 or fewer"
    TO_19 = "to_19", "10〜19人", "10 to 19"
    TO_29 = "to_29", "20〜29人", "20 to 29"
    TO_39 = "to_39", "30〜39人", "30 to 39"
    FROM_40 = "from_40", "40人以上", "40 or more"


_WORDS = {
    GatheringActivity.EXERCISE: (
        "体操 運動 ストレッチ ヨガ ヨーガ 太極拳 筋トレ ウォーキング 散歩 グラウンドゴルフ ゲートボール 卓球 百歳"
    ),
    GatheringActivity.MEAL: "会食 昼食 食事会 ランチ 食堂 料理",
    GatheringActivity.DEMENTIA: "認知症 脳トレ オレンジカフェ",
    GatheringActivity.FARMING: "農作業 畑 菜園 園芸",
    GatheringActivity.LEARNING: "学習 講座 教室 パソコン スマホ 英会話 読書",
    GatheringActivity.VOLUNTEERING: "ボランティア 清掃活動",
    GatheringActivity.GENERATIONS: "多世代 世代間 子ども 親子",
    GatheringActivity.HOBBY: "趣味 囲碁 将棋 麻雀 手芸 書道 絵手紙 カラオケ 合唱 俳句 短歌 折り紙 編み物",
    GatheringActivity.TEA: "茶話会 お茶 サロン カフェ 喫茶 おしゃべり 交流",
}
_FOLDED = {activity: tuple(map(comparable, words.split())) for activity, words in _WORDS.items()}
_BANDS = ((9, SizeBand.TO_9), (19, SizeBand.TO_19), (29, SizeBand.TO_29), (39, SizeBand.TO_39))


def main_activity(name: str, activity: str) -> GatheringActivity:
    """The main activity, by what is written: what is done counts before the name.

    >>> main_activity("ふれあいサロン", "いきいき百歳体操"), main_activity("ふれあいサロン", "")
    (<GatheringActivity.EXERCISE: 'exercise'>, <GatheringActivity.TEA: 'tea'>)
    """
    for text in (comparable(activity), comparable(name)):
        for kind, words in _FOLDED.items():
            if any(word in text for word in words):
                return kind
    return GatheringActivity.OTHER


def size_band(people: int | None) -> SizeBand:
    """The band of a number of people."""
    if people is None:
        return SizeBand.UNKNOWN
    return next((band for most, band in _BANDS if people <= most), SizeBand.FROM_40)
