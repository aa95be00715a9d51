"""What kind of support a listed service gives, and under which heading it runs: one table, read from the top.

A service's text is looked through for each word in turn; the first that is in it decides. Several services of one
office (`訪問介護; 通所介護`) give the kinds of all. Care insurance defines day care as ending isolation and relieving
the family, hence salon and caregiver support; home nursing, bathing, rehabilitation, equipment, care plans and homes
for living in answer none of the kinds that neighbours are asked for: they are listed as OTHER.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from shiendomain.vocabulary import ServiceClass, SupportKind

_K, _C = SupportKind, ServiceClass
Meaning = tuple[tuple[SupportKind, ...], ServiceClass | None]

KINDS: Sequence[tuple[str, Meaning]] = (
    # long-term care insurance; what is longer stands before what is within it
    ("夜間対応型訪問介護", ((_K.HOUSEWORK, _K.WATCHING), _C.INSURANCE_OTHER)),
    ("定期巡回・随時対応型訪問介護看護", ((_K.HOUSEWORK, _K.WATCHING), _C.INSURANCE_OTHER)),
    ("小規模多機能", ((_K.CAREGIVER_SUPPORT, _K.HOUSEWORK, _K.SALON), _C.INSURANCE_OTHER)),
    ("訪問型サービスA", ((_K.HOUSEWORK,), _C.VISIT_A)),
    ("訪問型サービスB", ((_K.HOUSEWORK,), _C.VISIT_B)),
    ("訪問型サービスC", ((_K.OTHER,), _C.VISIT_C)),
    ("訪問型サービスD", ((_K.OUTING,), _C.VISIT_D)),
    ("通所型サービスA", ((_K.SALON,), _C.DAY_A)),
    ("通所型サービスB", ((_K.SALON,), _C.DAY_B)),
    ("通所型サービスC", ((_K.OTHER,), _C.DAY_C)),
    ("訪問介護", ((_K.HOUSEWORK,), _C.VISIT_CONVENTIONAL)),
    ("訪問型サービス", ((_K.HOUSEWORK,), _C.VISIT_CONVENTIONAL)),
    ("通所介護", ((_K.CAREGIVER_SUPPORT, _K.SALON), _C.DAY_CONVENTIONAL)),
    ("通所型サービス", ((_K.CAREGIVER_SUPPORT, _K.SALON), _C.DAY_CONVENTIONAL)),
    ("短期入所", ((_K.CAREGIVER_SUPPORT,), _C.INSURANCE_OTHER)),
    ("訪問看護", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("訪問入浴", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("リハビリ", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("福祉用具", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("居宅介護支援", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("居宅療養管理指導", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("介護予防支援", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("地域包括支援センター", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("グループホーム", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("共同生活介護", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("入居者生活介護", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("介護老人", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    ("介護医療院", ((_K.OTHER,), _C.INSURANCE_OTHER)),
    # a coordinator's own words, and the ministry's labels
    ("介護者", ((_K.CAREGIVER_SUPPORT,), None)),
    ("家族会", ((_K.CAREGIVER_SUPPORT,), None)),
    ("認知症カフェ", ((_K.CAREGIVER_SUPPORT, _K.SALON), None)),
    ("配食", ((_K.MEALS,), None)),
    ("弁当", ((_K.MEALS,), None)),
    ("会食", ((_K.MEALS, _K.SALON), None)),
    ("見守", ((_K.WATCHING,), None)),
    ("安否", ((_K.WATCHING,), None)),
    ("移動支援", ((_K.OUTING,), None)),
    ("移動販売", ((_K.HOUSEWORK,), None)),
    ("外出", ((_K.OUTING,), None)),
    ("送迎", ((_K.OUTING,), None)),
    ("買い物", ((_K.HOUSEWORK,), None)),
    ("買物", ((_K.HOUSEWORK,), None)),
    ("家事", ((_K.HOUSEWORK,), None)),
    ("生活支援", ((_K.HOUSEWORK,), None)),
    ("掃除", ((_K.HOUSEWORK,), None)),
    ("ゴミ出し", ((_K.HOUSEWORK,), None)),
    ("一般介護予防", ((_K.SALON,), _C.GENERAL_PREVENTION)),
    ("サロン", ((_K.SALON,), None)),
    ("カフェ", ((_K.SALON,), None)),
    ("通いの場", ((_K.SALON,), None)),
    ("集いの場", ((_K.SALON,), None)),
    ("居場所", ((_K.SALON,), None)),
    ("交流", ((_K.SALON,), None)),
    ("体操", ((_K.SALON,), None)),
    ("趣味", ((_K.SALON,), None)),
    ("その他", ((_K.OTHER,), None)),
)
CLASS_ORDER = tuple(_C)


def key(text: str) -> str:
    """A text as it is compared: never as it is kept."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


_WORDS = tuple((key(word), meaning) for word, meaning in KINDS)
_VALUES: dict[str, Meaning] = {key(text): ((kind,), None) for kind in SupportKind for text in (kind.value, kind.ja)}


def meaning_of(text: str) -> Meaning | None:
    """Kinds (in the order of the list) and heading of one or more services; None when not one is known."""
    found = [one for one in map(_one, re.split("[;；、,，/／\n]", text)) if one]
    if not found:
        return None
    kinds = {kind for kinds, _ in found for kind in kinds}
    real = kinds - {SupportKind.OTHER} or kinds
    headings = [heading for _, heading in found if heading]
    return tuple(kind for kind in SupportKind if kind in real), min(headings, key=CLASS_ORDER.index, default=None)


def class_of(text: str) -> ServiceClass | None:
    """The heading that a cell names by its value or its Japanese label."""
    return next((one for one in ServiceClass if key(text) in {key(one.value), key(one.ja)}), None)


def _one(text: str) -> Meaning | None:
    plain = key(text)
    if plain in _VALUES:
        return _VALUES[plain]
    return next((meaning for word, meaning in _WORDS if word in plain), None)
