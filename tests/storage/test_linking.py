"""A code made on one channel is typed on another: the talk goes on there; and back again."""

from dataclasses import replace

from sqlalchemy import select

from bot.customers.linking import CODE_LASTS, CodeNotTaken, CodeTaken
from bot.customers.profile import Trust
from bot.dialogue.state import Asked, Button
from bot.handoff.desk import Case, State
from bot.messages import Account
from bot.storage import Storage
from bot.storage.database import connect
from bot.storage.tables import audit, link_codes
from tests.storage.counter import LINE, NOON, WEB, House, MovableClock, proof, text, with_frame
from tests.storage.test_customers import talk_of

TELEGRAM = Account("telegram", "77")


async def code_from(house: House, account: Account) -> str:
    made = await house.storage.linking.make(account)
    assert made is not None
    assert made.expires_at == house.clock.real() + CODE_LASTS
    return made.code


async def frames_of(house: House, account: Account) -> list[str]:
    await house.write(text("?", account))
    claim = await house.claimed()
    sheet = await house.sheet(claim, account)
    await house.answer_claimed(claim, account)
    return [frame.id for frame in sheet.conversation.stack]


async def test_a_stranger_goes_on_elsewhere_with_the_open_question(house: House) -> None:
    linking = house.storage.linking
    await talk_of(house, "stock", WEB)
    taken = await linking.take(LINE, await code_from(house, WEB), "key")
    assert taken == CodeTaken(WEB, None, Trust.ANONYMOUS)
    await linking.join(LINE, WEB)
    assert await house.customer_id(LINE) == await house.customer_id(WEB)
    assert await frames_of(house, LINE) == ["stock"]
    assert (await house.storage.customers.profile(LINE)).focus.last.keys() == {"stock"}
    assert await house.said(LINE) == ["?"]


async def test_a_third_channel_shares_the_same_talk(house: House) -> None:
    linking = house.storage.linking
    await talk_of(house, "stock", WEB)
    for account in (LINE, TELEGRAM):
        taken = await linking.take(account, await code_from(house, WEB), f"key {account.channel}")
        assert isinstance(taken, CodeTaken)
        await linking.join(account, WEB)
    ids = {await house.customer_id(account) for account in (WEB, LINE, TELEGRAM)}
    assert len(ids) == 1


async def test_the_code_of_a_member_says_who_made_it(house: House) -> None:
    await house.storage.customers.prove(WEB, proof(), by="jwt")
    taken = await house.storage.linking.take(LINE, await code_from(house, WEB), "key")
    assert taken == CodeTaken(WEB, "M1", Trust.VERIFIED)


async def test_a_strangers_code_gives_a_member_the_question_and_nothing_back(house: House) -> None:
    linking, people = house.storage.linking, house.storage.customers
    await talk_of(house, "hold", LINE)
    await people.prove(LINE, proof(), by="code")
    await talk_of(house, "stock", WEB, minutes=1)
    await linking.take(LINE, await code_from(house, WEB), "key")
    await linking.join(LINE, WEB)
    assert await house.customer_id(LINE) != await house.customer_id(WEB)
    assert await frames_of(house, LINE) == ["hold", "stock"]
    assert await frames_of(house, WEB) == []
    stranger = await people.profile(WEB)
    assert (stranger.trust, stranger.member_id) == (Trust.ANONYMOUS, None)
    assert stranger.focus.last.keys() == {"stock"}


async def test_who_shares_a_talk_with_somebody_proven_stays_a_stranger(house: House) -> None:
    linking, people = house.storage.linking, house.storage.customers
    await talk_of(house, "stock", WEB)
    await linking.take(LINE, await code_from(house, WEB), "key")
    await linking.join(LINE, WEB)
    await people.prove(WEB, proof(), by="jwt")
    assert await frames_of(house, WEB) == ["stock"]
    assert await house.customer_id(LINE) != await house.customer_id(WEB)
    assert (await people.profile(LINE)).trust == Trust.ANONYMOUS
    assert (await people.profile(LINE)).focus.last.keys() == {"stock"}
    assert await frames_of(house, LINE) == []


