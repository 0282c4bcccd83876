"""Colour names of Japanese catalogues in English: option values have no translations of their own.

What is not here is shown as the catalogue writes it.
"""

ENGLISH = {
    "アイボリー": "ivory",
    "イエロー": "yellow",
    "インディゴ": "indigo",
    "オフホワイト": "off-white",
    "オリーブ": "olive",
    "オレンジ": "orange",
    "カーキ": "khaki",
    "キャメル": "camel",
    "グリーン": "green",
    "グレー": "grey",
    "ゴールド": "gold",
    "サックス": "light blue",
    "シルバー": "silver",
    "チャコール": "charcoal",
    "ネイビー": "navy",
    "パープル": "purple",
    "ピンク": "pink",
    "ブラウン": "brown",
    "ブラック": "black",
    "ブルー": "blue",
    "ベージュ": "beige",
    "ホワイト": "white",
    "ミント": "mint",
    "モカ": "mocha",
    "ラベンダー": "lavender",
    "レッド": "red",
    "ワイン": "burgundy",
    "黒": "black",
    "白": "white",
    "赤": "red",
    "青": "blue",
    "緑": "green",
    "黄": "yellow",
    "茶": "brown",
    "紺": "navy",
    "灰": "grey",
    "桃": "pink",
    "紫": "purple",
}


def named(value: str, language: str) -> str:
    """A value as it is called in `language`."""
    return value if language == "ja" else ENGLISH.get(value, value)
