"""Fold one understood message into the conversation: whom it concerns, what it tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue.heard import Heard, Request, Slots, Told
from bot.dialogue.manners import about_what, intent_buttons, not_understood
from bot.dialogue.matching import Open, folded, named, numbered, settle
from bot.dialogue.state import Button, Conversation, Frame, Turn
from bot.dialogue.steps import Skill, Skills

OPTION_SLOTS = ("size", "color")


def listen(turn: Turn, skills: Skills) -> Turn:
    """Decide what the message does: a tap, an answer, a correction, a request, or manners."""
    heard = turn.heard
    if heard.goes_on:
        top = turn.conversation.top
        later = heard.requests[0].intent if heard.requests else turn.conversation.later
        talk = replace(turn.conversation, later=later)
        queue = (top.id,) if top else ()
        return replace(turn, conversation=talk, queue=queue, paused=not (top or later))
    button = _pressed(turn.conversation, heard)
    if button:
        return _press(turn, button, skills)
    if heard.tap is not None:
        return _stale(turn)
    if heard.cancel:
        return _cancel(turn, skills)
    if heard.rude and not any(request.intent in skills for request in heard.requests):
        buttons = intent_buttons(turn.conversation.id, ("talk_to_person",))
        return replace(turn.say("manners.rude", *buttons), paused=True)
    if any(request.intent in skills or request.intent == "repeat" for request in heard.requests):
        return _requests(_consent(turn), skills)
    if heard.requests:
        return not_understood(turn)
    return _details(turn, skills)


# Taps and typed choices --------------------------------------------------------------------


def _pressed(conversation: Conversation, heard: Heard) -> Button | None:
    """The button that was tapped, or named by its label, its number or a part of it."""
    if heard.tap is not None:
        return next((b for b in conversation.shown if b.token == heard.tap), None)
    current = conversation.shown[: conversation.current]
    if not current or not heard.text.strip():
        return None
    said = folded(heard.text)
    meant = [b for b in current if any(folded(phrase) in said for phrase in b.also)]
    if len(meant) == 1:
        return meant[0]
    if heard.requests or _says_more(conversation, heard):  # then only a button's very words
        exact = (b for b in current if folded(b.label) == folded(heard.text))
        return next(exact, None) or numbered(heard.text, current)
    found = named([heard.text], current, lambda button: button.label)
    if len(found) == 1 and (heard.yes is None or found[0].kind in ("yes", "no")):
        return found[0]
    return numbered(heard.text, current) if not heard.slots or _asks(conversation) else None


def _says_more(conversation: Conversation, heard: Heard) -> bool:
    """Details beside the answer that is waited for: 「27cmの黒」 while a size is asked for."""
    asked = conversation.asked
    return asked is not None and bool(heard.slots.keys() - {asked.slot})


def _asks(conversation: Conversation) -> bool:
    return conversation.asked is not None and bool(conversation.asked.choices)


def _press(turn: Turn, button: Button, skills: Skills) -> Turn:
    talk = turn.conversation
    match button.kind:
        case "open":
            return _open(turn, Request(button.name, button.slots), skills)
        case "resume":
            old = talk.shelved
            if old is None or old.id != button.frame:
                return _stale(turn)
            frame = replace(old, touched=turn.now)
            return replace(
                turn, conversation=replace(talk.raised(frame), shelved=None), queue=(frame.id,)
            )
    asked, frame_now = talk.asked, talk.frame(button.frame)
    if frame_now is None or asked is None or asked.frame != button.frame:
        return _stale(turn)
    if button.kind == "slot" and asked.slot is not None:
        return _tell(turn, frame_now, button.slots, skills)
    if button.kind in ("yes", "no") and asked.effect == button.name:
        return _consent(replace(turn, heard=replace(turn.heard, yes=button.kind == "yes")))
    return _stale(turn)


def _stale(turn: Turn) -> Turn:
    """A button of an earlier question: say so, and ask the open question again."""
    open_frame = turn.conversation.top
    turn = turn if turn.heard.tap is None else turn.say("manners.stale")
    return replace(turn, queue=(open_frame.id,) if open_frame else ())


# Answers -----------------------------------------------------------------------------------


def _consent(turn: Turn) -> Turn:
    """A yes covers exactly the effect that was shown, here, and only in this turn."""
    asked, heard = turn.conversation.asked, turn.heard
    if asked is None or asked.effect is None or heard.yes is None:
        return turn
    frame = turn.conversation.frame(asked.frame)
    if frame is None:
        return turn
    turn = replace(turn, queue=(frame.id,))
    if heard.yes:
        shown_here = asked.channel == heard.channel
        return replace(turn, agreed=(frame.id, asked.effect) if shown_here else None)
    if heard.slots:
        return turn
    declined = replace(frame, declined=frame.declined | {asked.effect})
    return replace(turn, conversation=turn.conversation.changed(declined))


def _tell(turn: Turn, frame: Frame, slots: Slots, skills: Skills) -> Turn:
    """An answer and a correction are the same thing: a slot, told again."""
    skill = skills[frame.skill]
    told = {name: value for name, value in slots.items() if skill.takes(name)}
    if skill.either & told.keys():
        others = skill.either - told.keys()
        frame = replace(frame, slots={n: v for n, v in frame.slots.items() if n not in others})
    conversation = turn.conversation.raised(frame.told(told, turn.now))
    secret = turn.secret or bool(skill.secrets() & told.keys())
    queue = (*(f for f in turn.queue if f != frame.id), frame.id)
    return replace(turn, conversation=conversation, queue=queue, secret=secret)


def _details(turn: Turn, skills: Skills) -> Turn:
    """No request: an answer, a correction, "and in Umeda?", a yes or no, or nothing we know."""
    turn = _consent(turn)
    slots = _with_references(turn, _answering(turn, skills))
    if slots:
        return _address(turn, slots, skills)
    if turn.queue:
        return turn
    if turn.heard.yes is not None:
        return _unasked_answer(turn, skills)
    if turn.heard.language == "" or not turn.heard.text.strip():
        return replace(turn.say("manners.nothing_heard"), paused=turn.conversation.top is None)
    return not_understood(turn)


def _answering(turn: Turn, skills: Skills) -> Slots:
    """The details, without words taken for the answer that only wrap another detail (「27cmは？」
    while a shop is asked for)."""
    asked, slots = turn.conversation.asked, turn.heard.slots
    frame = turn.conversation.frame(asked.frame) if asked else None
    if asked is None or frame is None or asked.slot is None or asked.slot not in slots:
        return slots
    answer = slots[asked.slot]
    others = [t for n, t in slots.items() if n != asked.slot and skills[frame.skill].takes(n)]
    wraps = any(other.text and other.text in answer.text for other in others)
    words_alone = not asked.choices and not asked.secret
    if wraps and (words_alone or isinstance(settle(answer, asked.choices, frozenset()), Open)):
        return {name: told for name, told in slots.items() if name != asked.slot}
    return slots


def _address(turn: Turn, slots: Slots, skills: Skills) -> Turn:
    """Find the frame that waits for these details."""
    talk = turn.conversation
    top, finished = talk.top, talk.finished
    if top and _takes_any(skills[top.skill], slots):
        return _tell(turn, top, slots, skills)
    if finished and finished.skill in skills and _takes_any(skills[finished.skill], slots):
        return _ellipsis(turn, finished, slots, skills)
    for frame in reversed(talk.stack):
        if _takes_any(skills[frame.skill], slots):
            return _tell(turn, frame, slots, skills)
    slots = {**_asked_about(talk), **slots}
    likely = tuple(intent for intent in about_what(slots) if intent in skills)
    if len(likely) == 1:
        return _open(turn, Request(likely[0], slots), skills)
    if likely:
        label = next(iter(slots.values()))
        buttons = intent_buttons(talk.id, likely, slots)
        return replace(turn.say("manners.about_what", *buttons, told=label), paused=True)
    return turn if turn.queue else not_understood(turn)


def _asked_about(talk: Conversation) -> Slots:
    """The detail of which was asked just now what about it: 「ソラ」, and then 「26.5」."""
    offered = talk.shown[: talk.current]
    details = [button.slots for button in offered if button.kind == "open" and not button.params]
    same = len(details) == len(offered) > 1 and all(d == details[0] for d in details)
    return details[0] if same and {"product", "store"} & details[0].keys() else {}


def _takes_any(skill: Skill, slots: Slots) -> bool:
    return any(skill.takes(name) for name in slots)


def _ellipsis(turn: Turn, finished: Frame, slots: Slots, skills: Skills) -> Turn:
    """ "And in Umeda?": the finished request again, with the told detail in place of its own."""
    skill = skills[finished.skill]
    told = {**finished.slots, **{n: v for n, v in slots.items() if skill.takes(n)}}
    conversation, frame = turn.conversation.opened(finished.skill, told, turn.now)
    return _began(replace(turn, conversation=conversation), frame)


def _reconsidered(frame: Frame) -> Frame:
    """A frame that ended with a no, as if that had not been said: its question comes again."""
    slots = {n: t for n, t in frame.slots.items() if not t.options or t.options[0].value != "no"}
    return replace(frame, slots=slots, declined=frozenset())


def _unasked_answer(turn: Turn, skills: Skills) -> Turn:
    """Yes or no where no consent was asked for."""
    talk, yes = turn.conversation, turn.heard.yes
    current = talk.shown[: talk.current]
    if talk.asked and talk.asked.slot and (frame := talk.frame(talk.asked.frame)):
        if not talk.asked.yes_or_no:
            return not_understood(turn) if yes else _cancel(turn, skills)
        answer = talk.asked.choices[0 if yes else 1]
        return _tell(turn, frame, {talk.asked.slot: Told((answer,), answer.label)}, skills)
    if not yes:
        return replace(turn.say("manners.all_right"), paused=True)
    if talk.finished and (again := _reconsidered(talk.finished)) != talk.finished:
        again = replace(again, touched=turn.now)
        return _began(replace(turn, conversation=talk.raised(again)), again)
    if len(current) == 1 and current[0].kind == "resume" and talk.shelved:
        frame = replace(talk.shelved, touched=turn.now)
        return _began(replace(turn, conversation=replace(talk.raised(frame), shelved=None)), frame)
    if len(current) == 1 and current[0].kind == "open":
        return _press(turn, current[0], skills)
    return turn


def _began(turn: Turn, frame: Frame) -> Turn:
    return replace(turn, queue=(*turn.queue, frame.id))


# Requests ----------------------------------------------------------------------------------


def _requests(turn: Turn, skills: Skills) -> Turn:
    """Each request gets its frame, in the order asked; loose details go to the open question."""
    if turn.heard.slots and turn.conversation.top:
        top = turn.conversation.top
        if _takes_any(skills[top.skill], turn.heard.slots):
            turn = _tell(turn, top, turn.heard.slots, skills)
    for request in turn.heard.requests:
        if request.intent == "repeat":
            turn = _repeat(turn)
        elif request.intent in skills:
            turn = _open(turn, request, skills)
    return turn


def _repeat(turn: Turn) -> Turn:
    """Say it again: the last script read again as if nothing of it had been said."""
    talk = turn.conversation
    last = talk.top or talk.finished
    if last is None:
        return replace(turn.say("manners.nothing_to_repeat"), paused=True)
    again = replace(last, said=frozenset(), touched=turn.now)
    return _began(replace(turn, conversation=talk.raised(again)), again)


def _open(turn: Turn, request: Request, skills: Skills) -> Turn:
    """Open a frame for a request, or go on with the paused one it belongs to."""
    skill = skills.get(request.intent)
    if skill is None:
        return not_understood(turn)
    secret = turn.secret or bool(skill.secrets() & request.slots.keys())
    turn, talk = replace(turn, secret=secret), turn.conversation
    if talk.later == skill.intent:
        talk = replace(talk, later="")
        turn = replace(turn, conversation=talk)
    if skill.small_talk:
        turn = turn if skill.leaves else _shelved_if_old(turn)
        conversation, frame = turn.conversation.opened(skill.intent, request.slots, turn.now)
        return _began(replace(turn, conversation=conversation), frame)
    own = {name: told for name, told in request.slots.items() if skill.takes(name)}
    if skill.takes("question"):
        own["question"] = Told.of(turn.heard.text)
    paused = talk.of_skill(skill.intent)
    if paused and paused.id not in turn.queue:
        if not _names_another(skill, paused, own):
            return _tell(turn, paused, own, skills)
        talk = talk.without(paused.id)
    if not own and (offered := _offered(turn, skill, skills)):
        offering, wish = offered
        return _tell(turn, offering, {wish: Told.of("yes")}, skills)
    for name in skill.replaces:
        if before := talk.of_skill(name):
            own = {**{n: t for n, t in before.slots.items() if skill.takes(n)}, **own}
            talk = talk.without(before.id)
    slots = _completed(turn, skill, own)
    conversation, frame = talk.opened(skill.intent, slots, turn.now)
    return _began(replace(turn, conversation=conversation), frame)


def _offered(turn: Turn, skill: Skill, skills: Skills) -> tuple[Frame, str] | None:
    """The frame and the slot in which what is now asked for has just been offered.

    「取り置きして」 after "one put aside at Namba?" means the one at Namba, also after a no.
    """
    talk, asked, last = turn.conversation, turn.conversation.asked, turn.conversation.finished
    frame = talk.frame(asked.frame) if asked else None
    if asked and frame and (wish := skills[frame.skill].offers(skill.intent)):
        open_now = wish == asked.slot or wish in frame.slots or asked.effect
        return (frame, wish) if open_now else None
    if last is None or last.skill not in skills or last.outcomes:
        return None
    wish = skills[last.skill].offers(skill.intent)
    declined = wish in last.slots or last.declined
    if wish and declined and turn.now - last.touched <= turn.settings.implied_age:
        return _reconsidered(last), wish
    return None


def _names_another(skill: Skill, paused: Frame, own: Slots) -> bool:
    """Does the request name the skill's first slot, and not as the paused one has it?"""
    first = _first(skill)
    return first in own and first in paused.slots and own[first] != paused.slots[first]


