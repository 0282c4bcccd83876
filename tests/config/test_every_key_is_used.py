"""Every key of config.yml changes something a customer or operator can see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import BaseModel, ValidationError

import connectors.line
from bot import main, serving
from bot.channel import Supplies
from bot.clock import SystemClock
from bot.config import ROOT, BotConfig, Environment, Settings, Thresholds, load
from bot.customers.profile import Trust
from bot.desk.keeper import Keeper
from bot.desk.notices import open_notices
from bot.dialogue.heard import Request
from bot.dialogue.replies import Replies
from bot.dialogue.state import Line
from bot.dialogue.steps import HandOver
from bot.embedding import backend_settings
from bot.errors import Misconfigured
from bot.handoff.desk import Case, State
from bot.handoff.queue import Hand, Waiting, next_for
from bot.messages import Account
from bot.nlu import open_reader
from bot.ports import Agent, Caller
from bot.reception import Reception
from bot.shop import Backend, ShopDoor, open_shop
from bot.shop import connect as connect_backend
from bot.shopfront.catalogue import StockAt
from bot.shopfront.house import House
from bot.storage import memory_storage
from connectors.webchat import connect
from tests.shop.shop_stand_in import LEVEL, StandIn, page

MONDAY_HOLIDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # noon of Labour Thanksgiving Day
SSO = {"issuer": "https://id.shop.example", "client_id": "desk"}
EVERY_DAY = {"days": ["mon"], "open": "09:00", "close": "20:00"}


def settings(**bot: Any) -> Settings:
    return Settings(env=Environment(secret_key="x"), bot=BotConfig(**bot))


def reception(config: Settings) -> Reception:
    clock = SystemClock()
    storage = memory_storage(clock, main._storage_settings(config))
    nothing: Any = None
    replies = main._replies(config.bot)
    return main._reception(config.bot, clock, storage, nothing, nothing, {}, {}, replies)


def greeting(config: Settings) -> object:
    replies = reception(config).house.replies
    line = Line("greet.hello", {"house": House("Backend"), "name": None})
    return replies.write([line], "en", MONDAY_HOLIDAY)


def count_shown(config: Settings) -> object:
    words: Replies = reception(config).house.replies
    environment = words._entries["ja"]["count"]["text"]
    of = type("Level", (), {"available": 3})()
    return environment.render(of=of)


def desk(config: Settings) -> object:
    return main._policy(config.bot).hours(MONDAY_HOLIDAY)


def next_talk(config: Settings) -> object:
    busy = Hand("sato", open=2)
    queue = [Waiting("t1", Case(state=State.WAITING, asked_at=MONDAY_HOLIDAY), "ja")]
    return next_for(busy, queue, frozenset(), main._policy(config.bot).capacity)


def what_time_brings(state: State) -> Callable[[Settings], object]:
    """What the keeper finds due for a talk nobody touched for a quarter of an hour."""

    def look(config: Settings) -> object:
        class QuarterPast(SystemClock):
            def now(self) -> datetime:
                return MONDAY_HOLIDAY + timedelta(minutes=15)

            def real(self) -> datetime:
                return self.now()

        policy, nothing = main._policy(config.bot), cast(Any, None)
        keeper = Keeper(*[nothing] * 4, policy, QuarterPast(), MONDAY_HOLIDAY)
        owner = "sato" if state is State.WITH_PERSON else None
        case = Case(state=state, since=MONDAY_HOLIDAY, agent=owner, turn="customer")
        seen = MONDAY_HOLIDAY + timedelta(minutes=14)
        sato = Agent("sato", "sato@shop.example", "佐藤", "agent", seen_at=seen)
        return keeper._due(case, {"sato": sato}, somebody=False, staffed=True)

    return look


def topic(config: Settings) -> object:
    wanted = main._policy(config.bot).wanted(HandOver("asked_for"), "faq", MONDAY_HOLIDAY)
    return wanted.topic


def who_answers(config: Settings) -> object:
    hearing = reception(config)._hearing
    return hearing._routed(Request("return_exchange"))


def five_in_stock(config: Settings) -> object:
    far = StandIn()
    far.tell("GET /stock", page({**LEVEL, "available": 5}))

    async def asked() -> Any:
        async with connect_backend("http://backend.example", "token", far.transport()) as http:
            backend = Backend(http, SystemClock())
            door = ShopDoor(open_shop(backend, "x", low_at=config.bot.stock.low_at))
            caller = Caller(Account("test", "1"), "ja")
            return await door.answer(StockAt((LEVEL["variant_id"],), (LEVEL["store_id"],)), caller)

    return [level.display for level in asyncio.run(asked())]


def put_aside(config: Settings) -> object:
    made = backend_settings(config, SystemClock())
    return made.hold_hours, made.hold_limit


def webchat_limits(config: Settings) -> object:
    channel = connect(Supplies(config, None, lambda: MONDAY_HOLIDAY))
    assert channel is not None
    limiter: Any = channel._writes
    return [vars(b)["_rate"] for b in vars(limiter).values() if hasattr(b, "_rate")]


def webchat_look(config: Settings) -> object:
    channel = connect(Supplies(config, None, lambda: MONDAY_HOLIDAY))
    assert channel is not None
    return channel._look


def webchat_link(config: Settings) -> object:
    channel = connect(Supplies(config, None, lambda: MONDAY_HOLIDAY))
    assert channel is not None
    return asyncio.run(channel.invitation("12345678"))


def line_budget(config: Settings) -> object:
    env = Environment(line_channel_secret="x", line_access_token="x")
    supplies = Supplies(Settings(env=env, bot=config.bot), None, lambda: MONDAY_HOLIDAY)
    return vars(connectors.line.connect(supplies)._pushes)["_budget"]  # type: ignore[union-attr]


def how_sure(config: Settings) -> object:
    linear: Any = SimpleNamespace(name="linear", common=SimpleNamespace(words=None, intents=()))

    async def opened(engine: str) -> object:
        async with open_reader(config, linear, engine) as reader:
            return reader.thresholds

    return [asyncio.run(opened(engine)) for engine in ("linear", "rasa")]


def word_sent(config: Settings) -> object:
    nothing = cast(Any, None)
    notices = open_notices(config, nothing, nothing, main._policy(config.bot), SystemClock())
    return notices._manner


def single_sign_on(config: Settings) -> object:
    env = Environment(desk_sso_secret="x", public_url="https://desk.example")
    return serving.single_sign_on(Settings(env=env, bot=config.bot), None, None) is not None


SEEN: dict[str, tuple[dict[str, Any], Callable[[Settings], object]]] = {
    "brand.name": ({"brand": {"name": "Aoba"}}, greeting),
    "brand.icon": ({"brand": {"icon": "/shop/icon.svg"}}, webchat_look),
    "brand.accent": ({"brand": {"accent": "#0a7d5a"}}, webchat_look),
    "languages": ({"languages": ["en"]}, lambda s: reception(s).house.languages),
    "channels.webchat.page": (
        {"channels": {"webchat": {"page": "https://www.shop.example/"}}},
        webchat_link,
    ),
    "dialogue.settle_ms": ({"dialogue": {"settle_ms": 5}}, lambda s: reception(s).house.settle),
    "dialogue.frame_hours": (
        {"dialogue": {"frame_hours": 1}},
        lambda s: reception(s).house.memory.frame_age,
    ),
    "dialogue.focus_hours": (
        {"dialogue": {"focus_hours": 1}},
        lambda s: reception(s).house.memory.focus_age,
    ),
    "trust": (
        {"trust": {"orders.read": "verified"}},
        lambda s: ("orders.read", Trust.VERIFIED) in main._storage_settings(s).policy,
    ),
    "stock.display": ({"stock": {"display": "exact"}}, count_shown),
    "stock.low_at": ({"stock": {"low_at": 9}}, five_in_stock),
    **{
        f"nlu.thresholds.{engine}.{name}": (
            {"nlu": {"thresholds": {engine: {name: 0.01}}}},
            how_sure,
        )
        for engine in ("linear", "rasa")
        for name in Thresholds.model_fields
    },
    "holds.hours": ({"holds": {"hours": 6}}, put_aside),
    "holds.limit": ({"holds": {"limit": 1}}, put_aside),
    "desk.grace_seconds": ({"desk": {"grace_seconds": 5}}, what_time_brings(State.WITH_PERSON)),
    "desk.capacity": ({"desk": {"capacity": 2}}, next_talk),
    "desk.patience_minutes": (
        {"desk": {"patience_minutes": 60}},
        what_time_brings(State.WAITING),
    ),
    "desk.silence_hours": (
        {"desk": {"silence_hours": 0.1}},
        what_time_brings(State.WITH_PERSON),
    ),
    "desk.place_minutes": (
        {"desk": {"place_minutes": 30}},
        lambda s: main._policy(s.bot).place_every,
    ),
    "desk.topics": ({"desk": {"topics": {"faq": "general"}}}, topic),
    "handoff.policy": ({"handoff": {"policy": {"return_exchange": "person"}}}, who_answers),
    "desk.notify.after_minutes": ({"desk": {"notify": {"after_minutes": 1}}}, word_sent),
    "desk.notify.every_minutes": ({"desk": {"notify": {"every_minutes": 1}}}, word_sent),
    "desk.hours": ({"desk": {"hours": [EVERY_DAY]}}, desk),
    "desk.sso": ({"desk": {"sso": SSO}}, single_sign_on),
    "line.push_budget": ({"line": {"push_budget": 3}}, line_budget),
    "limits.account_per_minute": ({"limits": {"account_per_minute": 3}}, webchat_limits),
    "limits.address_per_minute": ({"limits": {"address_per_minute": 3}}, webchat_limits),
    "limits.global_per_second": ({"limits": {"global_per_second": 3}}, webchat_limits),
    "retention.payload_days": ({"retention": {"payload_days": 1}}, main._payloads_kept),
    "retention.audit_days": ({"retention": {"audit_days": 1}}, main._audit_kept),
}


@pytest.mark.parametrize("key", SEEN)
def test_a_changed_key_is_seen(key: str) -> None:
    change, observe = SEEN[key]
    assert observe(settings(**change)) != observe(settings())


def test_holidays_close_the_desk_only_where_the_operator_says_so() -> None:
    closed, open_ = (
        desk(settings(desk={"hours": [EVERY_DAY], "holidays": holidays}))
        for holidays in (True, False)
    )
    assert closed != open_


def test_every_act_that_can_be_set_is_asked_for_by_a_skill() -> None:
    scripts = [ROOT / "bot" / "skills", ROOT / "bot" / "routines"]
    code = "".join(file.read_text() for folder in scripts for file in folder.glob("*.py"))
    assert [act for act in load({}, ROOT / "config.yml").bot.trust if f'"{act}"' not in code] == []


def test_an_engine_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValidationError):
        settings(nlu={"engine": "crystal ball"})


def test_an_engine_is_no_shadow_of_itself(tmp_path: Path) -> None:
    file = tmp_path / "config.yml"
    file.write_text("bot: {nlu: {shadow: rasa}}")
    assert load({}, file).bot.nlu.shadow == "rasa"
    with pytest.raises(Misconfigured, match="shadow"):
        load({"MADOGUCHI_NLU": "rasa"}, file)


def test_no_key_is_forgotten_here() -> None:
    elsewhere = {"desk.holidays", "nlu.engine", "nlu.shadow"}
    assert set(_leaves(BotConfig)) == SEEN.keys() | elsewhere


def _leaves(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _leaves(inner, f"{before}{name}.")
        else:
            yield f"{before}{name}"
