"""A shop whose data was written by somebody who means harm to those who look at it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.small_shop import write_small_shop

STRIKE = "window.struck = true"
IMAGE = f'<img src=x onerror="{STRIKE}">'
SCRIPT = f"</script><script>{STRIKE}</script>"
LINK = f"javascript:{STRIKE}"
TURNED = "\u202egnp.exe\u2066"
NAMES = (
    f"ソラ {IMAGE}",
    f"ソラ {SCRIPT}",
    f"ソラ {LINK}",
    f"ソラ {TURNED}",
)


def write_hostile_shop(folder: Path) -> Path:
    """The small shop, whose products have hostile names and pictures; gives it back."""
    write_small_shop(folder)
    file = folder / "products.jsonl"
    product = json.loads(file.read_text("utf-8"))
    products = [
        {
            **product,
            "id": f"sora{number}",
            "name": name,
            "translations": {"en": {"name": name.replace("ソラ", "Sora")}},
            "image_url": LINK,
            "url": LINK,
            "description": name,
            "variants": [
                {**variant, "id": f"{variant['id']}-{number}", "sku": f"{variant['sku']}-{number}"}
                for variant in product["variants"]
            ],
        }
        for number, name in enumerate(NAMES)
    ]
    lines = (json.dumps(each, ensure_ascii=False) for each in (product, *products))
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return folder
