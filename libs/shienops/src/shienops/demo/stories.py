"""What people say about each kind of support, in the sample city and in the walk: issues, proposals, services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """One kind of support that a district lacks: the issue, the proposal, and the service that answers it."""

    note: str
    issue: str
    summary: str
    proposal: str
    ask: str
    service: str
    service_class: str
    fee_yen: int
    schedule: str
    criteria: str
    supply: str
    supporters: str

    @property
    def fee_view(self) -> str:
        """What the upper council thinks of the fee."""
        return f"利用者負担は1回{self.fee_yen}円が妥当" if self.fee_yen else "利用者負担は求めない"


NO_PLACE = "打診した先に空きがなく、ほかに受けられる先がない"
"""Why what was proposed does not do, where the walk was proposed something."""
STORIES: Mapping[str, Story] = {
    "outing": Story(
        "買い物に行けない", "買い物・通院への移動手段がない", "坂が多く、バスの便が減った。",
        "買い物・通院の移動支援", "週1回の送迎を市の事業として検討してほしい。",
        "おでかけ送迎サービス", "visit_d", 200, "毎週水曜", "65歳以上で移動が難しい人",
        "社会福祉法人の空き車両を使える", "運転ボランティア12人が登録済み",
    ),
    "housework": Story(
        "ごみ出しと掃除が難しい", "ごみ出しや掃除を頼める先がない", "一人暮らしの世帯が増えた。",
        "生活援助の担い手の確保", "家事援助の担い手の養成と派遣を検討してほしい。",
        "くらしの支え合いサービス", "visit_b", 300, "平日", "要支援者と事業対象者",
        "シルバー人材センターと調整できる", "養成講座の修了者が9人いる",
    ),
    "meals": Story(
        "食事の用意が難しい", "配食の担い手がいない", "商店の閉店で弁当を買える店がない。",
        "配食サービスの区域拡大", "市の配食事業の対象区域を広げてほしい。",
        "ふれあい配食サービス", "voluntary", 450, "火・金", "調理が難しい65歳以上の人",
        "給食業者2社が協力できる", "配達の協力員を募集する",
    ),
    "watching": Story(
        "夜間と休日が不安", "夜間と休日の見守りがない", "民生委員だけでは手が回らない。",
        "見守り体制の整備", "事業者と連携した見守りの仕組みを検討してほしい。",
        "みまもり訪問サービス", "municipal", 0, "毎日", "一人暮らしの75歳以上の人",
        "新聞販売店と協定を結べる", "見守り協力員20人の目途がある",
    ),
    "caregiver_support": Story(
        "介護する人が休めない", "介護する家族が休める場がない", "相談先を知らない家族が多い。",
        "介護者の集いの場づくり", "介護者が集う場への会場費の補助を検討してほしい。",
        "介護者ほっとカフェ", "municipal", 100, "第1日曜", "家族を介護している人",
        "地域包括支援センターの部屋を使える", "認知症サポーター5人が手伝える",
    ),
    "salon": Story(
        "出かける場がない", "歩いて行ける通いの場がない", "集会所が遠い。",
        "通いの場の立ち上げ支援", "空き店舗を使った通いの場への補助を検討してほしい。",
        "まちかどサロン", "general_prevention", 100, "毎週木曜", "65歳以上の人",
        "空き店舗1か所を借りられる", "老人クラブの会員6人が運営する",
    ),
    "other": Story(
        "困りごとを頼めない", "ちょっとした困りごとの頼み先がない", "電球の交換なども頼めない。",
        "生活の困りごと支援", "軽作業を頼める仕組みを検討してほしい。",
        "ちょこっとお手伝いサービス", "municipal", 200, "平日", "65歳以上の世帯",
        "シルバー人材センターと調整できる", "登録者7人がいる",
    ),
}  # fmt: skip
"""By kind of support."""

RETURNED = "対象となる人数と、地域でできることを校区ごとに示してください。"
ADOPTED = "複数の校区から同じ提案があり、効果が見込める。"
REJECTED = ("既存の市の事業で対応できる。", "対象者が少なく、地域の支え合いで対応できる。", "財源を確保できない。")
DEFERRED = "来年度の予算編成で検討する。"
WITHDRAWN = "地元の企業が引き受けることになった。"
MINUTES = "地域の情報を共有した（合成データ）。"
MINUTES_ISSUE = "地域課題について協議し、対応を決めた（合成データ）。"
MINUTES_PROPOSAL = "第2層からの提案を協議した（合成データ）。"
