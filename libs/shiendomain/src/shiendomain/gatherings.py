"""The main activity, the venue and the size of a gathering place (通いの場), as the yearly national survey counts.

Source: 介護予防・日常生活支援総合事業（地域支援事業）の実施状況に関する調査, the part on 通いの場. It asks for the
main activity and the venue of each place. Here they follow from the words of its activity and name, and of its
address; the first that is found counts.
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


class GatheringVenue(Word):
    """Where a gathering place meets (開催場所)."""

    HALL = "hall", "公民館・自治会館・集会所等", "Community hall"
    HOME = "home", "個人宅・空き家", "Home or empty house"
    SCHOOL = "school", "学校", "School"
    PARK = "park", "公園・広場", "Park"
    CARE = "care", "介護・福祉施設", "Care or welfare facility"
    MEDICAL = "medical", "医療機関", "Medical facility"
    RELIGIOUS = "religious", "寺社・教会", "Temple, shrine or church"
    SHOP = "shop", "店舗・事業所", "Shop or office"
    FARM = "farm", "農園", "Farm"
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
_VENUES = {
    GatheringVenue.HALL: (
        "公民館 会館 集会所 集会室 集会場 市民センター 生涯学習 コミュニティ 交流センター 公会堂 区民"
    ),
    GatheringVenue.CARE: "特別養護 特養 老人ホーム デイサービス デイケア 介護 福祉 包括支援 老人 グループホーム",
    GatheringVenue.MEDICAL: "病院 医院 診療所 クリニック 薬局",
    GatheringVenue.SCHOOL: "小学校 中学校 高校 高等学校 大学 学校 幼稚園 保育",
    GatheringVenue.PARK: "公園 広場 グラウンド 運動場 河川敷",
    GatheringVenue.RELIGIOUS: "神社 寺院 教会 境内 社務所",
    GatheringVenue.HOME: "個人宅 自宅 空き家 民家",
    GatheringVenue.FARM: "農園 菜園",
    GatheringVenue.SHOP: "店舗 空き店舗 商店 スーパー ショッピング 喫茶 カフェ 食堂 事業所 営業所",
}
_FOLDED = {activity: tuple(map(comparable, words.split())) for activity, words in _WORDS.items()}
_FOLDED_VENUES = {venue: tuple(map(comparable, words.split())) for venue, words in _VENUES.items()}
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


def venue_of(address: str) -> GatheringVenue:
    """Where it meets, by the words of its address, which names the building; the first that is found counts.

    >>> venue_of("町1-2 北自治会館"), venue_of("")
    (<GatheringVenue.HALL: 'hall'>, <GatheringVenue.OTHER: 'other'>)
    """
    text = comparable(address)
    found = (one for one, words in _FOLDED_VENUES.items() if any(word in text for word in words))
    return next(found, GatheringVenue.OTHER)


def size_band(people: int | None) -> SizeBand:
    """The band of a number of people."""
    if people is None:
        return SizeBand.UNKNOWN
    return next((band for most, band in _BANDS if people <= most), SizeBand.FROM_40)
