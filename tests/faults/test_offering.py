"""An answer that comes late is offered; whatever happens to the offer, the answer arrives."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.channel import Envelope, Failed, Sent
from bot.delivery import LEASE_SECONDS as SENDING
from bot.delivery import Delivery
from bot.messages import inbound, outbound
from bot.messages.inbound import SHOW_ANSWER
from bot.reception import Offering
from bot.reception.offering import ANSWER_WAITS, LEASE_SECONDS
from tests.faults.house import Died, House, texts_of
from tests.http.pigeon import Pigeon
from tests.storage.counter import LINE

AGED = 40.0


class Paid(Pigeon):
    """A platform where only an answer on a handle that is not used is free."""

    name = "line"
    abilities = replace(Pigeon.abilities, offer_after=AGED)

    def __init__(self) -> None:
        self.free: list[str] = []
        self.paid: list[str] = []
        self.offers: list[Envelope] = []
        self.at_offers: list[BaseException | None] = []
        self._used: set[str] = set()

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Sent | Failed]:
        handles = {handle for e in batch for handle in (e.reply, e.newest) if handle}
        good = handles - self._used
        self._used |= handles
        if batch[0].free_only:
            self.offers += batch
            fault = self.at_offers.pop(0) if self.at_offers else None
            if fault:
                raise fault
            return [Sent(e.key) if good else Failed(e.key, "no handle") for e in batch]
        texts = [e.content.text for e in batch if isinstance(e.content, outbound.Text)]
        (self.free if good else self.paid).extend(texts)
        return [Sent(e.key, tuple(good)) for e in batch]


@pytest.fixture
def line() -> Paid:
    return Paid()


@pytest.fixture
def offering(house: House, line: Paid) -> Offering:
    reception = house.reception()
    return Offering(replace(reception.house, channels={"line": line}), house.storage.outbox)


async def carry(house: House, line: Paid) -> None:
    """Send whatever is due."""
    delivery = Delivery(house.storage.outbox, {"line": line}, house.clock, house.storage.bell)
    while parcel := await house.storage.outbox.claim("d", lease_seconds=SENDING):
        await delivery.carry(parcel)


async def asks_and_waits(house: House) -> None:
    await house.write("hello", account=LINE, reply="h1")
    house.clock.passes(seconds=AGED)


async def taps(house: House) -> None:
    at = house.clock.real()
    tap = inbound.Tap(id="tap", account=LINE, at=at, reply="h2", payload=SHOW_ANSWER)
    await house.storage.mailbox.put([tap])


async def test_the_offer_says_what_to_do_and_its_button_brings_the_answer(
    house: House, line: Paid, offering: Offering
) -> None:
    await asks_and_waits(house)
    await offering.look()
    await offering.look()
    [offer] = line.offers
    assert (offer.account, offer.reply) == (LINE, "h1")
    assert isinstance(offer.content, outbound.Text)
    assert offer.content.text == texts_of("manners.answer_later")
    [choice] = offer.content.choices
    assert (choice.label, choice.tap) == (texts_of("choice.show_answer"), SHOW_ANSWER)
    await house.serve()
    await carry(house, line)
    assert line.free == []
    await taps(house)
    await carry(house, line)
    assert (line.free, line.paid) == (["hello"], [])
    await house.serve()
    await carry(house, line)
    assert (line.free, line.paid) == (["hello"], []), "the tap itself is not answered"


async def test_who_is_answered_in_time_is_offered_nothing(
    house: House, line: Paid, offering: Offering
) -> None:
    await house.write("hello", account=LINE, reply="h1")
    await house.serve()
    await carry(house, line)
    house.clock.passes(seconds=AGED)
    await offering.look()
    assert (line.offers, line.free) == ([], ["hello"])


@pytest.mark.parametrize("fault", [OSError("no way"), TimeoutError()])
async def test_an_offer_that_does_not_go_out_keeps_no_answer_back(
    house: House, line: Paid, offering: Offering, fault: Exception
) -> None:
    await asks_and_waits(house)
    line.at_offers = [fault]
    await offering.look()
    await house.serve()
    await carry(house, line)
    assert line.paid == ["hello"]


@pytest.mark.parametrize("death", [Died(), asyncio.CancelledError()])
async def test_who_dies_while_offering_keeps_the_answer_back_for_a_moment(
    house: House, line: Paid, offering: Offering, death: BaseException
) -> None:
    await asks_and_waits(house)
    line.at_offers = [death]
    with pytest.raises(type(death)):
        await offering.look()
    await house.serve()
    house.clock.passes(seconds=LEASE_SECONDS)
    await offering.look()
    await carry(house, line)
    assert line.paid == ["hello"]
    assert len(line.offers) == 1


async def test_without_a_tap_the_answer_is_sent_at_a_price(
    house: House, line: Paid, offering: Offering
) -> None:
    await asks_and_waits(house)
    await offering.look()
    await house.serve()
    house.clock.passes(seconds=ANSWER_WAITS.total_seconds() - 1)
    await carry(house, line)
    assert line.paid == []
    house.clock.passes(seconds=1)
    await carry(house, line)
    assert (line.free, line.paid) == ([], ["hello"])
