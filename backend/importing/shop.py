"""The shop's rules and FAQ: from the folder into the tables."""

import json
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import delete

from backend.importing.job import Job, Row
from backend.importing.records import ShopRecord
from backend.tables import FaqPage, Shop


async def take_shop(job: Job) -> None:
    """Read `shop.json`."""
    path = job.folder / "shop.json"
    if not path.exists():
        return
    content = path.read_bytes()
    try:
        ShopRecord.model_validate_json(content, context=job.calendar)
    except ValidationError as error:
        job.note("shop.json", None, error)
        return
    job.counts["shop.json"] = 1
    document = json.loads(content)
    await job.upsert(Shop, [{"id": 1, "document": document, "updated_at": job.now}])


async def take_faq(job: Job) -> None:
    """Read `faq/<lang>/*.md`: the first line is the title. All pages are replaced."""
    paths = sorted(job.folder.glob("faq/*/*.md"))
    if not paths:
        return
    await job.session.execute(delete(FaqPage))
    rows = [row for path in paths if (row := _page_row(job, path)) is not None]
    job.counts["faq"] = len(rows)
    await job.insert(FaqPage, rows)


def _page_row(job: Job, path: Path) -> Row | None:
    name = str(path.relative_to(job.folder))
    try:
        text = path.read_text("utf-8-sig").strip()
    except UnicodeDecodeError:
        job.faults.add(name, None, None, "not UTF-8")
        return None
    title, _, body = text.partition("\n")
    if not title.strip("# ") or not body.strip():
        job.faults.add(name, 1, None, "a title on the first line, then the text")
        return None
    return {
        "language": path.parent.name,
        "slug": path.stem,
        "title": title.strip("# "),
        "body": body.strip(),
        "updated_at": job.now,
    }
