"""When two written names are the same: whatever their width, kana, form of a character, spaces and hyphens."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_PAIRS = (
    "髙高 﨑崎 齋斉 齊斉 斎斉 邊辺 邉辺 濵浜 濱浜 德徳 廣広 澤沢 國国 櫻桜 龍竜 眞真 嶋島 嶌島 峯峰 冨富 條条 瀨瀬 "
    "繩縄 萬万 與与 佛仏 假仮 儉倹 兩両 圓円 單単 嚴厳 學学 實実 寫写 寶宝 專専 對対 將将 屆届 屬属 嶽岳 巖巌 帶帯 "
    "從従 惠恵 應応 戰戦 戶戸 拂払 拔抜 擴拡 收収 攝摂 效効 敕勅 數数 斷断 晝昼 晚晩 曉暁 榮栄 樂楽 樓楼 樣様 橫横 "
    "檢検 歐欧 步歩 歷歴 歸帰 殘残 毆殴 每毎 氣気 沒没 淺浅 淸清 溪渓 溫温 滿満 潛潜 瀧滝 燒焼 爐炉 獨独 獸獣 祿禄 "
    "禮礼 稻稲 穗穂 竊窃 經経 綠緑 緖緒 總総 縣県 繼継 續続 缺欠 聲声 聽聴 膽胆 臟臓 臺台 舊旧 莊荘 蘆芦 處処 號号 "
    "蟲虫 蠶蚕 衆衆 裝装 觀観 觸触 證証 譯訳 讀読 變変 豐豊 貳弐 賣売 賴頼 贊賛 踐践 轉転 輕軽 辭辞 辯弁 遙遥 遲遅 "
    "邨村 郞郎 鄕郷 醫医 釀醸 釋釈 鑛鉱 鐵鉄 錢銭 鎭鎮 關関 陷陥 隨随 險険 雜雑 靈霊 靜静 顏顔 顯顕 飮飲 館館 驅駆 "
    "驗験 髮髪 鬪闘 鷄鶏 鹽塩 麥麦 黃黄 點点 默黙 齒歯"
)
"""An old or variant form (旧字体・異体字) and the common one, of characters in names of places and bodies."""
_FORMS = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_HIRAGANA = str.maketrans({chr(code): chr(code - 0x60) for code in range(ord("ァ"), ord("ヶ") + 1)})
_NOTHING = re.compile("[\\s\ufe00-\ufe0f\U000e0100-\U000e01ef・･\\-‐–—−]")
"""Variation selectors (葛󠄀), spaces, middle dots and hyphens: people write them or not."""


def comparable(text: str) -> str:
    """The text as it is compared with others. It is never shown.

    The same are full and half width, upper and lower case (NFKC), old and new forms of a character (髙 and 高), and
    both kana. Spaces, middle dots and hyphens do not count.

    >>> comparable("髙島 ｻﾛﾝ") == comparable("高島さろん")
    True
    """
    return _NOTHING.sub("", _plain(text).translate(_HIRAGANA))


def comparable_address(text: str) -> str:
    """The address as it is compared with others. It is never shown. Numbers stay apart: 1-12 is not 11-2.

    >>> comparable_address("西町一丁目２番３号") == comparable_address("西町 1ー2ー3")
    True
    """
    plain = _CHOME.sub(lambda found: f"{_KANJI_DIGITS.index(found[1]) + 1}丁目", _plain(text))
    plain = _NUMBER_END.sub("-", "".join(plain.split()))
    return re.sub("-+", "-", _HYPHENS.sub("-", plain)).strip("-")


def pairs(comparable_text: str) -> tuple[str, ...]:
    """The pairs of neighbouring characters of a comparable text, each once; of a single character, itself."""
    places = range(max(1, len(comparable_text) - 1))
    return tuple(dict.fromkeys(comparable_text[n : n + 2] for n in places)) if comparable_text else ()


def in_common(one: str, other: str) -> int:
    """How many percent of the pairs of characters of the shorter comparable text the two have in common.

    Source: a rule of this product. Japanese names are written without spaces, and one place has several of them
    (西町サロン, 西町ふれあいサロン), so pairs of characters are compared, and not words.
    """
    places = max(1, min(len(one), len(other)) - 1)
    return 100 * sum(pair in other for pair in pairs(one)) // places if one and other else 0


def in_common_sql(pairs_of_one: str, length_of_one: str, other: str) -> str:
    """`in_common` in SQL, of one text given by its pairs (text[]) and its length, and of a column."""
    found = f"(select count(*) from unnest({pairs_of_one}) pair where strpos({other}, pair) > 0)"
    return f"100 * {found} / greatest(1, least({length_of_one}, length({other})) - 1)"


def pair_numbers(searchable: str) -> tuple[int, ...]:
    """The pairs of neighbouring characters of each line of a text, as numbers, each once and sorted.

    A row that has them is found by an index: where a word occurs, all its pairs do.

    >>> set(pair_numbers("さろん")) <= set(pair_numbers("西町さろん"))
    True
    """
    found = {(ord(one) << 21) + ord(other) for line in searchable.split("\n") for one, other in pairwise(line)}
    return tuple(sorted(found))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_FORMS)


_KANJI_DIGITS = "一二三四五六七八九"
_CHOME = re.compile(f"([{_KANJI_DIGITS}])丁目")
_NUMBER_END = re.compile("(?<=[0-9])(?:丁目|番地の?|番|号|の(?=[0-9]))")
_HYPHENS = re.compile("(?<=[0-9])[-‐-―−ーｰ](?=[0-9])")
