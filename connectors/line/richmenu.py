"""The menu under every talk: six things people come for, said in the words of a customer."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from connectors.line.api import Api, LineRefused, sdk

PICTURE = Path(__file__).with_name("richmenu.png")
OURS = "madoguchi-"
WIDTH, HEIGHT = 1200, 810
AREAS = (
    ("在庫を調べる", "在庫を調べたい"),
    ("ご注文状況", "注文の状況を知りたい"),
    ("店舗受取", "店舗受取の状況を知りたい"),
    ("ポイント", "ポイント残高を知りたい"),
    ("店舗を探す", "近くの店舗を探したい"),
    ("係に相談", "係の人と話したい"),
)
"""What stands on the picture, and what a tap says; three to a row."""
COLUMNS = 3


def definition() -> dict[str, Any]:
    """The menu as the Messaging API takes it; its name tells one drawing from another."""
    width, height = WIDTH // COLUMNS, HEIGHT // 2
    areas = [
        {
            "bounds": {
                "x": n % COLUMNS * width,
                "y": n // COLUMNS * height,
                "width": width,
                "height": height,
            },
            "action": {"type": "message", "label": label, "text": text},
        }
        for n, (label, text) in enumerate(AREAS)
    ]
    drawn = hashlib.sha256(json.dumps(areas).encode() + PICTURE.read_bytes()).hexdigest()[:12]
    return {
        "size": {"width": WIDTH, "height": HEIGHT},
        "selected": True,
        "name": OURS + drawn,
        "chatBarText": "メニュー",
        "areas": areas,
    }


async def installed(api: Api) -> bool:
    """Is this very menu the one everybody sees? Raises as `Api.ask`."""
    menus = await _ours(api)
    default = await _default(api)
    return any(menu.rich_menu_id == default for menu in menus if _current(menu))


async def install(api: Api) -> None:
    """Show this menu to everybody, and take away what we installed before.

    A menu's picture cannot be replaced, so another drawing is another menu. Raises as `Api.ask`.
    """
    menus = await _ours(api)
    current = next((menu.rich_menu_id for menu in menus if _current(menu)), None)
    if current is None:
        current = await _created(api)
    await api.ask(lambda line: line.set_default_rich_menu(current))
    for menu in menus:
        if menu.rich_menu_id != current:
            await _deleted(api, menu.rich_menu_id)


async def _created(api: Api) -> str:
    request = sdk().RichMenuRequest.from_dict(definition())
    created = await api.ask(lambda line: line.create_rich_menu(request))
    menu: str = created.rich_menu_id
    picture = PICTURE.read_bytes()
    try:
        await api.ask_blob(
            lambda line: line.set_rich_menu_image(
                menu, body=picture, _headers={"Content-Type": "image/png"}
            )
        )
    except Exception:
        await _deleted(api, menu)  # without a picture nobody can use it, nor link it
        raise
    return menu


async def _deleted(api: Api, menu: str) -> None:
    await api.ask(lambda line: line.delete_rich_menu(menu))


async def _ours(api: Api) -> list[Any]:
    listed = await api.ask(lambda line: line.get_rich_menu_list())
    return [menu for menu in listed.richmenus if menu.name.startswith(OURS)]


async def _default(api: Api) -> str | None:
    try:
        told = await api.ask(lambda line: line.get_default_rich_menu_id())
    except LineRefused as refusal:
        if refusal.status == 404:
            return None
        raise
    return str(told.rich_menu_id)


def _current(menu: Any) -> bool:
    return bool(menu.name == definition()["name"])
