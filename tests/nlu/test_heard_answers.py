"""What customers write while a question is open, and what is made of it."""

from __future__ import annotations

import pytest

from bot.shopfront.base import Option

WAYS = (Option("email", "メール"), Option("sms", "SMS"))
WISHES = (Option("hold", "取り置きする"), Option("notify", "入荷を知らせてもらう"))
GUEST = Option("as_guest", "会員ではない")


@pytest.mark.parametrize("slot", ["wish", "size", "hold", "way", "store", "product"])
def test_another_size_is_no_answer_to_a_question_with_choices(hear, slot):
    heard = hear("27cmは？", slot=slot, choices=WISHES)
    assert set(heard.slots) == {"size"}
    assert heard.slots["size"].options[0].value == "27"


@pytest.mark.parametrize("slot", ["wish", "hold", "way", "store", "again"])
def test_words_that_name_no_choice_are_no_answer(hear, slot):
    assert slot not in hear("うーん、どうしようかな", slot=slot, choices=WISHES).slots


def test_a_choice_is_taken_by_its_name(hear):
    told = hear("メールで", slot="way", choices=WAYS).slots["way"]
    assert [option.value for option in told.options] == ["email"]


@pytest.mark.parametrize("slot", ["name_kana", "question", "guest_proof", "product"])
def test_some_questions_take_any_words(hear, slot):
    assert slot in hear("やまだはなこ", slot=slot, choices=WISHES).slots


def test_an_order_number_does_not_say_which_member(hear):
    heard = hear("A-20487", slot="proof")
    assert heard.slots["order_number"].options[0].value == "A-20487"
    assert "member_number" not in heard.slots


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("10023456", "member_number", "10023456"),
        ("会員番号は10023456です", "member_number", "10023456"),
        ("会員番号 M-100234", "member_number", "M-100234"),
        ("09012345678", "phone", "09012345678"),
        ("hana@example.com", "email", "hana@example.com"),
    ],
)
def test_who_they_are(hear, text, slot, value):
    heard = hear(text, slot="proof", choices=(GUEST,))
    assert {name: told.options[0].value for name, told in heard.slots.items()} == {slot: value}


@pytest.mark.parametrize(
    "text",
    [
        "会員ではありません", "ゲストで買いました", "会員登録していません", "会員じゃないです",
        "I checked out as a guest", "I'm not a member", "I don't have an account",
    ],
)  # fmt: skip
def test_who_is_no_member_takes_the_other_way(hear, text):
    heard = hear(text, slot="proof", choices=(GUEST,))
    assert heard.slots["proof"].options == (GUEST,)
    assert heard.requests == ()
    assert heard.yes is None


def test_without_another_way_nothing_is_made_up(hear):
    assert "proof" not in hear("会員ではありません", slot="proof").slots


def test_a_member_who_forgot_the_number_is_still_a_member(hear):
    assert "proof" not in hear("会員番号がわかりません", slot="proof", choices=(GUEST,)).slots


@pytest.mark.parametrize(
    "text", ["cancel what I just put aside", "please cancel the item you are holding for me"]
)
def test_taking_back_what_was_put_aside_is_no_new_wish(hear, text):
    assert not any(request.intent == "reserve_item" for request in hear(text).requests)