def _first(skill: Skill) -> str:
    return getattr(skill.slots[0], "name", "") if skill.slots else ""


def _shelved_if_old(turn: Turn) -> Turn:
    """A greeting after a long silence starts fresh; the open question will be offered."""
    top = turn.conversation.top
    if top is None or turn.now - top.touched < turn.settings.silence:
        return turn
    fresh = replace(turn.conversation, stack=(), shelved=top, asked=None)
    return replace(turn, conversation=fresh)


def _completed(turn: Turn, skill: Skill, own: Slots) -> Mapping[str, Told]:
    """Details pointed at, or left out because they were just spoken of.

    Never from another request of the same message: a detail belongs to its own request alone.
    """
    slots = dict(_with_references(turn, own))
    finished, first = turn.conversation.finished, _first(skill)
    recent = turn.settings.implied_age
    if first in slots or len(turn.heard.requests) > 1:
        return {name: told for name, told in slots.items() if skill.takes(name)}
    if finished and finished.skill == skill.intent and turn.now - finished.touched <= recent:
        slots = {**finished.slots, **slots} if own else slots
    for name in turn.customer.focus.last:
        spoken = turn.customer.focus.within(name, turn.now, recent)
        left_out = name not in slots and skill.implied(name)
        elsewhere = name == "store" != first and own  # another product is asked for anew
        if spoken and left_out and not elsewhere:
            slots[name] = Told.of(spoken.value, spoken.label)
    return {name: told for name, told in slots.items() if skill.takes(name)}


def _with_references(turn: Turn, slots: Slots) -> Slots:
    """Fill "that one", "the same size", 「その店」 from what was last spoken of."""
    focus, age = turn.customer.focus, turn.settings.focus_age
    names = set(turn.heard.refers)
    if "product" in names:
        names |= {name for name in focus.last if name in OPTION_SLOTS or "." in name}
    found = {
        name: Told.of(spoken.value, spoken.label)
        for name in sorted(names)
        if name not in slots and (spoken := focus.within(name, turn.now, age))
    }
    return {**found, **slots}


# Dropping ----------------------------------------------------------------------------------


def _cancel(turn: Turn, skills: Skills) -> Turn:
    """Drop what is going on; with nothing going on, take back what was just done."""
    talk = turn.conversation
    top, finished = talk.top, talk.finished
    if top is None and finished and finished.outcomes and finished.skill in skills:
        undo = skills[finished.skill].undo
        if undo:
            return _open(turn, Request(undo), skills)
    if top is None:
        return replace(turn.say("manners.nothing_to_cancel"), paused=True)
    talk = talk.without(top.id)
    waiting = top.slots.get("for")
    if waiting:
        talk = talk.without(waiting.text)
    return replace(turn.say("manners.cancelled"), conversation=talk, queue=())