async def test_a_code_is_good_once(house: House) -> None:
    linking = house.storage.linking
    code = await code_from(house, WEB)
    assert isinstance(await linking.take(LINE, code, "key"), CodeTaken)
    assert isinstance(await linking.take(LINE, code, "key"), CodeTaken), "after a crash"
    assert await linking.take(TELEGRAM, code, "other") == CodeNotTaken("used")
    await linking.give_back(code)
    assert isinstance(await linking.take(TELEGRAM, code, "other"), CodeTaken)


async def test_a_code_grows_old(house: House) -> None:
    code = await code_from(house, WEB)
    house.clock.passes(minutes=10, seconds=1)
    assert await house.storage.linking.take(LINE, code, "key") == CodeNotTaken("expired")


async def test_a_code_typed_where_it_was_made_does_nothing(house: House) -> None:
    code = await code_from(house, LINE)
    other = Account("line", "U2")
    for account in (LINE, other):
        taken = await house.storage.linking.take(account, code, "key")
        assert taken == CodeNotTaken("same-channel")
    assert isinstance(await house.storage.linking.take(WEB, code, "key"), CodeTaken)


async def test_five_wrong_codes_and_then_a_pause(house: House) -> None:
    linking = house.storage.linking
    code = await code_from(house, WEB)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    lefts = [await linking.take(LINE, wrong, f"k{n}") for n in range(5)]
    assert lefts == [CodeNotTaken("wrong", left) for left in (4, 3, 2, 1)] + [
        CodeNotTaken("locked")
    ]
    assert await linking.take(LINE, code, "right") == CodeNotTaken("locked")
    house.clock.passes(minutes=15, seconds=1)
    code = await code_from(house, WEB)
    assert isinstance(await linking.take(LINE, code, "right"), CodeTaken)


async def test_codes_are_made_so_often_and_no_oftener(house: House) -> None:
    codes = [await house.storage.linking.make(WEB) for _ in range(6)]
    assert [made is not None for made in codes] == [True] * 5 + [False]
    house.clock.passes(minutes=15, seconds=1)
    assert await house.storage.linking.make(WEB) is not None


async def test_an_account_that_is_let_go_is_a_strangers_with_its_own_history(house: House) -> None:
    linking, people = house.storage.linking, house.storage.customers
    await talk_of(house, "hold", LINE)
    await people.prove(LINE, proof(), by="code")
    await people.prove(WEB, proof(), by="jwt")
    listed = await linking.linked(WEB)
    assert [(one.channel, one.here) for one in listed] == [("line", False), ("webchat", True)]
    gone = await linking.unlink(WEB, listed[0].id)
    assert gone == LINE
    stranger = await people.profile(LINE)
    assert (stranger.trust, stranger.member_id) == (Trust.ANONYMOUS, None)
    assert (await people.caller(LINE)).session is None
    assert await house.said(LINE) == ["about hold"]
    assert await frames_of(house, LINE) == []
    assert await frames_of(house, WEB) == ["hold"]
    assert [one.channel for one in await linking.linked(WEB)] == ["webchat"]
    assert await linking.unlink(WEB, listed[0].id) is None, "twice"


async def asked_for_consent(house: House, account: Account) -> None:
    """A talk with something open, and on top of it a question that only yes answers."""
    await house.write(text("let go", account))
    claim = await house.claimed()
    sheet = await house.sheet(claim, account)
    talk = with_frame(with_frame(sheet.conversation, "stock"), "link")
    yes = Button("t", "yes", "link", "e", label="Yes")
    asked = replace(talk, asked=Asked("link", effect="e"), shown=(yes,), current=1)
    await house.answer_claimed(claim, account, conversation=asked)


async def here(house: House, account: Account) -> str:
    return next(one.id for one in await house.storage.linking.linked(account) if one.here)


