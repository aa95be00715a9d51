"""What a search compares, and what lists are sorted by."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

NO_DAY = date(1970, 1, 1)
"""A day before the first event of a row. Lists are sorted by such columns, so they are never null."""

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


def searchable(*texts: str) -> str:
    """The text that a search compares.

    The same are full and half width, upper and lower case (NFKC), old and new forms of a character (髙 and 高), and
    both kana. Spaces, middle dots and hyphens do not count. The texts are on lines of their own.
    """
    return "\n".join(map(_folded, texts))


def sort_name(*texts: str) -> str:
    """The text that lists by name are sorted by: the first 40 characters of `searchable`.

    It is part of a cursor, and NFKC can make one character into eighteen.
    """
    return searchable(*texts)[:40]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_FORMS).translate(_HIRAGANA)
    return _NOTHING.sub("", plain)
