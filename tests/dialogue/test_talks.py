"""What the engine promises, one talk at a time (DESIGN: scripts re-read from the top)."""

from __future__ import annotations

import pytest

from bot.dialogue.engine import hear, resume
from bot.dialogue.heard import Heard, Request, Told
from bot.dialogue.state import Act, Conversation
from bot.dialogue.steps import HandOver
from bot.errors import Unavailable
from bot.shopfront.base import Option
from tests.dialogue.counter import NOON, SKILLS, Talk, stock_of, told


@pytest.fixture
def talk() -> Talk:
    return Talk()


def all_at_once(talk: Talk, size: str = "27", store: str = "shibuya") -> list[str]:
    return talk.hears(stock_of(product="runner", size=size, store=store))


# Asking --------------------------------------------------------------------------------------


def test_customer_says_everything_in_one_sentence(talk: Talk) -> None:
    assert all_at_once(talk) == ["stock.there", "confirm.put_aside"]


def test_counter_asks_only_for_what_is_missing_one_thing_at_a_time(talk: Talk) -> None:
    assert talk.hears(stock_of(product="runner")) == ["ask.size"]
    assert talk.hears(slots=told(size="27")) == ["ask.store"]
    assert talk.hears(slots=told(store="shibuya")) == ["stock.there", "confirm.put_aside"]


def test_a_size_the_product_does_not_have_is_asked_again_with_the_reason(talk: Talk) -> None:
    talk.hears(stock_of(product="boot"))
    assert talk.hears(slots=told(size="27")) == ["ask.size (not_offered)"]


def test_words_that_mean_several_products_are_asked_about(talk: Talk) -> None:
    both = Told((Option("runner", "Runner"), Option("boot", "Boot")), "shoe")
    assert talk.hears(Request("check_stock", {"product": both})) == ["ask.product (several)"]
    assert talk.hears(text="boot") == ["ask.size"]


def test_words_nobody_knows_are_looked_for_in_the_shop(talk: Talk) -> None:
    assert talk.hears(Request("check_stock", {"product": Told((), "unn")})) == ["ask.size"]


def test_words_the_shop_does_not_know_either_are_asked_about(talk: Talk) -> None:
    unknown = Request("check_stock", {"product": Told((), "sofa")})
    assert talk.hears(unknown) == ["ask.product (unknown)"]


@pytest.mark.parametrize("said", ["2", "２番", "2番目です", "27", "27cm", "２７"])
def test_a_choice_may_be_typed_by_number_or_by_label(talk: Talk, said: str) -> None:
    talk.hears(stock_of(product="runner"))
    assert talk.hears(text=said) == ["ask.store"]
    assert talk.conversation.stack[-1].slots["size"].options[0].value == "27"


# Correcting ----------------------------------------------------------------------------------


def test_customer_changes_the_size_after_the_answer(talk: Talk) -> None:
    all_at_once(talk)
    assert talk.hears(slots=told(size="26")) == ["stock.there", "confirm.put_aside"]


def test_customer_changes_away_and_back_and_is_answered_in_full_again(talk: Talk) -> None:
    all_at_once(talk)
    talk.hears(slots=told(size="26"))
    talk.later(minutes=1)
    assert talk.hears(slots=told(size="27")) == ["stock.there", "confirm.put_aside"]


def test_same_answer_observed_later_is_not_said_twice(talk: Talk) -> None:
    all_at_once(talk)
    talk.later(minutes=1)
    assert talk.hears(slots=told(size="27")) == ["confirm.put_aside"]


def test_a_corrected_product_asks_the_size_anew_when_it_has_no_such_size(talk: Talk) -> None:
    talk.hears(stock_of(product="runner", size="27"))
    assert talk.hears(slots=told(product="boot")) == ["ask.size (not_offered)"]


# Consent -------------------------------------------------------------------------------------


def test_yes_puts_it_aside_once(talk: Talk) -> None:
    all_at_once(talk)
    assert talk.hears(yes=True) == ["stock.held"]
    assert talk.stock["runner-27", "shibuya"] == 2


def test_no_leaves_it_and_a_later_yes_shows_the_question_again(talk: Talk) -> None:
    all_at_once(talk)
    assert talk.hears(yes=False) == ["stock.left"]
    assert talk.hears(yes=True) == ["confirm.put_aside"]
    assert talk.hears(yes=True) == ["stock.held"]
    assert len(talk.done) == 1


def test_a_no_is_not_taken_back_by_asking_for_something_else(talk: Talk) -> None:
    all_at_once(talk)
    talk.hears(yes=False)
    assert talk.hears("nearby") == ["nearby"]


def test_yes_with_another_size_is_no_consent_to_that_size(talk: Talk) -> None:
    all_at_once(talk)
    assert talk.hears(yes=True, slots=told(size="26"))[-1] == "confirm.put_aside"
    assert not talk.done


def test_a_yes_nobody_asked_for_does_nothing(talk: Talk) -> None:
    talk.hears(yes=True)
    assert not talk.done


