"""What a dry run answers: the effects a confirmation shows, before anything has happened."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel


class Plan(BaseModel):
    """What would happen; `etag` goes into `If-Match` of the real call."""

    effects: list[dict[str, Any]]
    etag: str
    warnings: list[str] = []


def tag_of(*facts: object) -> str:
    """An ETag of the facts a consent rests on."""
    told = json.dumps(facts, default=str, sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.blake2b(told.encode(), digest_size=12).hexdigest()}"'
