"""What makes a place accessible, as lists write it (バリアフリー情報). What is not sure is not claimed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from shiendomain.vocabulary import Accessibility

_WORDS: Mapping[Accessibility, Sequence[str]] = {
    Accessibility.STEP_FREE: ("段差なし", "段差無", "段差はない", "段差がない"),
    Accessibility.RAMP: ("スロープ",),
    Accessibility.HANDRAILS: ("手すり", "手摺"),
    Accessibility.LIFT: ("エレベーター", "エレベータ", "昇降機"),
    Accessibility.ACCESSIBLE_TOILET: (
        "バリアフリートイレ", "多目的トイレ", "多機能トイレ", "車椅子対応トイレ", "車いす対応トイレ", "車椅子用トイレ",
        "車いす用トイレ", "みんなのトイレ", "だれでもトイレ",
    ),
    Accessibility.PARKING: ("駐車場",),
    Accessibility.HEARING_LOOP: ("ヒアリングループ", "磁気ループ", "磁気誘導ループ"),
}  # fmt: skip
_PARTS = re.compile(r"[、。，,;；・/／\n]|および|及び|と(?=\S)")
_NOT = re.compile(r"な[しい]|無[しい]?|ありません|予定|未設置|不可|×|[:：]\s*-")


def accessibility_of(text: str) -> tuple[Accessibility, ...]:
    """What a text says that there is, in the order of the vocabulary. A part that says not yet, or no, says nothing."""
    parts = [part for part in _PARTS.split(unicodedata.normalize("NFKC", text)) if part.strip()]
    return tuple(one for one in Accessibility if any(_says(part, one) for part in parts))


def _says(part: str, one: Accessibility) -> bool:
    if not any(word in part for word in _WORDS[one]):
        return False
    return one is Accessibility.STEP_FREE or not _NOT.search(part)
