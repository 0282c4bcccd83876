"""A small retailer of nobody's: two stores, a warehouse, five products, two currencies."""

import json
from pathlib import Path
from typing import Any

Line = dict[str, Any]


def yen(amount: int) -> Line:
    return {"currency": "JPY", "amount": amount}


def store(store_id: str, name: str, lat: float, lng: float, **more: Any) -> Line:
    return {
        "id": store_id,
        "code": f"c-{store_id}",
        "name": name,
        "kind": "store",
        "address": {"prefecture": "東京都", "city": "港区"},
        "lat": lat,
        "lng": lng,
        "phone": "03-0000-0000",
        "weekly_hours": [
            {"days": ["mon", "tue", "wed", "thu", "fri"], "open": "10:00", "close": "20:00"}
        ],
        "exceptions": [],
        "services": [],
    } | more


STORES = [
    store(
        "north",
        "北店",
        35.70,
        139.70,
        name_kana="キタテン",
        aliases=["ノース"],
        translations={"en": {"name": "North"}},
        nearest_station="北駅",
        weekly_hours=[
            {"days": ["mon", "tue", "wed", "thu", "fri"], "open": "10:00", "close": "20:00"},
            {"days": ["sat", "sun", "hol"], "open": "11:00", "close": "18:00"},
        ],
        pickup_counter_close="19:00",
        exceptions=[{"date": "@+1d", "closed": True, "reason": "棚卸し"}],
        services=["pickup", "tryon", "return"],
        pickup={"lead_time_minutes": 120, "hold_days": 7},
    ),
    store(
        "bar",
        "深夜店",
        35.60,
        139.70,
        weekly_hours=[{"days": ["wed"], "open": "18:00", "close": "25:00"}],
        services=["pickup"],
        pickup={"lead_time_minutes": 30, "hold_days": 3},
    ),
    store("depot", "倉庫", 35.65, 139.70, kind="warehouse", weekly_hours=[]),
]


def variant(variant_id: str, amount: int = 3000, **more: Any) -> Line:
    return {
        "id": variant_id,
        "sku": variant_id.upper(),
        "options": {},
        "price": yen(amount),
        "status": "active",
    } | more


def product(product_id: str, name: str, category: str, **more: Any) -> Line:
    return {
        "id": product_id,
        "name": name,
        "category": category,
        "option_axes": [],
        "variants": [variant(f"{product_id}-1")],
    } | more


PRODUCTS = [
    product(
        "tee",
        "Tシャツ",
        "トップス",
        name_kana="ティーシャツ",
        translations={"en": {"name": "T-shirt", "description": "Plain."}},
        brand="アサヒ",
        description="無地です。",
        facts={"care": "洗えます"},
        option_axes=["サイズ", "カラー"],
        variants=[
            variant(
                "tee-s-bk", 2000, options={"サイズ": "S", "カラー": "ブラック"}, jan="4901234567894"
            ),
            variant("tee-m-nv", 2500, options={"サイズ": "M", "カラー": "ネイビー"}),
            variant("tee-m-wh", 2500, options={"サイズ": "M", "カラー": "ホワイト"}),
        ],
    ),
    product(
        "sneaker",
        "ランニングスニーカー",
        "靴",
        aliases=["ランスニ"],
        option_axes=["サイズ"],
        variants=[
            variant(
                "sneaker-26",
                8000,
                options={"サイズ": "26.0cm"},
                list_price=yen(10000),
                sale_ends_at="@+1d 23:59",
            ),
            variant("sneaker-27", 10000, options={"サイズ": "27cm"}),
        ],
    ),
    product("boots", "革ブーツ", "靴", brand="アサヒ", variants=[variant("boots-1", 20000)]),
    product(
        "case",
        "Phone case",
        "Accessories",
        option_axes=["Size", "size"],
        variants=[
            variant(
                "case-1",
                options={"Size": "Large", "size": "6.1 inch"},
                price={"currency": "USD", "amount": 1999},
            )
        ],
    ),
    product("mug", "マグカップ", "食器", variants=[variant("mug-1", 1200, status="preorder")]),
]


def level(variant_id: str, store_id: str | None, on_hand: int | None, **more: Any) -> Line:
    return {
        "variant_id": variant_id,
        "store_id": store_id,
        "on_hand": on_hand,
        "as_of": "@0d 09:00",
    } | more


STOCK = [
    level("tee-s-bk", "north", 5, reserved=1),
    level("tee-s-bk", "bar", -2),
    level("tee-s-bk", None, None),
    level("tee-m-nv", "north", 2, incoming={"quantity": 6, "expected_on": "@+3d"}),
    level("tee-m-nv", None, 40),
    level("sneaker-26", "north", 0, incoming={"quantity": 4}),
    level("sneaker-27", "bar", 1),
    level("mug-1", "depot", 100),
]

FAQ = {
    "ja/wrapping.md": "# ギフト包装\n\n1点330円で承ります。",
    "ja/shipping.md": "# 送料\n\n全国一律です。\n",
    "en/wrapping.md": "# Gift wrapping\n\nWe wrap presents.",
}


def write_folder(folder: Path, **files: list[Line]) -> Path:
    """Write a folder to import; `stores=[...]` is written as `stores.jsonl`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, "utf-8")
    return folder


def write_shop(folder: Path) -> Path:
    """Write all of the small retailer."""
    write_folder(folder, stores=STORES, products=PRODUCTS, stock=STOCK)
    shop = {"name": "小さな店", "holds": {"confirmation": "instant", "days": 2, "per_customer": 1}}
    (folder / "shop.json").write_text(json.dumps(shop, ensure_ascii=False), "utf-8")
    for name, text in FAQ.items():
        page = folder / "faq" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, "utf-8")
    return folder
