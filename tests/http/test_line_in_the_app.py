"""LINE and the real app: what people write on their phones, and what they read there."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.config import ROOT
from bot.nlu import Linear
from connectors.line.richmenu import AREAS
from simulators.line import LineSimulator
from simulators.line.phone import Phone, photo
from simulators.line.webhook import signature
from tests.support.line import SECRET, answered, ask, on_line, tap, until
from tests.support.real_app import MovableClock
from tests.support.served import PATIENCE_SECONDS

pytestmark = pytest.mark.asyncio(loop_scope="module")
REPLY, PUSH = "/v2/bot/message/reply", "/v2/bot/message/push"
ASK = "ソラの26.5cm ブラック、渋谷店にありますか"
TOO_LATE = timedelta(seconds=51)


class Talks:
    """The platform, the app behind it, and the codes it sent."""

    def __init__(self, line: LineSimulator, app: httpx.AsyncClient, folder: Path) -> None:
        self.line = line
        self.app = app
        self._folder = folder

    def code(self) -> str:
        """The last one-time code that was sent."""
        code: str = json.loads((self._folder / "codes.jsonl").read_text("utf-8").splitlines()[-1])[
            "code"
        ]
        return code

    def fates(self, path: str, phone: Phone) -> list[int]:
        """What became of the calls for one phone."""
        calls = [call for call in self.line.calls(path) if "status" in call]
        return [call["status"] for call in calls if self._chat(call["body"]) == phone.chat.id]

    def _chat(self, body: dict[str, Any]) -> str | None:
        token = self.line.platform.reply_tokens.get(body.get("replyToken", ""))
        return token.chat if token else body.get("to")

    def dead(self) -> int:
        """How many messages were given up."""
        return self._count("SELECT count(dead_at) FROM outbox")

    def kept(self, table: str, words: str) -> int:
        """How many rows of a table hold these words."""
        column = {"timeline": "content", "letters": "payload"}[table]
        return self._count(f"SELECT count(*) FROM {table} WHERE {column} LIKE '%{words}%'")

    def pictures(self) -> int:
        """How many pictures are kept for staff."""
        return self._count("SELECT count(*) FROM media")

    def _count(self, question: str) -> int:
        with contextlib.closing(
            sqlite3.connect(self._folder / "counter.db", PATIENCE_SECONDS)
        ) as database:
            [count] = database.execute(question).fetchone()
            return int(count)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talks(tmp_path_factory: pytest.TempPathFactory, engine: Linear) -> AsyncIterator[Talks]:
    """One app for all these tests: customers do not meet."""
    folder = tmp_path_factory.mktemp("line")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("bot.delivery.BACKOFF_SECONDS", (0.05,))
        async with on_line(folder, engine, monkeypatch) as (simulator, client):
            yield Talks(simulator, client, folder)


@pytest.fixture(autouse=True)
def well(talks: Talks) -> None:
    talks.line.mischief.mood = "well"
    talks.line.platform.calls.clear()


@pytest.fixture
def hanako(talks: Talks, request: pytest.FixtureRequest) -> Phone:
    """A customer nobody has seen before."""
    return talks.line.phone(request.node.name)


# A talk --------------------------------------------------------------------------------------


async def test_a_whole_ordinary_talk_costs_no_push(talks: Talks, hanako: Phone) -> None:
    await hanako.follow()
    await answered(hanako, 0)
    await ask(hanako, "こんにちは")
    stock = await ask(hanako, ASK)
    assert "渋谷店" in "".join(stock)
    await tap(hanako, "お取り置きする")
    await ask(hanako, "ヤマダ ハナコ")
    put_aside = await tap(hanako, "お取り置きする")
    await until(lambda: any("お取り置き番号" in words for words in hanako.said()))
    assert put_aside
    await ask(hanako, "ポイントは何ポイントありますか")
    await ask(hanako, "10024817")
    await ask(hanako, "1")
    points = await ask(hanako, talks.code())
    assert "ポイント" in "".join(points)
    assert set(talks.fates(REPLY, hanako)) == {200}
    assert talks.fates(PUSH, hanako) == []


async def test_all_lines_of_a_turn_come_in_one_call(talks: Talks, hanako: Phone) -> None:
    await ask(hanako, ASK)
    await until(lambda: talks.fates(REPLY, hanako) == [200])
    assert len(hanako.said()) > 1


async def test_an_outdated_button_is_answered_kindly(talks: Talks, hanako: Phone) -> None:
    await ask(hanako, ASK)
    action = hanako.chat.quick_replies[0]
    await ask(hanako, "やめておきます")
    before = len(hanako.said())
    hanako.chat.quick_replies = [action]
    await hanako.tap(action)
    assert await answered(hanako, before)


async def test_a_place_sent_by_the_quick_reply_brings_the_nearest_stores(
    talks: Talks, hanako: Phone
) -> None:
    await ask(hanako, "近くの店舗を教えてください")
    first = hanako.chat.quick_replies[0]
    assert (first["type"], first["label"]) == ("location", "現在地を送る")
    before = len(hanako.said())
    await hanako.share_location(35.6595, 139.7005, address="東京都渋谷区道玄坂1丁目")
    assert "お近くの店舗は、渋谷店（" in "".join(await answered(hanako, before))


async def test_a_time_that_is_picked_is_understood_as_if_it_were_written(
    talks: Talks, hanako: Phone
) -> None:
    await ask(hanako, "090-1234-5678に電話ください")
    picker = next(a for a in hanako.chat.quick_replies if a["type"] == "datetimepicker")
    assert picker["label"] == "日時を選ぶ"
    with pytest.raises(LookupError):
        await hanako.pick_with(picker, "1999-12-31T23:59")
    before = len(hanako.said())
    await hanako.pick_with(picker, picker["max"])
    day = f"{int(picker['max'][5:7])}/{int(picker['max'][8:10])}("
    assert f"09012345678（{day}" in "".join(await answered(hanako, before))


async def test_everything_the_menu_says_is_understood(talks: Talks, hanako: Phone) -> None:
    for _, words in AREAS:
        answer = "".join(await ask(hanako, words))
        assert "申し訳" not in answer, words
        await ask(hanako, "やめます")


# What the platform sends ---------------------------------------------------------------------


async def test_an_event_sent_twice_is_answered_once(talks: Talks, hanako: Phone) -> None:
    event = await hanako.write("営業時間を教えてください。渋谷店です")
    await answered(hanako, 0)
    said = list(hanako.said())
    for flagged in (True, False):
        assert await talks.line.webhook.redeliver(event, flagged=flagged) == 200
    await ask(hanako, "ありがとう")
    await until(lambda: talks.fates(REPLY, hanako) == [200, 200])
    assert hanako.said()[: len(said)] == said


async def test_events_out_of_order_are_answered_in_theirs(talks: Talks, hanako: Phone) -> None:
    talks.line.webhook.keeps_back = True
    await hanako.write("渋谷店の営業時間は？")
    await hanako.write("梅田店の営業時間は？")
    events, talks.line.webhook.waiting = talks.line.webhook.waiting, []
    talks.line.webhook.keeps_back = False
    await talks.line.webhook.deliver(*reversed(events))
    await until(lambda: len(talks.fates(REPLY, hanako)) == 2)
    said = "".join(hanako.said())
    assert said.index("渋谷店") < said.index("梅田店")


@pytest.mark.parametrize(
    "name", sorted(p.stem for p in (ROOT / "connectors/line/recordings").iterdir())
)
async def test_every_kind_of_event_is_taken_in(talks: Talks, name: str) -> None:
    body = (ROOT / "connectors/line/recordings" / f"{name}.json").read_bytes()
    assert await talks.line.webhook.post(body, signature(SECRET, body)) == 200


async def test_a_wrong_signature_is_refused_and_nothing_is_heard(
    talks: Talks, hanako: Phone
) -> None:
    body = json.dumps({"events": []}).encode()
    for signed in ("", "x", "é"):
        headers = {"x-line-signature": signed.encode()}
        refused = await talks.app.post("/webhooks/line", content=body, headers=headers)
        assert refused.status_code == 401


async def test_what_is_taken_back_is_erased(talks: Talks, hanako: Phone) -> None:
    secret = "内緒の買い物"
    event = await hanako.write(f"{secret}をしたい")
    await answered(hanako, 0)
    await until(lambda: talks.kept("timeline", secret))
    await hanako.unsend(event["message"]["id"])
    await until(lambda: not talks.kept("timeline", secret) + talks.kept("letters", secret))


async def test_a_picture_is_kept_for_staff(talks: Talks, hanako: Phone) -> None:
    before = talks.pictures()
    await hanako.send_picture(photo())
    assert await answered(hanako, 0)
    await until(lambda: talks.pictures() == before + 1)


async def test_in_a_group_only_what_is_meant_for_us_is_answered(
    talks: Talks, request: pytest.FixtureRequest
) -> None:
    group = talks.line.group(request.node.name)
    await group.write("明日どこ行く？")
    await group.mention("渋谷店の営業時間は？")
    answer = await answered(group, 0)
    assert "渋谷店" in "".join(answer)
    assert group.said() == answer


# What goes wrong -----------------------------------------------------------------------------


async def test_when_line_limits_us_the_answer_comes_later(talks: Talks, hanako: Phone) -> None:
    talks.line.mischief.mood = "rate limited"
    await hanako.write(ASK)
    await until(lambda: 429 in talks.fates(REPLY, hanako))
    talks.line.mischief.mood = "well"
    assert "渋谷店" in "".join(await answered(hanako, 0))
    assert talks.fates(PUSH, hanako) == []


async def test_when_line_is_slow_the_answer_comes_once(talks: Talks, hanako: Phone) -> None:
    talks.line.mischief.mood = "slow"
    talks.line.mischief.slow_seconds = 1.0
    await ask(hanako, ASK)
    await until(lambda: talks.fates(REPLY, hanako) == [200])


async def test_when_line_was_down_for_long_the_answer_is_pushed(
    talks: Talks, hanako: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    talks.line.mischief.mood = "down"
    await hanako.write(ASK)
    await until(lambda: 500 in talks.fates(REPLY, hanako))
    monkeypatch.setattr(MovableClock, "ahead", MovableClock.ahead + TOO_LATE)
    await until(lambda: 500 in talks.fates(PUSH, hanako))
    talks.line.mischief.mood = "well"
    assert "渋谷店" in "".join(await answered(hanako, 0))
    await until(lambda: talks.fates(PUSH, hanako)[-1] == 200)
    assert 200 not in talks.fates(REPLY, hanako)


async def test_who_blocks_us_between_question_and_answer_is_left_alone(
    talks: Talks, hanako: Phone
) -> None:
    pushed = talks.line.platform.pushed
    talks.line.webhook.keeps_back = True
    await hanako.write(ASK)
    await hanako.block()
    await talks.line.webhook.release()
    await hanako.follow()
    await answered(hanako, 0)
    assert await ask(hanako, "こんにちは")
    assert talks.line.platform.pushed == pushed


async def test_a_message_that_can_never_go_out_is_counted_as_dead(
    talks: Talks, hanako: Phone
) -> None:
    before = talks.dead()
    talks.line.mischief.play("refused", times=2)
    await hanako.write("こんにちは")
    await until(lambda: talks.dead() > before)
    assert await ask(hanako, "ありがとう"), "what comes behind it moves on"
