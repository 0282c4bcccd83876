"""A shop small enough to be imported at once: one store, one shoe in two sizes, two members."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TUESDAY_NOON = "2026-11-24T12:00:00+09:00"
"""What the clock says when a server of the tests starts: stores and desk are open."""
PIECES = 1000
ASK = "ソラ スニーカーの27.0cmは渋谷店にありますか"
"""A stock question with everything in one sentence."""
_PRICE = {"currency": "JPY", "amount": 12100}
_FILES: dict[str, list[dict[str, Any]]] = {
    "stores.jsonl": [
        {
            "id": "shibuya",
            "code": "101",
            "name": "渋谷店",
            "kind": "store",
            "translations": {"en": {"name": "Shibuya"}},
            "address": {
                "postal_code": "150-0041",
                "prefecture": "東京都",
                "city": "渋谷区",
                "line1": "神南1-1-1",
            },
            "lat": 35.66,
            "lng": 139.69,
            "phone": "03-0000-0001",
            "weekly_hours": [
                {
                    "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "hol"],
                    "open": "11:00",
                    "close": "20:00",
                }
            ],
            "exceptions": [],
            "services": ["pickup"],
            "pickup": {"lead_time_minutes": 120, "hold_days": 3},
        }
    ],
    "products.jsonl": [
        {
            "id": "sora",
            "name": "ソラ スニーカー",
            "aliases": ["ソラ"],
            "category": "スニーカー",
            "option_axes": ["サイズ"],
            "translations": {"en": {"name": "Sora sneakers"}},
            "variants": [
                {
                    "id": f"sora-{size}",
                    "sku": f"S-{size}",
                    "options": {"サイズ": size},
                    "price": _PRICE,
                    "status": "active",
                }
                for size in ("26.5cm", "27.0cm")
            ],
        }
    ],
    "stock.jsonl": [
        {
            "variant_id": f"sora-{size}",
            "store_id": store,
            "on_hand": PIECES,
            "as_of": "@-1d",
        }
        for size in ("26.5cm", "27.0cm")
        for store in ("shibuya", None)
    ],
    "members.jsonl": [
        {
            "id": f"m-{number}",
            "member_no": f"9000000{number}",
            "name": name,
            "phone": f"090-0000-900{number}",
            "language": "ja",
        }
        for number, name in ((1, "山田 花子"), (2, "佐藤 健"))
    ],
    "points.jsonl": [
        {"customer_id": "m-1", "kind": "earn", "delta": 1280, "at": "@-30d"},
        {"customer_id": "m-2", "kind": "earn", "delta": 77, "at": "@-30d"},
    ],
}
_SHOP = {
    "name": "小さな店",
    "currency": "JPY",
    "languages": ["ja", "en"],
    "points": {"yen_per_point": 1, "earn_rate": 0.01, "ranks": []},
    "holds": {"confirmation": "instant", "days": 3, "per_customer": 3},
}


def write_small_shop(folder: Path) -> Path:
    """Write the import folder; gives it back."""
    folder.mkdir(parents=True)
    for name, records in _FILES.items():
        lines = (json.dumps(record, ensure_ascii=False) for record in records)
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "shop.json").write_text(json.dumps(_SHOP, ensure_ascii=False), "utf-8")
    return folder
