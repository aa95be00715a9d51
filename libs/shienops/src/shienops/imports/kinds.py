"""Table of the kinds of support and the service class of each listed service.

The words of the table are searched in the service's text from the top; the first word found decides. Several
services of one office (`訪問介護; 通所介護`) have the kinds of all of them. Long-term care insurance defines day
care as relief of isolation and of the family, so day care is a salon and caregiver support. Home nursing, bathing,
rehabilitation, equipment, care plans and residential care are none of the kinds of support between residents, so
they are OTHER.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from shiendomain.vocabulary import ServiceClass, SupportKind

_K, _C = SupportKind, ServiceClass
Meaning = tuple[tuple[SupportKind, ...], ServiceClass | None]

KINDS: Sequence[tuple[str, Meaning]] = (
    # services of long-term care insurance; a longer word comes before a word that it contains
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
    # names of facilities and of other systems that contain a word of the list below
    ("生活支援ハウス", ((_K.OTHER,), None)),
    ("生活支援センター", ((_K.OTHER,), None)),
    ("交流館", ((_K.OTHER,), None)),
    ("駐車場", ((_K.OTHER,), None)),
    # words of coordinators, and labels of the ministry
    ("介護者", ((_K.CAREGIVER_SUPPORT,), None)),
    ("家族会", ((_K.CAREGIVER_SUPPORT,), None)),
    ("認知症カフェ", ((_K.CAREGIVER_SUPPORT, _K.SALON), None)),
    ("配食", ((_K.MEALS,), None)),
    ("弁当", ((_K.MEALS,), None)),
    ("会食", ((_K.MEALS, _K.SALON), None)),
    ("見守", ((_K.WATCHING,), None)),
    ("安否", ((_K.WATCHING,), None)),
    ("有償運送", ((_K.OUTING,), None)),
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
    """Return the normalised text for comparison. It is never stored."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


_WORDS = tuple((key(word), meaning) for word, meaning in KINDS)
_VALUES: dict[str, Meaning] = {key(text): ((kind,), None) for kind in SupportKind for text in (kind.value, kind.ja)}


def meaning_of(text: str) -> Meaning | None:
    """Return the kinds of support, in the order of the enum, and the service class; None when no service is known."""
    found = [one for one in map(_one, re.split("[;；、,，/／\n]", text)) if one]
    if not found:
        return None
    kinds = {kind for kinds, _ in found for kind in kinds}
    real = kinds - {SupportKind.OTHER} or kinds
    classes = [service_class for _, service_class in found if service_class]
    return tuple(kind for kind in SupportKind if kind in real), min(classes, key=CLASS_ORDER.index, default=None)


def class_of(text: str) -> ServiceClass | None:
    """Return the service class whose value or Japanese label is in a cell; None when there is none."""
    return next((one for one in ServiceClass if key(text) in {key(one.value), key(one.ja)}), None)


def _one(text: str) -> Meaning | None:
    plain = key(text).replace(key("・活動"), "")  # サービス・活動A: the names since April 2024
    if plain in _VALUES:
        return _VALUES[plain]
    return next((meaning for word, meaning in _WORDS if word in plain), None)