def test_an_old_yes_is_not_kept_for_later(talk: Talk) -> None:
    all_at_once(talk)
    talk.hears(yes=True, slots=told(size="26"))
    talk.hears(slots=told(size="27"))
    assert not talk.done


def test_yes_on_another_channel_shows_the_effect_there_first(talk: Talk) -> None:
    all_at_once(talk)
    talk.channel = "line"
    assert talk.hears(yes=True) == ["confirm.put_aside"]
    assert talk.hears(yes=True) == ["stock.held"]


def test_stock_sold_while_the_customer_thinks(talk: Talk) -> None:
    all_at_once(talk)
    talk.stock["runner-27", "shibuya"] = 0
    assert talk.hears(yes=True) == ["stock.out"]
    assert not talk.done


def test_replay_after_a_crash_never_says_sold_out_about_the_piece_just_put_aside() -> None:
    talk = Talk(stock={("runner-27", "shibuya"): 1})
    all_at_once(talk)
    before = talk.conversation
    turn = hear(before, Heard(yes=True, channel="web"), talk.customer, SKILLS, talk.now)
    while not isinstance(turn.need, Act):
        turn = talk._serve(turn)
    act, outcome = turn.need, talk._done(turn.need)
    talk.stock["runner-27", "shibuya"] = 0
    again = hear(
        before,
        Heard(yes=True, channel="web"),
        talk.customer,
        SKILLS,
        talk.now,
        settled=((act, outcome),),
    )
    assert again.need is None
    assert [line.key for line in again.lines] == ["stock.held"]


def test_the_same_consent_always_has_the_same_idempotency_key(talk: Talk) -> None:
    all_at_once(talk)
    keys = set()
    for _ in range(2):
        heard = Heard(yes=True, channel="web")
        turn = hear(talk.conversation, heard, talk.customer, SKILLS, talk.now)
        while not isinstance(turn.need, Act):
            turn = talk._serve(turn)
        keys.add(turn.need.key)
    assert len(keys) == 1


# Digressing ----------------------------------------------------------------------------------


