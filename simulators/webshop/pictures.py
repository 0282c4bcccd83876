"""The demo's pictures: one drawing for each kind of thing, painted in the colour asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel

HERE = Path(__file__).parent
DRAWINGS = HERE / "pictures"
KINDS = frozenset(file.stem for file in DRAWINGS.glob("[!_]*.svg"))

_INK = "#26241f"
_PAPER = "#ffffff"
_DARK = 0.35
"""Luma below which seams are drawn light."""


class Colour(BaseModel):
    """A colour by its names; `paint` is `#rrggbb`."""

    ja: str
    en: str
    paint: str


COLOURS: Mapping[str, Colour] = {
    slug: Colour(**told)
    for slug, told in yaml.safe_load((HERE / "colours.yml").read_text("utf-8")).items()
}
BY_NAME: Mapping[str, str] = {colour.ja: slug for slug, colour in COLOURS.items()}

_drawings = Environment(
    loader=FileSystemLoader(DRAWINGS), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


@lru_cache(maxsize=512)
def draw(kind: str, colour: str) -> str:
    """An SVG document. Raises `KeyError` where there is no such kind or colour."""
    if kind not in KINDS:
        raise KeyError(kind)
    main = COLOURS[colour].paint
    return _drawings.get_template(f"{kind}.svg").render(
        main=main,
        shade=_mixed(main, _INK, 0.2),
        deep=_mixed(main, _INK, 0.42),
        light=_mixed(main, _PAPER, 0.3),
        line=_mixed(main, _PAPER, 0.4) if _luma(main) < _DARK else _mixed(main, _INK, 0.4),
        edge=_mixed(main, _INK, 0.5),
    )


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()


def _luma(colour: str) -> float:
    """How bright it looks, 0 to 1 (ITU-R BT.709)."""
    red, green, blue = _channels(colour)
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255
