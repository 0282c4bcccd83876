"""A photo of what is broken, a receipt: kept for staff, since the counter cannot see."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Script, Slot, heard, look_up, perform, say, skill
from bot.shopfront.base import Refused
from bot.shopfront.desk import QueueOutlook
from bot.shopfront.media import KeepMedia

REF = Slot("media_ref", str, secret=True)
KIND = Slot("media_kind", str)
NAME = Slot("media_name", str, secret=True)
MESSAGE = Slot("media_message", str)


@skill("keep_media", REF, KIND, NAME, MESSAGE, small_talk=True)
def keep_media(customer: Customer) -> Script:
    ref = yield from heard(REF)
    if ref is None:
        return
    kind = (yield from heard(KIND)) or "file"
    name = yield from heard(NAME)
    message = yield from heard(MESSAGE)
    if isinstance((yield from perform(KeepMedia(ref, kind, name, message))), Refused):
        yield from say("media.not_taken", Offer("talk_to_person"))
        return
    if (yield from look_up(QueueOutlook())).queued:
        yield from say("media.kept_for_staff", kind=kind)
    else:
        yield from say("media.kept", Offer("return_exchange"), Offer("talk_to_person"), kind=kind)
