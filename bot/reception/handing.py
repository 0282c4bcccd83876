"""Who has a talk, as a turn changes it; and what the bot still does while a person has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.customers.profile import Customer
from bot.dialogue.heard import Heard, Request, Told
from bot.dialogue.replies import Replies
from bot.dialogue.state import Act, Conversation, Line, Turn
from bot.dialogue.steps import HandOver, TakeBack
from bot.handoff.desk import Cancelled, Case, State, Wrote, after
from bot.handoff.policy import Policy
from bot.messages import inbound
from bot.messages.inbound import Inbound
from bot.ports import Sheet
from bot.routines.staff import CONTACT, FOR_A_PERSON

_WORDS = (
    inbound.Text,
    inbound.Tap,
    inbound.Location,
    inbound.Sticker,
    inbound.Media,
    inbound.Contact,
)
"""What a customer does; other messages come from platforms and from ourselves."""
_BESIDE = frozenset({"link_channel", "carry_over", "keep_media", "leave_person"})
"""What the bot does whoever has the talk: joining channels, keeping pictures, going away."""
_UNSEEN = frozenset({"keep_media"})
_JOINED = frozenset({"link.carried_over", "link.known"})
"""What is said to who has joined a channel."""
_STILL_THERE = Line("desk.still_there")
PHONE_DIGITS = 9
"""No telephone number in Japan that a customer would give has fewer."""


def meant(sheet: Sheet, heard: Heard, replies: Replies) -> Heard:
    """What the message means to who waits for a person.

    "How long?" asks for their place; an address or a number alone is where an answer finds them;
    to drop what is going on, where that is nothing else, is to wait no longer.
    """
    talk = sheet.conversation
    if sheet.case.state not in (State.WAITING, State.DEFERRED):
        return heard
    if talk.top is None and replies.means("offer.queue_place", heard.text):
        return replace(heard, requests=(Request("queue_place"),), slots={}, unsure=(), yes=None)
    where = {name: told for name, told in heard.slots.items() if _is_contact(name, told)}
    if talk.top is None and where and not heard.requests:
        return replace(heard, requests=(Request("talk_to_person", where),), slots={})
    if heard.cancel and _only_waits(talk):
        return replace(heard, cancel=False, requests=(Request("leave_person"),))
    return heard


def _is_contact(name: str, told: Told) -> bool:
    """Can this be written or called to? Some digits among others are no number."""
    text = told.text or (told.options[0].value if told.options else "")
    digits = sum(letter.isdecimal() for letter in text)
    return name == "email" or (name == "phone" and digits >= PHONE_DIGITS)


def _only_waits(talk: Conversation) -> bool:
    """Is nothing going on but the request for a person, and nothing just done to take back?"""
    done = talk.finished
    if talk.top is None:
        return not (done and done.outcomes and done.skill not in FOR_A_PERSON)
    return talk.asked is not None and talk.asked.slot in {slot.name for slot in CONTACT}


def stays_silent(sheet: Sheet, heard: Heard, message: Inbound) -> bool:
    """Is this for the person who has the talk, and not for the bot?

    A button may still be answered: what comes of it decides, see `allowed`.
    """
    if sheet.case.state is not State.WITH_PERSON:
        return False
    beside = heard.requests and all(r.intent in _BESIDE for r in heard.requests)
    return not beside and not isinstance(message, inbound.Tap | inbound.Joined)


def allowed(sheet: Sheet, act: Act, turn: Turn) -> bool:
    """May the bot do this now? While a person has the talk it changes nothing of the shop's."""
    if sheet.case.state is not State.WITH_PERSON:
        return True
    frame = turn.conversation.frame(act.frame)
    return frame is not None and frame.skill in {*_BESIDE, "rate_service"}


def spoken(sheet: Sheet, turn: Turn, heard: Heard) -> Turn:
    """What the customer is told of a turn.

    While a person has the talk, a button is answered only where nothing but an answer comes of it:
    no question, no change. Who joins a channel is told that, and that the person is still there,
    and not asked again what is open.
    """
    if sheet.case.state is not State.WITH_PERSON:
        return turn
    quiet = any(request.intent in _UNSEEN for request in heard.requests)
    asks = turn.conversation.asked is not None and turn.conversation.asked != (
        sheet.conversation.asked
    )
    gives = any(isinstance(step, HandOver) for step in turn.handed_over)
    beside = any(request.intent in _BESIDE for request in heard.requests)
    if quiet or ((asks or gives) and not beside):
        return silent(sheet, turn)
    if any(isinstance(step, TakeBack) for step in turn.handed_over):
        return turn
    waiting = {frame.id for frame in turn.conversation.stack if frame.skill not in _BESIDE}
    told = tuple(line for line in turn.lines if line.frame and line.frame not in waiting)
    if any(line.key in _JOINED for line in told):
        told = (*told, _STILL_THERE)
    return replace(turn, lines=told) if beside else turn


def silent(sheet: Sheet, turn: Turn) -> Turn:
    """A turn that says and changes nothing."""
    return Turn(sheet.conversation, turn.heard, sheet.customer, turn.now)


def unspoken(sheet: Sheet, turn: Turn, message: Inbound) -> Turn:
    """A turn that says nothing, but for who has just become known while a person has their talk."""
    joins = isinstance(message, inbound.Identified) and message.anew
    if not joins or sheet.muted or sheet.case.state is not State.WITH_PERSON:
        return turn
    return replace(turn, lines=(_STILL_THERE,))


def case_after(sheet: Sheet, turn: Turn, message: Inbound, policy: Policy) -> Case | None:
    """What becomes of the case; None where nothing does."""
    case = sheet.case
    if isinstance(message, _WORDS):
        case = after(case, Wrote(), turn.now).case
    for step in turn.handed_over:
        if isinstance(step, HandOver):
            wanted = policy.wanted(step, subject(turn.conversation), turn.now)
            case = after(case, wanted, turn.now).case
        else:
            case = after(case, Cancelled(), turn.now).case
    return None if case == sheet.case else case


def subject(talk: Conversation) -> str:
    """The intent a talk is about: what is open, else what was answered last."""
    frames = [*reversed(talk.stack), *filter(None, (talk.finished,))]
    skills = [frame.skill for frame in frames if frame.skill not in FOR_A_PERSON]
    return next(iter(skills), "")


def summary(talk: Conversation, customer: Customer) -> Mapping[str, Any]:
    """What staff need to know, from state: what is open, and what was told."""
    frames = (*talk.stack, *filter(None, (talk.finished,)))
    return {
        "language": customer.language,
        "member": customer.member_id,
        "frames": [
            {"skill": f.skill, "slots": {n: t.text for n, t in f.slots.items()}} for f in frames
        ],
    }
