"""Answers that look like something else, and requests without a verb."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.customers.profile import Customer, Trust
from bot.dialogue.engine import hear
from bot.dialogue.heard import Heard, Request, Told
from bot.dialogue.state import Asked, Conversation, Frame
from bot.dialogue.steps import Script, Slot, ask, say, skill
from tests.dialogue.counter import NOON, PRODUCT, SIZE, SKILLS, Talk, stock_of, told

NAME = Slot("name", str)


@skill("named", SIZE, NAME)
def named(customer: Customer) -> Script:
    yield from ask(NAME)


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_words_that_only_wrap_another_detail_are_no_answer(talk: Talk) -> None:
    talk.hears(stock_of(product="runner", store="shibuya"))
    slots = {"size": Told.of("and in umeda"), "store": Told.of("umeda")}
    assert talk.hears(slots=slots) == ["ask.size"]


def test_a_correction_is_no_name() -> None:
    asked = Asked("f", slot="name")
    frame = Frame("f", "named", NOON, told(size="27"))
    conversation = Conversation("c0ffee00" * 4, stack=(frame,), asked=asked)
    skills = {**SKILLS, "named": named}
    slots = {"name": Told.of("no, 26 please"), "size": Told.of("26")}
    then = hear(conversation, Heard(slots=slots), Customer(), skills, NOON)
    assert then.conversation.top is not None
    assert then.conversation.top.slots == told(size="26")
    assert [line.key for line in then.lines] == ["ask.name"]


def test_the_very_words_of_a_button_press_it_even_if_they_are_a_request(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    assert talk.hears("store_hours", text="27") == ["ask.store"]


def test_no_to_a_question_about_a_detail_drops_the_request(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    assert talk.hears(text="no", yes=False) == ["manners.cancelled"]


def test_yes_after_an_answer_with_one_next_step_takes_it(talk: Talk) -> None:
    talk.customer = replace(talk.customer, trust=Trust.VERIFIED, member_id="m1")
    talk.hears("nearby")
    assert talk.hears(text="yes", yes=True) == ["points"]


def test_the_second_request_of_a_message_is_announced_while_the_first_asks(talk: Talk) -> None:
    both = (stock_of(product="runner"), Request("points"))
    assert talk.hears(*both) == ["manners.next", "ask.size"]


def test_a_product_and_a_store_without_a_verb_are_a_question_about_stock(talk: Talk) -> None:
    talk_of = told(product="runner", size="27", store="shibuya")
    assert talk.hears(slots=talk_of) == ["stock.there", "confirm.put_aside"]


def test_an_answer_that_says_more_than_was_asked_tells_all_of_it(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    said = talk.hears(text="27cm in Shibuya", slots=told(size="27cm", store="shibuya"))
    assert said == ["stock.there", "confirm.put_aside"]


@skill("product_info", PRODUCT)
def product_info(customer: Customer) -> Script:
    yield from say("product.info")


def test_what_a_name_alone_was_about_may_follow_bit_by_bit() -> None:
    skills = {**SKILLS, "product_info": product_info}
    name_alone = Heard(slots=told(product="runner"))
    asked = hear(Conversation("c0ffee00" * 4), name_alone, Customer(), skills, NOON)
    assert [line.key for line in asked.lines] == ["manners.about_what"]
    then = hear(asked.conversation, Heard(slots=told(size="27")), Customer(), skills, NOON)
    assert then.conversation.top is not None
    assert then.conversation.top.skill == "check_stock"
    assert then.conversation.top.slots == told(product="runner", size="27")