def test_points_asked_in_the_middle_and_back_to_the_stock_question(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    assert talk.hears(Request("store_hours", told(store="ueno"))) == [
        "hours",
        "manners.back_to",
        "ask.size",
    ]
    assert talk.hears(slots=told(size="27")) == ["ask.store"]


def test_details_of_a_digression_do_not_bleed_into_the_paused_question(talk: Talk) -> None:
    talk.hears(stock_of(product="runner", size="27"))
    talk.hears(Request("store_hours", told(store="ueno")))
    assert "store" not in talk.conversation.stack[-1].slots


def test_naming_a_paused_request_raises_it(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    talk.hears(Request("store_hours"))
    assert talk.hears(stock_of(size="27"))[0] == "ask.store"


def test_two_requests_in_one_message_are_both_answered_and_the_gap_asked_last(talk: Talk) -> None:
    hours = Request("store_hours", told(store="ueno"))
    assert talk.hears(stock_of(product="runner"), hours) == ["hours", "ask.size"]


def test_an_answer_of_thanks_does_not_lose_the_open_question(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    assert talk.hears("greet")[-1] == "ask.size"


def test_at_most_three_requests_are_kept_open(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    for intent in ("store_hours", "points", "check_stock"):
        talk.hears(intent)
    skills = [frame.skill for frame in talk.conversation.stack]
    assert len([skill for skill in skills if skill != "prove_identity"]) <= 3


def test_a_proof_pushes_no_request_off_the_stack(talk: Talk) -> None:
    hours = Request("store_hours")
    talk.hears("points", stock_of(product="runner"), hours)
    assert talk.hears(slots=told(code="123456"))[:2] == ["proof.done", "points"]


def test_what_was_shown_once_and_secrets_are_not_remembered(talk: Talk) -> None:
    talk.hears("points")
    talk.hears(slots=told(code="123456"))
    assert "123456" not in talk.stored


# Leaving things out --------------------------------------------------------------------------


def test_and_in_umeda_asks_the_finished_question_again_elsewhere(talk: Talk) -> None:
    all_at_once(talk)
    talk.hears(yes=False)
    assert talk.hears(slots=told(store="umeda")) == ["stock.there", "confirm.put_aside"]


def test_that_one_is_what_was_last_spoken_of(talk: Talk) -> None:
    all_at_once(talk)
    talk.hears(yes=False)
    talk.hears(Request("store_hours", told(store="umeda")))
    said = talk.hears(stock_of(store="umeda"), refers=frozenset({"product"}))
    assert said == ["stock.there", "confirm.put_aside"]


def test_a_new_product_does_not_take_the_old_ones_size(talk: Talk) -> None:
    all_at_once(talk)
    talk.hears(yes=False)
    assert talk.hears(stock_of(product="boot")) == ["ask.size"]


def test_a_bare_product_is_asked_what_about_it(talk: Talk) -> None:
    assert talk.hears(slots=told(product="runner")) == ["ask.size"]


# Buttons -------------------------------------------------------------------------------------


def test_a_tap_answers_the_question(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    assert talk.hears(tap=talk.tap("27")) == ["ask.store"]


def test_an_old_button_is_never_applied_to_something_else(talk: Talk) -> None:
    all_at_once(talk)
    yes = talk.tap("yes")
    talk.hears(slots=told(size="26"))
    assert talk.hears(tap=yes) == ["manners.stale", "confirm.put_aside"]
    assert not talk.done


def test_a_forged_button_is_answered_kindly(talk: Talk) -> None:
    assert talk.hears(tap="'; drop table orders")[0] == "manners.stale"


def test_buttons_fit_telegrams_64_bytes(talk: Talk) -> None:
    all_at_once(talk)
    assert all(len(b.token.encode()) <= 64 for b in talk.conversation.shown)


# Proof ---------------------------------------------------------------------------------------


def test_the_interrupted_question_goes_on_by_itself_after_proof(talk: Talk) -> None:
    assert talk.hears("points") == ["ask.code"]
    assert talk.hears(slots=told(code="123456")) == ["proof.done", "points"]


def test_a_wrong_code_is_asked_again_and_never_kept(talk: Talk) -> None:
    talk.hears("points")
    assert talk.hears(slots=told(code="111111")) == ["ask.code (refused)"]
    assert "111111" not in talk.stored
    assert talk.turn is not None
    assert talk.turn.secret


def test_too_many_wrong_codes_end_the_question(talk: Talk) -> None:
    talk.hears("points")
    assert talk.hears(slots=told(code="999999")) == ["proof.locked"]
    assert not talk.conversation.stack


# Manners -------------------------------------------------------------------------------------


def test_nonsense_twice_offers_a_person(talk: Talk) -> None:
    assert talk.hears(text="asdf") == ["manners.rephrase"]
    assert talk.hears(text="qwer") == ["manners.lost"]
    assert any(b.name == "talk_to_person" for b in talk.conversation.shown)


def test_nonsense_while_a_question_is_open_asks_it_again(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    assert talk.hears(text="asdf") == ["manners.rephrase_answer", "ask.size"]
    talk.hears(text="qwer")
    assert talk.hears(slots=told(size="27")) == ["ask.store"]


def test_cancel_drops_the_open_question(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    assert talk.hears(cancel=True) == ["manners.cancelled"]
    assert not talk.conversation.stack


def test_cancel_after_putting_aside_offers_to_let_it_go(talk: Talk) -> None:
    all_at_once(talk)
    talk.hears(yes=True)
    assert talk.hears(cancel=True) == ["let_go"]


def test_say_it_again(talk: Talk) -> None:
    all_at_once(talk)
    assert talk.hears("repeat") == ["stock.there", "confirm.put_aside"]


def test_a_person_is_asked_for_and_the_desk_is_told(talk: Talk) -> None:
    talk.hears("talk_to_person")
    assert talk.turn is not None
    assert talk.turn.handed_over == (HandOver("asked_for"),)


# Time ----------------------------------------------------------------------------------------


def test_a_greeting_after_a_long_silence_starts_fresh_but_offers_the_open_question(
    talk: Talk,
) -> None:
    talk.hears(stock_of(product="runner"))
    talk.later(hours=3)
    assert talk.hears("greet") == ["hello", "manners.resume_offer"]
    assert talk.hears(yes=True) == ["ask.size"]


def test_a_question_older_than_a_day_is_offered_not_resumed(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    talk.later(hours=25)
    said = talk.hears(Request("store_hours", told(store="ueno")))
    assert said == ["hours", "manners.resume_offer"]
    assert talk.hears(tap=talk.tap("resume")) == ["ask.size"]


# Faults --------------------------------------------------------------------------------------


def test_a_silent_shop_is_said_so_with_a_button_to_try_again(talk: Talk) -> None:
    talk.broken = Unavailable()
    assert all_at_once(talk) == ["fault.unavailable"]
    talk.broken = None
    assert talk.hears(tap=talk.tap("check_stock")) == ["stock.there", "confirm.put_aside"]


def test_what_finished_before_the_fault_is_kept(talk: Talk) -> None:
    talk.broken = Unavailable()
    hours = Request("store_hours", told(store="ueno"))
    assert talk.hears(hours, stock_of(product="runner")) == ["hours", "fault.unavailable"]


# Storage -------------------------------------------------------------------------------------


def test_a_frame_whose_skill_is_gone_is_dropped_with_an_apology(talk: Talk) -> None:
    talk.hears(stock_of(product="runner"))
    talk.stored = talk.stored.replace('"check_stock"', '"sell_shoes"')
    assert talk.hears("greet") == ["manners.lost_thread", "hello"]


def test_garbage_in_storage_is_a_lost_thread_never_a_crash(talk: Talk) -> None:
    talk.stored = '{"version": 99}'
    assert talk.hears("greet") == ["manners.lost_thread", "hello"]


def test_resuming_what_was_not_asked_for_is_refused() -> None:
    turn = hear(Conversation("x"), Heard(text="?"), Talk().customer, SKILLS, NOON)
    with pytest.raises(ValueError, match="nothing"):
        resume(turn, (), Talk().customer, SKILLS)
