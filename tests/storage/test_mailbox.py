"""Letters come in once, in order, and one worker at a time answers a customer."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.dialogue.state import Button
from bot.messages import Account, inbound
from bot.storage import Storage
from tests.storage.counter import LEASE, LINE, LONG, NOON, WEB, House, MovableClock, tap, text
from tests.support.served import PATIENCE_SECONDS


async def test_a_message_delivered_twice_is_one_letter(house: House) -> None:
    message = text("在庫ありますか")
    assert await house.write(message) == 1
    assert await house.write(message, text("もしもし")) == 1
    assert await house.said() == ["在庫ありますか", "もしもし"]
    assert len((await house.claimed()).letters) == 2


async def test_the_same_event_twice_in_one_batch_counts_once(house: House) -> None:
    message = text("こんにちは")
    assert await house.write(message, message) == 1


async def test_no_messages_are_no_news(house: House) -> None:
    assert await house.write() == 0
    assert await house.claim() is None


async def test_channels_may_use_the_same_event_ids(house: House) -> None:
    assert await house.write(text("a", id="1"), text("b", WEB, id="1")) == 2


async def test_every_kind_of_message_comes_back_as_it_was(house: House) -> None:
    base = {"account": LINE, "at": NOON, "reply": "r", "locale": "ja"}
    kinds: list[inbound.Inbound] = [
        inbound.Text(id="1", text="26.5cm 👟", **base),
        inbound.Tap(id="2", payload="p", **base),
        inbound.Location(id="3", lat=34.7, lng=135.5, label="梅田", **base),
        inbound.Sticker(id="4", keywords=("hi", "ok"), **base),
        inbound.Media(id="5", media="image", ref="m", **base),
        inbound.Contact(id="6", phone="+81", own=True, **base),
        inbound.Joined(id="7", start="x", **base),
        inbound.Left(id="8", **base),
        inbound.AccountLinked(id="9", nonce="n", ok=True, **base),
        inbound.Unsent(id="10", message_id="1", **base),
        inbound.Migrated(id="11", former="C1", **base),
    ]
    await house.write(*kinds)
    assert [letter.message for letter in (await house.claimed()).letters] == kinds


async def test_half_a_character_does_no_harm(house: House) -> None:
    await house.write(text("靴 \ud83d"), text("nul \x00"))
    first, second = (await house.claimed()).letters
    assert isinstance(first.message, inbound.Text)
    assert first.message.text == "靴 ?"
    assert isinstance(second.message, inbound.Text)
    assert second.message.text == "nul \x00"
    assert await house.said() == ["靴 ?", "nul \x00"]


async def test_letters_are_answered_in_the_order_the_platform_gave(house: House) -> None:
    late = text("二", at=NOON + timedelta(seconds=2))
    early = text("一", at=NOON + timedelta(seconds=1))
    await house.write(late, early)
    claim = await house.claimed()
    assert [letter.message for letter in claim.letters] == [early, late]


async def test_two_workers_never_hold_one_customer(house: House) -> None:
    await house.write(text("a"), text("b"))
    claims = await asyncio.gather(*(house.claim() for _ in range(5)))
    assert len([claim for claim in claims if claim]) == 1


async def test_many_customers_are_claimed_once_each(house: House) -> None:
    people = [Account("line", f"U{n}") for n in range(20)]
    await house.write(*(text("hi", account) for account in people))
    claims = await asyncio.gather(*(house.claim() for _ in range(25)))
    held = [claim.customer_id for claim in claims if claim]
    assert len(held) == len(set(held)) == 20


async def test_workers_of_two_processes_never_hold_one_customer(
    stored: Storage, second: Storage, clock: MovableClock
) -> None:
    people = [Account("line", f"U{n}") for n in range(10)]
    await stored.mailbox.put([text("hi", account) for account in people])
    boxes = [stored.mailbox, second.mailbox] * 10
    claims = await asyncio.gather(*(box.claim("w", lease_seconds=LEASE) for box in boxes))
    held = [claim.customer_id for claim in claims if claim]
    assert len(held) == len(set(held))


async def test_one_event_put_by_two_processes_at_once_is_one_letter(
    stored: Storage, second: Storage
) -> None:
    messages = [text(f"m{n}", Account("line", f"U{n}")) for n in range(10)]
    new = await asyncio.gather(
        *(box.put([m]) for m in messages for box in (stored.mailbox, second.mailbox))
    )
    assert sum(new) == 10


async def test_first_messages_of_one_account_at_once_make_one_customer(
    stored: Storage, second: Storage
) -> None:
    new = await asyncio.gather(
        *(box.put([text("hi")]) for box in (stored.mailbox, second.mailbox) * 5)
    )
    assert sum(new) == 10
    claim = await stored.mailbox.claim("w", lease_seconds=LEASE)
    assert claim is not None
    assert len(claim.letters) == 10
    assert len(await stored.timeline.after(LINE, 0, 100)) == 10


async def test_a_dead_workers_customer_is_taken_over(house: House) -> None:
    await house.write(text("a"))
    first = await house.claimed()
    house.clock.passes(seconds=LEASE - 1)
    assert await house.claim() is None
    house.clock.passes(seconds=1)
    taken = await house.claimed()
    assert taken.customer_id == first.customer_id
    assert not await house.storage.mailbox.renew(first, lease_seconds=LEASE)
    await house.storage.mailbox.release(first)
    assert await house.storage.mailbox.renew(taken, lease_seconds=LEASE)


async def test_a_renewed_claim_is_kept(house: House) -> None:
    await house.write(text("a"))
    claim = await house.claimed()
    house.clock.passes(seconds=20)
    assert await house.storage.mailbox.renew(claim, lease_seconds=LEASE)
    house.clock.passes(seconds=20)
    assert await house.claim() is None


async def test_a_released_customer_can_be_claimed_again(house: House) -> None:
    await house.write(text("a"))
    await house.storage.mailbox.release(await house.claimed())
    assert await house.claim() is not None


async def test_a_held_letter_waits_for_its_time(house: House) -> None:
    await house.write(text("すみません"))
    claim = await house.claimed()
    until = house.clock.real() + timedelta(seconds=1.2)
    await house.storage.mailbox.hold(claim, claim.letters[0], until=until)
    await house.storage.mailbox.release(claim)
    assert await house.claim() is None
    house.clock.passes(seconds=1.2)
    assert len((await house.claimed()).letters) == 1


async def test_a_held_letter_is_heard_together_with_the_next(house: House) -> None:
    await house.write(text("すみません"))
    claim = await house.claimed()
    until = house.clock.real() + timedelta(seconds=1.2)
    await house.storage.mailbox.hold(claim, claim.letters[0], until=until)
    await house.storage.mailbox.release(claim)
    await house.write(text("返品できますか", at=NOON + timedelta(seconds=1)))
    assert len((await house.claimed()).letters) == 2


async def test_a_failed_letter_waits_and_so_do_those_behind_it(house: House) -> None:
    await house.write(text("a"))
    claim = await house.claimed()
    until = house.clock.real() + timedelta(seconds=5)
    assert await house.storage.mailbox.failed(claim, claim.letters[0], until=until) == 1
    await house.storage.mailbox.release(claim)
    await house.write(text("b", at=NOON + timedelta(seconds=1)), text("c", WEB))
    other = await house.claimed()
    assert other.letters[0].message.account == WEB
    assert await house.claim() is None
    house.clock.passes(seconds=5)
    again = await house.claimed()
    assert [letter.attempts for letter in again.letters] == [1, 0]
    assert await house.storage.mailbox.failed(again, again.letters[0], until=until) == 2


async def test_who_lost_the_claim_can_delay_nothing(house: House) -> None:
    await house.write(text("a"))
    lost = await house.claimed()
    house.clock.passes(seconds=LEASE)
    taken = await house.claimed()
    far = house.clock.real() + timedelta(days=1)
    assert await house.storage.mailbox.failed(lost, lost.letters[0], until=far) == 0
    await house.storage.mailbox.hold(lost, lost.letters[0], until=far)
    await house.storage.mailbox.release(taken)
    assert await house.claim() is not None


async def test_a_tap_appears_by_its_buttons_words(house: House) -> None:
    await house.write(text("a"))
    claim = await house.claimed()
    sheet = await house.sheet(claim)
    shown = (Button("t1", "yes", label="はい"), Button("t2", "no", label="いいえ"))
    talk = replace(sheet.conversation, shown=shown)
    assert await house.storage.conversations.commit(house.turn(claim, sheet, conversation=talk))
    await house.write(tap("t2"), tap("from long ago"))
    assert await house.said() == ["a", "いいえ", "…"]


async def test_only_texts_and_taps_enter_the_timeline(house: House) -> None:
    await house.write(inbound.Joined(id="j", account=LINE, at=NOON))
    assert await house.said() == []
    assert await house.claim() is not None


async def test_the_platforms_word_on_the_language_is_where_a_talk_starts(house: House) -> None:
    await house.write(text("hi", LINE, locale="en-GB"), text("salut", WEB, locale="fr"))
    assert (await house.storage.customers.profile(LINE)).language == "en"
    assert (await house.storage.customers.profile(WEB)).language == "ja"


async def test_what_old_letters_said_is_forgotten_but_not_that_they_came(house: House) -> None:
    old, new = text("old"), text("new", WEB)
    await house.write(old)
    await house.answer()
    house.clock.passes(days=30)
    await house.write(new)
    before = house.clock.real() - timedelta(days=7)
    assert await house.storage.mailbox.forget_payloads(before) == 1
    assert await house.storage.mailbox.forget_payloads(before) == 0
    assert await house.write(old) == 0
    assert (await house.claimed()).letters[0].message == new


async def test_only_unanswered_letters_wake_another_worker(house: House) -> None:
    bell = house.storage.bell
    await house.write(text("a"))
    await bell.wait("mailbox", LONG)
    await house.answer()
    waiting = asyncio.create_task(bell.wait("mailbox", LONG))
    await asyncio.sleep(0)
    assert not waiting.done()
    await house.write(text("b"))
    await asyncio.wait_for(waiting, PATIENCE_SECONDS)
    waiting = asyncio.create_task(bell.wait("mailbox", LONG))
    await house.storage.mailbox.release(await house.claimed())
    await asyncio.wait_for(waiting, PATIENCE_SECONDS)


async def test_a_letter_that_is_to_be_tried_later_wakes_nobody(house: House) -> None:
    bell = house.storage.bell
    await house.write(text("a"))
    await bell.wait("mailbox", LONG)
    claim = await house.claimed()
    later = house.clock.real() + timedelta(minutes=1)
    await house.storage.mailbox.failed(claim, claim.letters[0], until=later)
    await house.storage.mailbox.release(claim)
    waiting = asyncio.create_task(bell.wait("mailbox", LONG))
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()


async def test_the_bell_rings_for_new_letters(house: House) -> None:
    waiting = asyncio.create_task(house.storage.bell.wait("mailbox", LONG))
    await asyncio.sleep(0)
    await house.write(text("a"))
    await asyncio.wait_for(waiting, PATIENCE_SECONDS)


async def test_what_came_while_the_customer_was_answered_wakes_a_worker(house: House) -> None:
    bell = house.storage.bell
    await house.write(text("a"))
    claim = await house.claimed()
    await bell.wait("mailbox", LONG)
    await house.write(text("meanwhile"))
    await bell.wait("mailbox", LONG)
    assert await house.claim() is None
    waiting = asyncio.create_task(bell.wait("mailbox", LONG))
    await asyncio.sleep(0)
    await house.storage.conversations.commit(house.turn(claim, await house.sheet(claim)))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await waiting
    assert await house.claim() is not None