async def test_who_lets_go_of_the_channel_they_write_on_hears_of_it_there(house: House) -> None:
    linking, people = house.storage.linking, house.storage.customers
    await people.prove(LINE, proof(), by="code")
    await people.prove(WEB, proof(), by="jwt")
    await asked_for_consent(house, LINE)
    which = await here(house, LINE)
    assert await linking.unlink(LINE, which) == LINE
    assert (await people.profile(LINE)).member_id is None
    await house.write(text("yes", LINE))
    claim = await house.claimed()
    talk = (await house.sheet(claim, LINE)).conversation
    assert [frame.id for frame in talk.stack] == ["link"]
    assert talk.asked == Asked("link", effect="e")
    assert [button.token for button in talk.shown] == ["t"]
    await house.answer_claimed(claim, LINE)
    assert await frames_of(house, WEB) == ["stock"]
    assert [one.channel for one in await linking.linked(WEB)] == ["webchat"]


async def test_asked_again_after_a_crash_it_is_still_let_go_and_once(house: House) -> None:
    linking, people = house.storage.linking, house.storage.customers
    await people.prove(LINE, proof(), by="code")
    await asked_for_consent(house, LINE)
    which = await here(house, LINE)
    await linking.unlink(LINE, which)
    stranger = await house.customer_id(LINE)
    assert await linking.unlink(LINE, which) == LINE
    assert await house.customer_id(LINE) == stranger
    assert await frames_of(house, LINE) == ["link"]


async def test_a_wish_for_a_person_goes_along_where_nobody_is_left(house: House) -> None:
    linking, people = house.storage.linking, house.storage.customers
    await people.prove(LINE, proof(), by="code")
    await people.prove(WEB, proof(), by="jwt")
    await house.write(text("a person please", LINE))
    wanted = Case(state=State.WAITING, reason="asked_for", asked_at=NOON, since=NOON)
    await house.answer(case=wanted, wrote=LINE)
    await linking.unlink(LINE, await here(house, LINE))
    await linking.unlink(WEB, await here(house, WEB))
    for account, state in ((LINE, State.BOT), (WEB, State.WAITING)):
        talk = await house.storage.handoffs.of(account)
        assert talk is not None
        assert talk.case.state is state, account
        assert talk.account == account


async def test_nobody_lets_go_of_somebody_elses_account(house: House) -> None:
    linking = house.storage.linking
    await house.storage.customers.prove(LINE, proof("M1"), by="code")
    await house.storage.customers.prove(WEB, proof("M2"), by="jwt")
    (theirs,) = await linking.linked(WEB)
    assert await linking.unlink(LINE, theirs.id) is None
    assert (await house.storage.customers.profile(WEB)).member_id == "M2"


async def test_a_turn_under_way_when_its_account_is_let_go_is_answered_again(house: House) -> None:
    linking, people = house.storage.linking, house.storage.customers
    await people.prove(LINE, proof(), by="code")
    await people.prove(WEB, proof(), by="jwt")
    await house.write(text("my orders", LINE))
    claim = await house.claimed()
    sheet = await house.sheet(claim, LINE)
    (line,) = [one for one in await linking.linked(WEB) if one.channel == "line"]
    await linking.unlink(WEB, line.id)
    assert not await house.storage.conversations.commit(house.turn(claim, sheet))
    await house.storage.mailbox.release(claim)
    assert (await house.sheet(await house.claimed(), LINE)).customer.trust == Trust.ANONYMOUS


async def test_codes_are_kept_as_hashes_and_joins_are_in_the_audit_log(
    url: str, stored: Storage
) -> None:
    made = await stored.linking.make(WEB)
    assert made is not None
    await stored.linking.take(LINE, made.code, "key")
    await stored.linking.join(LINE, WEB)
    (line, _) = sorted(await stored.linking.linked(WEB), key=lambda one: one.here)
    await stored.linking.unlink(WEB, line.id)
    database = connect(url)
    kept = await database.read(lambda c: c.execute(select(link_codes.c.code_hash)).scalars().all())
    log = await database.read(
        lambda c: c.execute(select(audit.c.action).order_by(audit.c.id)).scalars().all()
    )
    await database.close()
    assert made.code not in "".join(kept)
    assert log == ["merged", "unlinked"]


async def test_old_codes_do_not_pile_up(url: str, stored: Storage, clock: MovableClock) -> None:
    for _ in range(3):
        await stored.linking.make(WEB)
        clock.passes(minutes=15, seconds=1)
    database = connect(url)
    rows = await database.read(lambda c: c.execute(select(link_codes.c.id)).all())
    await database.close()
    assert len(rows) == 1
