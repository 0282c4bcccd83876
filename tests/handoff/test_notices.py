"""Staff who are not at the desk hear that customers wait: seldom, signed, and about nobody."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.config import Environment, load
from bot.desk.notices import BACKOFF, LEASE_SECONDS, Manner, Notices
from bot.desk.outlets import Mail, Outlet, Webhook, open_outlets
from bot.errors import Misconfigured
from bot.messages import Account
from bot.storage import Storage
from tests.handoff.office import POLICY, Office
from tests.storage.counter import LINE, WEB
from tests.support.mail import listening, mail_server

KEY = b"a key of thirty-two bytes, enough"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
AFTER, EVERY = timedelta(minutes=5), timedelta(minutes=30)
LATE = AFTER + timedelta(minutes=2)


@dataclass
class Receiver:
    """The operator's own system: what it was told, and how it answers."""

    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.split(": ", 1) for line in head.split("\r\n")[1:] if line]
        headers = {name.lower(): value for name, value in lines}
        body = await reader.readexactly(int(headers["content-length"]))
        self.calls.append((headers, body))
        writer.write(f"HTTP/1.1 {self.status} so\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()

    def data(self, which: int = -1) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.calls[which][1])
        return told


@asynccontextmanager
async def receiving() -> AsyncIterator[tuple[Receiver, Webhook]]:
    receiver = Receiver()
    async with listening(receiver.talk) as port:
        yield receiver, Webhook(f"http://127.0.0.1:{port}/hook", SECRET)


def notices(office: Office, storage: Storage | None = None, **outlets: Outlet) -> Notices:
    """A process that sends word; it may have a connection of its own."""
    kept, manner = storage or office.storage, Manner(AFTER, EVERY, "https://shop.example/desk")
    return Notices(kept.handoffs, kept.rounds, outlets, POLICY, manner, office.clock)


def passes(office: Office, time: timedelta) -> None:
    office.clock.passes(seconds=time.total_seconds())


async def test_who_waits_too_long_is_told_of_with_a_signature_and_without_a_name(
    office: Office,
) -> None:
    await office.says("secret words of hanako", WEB)
    await office.waits()
    passes(office, LATE)
    await office.waits(LINE)
    async with receiving() as (receiver, webhook):
        await notices(office, webhook=webhook).look()
    [(headers, body)] = receiver.calls
    assert json.loads(body) == {
        "type": "customers.waiting",
        "timestamp": office.clock.real().isoformat(timespec="seconds"),
        "data": {
            "waiting": 2,
            "late": 1,
            "longest_wait_minutes": 7,
            "desk": "https://shop.example/desk",
        },
    }
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == int(office.clock.real().timestamp())


async def test_nobody_is_disturbed_while_nobody_waits_too_long(office: Office) -> None:
    sato = await office.hires("sato")
    async with receiving() as (receiver, webhook):
        teller = notices(office, webhook=webhook)
        await teller.look()
        talk = await office.waits()
        passes(office, AFTER)
        await teller.look()
        await office.talks.take(sato, talk)
        passes(office, LATE)
        await teller.look()
        assert receiver.calls == []


async def test_nobody_is_disturbed_when_the_desk_is_closed_and_all_when_it_opens(
    office: Office,
) -> None:
    await office.waits()
    passes(office, timedelta(hours=9))
    await office.keeper().look()
    async with receiving() as (receiver, webhook):
        teller = notices(office, webhook=webhook)
        await teller.look()
        assert receiver.calls == []
        passes(office, timedelta(hours=14))
        await teller.look()
        assert receiver.data()["data"]["waiting"] == 1


async def test_word_is_sent_no_more_often_than_the_operator_wants(office: Office) -> None:
    await office.waits()
    passes(office, LATE)
    async with receiving() as (receiver, webhook):
        teller = notices(office, webhook=webhook)
        for _ in range(3):
            await teller.look()
        assert len(receiver.calls) == 1
        passes(office, EVERY - timedelta(seconds=1))
        await teller.look()
        assert len(receiver.calls) == 1
        passes(office, timedelta(seconds=1))
        await teller.look()
        assert len(receiver.calls) == 2
    names = [headers["webhook-id"] for headers, _ in receiver.calls]
    assert len(set(names)) == 2


