"""Words of networking (ネットワーク構築): what a body is asked for, and what it answers."""

from __future__ import annotations

from ..words import Word


class OutreachRequest(Word):
    """What a body was asked for when somebody reached out to it (協力依頼などの働きかけ)."""

    JOIN_COUNCIL = "join_council", "協議体への参加", "Join the council"
    RUN_ACTIVITY = "run_activity", "活動の実施", "Run an activity"
    LEND_VENUE = "lend_venue", "場所の提供", "Lend a venue"
    GIVE_SUPPORTERS = "give_supporters", "担い手の協力", "Give supporters"
    SHARE_INFORMATION = "share_information", "情報の提供", "Share information"
    OTHER = "other", "その他", "Other"


class OutreachAnswer(Word):
    """What a body answered to an outreach."""

    AGREED = "agreed", "協力する", "Agreed"
    CONSIDERING = "considering", "検討中", "Considering"
    DECLINED = "declined", "辞退", "Declined"
