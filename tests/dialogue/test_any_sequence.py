"""Whatever customers send, in whatever order, the talk stays readable and goes on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.codec import decode, encode
from bot.dialogue.engine import PROOF
from bot.dialogue.heard import Request, Told
from bot.dialogue.state import FRAMES_AT_MOST
from bot.errors import ProofExpired, Unavailable
from bot.shopfront.base import Option
from bot.shopfront.catalogue import PutAside
from tests.dialogue.counter import SKILLS, Talk

values = st.sampled_from(["runner", "boot", "26", "27", "99", "shibuya", "umeda", "123456", ""])
tolds = st.builds(
    lambda found, text: Told(tuple(Option(v, v) for v in found), text),
    st.lists(values, max_size=3, unique=True),
    values,
)
slots = st.dictionaries(
    st.sampled_from(["product", "size", "store", "code", "color", "order_number", "proof"]),
    tolds,
    max_size=3,
)
requests = st.builds(
    Request, st.sampled_from([*SKILLS, "repeat", "out_of_scope", "no_such_intent"]), slots
)
messages = st.fixed_dictionaries(
    {
        "requests": st.lists(requests, max_size=3).map(tuple),
        "slots": slots,
        "yes": st.sampled_from([None, None, True, False]),
        "cancel": st.booleans(),
        "rude": st.booleans(),
        "refers": st.sets(st.sampled_from(["product", "store", "size"])).map(frozenset),
        "text": st.sampled_from(["", "2", "27", "はい", "𠮷\u200b", "x" * 300]),
        "channel": st.sampled_from(["web", "line"]),
    }
)
moves = st.tuples(
    messages,
    st.sampled_from(["", "", "tap", "forged"]),
    st.sampled_from([0, 1, 40, 1600]),
    st.sampled_from([None, None, None, Unavailable(), ProofExpired()]),
)


@given(st.lists(moves, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_the_talk_always_encodes_decodes_and_accepts_the_next_message(sequence: list) -> None:  # type: ignore[type-arg]
    talk = Talk()
    for heard, tap, minutes, fault in sequence:
        talk.later(minutes=minutes)
        talk.broken = fault
        shown = talk.conversation.shown
        if tap:
            heard = {**heard, "tap": shown[0].token if shown and tap == "tap" else "forged"}
        held_before = len([e for e in talk.done if isinstance(e, PutAside)])
        lines = talk.hears(*heard.pop("requests"), **heard)
        assert lines, "every message is answered"
        asked_for = [f for f in talk.conversation.stack if f.skill != PROOF]
        assert len(asked_for) <= FRAMES_AT_MOST
        assert encode(decode(talk.stored, "c0ffee00" * 4)) == talk.stored
        held_now = len([e for e in talk.done if isinstance(e, PutAside)])
        assert held_now <= held_before + 1, "one yes, one effect"
        if held_now > held_before:
            assert heard["yes"] or tap, "nothing is changed without a yes"
