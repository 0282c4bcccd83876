"""What is in the outbox arrives in order, or somebody learns why not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from bot.channel import Channel, Envelope, Failed, Sent
from bot.delivery import ATTEMPTS_AT_MOST, LEASE_SECONDS, Delivery
from bot.messages import Account, inbound, outbound
from bot.ports import TurnRecord
from tests.faults.house import House
from tests.http.pigeon import Pigeon
from tests.storage.counter import envelope

BIRD = Account("pigeon", "loft")
Verdict = Callable[[Envelope], Sent | Failed]


class Coop(Pigeon):
    """A platform that takes messages one by one, as `verdicts` have it, until one fails."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []
        self.verdicts: list[Verdict | BaseException] = []

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Sent | Failed]:
        fates: list[Sent | Failed] = []
        for letter in batch:
            fate = self._take(letter)
            fates.append(fate)
            if isinstance(fate, Failed) and not fate.permanent:
                rest = batch[len(fates) :]
                return [*fates, *(Failed(e.key, "waits behind another") for e in rest)]
        return fates

    def _take(self, letter: Envelope) -> Sent | Failed:
        verdict = self.verdicts.pop(0) if self.verdicts else None
        fate = verdict(letter) if callable(verdict) else Sent(letter.key)
        if isinstance(fate, Sent):
            assert isinstance(letter.content, outbound.Text)
            self.arrived.append((letter.key, letter.content.text))
        if isinstance(verdict, BaseException):
            raise verdict
        return fate

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.arrived]


def fails(**why: object) -> Verdict:
    return lambda letter: Failed(letter.key, "no", **why)  # type: ignore[arg-type]


@pytest.fixture
def coop() -> Coop:
    return Coop()


@pytest.fixture
def delivery(house: House, coop: Coop) -> Delivery:
    channels: dict[str, Channel] = {"pigeon": coop}
    return Delivery(house.storage.outbox, channels, house.clock, house.storage.bell)


async def say(house: House, *texts: str) -> None:
    """One answer after another, each a turn."""
    for text in texts:
        await house.write("hello", account=BIRD)
        claim = await house.storage.mailbox.claim("w", lease_seconds=30)
        assert claim is not None
        sheet = await house.storage.conversations.open(claim, BIRD)
        assert sheet is not None
        letters = tuple(letter.id for letter in claim.letters)
        out = (envelope(text, BIRD),)
        turn = TurnRecord(claim, letters, sheet.conversation, sheet.customer, sheet.version, out)
        assert await house.storage.conversations.commit(turn)
        await house.storage.mailbox.release(claim)


async def carry(house: House, delivery: Delivery) -> None:
    """Send whatever is due."""
    while parcel := await house.storage.outbox.claim("d", lease_seconds=LEASE_SECONDS):
        await delivery.carry(parcel)


async def test_messages_arrive_in_order(house: House, coop: Coop, delivery: Delivery) -> None:
    await say(house, "one", "two", "three")
    await carry(house, delivery)
    assert coop.texts == ["one", "two", "three"]
    assert await house.storage.outbox.claim("d", lease_seconds=1) is None


async def test_the_platforms_word_on_when_to_come_back_is_kept(
    house: House, coop: Coop, delivery: Delivery
) -> None:
    await say(house, "one", "two", "three")
    coop.verdicts = [lambda letter: Sent(letter.key), fails(retry_after=40.0)]
    await carry(house, delivery)
    house.clock.passes(seconds=39)
    await carry(house, delivery)
    assert coop.texts == ["one"]
    house.clock.passes(seconds=1)
    await carry(house, delivery)
    assert coop.texts == ["one", "two", "three"]


async def test_a_customer_who_blocked_us_is_not_tried_again_until_they_write(
    house: House, coop: Coop, delivery: Delivery
) -> None:
    await say(house, "one", "two")
    coop.verdicts = [fails(blocked=True, permanent=True)]
    await carry(house, delivery)
    coop.verdicts = []
    house.clock.passes(hours=1)
    await carry(house, delivery)
    assert coop.texts in ([], ["two"])
    back = inbound.Joined(id="back", account=BIRD, at=house.clock.real())
    await house.storage.mailbox.put([back])
    await say(house, "three")
    await carry(house, delivery)
    assert coop.texts[-1] == "three"
    assert {u.reason for u in await house.storage.desk.undelivered()} == {"blocked: no"}


@pytest.mark.parametrize(
    ("why", "kind"), [({}, "refused"), ({"quota": True}, "quota")], ids=["refused", "quota"]
)
async def test_what_can_never_be_sent_is_seen_by_staff_and_the_rest_moves_on(
    house: House, coop: Coop, delivery: Delivery, why: dict[str, object], kind: str
) -> None:
    await say(house, "one", "two", "three")
    coop.verdicts = [lambda letter: Sent(letter.key), fails(permanent=True, **why)]
    await carry(house, delivery)
    assert coop.texts == ["one", "three"]
    [dead] = await house.storage.desk.undelivered()
    assert (dead.account, dead.reason) == (BIRD, f"{kind}: no")


async def test_a_platform_that_never_takes_it_is_given_up_after_some_attempts(
    house: House, coop: Coop, delivery: Delivery
) -> None:
    await say(house, "one", "two")
    coop.verdicts = [fails()] * ATTEMPTS_AT_MOST
    for _ in range(ATTEMPTS_AT_MOST):
        await carry(house, delivery)
        house.clock.passes(minutes=16)
    await carry(house, delivery)
    assert coop.texts == ["two"]
    assert [u.reason for u in await house.storage.desk.undelivered()] == ["unreachable: no"]


async def test_a_fault_of_the_channel_is_tried_again(
    house: House, coop: Coop, delivery: Delivery
) -> None:
    await say(house, "one")
    coop.verdicts = [RuntimeError("a bug")]
    await carry(house, delivery)
    house.clock.passes(seconds=1)
    await carry(house, delivery)
    assert coop.texts == ["one", "one"]
    assert len({key for key, _ in coop.arrived}) == 1


async def test_who_dies_between_sending_and_noting_sends_again_with_the_same_key(
    house: House, coop: Coop, delivery: Delivery
) -> None:
    await say(house, "one", "two")
    coop.verdicts = [lambda letter: Sent(letter.key), asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        await carry(house, delivery)
    assert await house.storage.outbox.claim("d", lease_seconds=1) is None
    house.clock.passes(seconds=LEASE_SECONDS)
    await carry(house, delivery)
    assert coop.texts == ["one", "two", "one", "two"]
    keys = [key for key, _ in coop.arrived]
    assert keys[:2] == keys[2:]


async def test_two_carriers_never_send_to_one_account_at_once(
    house: House, coop: Coop, delivery: Delivery
) -> None:
    await say(house, "one", "two", "three")
    carriers = [asyncio.create_task(carry(house, delivery)) for _ in range(3)]
    await asyncio.gather(*carriers)
    assert coop.texts == ["one", "two", "three"]


async def test_a_platform_that_hangs_does_not_keep_the_carrier(
    house: House, delivery: Delivery, monkeypatch: pytest.MonkeyPatch, coop: Coop
) -> None:
    async def hangs(batch: Sequence[Envelope]) -> Sequence[Sent | Failed]:
        await asyncio.Event().wait()
        return []

    await say(house, "one")
    with monkeypatch.context() as patched:
        patched.setattr("bot.delivery.SEND_SECONDS", 0.01)
        patched.setattr(coop, "send", hangs)
        await carry(house, delivery)
    house.clock.passes(seconds=1)
    await carry(house, delivery)
    assert coop.texts == ["one"]
