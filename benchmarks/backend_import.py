"""How long an import takes: 10,000 products, 100,000 variants, 20 stores, 2,000,000 stock rows.

Run it with `python benchmarks/backend_import.py [--variants 100000] [--stores 20]`; then it
searches the catalogue it has imported. Reach: under 3 minutes on SQLite.
"""

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from backend.app import create_app
from backend.importing.command import import_command
from backend.settings import BackendSettings

VARIANTS_PER_PRODUCT = 10
COLORS = ("ブラック", "ホワイト", "ネイビー", "ベージュ", "グリーン")
SERIES = ("ソラ", "ハヤテ", "クモ", "ナギ", "カゼ", "アメ", "ユキ", "ホシ", "タニ", "モリ")
KINDS = ("スニーカー", "Tシャツ", "ブーツ", "パーカー", "デニム", "リュック", "ソックス", "帽子")
QUERIES = (
    "スニーカ",
    "ティーシャツ",
    "ソラ 123 パーカー",
    "白 リュック",
    "running",
    "らんにんぐ",
    "帽子",
)


def products(variants: int) -> Iterator[dict[str, object]]:
    """A catalogue of so many variants."""
    for number in range(variants // VARIANTS_PER_PRODUCT):
        series, kind = SERIES[number % 10], KINDS[number // 10 % 8]
        yield {
            "id": f"p{number}",
            "name": f"{series} {number} {kind}",
            "translations": {"en": {"name": f"Item {number}"}},
            "category": kind,
            "option_axes": ["サイズ", "カラー"],
            "variants": [
                {
                    "id": f"p{number}-{index}",
                    "sku": f"SKU-{number}-{index}",
                    "options": {"サイズ": f"{24 + index // 5}cm", "カラー": COLORS[index % 5]},
                    "price": {"currency": "JPY", "amount": 1000 + number % 90 * 100},
                    "status": "active",
                }
                for index in range(VARIANTS_PER_PRODUCT)
            ],
        }


def stock(variants: int, stores: int) -> Iterator[dict[str, object]]:
    """The stock of every variant in every store."""
    chance = random.Random(1)
    for number in range(variants // VARIANTS_PER_PRODUCT):
        for index in range(VARIANTS_PER_PRODUCT):
            for store in range(stores):
                yield {
                    "variant_id": f"p{number}-{index}",
                    "store_id": f"s{store}",
                    "on_hand": chance.randrange(9),
                    "as_of": "@0d 05:00",
                }


def write(path: Path, records: Iterator[dict[str, object]]) -> None:
    """Write JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def store(number: int) -> dict[str, object]:
    """A store."""
    return {
        "id": f"s{number}",
        "code": str(number),
        "name": f"{number}号店",
        "kind": "store",
        "address": {},
    }


async def search(settings: BackendSettings) -> None:
    """Print how long a search takes in this catalogue."""
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {settings.token}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=transport, base_url="http://backend", headers=headers
        ) as client,
    ):
        for query in QUERIES:
            times = []
            for _ in range(6):
                started = time.perf_counter()
                answer = await client.get("/v1/products", params={"q": query, "limit": 5})
                times.append(time.perf_counter() - started)
            found = answer.json()["total_estimate"]
            print(f"{query}: {statistics.median(times) * 1000:.0f} ms, {found} found")


def main() -> None:
    """Write a folder, import it, search in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=100_000)
    parser.add_argument("--stores", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "in"
        folder.mkdir()
        write(folder / "stores.jsonl", (store(number) for number in range(asked.stores)))
        write(folder / "products.jsonl", products(asked.variants))
        write(folder / "stock.jsonl", stock(asked.variants, asked.stores))
        settings = BackendSettings(
            database_url=f"sqlite:///{name}/backend.db", token="benchmark", secret="benchmark"
        )
        started = time.perf_counter()
        import_command(folder, settings)
        rows = asked.variants * asked.stores
        print(f"{rows:,} rows of stock: {time.perf_counter() - started:.1f} s on SQLite")
        asyncio.run(search(settings))


if __name__ == "__main__":
    main()
