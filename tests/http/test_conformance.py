"""The suite for channels lets a careful channel pass and catches a careless one."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence

import pytest
from pigeon import KEY, SENT, Pigeon, signature

from bot.channel import Envelope, Failed, Sent
from bot.messages import Account
from bot.messages.inbound import Inbound, Text
from connectors import conformance
from connectors.conformance import Recording, Webhook

BODY = json.dumps([{"id": "1", "from": "mori", "text": "在庫ありますか"}]).encode()
SAYS = (Text(id="1", account=Account("pigeon", "mori"), at=SENT, text="在庫ありますか"),)


def webhook(channel: Pigeon) -> Webhook:
    def sign(body: bytes) -> Mapping[str, str]:
        return {"X-Signature": signature(body)}

    return Webhook(channel, sign, [Recording(BODY, SAYS)])


class Hasty(Pigeon):
    """Compares signatures letter by letter."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        expected = hmac.new(KEY, body, hashlib.sha256).hexdigest()
        return headers.get("x-signature") == expected


class Gullible(Pigeon):
    """Takes any signature for a good one."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        hmac.compare_digest(b"", b"")
        return True


class Fragile(Pigeon):
    """Falls over what it does not expect."""

    def read(self, body: bytes) -> Sequence[Inbound]:
        return [
            Text(id=letter["id"], account=Account("pigeon", letter["from"]), at=SENT, text=text)
            for letter in json.loads(body)
            if (text := letter.pop("text")) and len(letter) == 2
        ]


class Forgetful(Pigeon):
    """Leaves out the last verdict."""

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Sent | Failed]:
        return [Sent(envelope.key) for envelope in batch[:-1]]


@pytest.mark.parametrize("check", conformance.CHECKS)
async def test_a_careful_channel_is_a_channel(check: conformance.Check) -> None:
    await check(Pigeon())


@pytest.mark.parametrize("check", conformance.WEBHOOK_CHECKS)
def test_a_careful_webhook_is_a_webhook(check: conformance.WebhookCheck) -> None:
    check(webhook(Pigeon()))


@pytest.mark.parametrize(
    ("check", "careless"),
    [
        (conformance.it_trusts_the_signature_alone, Gullible()),
        (conformance.it_compares_in_constant_time, Hasty()),
        (conformance.it_passes_over_unknown_fields, Fragile()),
        (conformance.it_survives_any_field_being_something_else, Fragile()),
    ],
)
def test_a_careless_webhook_is_caught(check: conformance.WebhookCheck, careless: Pigeon) -> None:
    with pytest.raises(AssertionError):
        check(webhook(careless))


async def test_a_channel_that_falls_over_junk_is_caught() -> None:
    with pytest.raises(AssertionError, match="instead of BadPayload"):
        await conformance.it_names_bad_payloads(Fragile())


async def test_a_channel_that_leaves_out_a_verdict_is_caught() -> None:
    with pytest.raises(AssertionError):
        await conformance.it_sends_every_kind_and_gives_a_verdict_for_each(Forgetful())