async def test_of_several_processes_one_sends_word(office: Office, second: Storage) -> None:
    await office.waits()
    passes(office, LATE)
    async with receiving() as (receiver, webhook):
        tellers = [notices(office, kept, webhook=webhook) for kept in (None, second, None, second)]
        await asyncio.gather(*(teller.look() for teller in tellers))
        assert len(receiver.calls) == 1


async def test_a_system_that_does_not_take_it_is_told_again_after_a_while(office: Office) -> None:
    await office.waits()
    passes(office, LATE)
    async with receiving() as (receiver, webhook):
        teller = notices(office, webhook=webhook)
        receiver.status = 503
        for attempt, wait in enumerate((*BACKOFF, BACKOFF[-1]), 1):
            with capture_logs() as logs:
                await teller.look()
            assert [entry["event"] for entry in logs] == ["desk.notice_failed"]
            passes(office, wait - timedelta(seconds=1))
            await teller.look()
            assert len(receiver.calls) == attempt
            passes(office, timedelta(seconds=1))
        receiver.status = 200
        await teller.look()
        passes(office, EVERY - timedelta(seconds=1))
        await teller.look()
        assert len(receiver.calls) == len(BACKOFF) + 2


async def test_who_died_over_it_is_followed_by_somebody_else(office: Office) -> None:
    await office.waits()
    passes(office, LATE)
    assert await office.storage.rounds.claim("notice.webhook", lease_seconds=LEASE_SECONDS) == 0
    async with receiving() as (receiver, webhook):
        teller = notices(office, webhook=webhook)
        await teller.look()
        assert receiver.calls == []
        passes(office, timedelta(seconds=LEASE_SECONDS))
        await teller.look()
        assert len(receiver.calls) == 1


async def test_mail_names_how_many_wait_and_nobody(office: Office) -> None:
    await office.waits()
    await office.waits(Account("webchat", "hanako"))
    passes(office, LATE)
    mail: list[str] = []
    async with listening(mail_server(mail)) as port:
        url = f"smtp://127.0.0.1:{port}?from=desk@shop.example&to=a@shop.example&to=b@shop.example"
        await notices(office, mail=Mail(url)).look()
    said = "\n".join(mail)
    assert "mail FROM:<desk@shop.example>" in said
    assert "rcpt TO:<a@shop.example>" in said
    assert "rcpt TO:<b@shop.example>" in said
    assert "Subject:" in said
    assert "hanako" not in said


async def test_one_way_that_is_broken_does_not_stop_the_other(office: Office) -> None:
    await office.waits()
    passes(office, LATE)
    async with listening(lambda *_: asyncio.sleep(0)) as gone:
        pass
    async with receiving() as (receiver, webhook):
        mail = Mail(f"smtp://127.0.0.1:{gone}?to=a@shop.example")
        await notices(office, mail=mail, webhook=webhook).look()
        assert len(receiver.calls) == 1


def test_what_is_set_up_is_used_and_a_secret_is_never_shown() -> None:
    given = Environment(
        desk_webhook_url="https://hooks.shop.example/abc-token",
        desk_webhook_secret=SECRET,
        desk_mail="smtp://u:hidden@mail.shop.example?to=a@shop.example",
    )
    assert set(open_outlets(given)) == {"webhook", "mail"}
    assert open_outlets(Environment()) == {}
    for secret in ("abc-token", SECRET, "hidden"):
        assert secret not in repr(given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DESK_WEBHOOK_URL", "hooks.shop.example"),
        ("DESK_WEBHOOK_URL", "https://hooks.shop.example"),  # without its secret
        ("DESK_WEBHOOK_SECRET", "short"),
        ("DESK_WEBHOOK_SECRET", "not base64 at all, but long enough"),
        ("DESK_MAIL", "smtp://mail.shop.example"),
        ("DESK_MAIL", "a@shop.example"),
    ],
)
def test_what_could_not_work_is_refused_at_the_start(
    name: str, value: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("config") / "config.yml"
    file.write_text("bot: {}")
    with pytest.raises(Misconfigured) as fault:
        load({f"MADOGUCHI_{name}": value}, file)
    assert name in str(fault.value)
    assert value not in str(fault.value).replace(f"MADOGUCHI_{name}", "") or "//" not in value
