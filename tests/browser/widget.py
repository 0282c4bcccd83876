"""The widget on a page, as a customer sees and uses it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.browser.chromium import PATIENCE_SECONDS, Locator, Page, expect

T = TypeVar("T")
_MESSAGES = """elements => elements.map(each => [
    each.dataset.author, each.dataset.state ?? "", each.innerText])"""

# How many messages the server has; what only this page says is none of them.
_TOLD = """async () => {
    const {token} = JSON.parse(localStorage.madoguchi);
    const {origin} = new URL(document.querySelector("script[src*='/webchat/widget.js']").src);
    const headers = {Authorization: `Bearer ${token}`};
    const answer = await fetch(`${origin}/webchat/messages?before=`, {headers});
    return (await answer.json()).items.length;
}"""
RUNNING = """() => [...document.querySelectorAll("*")]
    .flatMap(each => each.shadowRoot ?? []).concat(document)
    .flatMap(each => each.getAnimations())
    .filter(each => each.playState === "running")"""
_ENDING = "each => each.effect.getComputedTiming().endTime < Infinity"


@dataclass(frozen=True)
class Names:
    """What assistive technology calls the parts."""

    launcher: str
    log: str
    box: str
    send: str
    close: str
    again: str
    menu: str
    choices: str


NAMES = {
    "ja": Names(
        launcher="チャットで相談する",
        log="会話",
        box="メッセージを入力",
        send="送信",
        close="閉じる",
        again="再送する",
        menu="メニュー",
        choices="選択肢",
    ),
    "en": Names(
        launcher="Chat with us",
        log="Conversation",
        box="Write a message",
        send="Send",
        close="Close",
        again="Send again",
        menu="Menu",
        choices="Choices",
    ),
}


@dataclass(frozen=True)
class Message:
    """One message as shown; `state` is empty but for the customer's own."""

    author: str
    state: str
    text: str


class Widget:
    """The widget of one page, spoken to by the names it has in `language`."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.language = language
        self.names = NAMES[language]
        self.launcher = page.get_by_role("button", name=re.compile(self.names.launcher))
        self.panel = page.get_by_role("dialog")
        self.log = self.panel.get_by_role("log", name=self.names.log)
        self.box = self.panel.get_by_role("textbox", name=self.names.box)
        self.send = self.button(self.names.send)
        self.close = self.button(self.names.close)
        self.again = self.button(self.names.again)

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name, exact=True)

    def choice(self, label: str) -> Locator:
        """A quick reply under the last message."""
        choices = self.panel.get_by_role("group", name=self.names.choices)
        return choices.last.get_by_role("button", name=label)

    async def open(self) -> Widget:
        await self.launcher.click()
        await expect(self.box).to_be_visible()
        return self

    async def at_rest(self) -> None:
        """Wait until nothing moves any more: what fades or slides in is not yet what it will be."""

        async def moving() -> int:
            return int(await self.page.evaluate(f"({RUNNING})().filter({_ENDING}).length"))

        async def look() -> bool:
            return not await moving()

        await until(look, moving)

    async def say(self, text: str) -> None:
        """Write and press Enter."""
        await self.box.fill(text)
        await self.box.press("Enter")

    async def ask(self, text: str, *answer: str) -> str:
        """Say it; what the counter then answers has all of `answer` in it."""
        await self.say(text)
        return await self.answered(text, *answer)

    async def tell(self, secret: str, *answer: str) -> str:
        """Say what the conversation does not keep; the answer has all of `answer` in it."""
        await self.say(secret)
        return await self.answered("", *answer)

    async def choose(self, label: str, *answer: str) -> str:
        """Tap a quick reply; what is answered has all of `answer` in it."""
        await self.choice(label).click()
        return await self.answered(label, *answer)

    async def answered(self, text: str, *answer: str) -> str:
        """Wait until the last own message is `text`, sent, and its answer has these words."""

        async def last() -> str | None:
            messages = await self.messages()
            own = [n for n, each in enumerate(messages) if each.author == "customer"]
            if not own or text not in messages[own[-1]].text or messages[own[-1]].state != "sent":
                return None
            after = "\n".join(each.text for each in messages[own[-1] + 1 :])
            return after if after and all(words in after for words in answer) else None

        return await until(last, self.transcript)

    async def messages(self) -> list[Message]:
        """What is shown, from top to bottom."""
        shown = await self.log.locator("[data-author]").evaluate_all(_MESSAGES)
        return [Message(author, state, text.strip()) for author, state, text in shown]

    async def own(self) -> list[Message]:
        return [each for each in await self.messages() if each.author == "customer"]

    async def transcript(self) -> list[tuple[str, str]]:
        """Who said what, as far as it is shown."""
        return [(each.author, each.text) for each in await self.messages()]

    async def whole_transcript(self) -> list[tuple[str, str]]:
        """Who said what, once all of it is shown: an answer may come in several parts."""

        async def look() -> list[tuple[str, str]] | None:
            told = await self.page.evaluate(_TOLD)
            shown = await self.transcript()
            return shown if len(shown) == told else None

        return await until(look, self.transcript)

    async def comes_to_show(self, transcript: list[tuple[str, str]]) -> None:
        """Wait until just that is shown."""

        async def look() -> bool:
            return await self.transcript() == transcript

        await until(look, self.transcript)


async def until(look: Callable[[], Awaitable[T | None]], seen: Callable[[], Any]) -> T:
    """Look again until there is something; `seen` tells what there was instead."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_SECONDS
    while (found := await look()) is None or found is False:
        assert loop.time() < end, await seen()
        await asyncio.sleep(0.03)
    return found
