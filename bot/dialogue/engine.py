"""Hear one message, read the scripts it concerns, and say what comes of it.

`hear` folds a message into the conversation and runs until the shell must fetch or do something
(`Turn.need`) or the turn is complete; `resume` goes on with what the shell brought, `failed` when
a door did not answer. All three are pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.customers.profile import Customer, Trust
from bot.dialogue.heard import Heard, Slots, Told
from bot.dialogue.listening import listen
from bot.dialogue.manners import MENU, intent_buttons, person_button
from bot.dialogue.reading import Done, Gap, Needs, NotHere, Read, Unproven, make_button, read
from bot.dialogue.state import (
    OFFERS_REMEMBERED,
    Act,
    Asked,
    Button,
    Conversation,
    Frame,
    Line,
    Outcome,
    Settings,
    Turn,
)
from bot.dialogue.steps import LookUp, Skill, Skills
from bot.dialogue.values import digest
from bot.errors import Fault, ProofExpired

PROOF = "prove_identity"


def hear(
    conversation: Conversation,
    heard: Heard,
    customer: Customer,
    skills: Skills,
    now: datetime,
    settings: Settings | None = None,
    settled: Sequence[tuple[Act, object]] = (),
) -> Turn:
    """Fold one understood message into the conversation and run on.

    `now` is business time, UTC; `settled` are effects this very message had agreed to before a
    crash, with their outcomes.
    """
    settings = settings or Settings()
    known = conversation.known(skills)
    lost = conversation.dropped or len(known.stack) < len(conversation.stack)
    current = replace(known, dropped=False).aged(now, settings.frame_age)
    # What was given with this very message is still to be answered.
    if not any(current.frame(act.frame) for act, _ in settled):
        current = _proven_elsewhere(current, customer)
    turn = Turn(current, heard, customer, now, settings, settled=tuple(settled))
    if lost:
        turn = turn.say("manners.lost_thread")
    turn = listen(turn, skills)
    return _run(replace(turn, conversation=turn.conversation.bounded(PROOF)), skills)


def _proven_elsewhere(talk: Conversation, customer: Customer) -> Conversation:
    """The talk without a question who this is that has been answered in another way."""
    proof = talk.of_skill(PROOF)
    if proof is None or customer.trust < int(_text(proof, "level") or Trust.VERIFIED):
        return talk
    return talk.without(proof.id)


def resume(turn: Turn, result: object, customer: Customer, skills: Skills) -> Turn:
    """Hand a door's answer to the script and run on; `customer` is who they are known to be now.

    For a `LookUp` the result is the tuple of its answers, for an `Act` the outcome.
    """
    known = replace(customer, focus=turn.customer.focus, in_company=turn.customer.in_company)
    turn = replace(turn, customer=known)
    match turn.need:
        case LookUp(queries=queries):
            assert isinstance(result, tuple)
            found = {digest(query): answer for query, answer in zip(queries, result, strict=True)}
            turn = replace(turn, need=None, answers={**turn.answers, **found})
        case Act(frame=frame_id, effect=effect, facts=facts):
            frame = turn.conversation.frame(frame_id)
            assert frame is not None
            frame = frame.settled(digest(effect), Outcome(result, facts))
            talk = turn.conversation.changed(frame)
            if frame.skill != PROOF:
                talk = _proven_elsewhere(talk, customer)
            turn = replace(turn, need=None, conversation=talk)
        case None:
            raise ValueError("nothing was asked for")
    return _run(turn, skills)


def failed(turn: Turn, fault: Fault, skills: Skills) -> Turn:
    """A door did not answer: say so, keep what other frames said, offer to try again.

    A proof the backend no longer takes is asked for again instead.
    """
    if isinstance(fault, ProofExpired) and turn.customer.trust > Trust.ANONYMOUS:
        stranger = replace(turn.customer, trust=Trust.ANONYMOUS)
        return _run(replace(turn, need=None, customer=stranger), skills)
    frame = turn.conversation.frame(turn.reading)
    assert frame is not None
    talk = turn.conversation.id
    again = make_button(talk, "open", name=frame.skill, slots=frame.slots, key="fault.again")
    person = person_button(talk, "fault")
    left = turn.conversation.without(frame.id)
    if frame.skill == PROOF:
        left = left.without(_text(frame, "for"))
    buttons = person if frame.skill == PROOF else (again, *person)
    turn = replace(turn, need=None, conversation=left, queue=())
    turn = turn.say("fault.unavailable", *buttons)
    return _closed(turn, skills)


def _run(turn: Turn, skills: Skills) -> Turn:
    while frame := _next(turn):
        if frame.id not in turn.seen and frame.id not in turn.queue:
            turn = turn.say("manners.back_to", skill=frame.skill)
        turn = replace(turn, reading=frame.id, seen=turn.seen | {frame.id})
        match read(turn, frame, skills[frame.skill]):
            case Needs(need=need):
                return replace(turn, need=need)
            case Done() as end:
                turn = _ended(_noted(turn, end), end.frame, skills)
            case NotHere() as stop:
                turn = _noted(turn, stop).say("manners.in_company")
                turn = replace(turn, conversation=turn.conversation.without(frame.id))
            case Unproven() as stop:
                turn = _sent_to_prove(_noted(turn, stop), stop)
            case Gap(question=question, asked=asked) as gap:
                turn = _stopped(_noted(turn, gap), frame, question, asked)
    return _run(_with_later(turn), skills) if _rests(turn) else _closed(turn, skills)


def _next(turn: Turn) -> Frame | None:
    """The next frame to read: those this message concerns, then what was interrupted."""
    for frame_id in turn.queue:
        if frame := turn.conversation.frame(frame_id):
            return frame
    return turn.conversation.top if turn.question is None and not turn.paused else None


def _rests(turn: Turn) -> bool:
    """Is nothing open any more, and something to come after that?"""
    stands = turn.conversation.stack or turn.question or turn.paused or turn.handed_over
    return bool(turn.conversation.later) and not stands


def _with_later(turn: Turn) -> Turn:
    """What has waited until nothing is open; the answer before it keeps its next steps."""
    talk = replace(turn.conversation, later="")
    talk, frame = talk.opened(turn.conversation.later, {}, turn.now)
    beside = turn.lines[-1].buttons if turn.lines else ()
    return replace(turn, conversation=talk, queue=(frame.id,), beside=beside)


def _noted(turn: Turn, result: Read) -> Turn:
    """Keep what a reading said and spoke of, and take the frame from the queue."""
    focus = turn.customer.focus
    for slot, value, label in result.spoken:
        focus = focus.on(slot, value, label, turn.now)
    frame = replace(result.frame, touched=turn.now)
    return replace(
        turn,
        conversation=turn.conversation.changed(frame),
        customer=replace(turn.customer, focus=focus),
        lines=(*turn.lines, *result.lines),
        handed_over=(*turn.handed_over, *result.handed_over),
        queue=tuple(f for f in turn.queue if f != frame.id),
    )


def _stopped(turn: Turn, frame: Frame, question: Line | None, asked: Asked | None) -> Turn:
    """Only the first gap of a turn asks; others wait on the stack, and the customer is told."""
    if turn.question is not None:
        return turn.say("manners.next", skill=frame.skill)
    return replace(turn, question=question, asked=asked)


def _ended(turn: Turn, frame: Frame, skills: Skills) -> Turn:
    ended = turn.conversation.frame(frame.id) or frame
    conversation = turn.conversation.without(frame.id)
    if frame.skill == PROOF:
        return _proof_ended(replace(turn, conversation=conversation), ended, skills)
    if not skills[frame.skill].small_talk:
        conversation = replace(conversation, finished=ended.forgetting(skills[frame.skill]))
    paused = turn.paused or skills[frame.skill].leaves
    return replace(turn, conversation=conversation, paused=paused)


def _sent_to_prove(turn: Turn, stop: Unproven) -> Turn:
    """Push the question who this is on top of the frame that needs to know."""
    if turn.question is not None:
        return turn.say("manners.next", skill=stop.frame.skill)
    slots = {
        "level": Told.of(str(int(stop.level))),
        "for": Told.of(stop.frame.id),
        "instead": Told.of(stop.instead),
    }
    before = next((f for f in turn.conversation.stack if f.skill == PROOF), None)
    if before:
        conversation, frame = turn.conversation.raised(before), before
    else:
        conversation, frame = turn.conversation.opened(PROOF, slots, turn.now)
    return replace(
        turn,
        conversation=conversation,
        queue=(frame.id, *turn.queue),
        seen=turn.seen | {frame.id},
    )


def _proof_ended(turn: Turn, proof: Frame, skills: Skills) -> Turn:
    """The question that needed the proof goes on by itself, or falls with it."""
    waiting = turn.conversation.frame(_text(proof, "for"))
    if waiting is None:
        return turn
    if turn.customer.trust >= int(_text(proof, "level")):
        pass
    elif way := _other_way(proof, skills[waiting.skill]):
        told = waiting.told(way, turn.now)
        turn = replace(turn, conversation=turn.conversation.changed(told))
    else:
        return replace(turn, conversation=turn.conversation.without(waiting.id))
    return replace(turn, queue=(waiting.id, *turn.queue))


def _other_way(proof: Frame, skill: Skill) -> Slots:
    """What was told in place of a proof: that other way itself, or details that only it needs."""
    instead = _text(proof, "instead")
    if not instead:
        return {}
    details = {name: told for name, told in proof.slots.items() if skill.takes(name)}
    chosen = any(
        option.value == instead
        for name in ("proof", "code")
        if name in proof.slots
        for option in proof.slots[name].options
    )
    return {instead: Told.of(instead), **details} if chosen or details else {}


def _text(frame: Frame, slot: str) -> str:
    return frame.slots[slot].text if slot in frame.slots else ""


def _closed(turn: Turn, skills: Skills) -> Turn:
    """Finish a turn: the question last, buttons only there, secrets forgotten."""
    turn = _offered_to_resume(turn)
    lines = (*turn.lines, turn.question) if turn.question else turn.lines
    if not lines:
        menu = intent_buttons(turn.conversation.id, MENU)
        lines = (Line("manners.at_your_service", {}, menu),)
    last = replace(lines[-1], buttons=(*lines[-1].buttons, *turn.beside))
    lines = (*(replace(line, buttons=()) for line in lines[:-1]), last)
    conversation = turn.conversation
    if turn.asked:
        asked_frame = conversation.frame(turn.asked.frame)
        assert asked_frame is not None
        conversation = replace(conversation.raised(asked_frame), asked=turn.asked)
    elif not turn.paused:
        conversation = replace(conversation, asked=None)
    conversation = replace(
        conversation,
        stack=tuple(frame.without_secrets(skills[frame.skill]) for frame in conversation.stack),
        shown=_remembered(lines[-1].buttons, conversation.shown),
        current=len(lines[-1].buttons),
        missed=conversation.missed + 1 if turn.missed else 0,
        # Who wants a person is not asked at the same time how the last one was.
        later="" if turn.handed_over else conversation.later,
    )
    return replace(
        turn, conversation=conversation, lines=lines, question=None, asked=None, reading=""
    )


def _offered_to_resume(turn: Turn) -> Turn:
    """What grew old while the customer was away is offered, once, and never simply resumed."""
    old = turn.conversation.shelved
    if old is None or turn.question or old.id in turn.seen or turn.paused:
        return turn
    button = make_button(turn.conversation.id, "resume", frame=old.id, key="manners.resume")
    if any(shown.token == button.token for shown in turn.conversation.shown):
        return turn
    return turn.say("manners.resume_offer", button, skill=old.skill)


def _remembered(new: tuple[Button, ...], before: tuple[Button, ...]) -> tuple[Button, ...]:
    """The latest buttons, and older next steps, which stay good: they only open a request."""
    tokens = {button.token for button in new}
    older = [b for b in before if b.kind in ("open", "resume") and b.token not in tokens]
    return (*new, *older[:OFFERS_REMEMBERED])
