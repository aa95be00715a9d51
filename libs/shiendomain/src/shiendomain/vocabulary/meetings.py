"""Words of what a council discusses at a meeting."""

from __future__ import annotations

from ..words import Word


class MeetingItemKind(Word):
    """What an item of a meeting was about, beside the issues and proposals that it dealt with.

    Source: the slides on the councils of both tiers (協議体の活動内容).
    """

    SUPPORTERS = "supporters", "担い手の確保・養成", "Supporters"
    SERVICE_PROVISION = "service_provision", "サービスの提供方法（料金等）", "How services are provided"
    SALON_CONTENT = "salon_content", "サロン支援（取組内容）", "Salon support: content"
    SALON_INDEPENDENCE = (
        "salon_independence",
        "サロン支援（自立した運営への道筋）",
        "Salon support: path to self-running",
    )
    PREVENTION = "prevention", "一次予防（一般介護予防）", "Primary prevention"
    PURPOSE = "purpose", "意識の統一", "Shared purpose"
    NETWORK = "network", "ネットワーク構築", "Networking"
    INFORMATION = "information", "情報共有", "Information sharing"
    OTHER = "other", "その他", "Other"
