"""Options of variants: which axis is a size or a colour, and when two values are the same. Pure."""

import re
from typing import Literal

from backend.catalogue.folding import fold, joined

Role = Literal["size", "color"]

_AXES: dict[Role, tuple[str, ...]] = {
    "size": ("サイズ", "size", "足サイズ", "寸法"),
    "color": ("カラー", "色", "color", "colour", "カラーバリエーション"),
}
_ROLES = {fold(name): role for role, names in _AXES.items() for name in names}
_FAMILIES = {
    "black": "ブラック 黒 黒色 クロ black bk",
    "white": "ホワイト 白 白色 シロ オフホワイト アイボリー 生成り white ivory wh",
    "gray": "グレー グレイ 灰色 ねずみ色 チャコール gray grey charcoal gy",
    "navy": "ネイビー 紺 紺色 濃紺 navy nv",
    "blue": "ブルー 青 青色 水色 サックス インディゴ ライトブルー blue indigo bl",
    "red": "レッド 赤 赤色 ボルドー ワインレッド えんじ red burgundy rd",
    "pink": "ピンク 桃色 pink pk",
    "orange": "オレンジ orange テラコッタ",
    "yellow": "イエロー 黄 黄色 マスタード yellow mustard ye",
    "green": "グリーン 緑 緑色 ミント green gn",
    "khaki": "カーキ オリーブ khaki olive",
    "brown": "ブラウン 茶 茶色 キャメル モカ brown camel br",
    "beige": "ベージュ サンド ナチュラル beige sand be",
    "purple": "パープル 紫 紫色 ラベンダー purple lavender",
    "silver": "シルバー 銀 銀色 silver",
    "gold": "ゴールド 金 金色 gold",
}
_FAMILY_OF = {
    joined(fold(name)): family for family, names in _FAMILIES.items() for name in names.split()
}
_UNIT = re.compile(r"(?<=\d)(?:cm|センチ|センチメートル)$")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LETTER_SIZES = ("xxs", "xs", "s", "m", "l", "xl", "ll", "xxl", "3l", "xxxl", "4l")


def role_of(axis: str) -> Role | None:
    """Whether an axis holds sizes or colours; other axes have no role."""
    return _ROLES.get(fold(axis))


def value_key(value: str) -> str:
    """An option's value as it is compared: 26.5 is ２６．５ｃｍ, l is L."""
    return _trim_zero(_UNIT.sub("", joined(fold(value))))


def _trim_zero(key: str) -> str:
    return key.removesuffix(".0") if _NUMBER.fullmatch(key) else key


def color_family(value: str) -> str | None:
    """The family a colour belongs to (ネイビー and 紺 are navy), or None if it is not known."""
    return _FAMILY_OF.get(joined(fold(value)))


def same_color(wanted: str, offered: str) -> bool:
    """Whether a customer's word for a colour means the offered one."""
    if value_key(wanted) == value_key(offered):
        return True
    family = color_family(wanted)
    return family is not None and family == color_family(offered)


def size_sort(value: str) -> float | None:
    """A number that puts sizes in order: centimetres by value, letters after one another."""
    key = value_key(value)
    if key in _LETTER_SIZES:
        return float(_LETTER_SIZES.index(key))
    number = _NUMBER.search(key)
    return float(number.group()) if number else None
